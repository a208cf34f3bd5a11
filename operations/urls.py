"""Addresses of this app."""

from __future__ import annotations

from django.urls import URLPattern, path

from operations.views import manage, management, requests, steps

app_name = "operations"

_ACCOUNT = "t/<uuid:trade_id>/operations/"
_REQUEST = f"{_ACCOUNT}<uuid:operation_id>/"
_DECISION = "mgmt/operations/<uuid:office_operation_id>/"

urlpatterns: list[URLPattern] = [
    path(_ACCOUNT, manage.manage, name="manage"),
    path(f"{_ACCOUNT}new/<str:operation>", manage.start, name="start"),
    path(_REQUEST, requests.request_page, name="request"),
    path(f"{_REQUEST}discard", manage.discard, name="discard"),
    path(f"{_REQUEST}steps/<str:operation_step>", steps.step, name="step"),
    path(f"{_REQUEST}acts/<str:operation_act>", requests.act, name="act"),
    path("mgmt/operations/", management.queue, name="queue"),
    path("mgmt/operations/many", management.approve_many, name="approve-many"),
    path(_DECISION, management.staff_request, name="staff-request"),
    path(f"{_DECISION}<str:operation_act>", management.decide, name="decide"),
    path(
        "scss/m/<uuid:model_id>/operations/<uuid:operation_id>",
        management.recommend,
        name="recommend",
    ),
]
