"""What a person has not read, for the header of every page: one statement for each kind."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.access import Access
from messages_app.policies import P as MessagesP
from messages_app.selectors.threads import unread_count as unread_threads
from notifications.selectors import COUNTED, unread_count


@dataclass(frozen=True)
class Unread:
    """A link of the header: ``count`` is shown with it, ``words`` are read out."""

    label: str
    page: str
    icon: str
    count: str
    words: str


def unread_of(access: Access) -> list[Unread]:
    """The links for this reader, in their order; messages come before notices."""
    if access.user is None:
        return []
    links = [_notices(unread_count(access.user.pk))]
    if not access.is_staff or access.has(MessagesP.SEE_INBOX):
        links.insert(0, _messages(unread_threads(access), is_staff=access.is_staff))
    return links


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
