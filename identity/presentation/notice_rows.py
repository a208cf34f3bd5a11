"""The rows of the list of notices."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _

from core.days import moment
from notifications.models import Notification
from notifications.presentation.kind_words import topic_of
from notifications.providers.kinds import kind


@dataclass(frozen=True)
class NoticeRow:
    """One notice as its list shows it. ``opens`` are the words of the button to the thing."""

    id: str
    subject: str
    url: str
    topic: str
    account: str
    when: str
    state: str
    is_unread: bool
    opens: str


def rows_of(notices: Iterable[Notification]) -> list[NoticeRow]:
    """The rows of a page."""
    return [
        NoticeRow(
            id=str(one.pk),
            subject=one.subject,
            url=reverse("identity:notice", args=[one.pk]),
            topic=topic_of(one.kind),
            account=one.account,
            when=moment(one.created_at),
            state=notice_state(one),
            is_unread=one.read_at is None,
            opens=(kind(one.kind).button or _("Open the page")) if one.url else "",
        )
        for one in notices
    ]


def notice_state(notice: Notification) -> str:
    """Read or unread."""
    return _("Unread") if notice.read_at is None else _("Read")
