"""Notices of the program in a chosen state, made through the services."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

from core import clock
from core.access import Access, for_user
from core.ids import new_id
from identity.models import User
from messages_app.models import (
    NoticeAccount,
    NoticeReader,
    NoticeSending,
    NoticeVersion,
    ProgramNotice,
)
from messages_app.services import program_notices as services
from messages_app.services.notice_sending import send_notice
from security_models.models import SecurityModel
from tests.factories.people import UserFactory

DAY = dt.timedelta(days=1)


def publisher() -> Access:
    """A program administrator."""
    return for_user(UserFactory.create(staff_role="program_admin"))


def content(**given: Any) -> dict[str, Any]:
    """What a draft needs: a notice for contacts, at once, for a week."""
    return {
        "kind": "program",
        "severity": "information",
        "title": "Office closed on Friday",
        "text": "The program office is closed on Friday.",
        "link": "",
        "about_on": None,
        "groups": ["contacts"],
        "business_types": [],
        "accounts": "",
        "has_banner": True,
        "has_message": True,
        "starts_at": None,
        "ends_at": clock.now() + 7 * DAY,
        **given,
    }


def draft(access: Access | None = None, **given: Any) -> ProgramNotice:
    """A draft."""
    actor = access or publisher()
    return services.draft_notice(actor=actor, form_key=new_id(), **content(**given))


def published(access: Access | None = None, **given: Any) -> ProgramNotice:
    """A published notice; nothing was sent yet."""
    actor = access or publisher()
    made = draft(actor, **given)
    return services.publish(actor=actor, notice_id=made.pk, expected=made.version)


def addressed(model: SecurityModel, people: Iterable[User | None]) -> ProgramNotice:
    """A notice to some people of one account, as rows: without a banner, an event or a sending."""
    now = clock.now()
    about = {"updated_at": now, "updated_by_id": new_id(), "updated_by_name": "Philippa"}
    said = content(accounts="", has_banner=False, starts_at=now)
    notice = ProgramNotice.objects.create(
        status="published", number=1, by_account=True, created_at=now, **said, **about
    )
    NoticeAccount.objects.create(notice=notice, security_model=model)
    NoticeVersion.objects.create(
        notice=notice, number=1, severity="information", title=notice.title, text=notice.text,
        starts_at=now, ends_at=notice.ends_at, audience={}, people=1, published_at=now,
        published_by_id=new_id(), published_by_name="Philippa",
    )  # fmt: skip
    for user in people:
        assert user is not None
        NoticeReader.objects.create(notice=notice, user=user, addressed=True)
    return notice


def send(notice: ProgramNotice) -> int:
    """Send its newest version, as the worker does; return how many people it reached."""
    return sum(send_notice(one.pk) for one in NoticeSending.objects.filter(notice=notice))


def partner(user: User | None = None) -> Access:
    """A person who may be no contact."""
    return for_user(user or UserFactory.create())
