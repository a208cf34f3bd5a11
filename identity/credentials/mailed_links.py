"""Emailed links: their purposes, and how a browser keeps the ones that it has opened.

The secret of a link is only in the email. The first request removes it from the address: the
session keeps the hash, and the browser is redirected to an address without it. Opening a link does
not use it up, because programs that check email open links too. A browser may hold several opened
links at once; each page names its own by the id of its row, which is not secret.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.urls import reverse

from core.crypto import secret_hash
from core.ids import parse_id

OPENED = "opened_links"
#: The number of opened links that a browser holds. Older ones can be opened again from their email.
MOST = 20
#: Represents a link that was never sent, or whose row was deleted after its time.
UNKNOWN = uuid.UUID(int=0)

#: The shape of what `core.ids.new_secret` makes. Characters that a mail program adds after it are
#: cut off.
_SECRET = re.compile(r"[A-Za-z0-9_-]{43}")


@dataclass(frozen=True)
class Purpose:
    """What a kind of emailed link is for.

    ``door`` is the address in the email, which takes the secret as ``token``. ``page`` is the
    address that the browser is redirected to, with ``link_id`` if ``numbered``. ``find`` returns
    the row with a hash in whatever state, or None.
    """

    code: str
    door: str
    page: str
    find: Callable[[str], Any]
    numbered: bool = True

    def path_with(self, secret: str) -> str:
        """The path in the email."""
        return reverse(self.door, kwargs={"token": secret})

    def path_of(self, link_id: uuid.UUID) -> str:
        """The path of the page, without a secret."""
        return reverse(self.page, kwargs={"link_id": link_id} if self.numbered else {})


_purposes: dict[str, Purpose] = {}


def register_purpose(purpose: Purpose) -> None:
    """Declare a kind of emailed link. Each app declares its own when it is loaded."""
    _purposes[purpose.code] = purpose


def purpose_of(code: str) -> Purpose:
    """The purpose with that code. Raises LookupError for an undeclared one."""
    return _purposes[code]


def purposes() -> list[Purpose]:
    """All declared purposes."""
    return list(_purposes.values())


# --- what a browser holds -------------------------------------------------------------------------


def take_in(request: Any, code: str, token: str) -> uuid.UUID:
    """Keep an opened link in the session, the newest last; return its id, or ``UNKNOWN``.

    A session in which nobody is signed in gets a new id, so that a planted session is worth
    nothing. If the page does not name its link, an unknown link removes others of its purpose, so
    that none of them is used in its place.
    """
    found, purpose = _SECRET.match(token), purpose_of(code)
    row = purpose.find(secret_hash(found[0] if found else token))
    if row is None:
        if not purpose.numbered:
            _put_away(request, code)
        return UNKNOWN
    if not request.user.is_authenticated:
        request.session.cycle_key()
    opened = dict(request.session.get(OPENED, {}))
    state = opened.pop(str(row.pk), None) or {"purpose": code, "hash": row.token_hash}
    kept = list(opened.items())[-(MOST - 1) :]
    request.session[OPENED] = dict([*kept, (str(row.pk), state)])
    link_id: uuid.UUID = row.pk
    return link_id


def _put_away(request: Any, code: str) -> None:
    held = request.session.get(OPENED, {})
    kept = {key: one for key, one in held.items() if one["purpose"] != code}
    if kept != held:
        request.session[OPENED] = kept


def opened(request: Any, code: str, link_id: uuid.UUID) -> Any:
    """The row of a link that this browser has opened, in whatever state; None otherwise."""
    state = _state(request, code, link_id)
    return purpose_of(code).find(state["hash"]) if state else None


def chosen(request: Any, code: str) -> str:
    """The hash of the link that a request names in ``link``, or else of the one opened last.

    A link that was named counts as opened last from then on. Empty if there is none.
    """
    named = parse_id(request.POST.get("link") or request.GET.get("link"))
    if named is not None and _state(request, code, named):
        held = dict(request.session[OPENED])
        held[str(named)] = held.pop(str(named))
        request.session[OPENED] = held
    newest = reversed(request.session.get(OPENED, {}).values())
    return next((str(one["hash"]) for one in newest if one["purpose"] == code), "")


def note(request: Any, link_id: uuid.UUID, **more: Any) -> None:
    """Store something with an opened link, for its page."""
    held = request.session[OPENED]
    request.session[OPENED] = {**held, str(link_id): {**held[str(link_id)], **more}}


def noted(request: Any, link_id: uuid.UUID, name: str) -> Any:
    """What was stored with an opened link; None for nothing."""
    return request.session.get(OPENED, {}).get(str(link_id), {}).get(name)


def _state(request: Any, code: str, link_id: uuid.UUID) -> Any:
    state = request.session.get(OPENED, {}).get(str(link_id))
    return state if state and state["purpose"] == code else None
