"""Notices of the program in the demonstration: one that is shown, a past alert, a draft."""

from __future__ import annotations

import datetime as dt
from typing import Any

from core import clock
from core.access import for_user
from core.ids import new_id
from messages_app.models import NoticeSending, ProgramNotice
from messages_app.services import program_notices as services
from messages_app.services.notice_sending import send_notice
from messages_app.states import Group, NoticeKind, Severity
from portal.demo import cast, stage

ALERT, SHOWN, DRAFT = "Stolen high-security seals", "Summer schedule of the program", "Webinar"
_ALERT = """Seals of the series HM-2204 were stolen from a warehouse near Laredo. They are offered for sale.

Check the seals that you receive this week against your seal log. If you find one of the series, don't break it. Call your specialist."""  # noqa: E501
_SHOWN = """Specialists answer messages from Monday to Thursday until the end of August. Due dates stay as they are.

The calendar of the program is at https://program.example/calendar"""  # noqa: E501


def publish_notices() -> None:
    """An alert of last month, a notice that is shown for two more weeks, and an open draft."""
    now, day = clock.now(), dt.timedelta(days=1)
    with clock.at(now - 40 * day):
        alert = _published(ALERT, _ALERT, NoticeKind.ALERT, Severity.CRITICAL, days=14)
        for sending in NoticeSending.objects.filter(notice=alert):
            send_notice(sending.pk)
    with clock.at(now - 2 * day):
        about = {"has_message": False}
        _published(SHOWN, _SHOWN, NoticeKind.PROGRAM, Severity.INFORMATION, days=16, **about)
    listed = f"{cast.THISTLEWICK.name}\n{cast.HALFMOON.name}\nNorth Pier Traders"
    _drafted(DRAFT, "How to write evidence that is accepted.", accounts=listed)


def _drafted(title: str, text: str, *, days: int = 14, **about: Any) -> ProgramNotice:
    said: dict[str, Any] = {
        "kind": NoticeKind.PROGRAM,
        "severity": Severity.INFORMATION,
        "title": title,
        "text": text,
        "link": "",
        "about_on": None,
        "groups": [Group.CONTACTS],
        "business_types": [],
        "accounts": "",
        "has_banner": True,
        "has_message": True,
        "starts_at": None,
        "ends_at": dt.datetime.combine(
            clock.today() + dt.timedelta(days=days), dt.time(17), tzinfo=clock.PROGRAM_ZONE
        ),
    }
    actor = for_user(stage.register(cast.PHILIPPA))
    return services.draft_notice(actor=actor, form_key=new_id(), **{**said, **about})


def _published(
    title: str, text: str, kind: NoticeKind, severity: Severity, *, days: int, **about: Any
) -> ProgramNotice:
    made = _drafted(title, text, days=days, kind=kind, severity=severity, **about)
    actor = for_user(stage.register(cast.PHILIPPA))
    return services.publish(actor=actor, notice_id=made.pk, expected=made.version)
