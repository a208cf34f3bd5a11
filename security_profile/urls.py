"""Addresses of this app."""

from __future__ import annotations

from django.urls import URLPattern, path

from security_profile.views import (
    annual_review,
    criteria,
    criterion,
    profile,
    submissions,
    summary,
    versions,
)

app_name = "security_profile"

_MODEL = "t/<uuid:trade_id>/m/<uuid:model_id>"
_ONE = f"{_MODEL}/security-profile/<str:code>"
_REVIEW = f"{_MODEL}/annual-review"
_SUBMISSION = f"{_MODEL}/submissions/<uuid:submission_id>"

urlpatterns: list[URLPattern] = [
    path("annual-reviews", annual_review.board, name="review-board"),
    path("criteria/", criteria.business_types, name="criteria-index"),
    path("criteria/<slug:business_type>", criteria.criteria, name="criteria"),
    path(f"{_MODEL}/security-profile/", profile.profile, name="profile"),
    path(f"{_MODEL}/evidence-zip", profile.evidence_zip, name="evidence-zip"),
    path(_ONE, criterion.criterion, name="criterion"),
    path(f"{_ONE}/evidence/choose", criterion.choose, name="choose"),
    path(f"{_ONE}/evidence/<uuid:link_id>", criterion.download, name="evidence"),
    path(f"{_ONE}/versions", versions.versions, name="versions"),
    path(f"{_MODEL}/approvals", versions.approvals, name="approvals"),
    path(f"{_MODEL}/profile-on", versions.profile_on, name="profile-on"),
    path(f"{_MODEL}/profile-on/<str:day>.pdf", versions.profile_on_pdf, name="profile-on-pdf"),
    path(f"{_REVIEW}/", annual_review.annual_review, name="annual-review"),
    path(f"{_REVIEW}/risk-assessment", annual_review.assessment, name="review-assessment"),
    path(f"{_REVIEW}/company-profile", annual_review.company, name="review-company"),
    path(
        f"{_REVIEW}/eligibility/<str:business_type>",
        annual_review.eligibility,
        name="review-eligibility",
    ),
    path(f"{_REVIEW}/category/<str:number>", annual_review.category, name="review-category"),
    path(f"{_MODEL}/summary", summary.summary, name="summary"),
    path(f"{_MODEL}/summary.pdf", summary.summary_pdf, name="summary-pdf"),
    path(_SUBMISSION, submissions.submission, name="submission"),
    path(f"{_SUBMISSION}.pdf", submissions.submission_pdf, name="submission-pdf"),
    path(f"{_SUBMISSION}/withdraw", submissions.withdraw, name="withdraw"),
]
