"""Addresses of this app."""

from __future__ import annotations

from django.urls import URLPattern, path

from identity.views.mailed_links import door
from trade_accounts.states import INVITATION
from trade_accounts.views import (
    addresses,
    asks,
    invitations,
    keys,
    profile,
    saved_views,
    sheets,
    users,
)

app_name = "trade_accounts"

_PROFILE = "t/<uuid:trade_id>/profile"
_USER = f"{_PROFILE}/users/<uuid:membership_id>"
_ADDRESS = f"{_PROFILE}/addresses/<uuid:address_id>"

urlpatterns: list[URLPattern] = [
    path("t/new", profile.create, name="create"),
    path(f"{_PROFILE}/company", profile.company, name="company"),
    path(f"{_PROFILE}/addresses", addresses.addresses, name="addresses"),
    path(f"{_PROFILE}/addresses/add", addresses.address_add, name="address-add"),
    path(_ADDRESS, addresses.address_edit, name="address"),
    path(f"{_ADDRESS}/remove", addresses.address_remove, name="address-remove"),
    path(f"{_PROFILE}/users", users.users, name="users"),
    path(f"{_PROFILE}/users/import", sheets.users_import, name="users-import"),
    path(f"{_PROFILE}/addresses/import", sheets.addresses_import, name="addresses-import"),
    path(f"{_PROFILE}/import/<uuid:sheet_id>", sheets.sheet, name="sheet"),
    path(f"{_PROFILE}/import/<uuid:sheet_id>/file", sheets.sheet_file, name="sheet-file"),
    path(f"{_PROFILE}/users/right", users.contacts_checked, name="contacts-checked"),
    path(f"{_PROFILE}/users/add", users.user_add, name="user-add"),
    path(_USER, users.user_edit, name="user"),
    path(f"{_USER}/end", users.user_end, name="user-end"),
    path(f"{_USER}/again", users.user_again, name="user-again"),
    path(f"{_PROFILE}/summary", profile.summary, name="summary"),
    path(f"{_PROFILE}/summary.pdf", profile.summary_pdf, name="summary-pdf"),
    path("t/<uuid:trade_id>/ask/<slug:account_act>", asks.ask, name="ask"),
    path(
        "t/<uuid:trade_id>/m/<uuid:model_id>/ask/<slug:model_act>",
        asks.ask_in_model,
        name="ask-in-model",
    ),
    path("t/<uuid:trade_id>/history", profile.history, name="history"),
    path("t/<uuid:trade_id>/api-keys", keys.api_keys, name="api-keys"),
    path("t/<uuid:trade_id>/api-keys/add", keys.api_key_add, name="api-key-add"),
    path(
        "t/<uuid:trade_id>/api-keys/<uuid:key_id>/revoke",
        keys.api_key_revoke,
        name="api-key-revoke",
    ),
    path("views/", saved_views.views, name="views"),
    path("views/new", saved_views.new, name="view-new"),
    path("views/<uuid:view_id>", saved_views.open_view, name="view"),
    path("views/<uuid:view_id>/edit", saved_views.edit, name="view-edit"),
    path("views/<uuid:view_id>/delete", saved_views.delete, name="view-delete"),
    path("invitations/", invitations.invitations, name="invitations"),
    path("invitations/<uuid:membership_id>/", invitations.invitation, name="invitation"),
    path("invitations/link/<uuid:link_id>", invitations.invitation_link, name="invitation-page"),
    path("invitations/<path:token>", door(INVITATION), name="invitation-link"),
]
