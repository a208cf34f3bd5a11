"""Addresses of change requests: the company's below its account, those of staff under /scss."""

from __future__ import annotations

from django.urls import URLPattern, path

from change_requests.views import asking, company, lists, proofs, staff

app_name = "change_requests"

_ACCOUNT = "t/<uuid:trade_id>/changes"
_NAME = f"{_ACCOUNT}/name/<uuid:name_change_id>"
_MODEL = "t/<uuid:trade_id>/m/<uuid:model_id>/changes"
_NUMBERS = f"{_MODEL}/<uuid:change_id>"
_PARTNER = "scss/m/<uuid:model_id>/changes/<uuid:staff_change_id>"
_OFFICE = "scss/changes/<uuid:office_change_id>"

urlpatterns: list[URLPattern] = [
    path(f"{_ACCOUNT}/", lists.of_company, name="list"),
    path(f"{_ACCOUNT}/name", asking.new_name, name="new-name"),
    path(_NAME, company.of_name, name="name"),
    path(f"{_NAME}/withdraw", company.withdraw_name, name="name-withdraw"),
    path(f"{_NAME}/proofs/<uuid:name_proof_id>", proofs.of_name, name="name-proof"),
    path(f"{_MODEL}/add", asking.add_number, name="add-number"),
    path(f"{_MODEL}/number/<uuid:number_id>", asking.change_number, name="change-number"),
    path(_NUMBERS, company.of_numbers, name="numbers"),
    path(f"{_NUMBERS}/withdraw", company.withdraw_numbers, name="numbers-withdraw"),
    path(f"{_NUMBERS}/proofs/<uuid:change_proof_id>", proofs.of_numbers, name="numbers-proof"),
    path("scss/changes/", lists.of_staff, name="all"),
    path(_OFFICE, staff.of_office, name="office"),
    path(f"{_OFFICE}/proofs/<uuid:office_proof_id>", proofs.of_office, name="office-proof"),
    path(_PARTNER, staff.of_partner, name="staff"),
    path(f"{_PARTNER}/proofs/<uuid:change_proof_id>", proofs.of_partner, name="staff-proof"),
]
