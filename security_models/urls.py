"""Addresses of this app."""

from __future__ import annotations

from django.urls import URLPattern, path

from security_models.views import (
    accounts,
    address_matrix,
    addresses,
    contacts,
    eligibility,
    identifiers,
    papers,
    replacement,
)

app_name = "security_models"

_ACCOUNTS = "t/<uuid:trade_id>/accounts"
_MODEL = "t/<uuid:trade_id>/m/<uuid:model_id>"

urlpatterns: list[URLPattern] = [
    path(_ACCOUNTS, accounts.accounts, name="accounts"),
    path(
        "t/<uuid:trade_id>/profile/users/<uuid:membership_id>/replace",
        replacement.replace,
        name="replace",
    ),
    path(
        "t/<uuid:trade_id>/profile/addresses/accounts",
        address_matrix.address_matrix,
        name="address-matrix",
    ),
    path(f"{_ACCOUNTS}/new", accounts.start, name="start"),
    path(f"{_MODEL}/company-profile", accounts.company_profile, name="company-profile"),
    path(f"{_MODEL}/reopen", accounts.reopen, name="reopen"),
    path(f"{_MODEL}/history", accounts.history, name="history"),
    path(f"{_MODEL}/eligibility", eligibility.eligibility, name="eligibility"),
    path(f"{_MODEL}/eligibility/again", eligibility.start_again, name="start-again"),
    path(f"{_MODEL}/eligibility/<slug:code>", eligibility.question, name="question"),
    path(f"{_MODEL}/identifiers", identifiers.identifiers, name="identifiers"),
    path(f"{_MODEL}/papers", papers.papers, name="papers"),
    path(f"{_MODEL}/papers/<uuid:paper_id>/file", papers.paper_file, name="paper-file"),
    path(f"{_MODEL}/addresses", addresses.addresses, name="addresses"),
    path(f"{_MODEL}/contacts", contacts.contacts, name="contacts"),
]
