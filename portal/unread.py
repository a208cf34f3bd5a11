"""What waits for a person on every page, in one statement: what is not read, for the header, and
the change requests of the current company that are not decided, for its box (N1).
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections import Counter
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.db.models import QuerySet, Value
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from change_requests.selectors.requests import waiting_in_company
from core import clock
from core.access import Access
from core.compiled import Compiled
from messages_app.policies import P as MessagesP
from messages_app.selectors.threads import reader_of, unread_threads
from notifications.selectors import COUNTED, unread_notices

NOTICE, THREAD, CHANGE = "notice", "thread", "change"


@dataclass(frozen=True)
class Unread:
    """A link of the header: ``count`` is shown with it, ``words`` are read out."""

    label: str
    page: str
    icon: str
    count: str
    words: str


def waiting_of(access: Access) -> Counter[str]:
    """How much of each kind there is for this reader."""
    if access.user is None:
        return Counter()
    account = None if access.is_staff else access.roots.get("trade_account")
    asked = _question(clock.today(), reader_of(access), in_account=account is not None)
    bounds = {} if account is None else {"account_id": account.pk}
    return Counter(asked.rows(user_id=access.user_id, **bounds))


def unread_of(access: Access, found: Counter[str]) -> list[Unread]:
    """The links for this reader, in their order; messages come before notices."""
    if access.user is None:
        return []
    links = [_notices(found[NOTICE])]
    if not access.is_staff or access.has(MessagesP.SEE_INBOX):
        links.insert(0, _messages(found[THREAD], is_staff=access.is_staff))
    return links


@lru_cache(maxsize=8)
def _question(_day: dt.date, reader: str, *, in_account: bool) -> Compiled[Any]:
    """A row for each unread notice and thread, and each change request that waits in the company of
    the page; at most ``COUNTED`` of each, on a program day: cover depends on it.
    """

    def make(user_id: Any, **of: Any) -> QuerySet[Any, Any]:
        parts: list[Any] = [
            unread_notices(user_id).annotate(what=Value(NOTICE)),
            unread_threads(user_id, reader).annotate(what=Value(THREAD)),
        ]
        if in_account:
            waiting = waiting_in_company(user_id, of["account_id"])
            parts.append(waiting.annotate(what=Value(CHANGE)))
        first, *more = (one.values_list("what", flat=True)[:COUNTED] for one in parts)
        return first.union(*more, all=True)

    named = ("user_id", "account_id") if in_account else ("user_id",)
    return Compiled(make, **dict.fromkeys(named, uuid.UUID))


def _messages(count: int, *, is_staff: bool) -> Unread:
    words = ngettext("%(n)d unread thread", "%(n)d unread threads", count) % {"n": count}
    if count >= COUNTED:
        words = _("more than %(n)d unread threads") % {"n": COUNTED - 1}
    return Unread(
        label=_("Messages"),
        page="messages_app:staff-threads" if is_staff else "messages_app:inbox",
        icon="mail_outline",
        count=_shown(count),
        words=words if count else _("no unread threads"),
    )


def _notices(count: int) -> Unread:
    words = ngettext("%(n)d unread notice", "%(n)d unread notices", count) % {"n": count}
    if count >= COUNTED:
        words = _("more than %(n)d unread notices") % {"n": COUNTED - 1}
    return Unread(
        label=_("Notices"),
        page="identity:notices",
        icon="notifications",
        count=_shown(count),
        words=words if count else _("no unread notices"),
    )


def _shown(count: int) -> str:
    """The number in the header; none if there is nothing."""
    return f"{COUNTED - 1}+" if count >= COUNTED else str(count) if count else ""
