"""Who calls the API: a signed-in person in a browser, or the holder of a key."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework.authentication import BaseAuthentication, SessionAuthentication
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from core.errors import Problem
from core.providers import Provider

#: The words that may come before a key in the Authorization header.
SCHEMES = ("bearer", "api-key")


@dataclass(frozen=True)
class KeyHolder:
    """What a valid key tells: its user, its trade account, and its name.

    ``scopes`` are what it is for (``core.api.scopes``). ``problem`` is what its user must first do
    in a browser (a new password, U4).
    """

    user: Any
    trade_account_id: uuid.UUID
    label: str
    problem: Problem | None = None
    scopes: frozenset[str] = frozenset()


#: (secret) -> its holder, or None for a key that is unknown, revoked or past its last day, or whose
#: user may no longer work in its trade account. ``trade_accounts`` registers it.
key_holders: Provider[[str], KeyHolder | None] = Provider("key_holders")


class KeyAuthentication(BaseAuthentication):
    """``Authorization: Bearer KEY`` (or ``Api-Key KEY``)."""

    def authenticate(self, request: Request) -> tuple[Any, KeyHolder] | None:
        """The holder; None without a key, so that the session is tried next."""
        scheme, _space, secret = request.headers.get("Authorization", "").partition(" ")
        if not scheme:
            return None
        if scheme.lower() in SCHEMES and 0 < len(secret.strip()) <= 200:
            for holder in key_holders(secret.strip()):
                if holder is not None:
                    return holder.user, holder
        raise AuthenticationFailed(_("This key is not known or no longer works."))

    def authenticate_header(self, request: Request) -> str:
        """What a caller without credentials gets."""
        return 'Bearer realm="api"'


class SessionAccess(SessionAuthentication):
    """The browser's session; unsafe methods need the CSRF token, as every form does."""
