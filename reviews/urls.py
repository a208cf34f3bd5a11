"""Addresses of the workspace: specialists under /scss, management under /mgmt."""

from __future__ import annotations

from django.urls import URLPattern, path

from reviews.views import (
    annual_reviews,
    management,
    many_messages,
    partner,
    queue,
    review,
    staffing,
    versions,
)

app_name = "reviews"

_ITEM = "scss/m/<uuid:model_id>/items/<str:kind>/<uuid:item_id>/"
_REVIEW = "scss/m/<uuid:model_id>/review/<uuid:submission_id>/"
_ON = "scss/m/<uuid:model_id>/profile-on"

urlpatterns: list[URLPattern] = [
    path("scss/", queue.my_queue, name="queue"),
    path("scss/pool", queue.pool, name="pool"),
    path("scss/pool/<uuid:waiting_id>/claim", queue.claim, name="claim"),
    path(f"{_ITEM}pin", queue.pin, name="pin"),
    path(f"{_ITEM}snooze", queue.snooze, name="snooze"),
    path(f"{_ITEM}wake", queue.wake, name="wake"),
    path("scss/annual-reviews", annual_reviews.annual_reviews, name="annual-reviews"),
    path("scss/messages/many/new", many_messages.message_many, name="message-many"),
    path("scss/partners", partner.partners, name="partners"),
    path("scss/m/<uuid:model_id>/", partner.partner, name="partner"),
    path("scss/m/<uuid:model_id>/evidence-zip", partner.evidence_zip, name="evidence-zip"),
    path("scss/m/<uuid:model_id>/papers/<uuid:paper_id>", partner.paper, name="paper"),
    path("scss/m/<uuid:model_id>/evidence/<uuid:version_id>", partner.evidence, name="evidence"),
    path("scss/m/<uuid:model_id>/criteria/<str:code>/versions", versions.versions, name="versions"),
    path("scss/m/<uuid:model_id>/approvals", versions.approvals, name="approvals"),
    path(_ON, versions.profile_on, name="profile-on"),
    path(f"{_ON}/<str:day>.pdf", versions.profile_on_pdf, name="profile-on-pdf"),
    path(_REVIEW, review.opening, name="review"),
    path(f"{_REVIEW}start", review.start, name="start"),
    path(f"{_REVIEW}complete", review.complete, name="complete"),
    path(f"{_REVIEW}annual-review", annual_reviews.annual_review, name="annual-review"),
    path(f"{_REVIEW}annual-review/<str:part>", annual_reviews.part, name="annual-part"),
    path(f"{_REVIEW}<str:code>", review.criterion, name="criterion"),
    path("mgmt/", staffing.open_work, name="open-work"),
    path("mgmt/assign", staffing.assign_many, name="assign-many"),
    path("mgmt/specialists/<uuid:user_id>", staffing.specialist, name="specialist"),
    path("mgmt/applications", management.applications, name="management"),
    path(
        "mgmt/m/<uuid:model_id>/annual-reviews/<str:day>",
        annual_reviews.reason,
        name="review-reason",
    ),
    path("mgmt/m/<uuid:model_id>/vetting", management.vetting, name="vetting"),
    path("mgmt/m/<uuid:model_id>/assignment", management.assignment, name="assignment"),
    path("mgmt/m/<uuid:model_id>/not-accept", management.not_accept, name="not-accept"),
    path("mgmt/invitation-codes", management.invitation_codes, name="invitation-codes"),
    path("mgmt/invitation-codes/<uuid:code_id>/revoke", management.revoke_code, name="revoke-code"),
]
