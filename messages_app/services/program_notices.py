"""Drafts, publishes and withdraws notices of the program (issue 11, 7).

Only a program administrator may. A version of the row tells what the writer has read, so that
nothing is published that was changed after the last look. What follows from publishing is rows in
the same transaction: the version as it was published, the people in its audience, the sending, and
a new stamp that tells every process to read the banners again.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from audit.services import PROGRAM, record
from core import clock
from core.access import Access
from core.concurrency import made_before, save_versioned
from core.errors import Problem, Stale, refusal, refuse
from messages_app.checks import program_notices as checks
from messages_app.machine import NOTICE
from messages_app.models import NoticeAccount, NoticeSending, ProgramNotice
from messages_app.policies import P
from messages_app.selectors.audience import audience_of, people_in
from messages_app.selectors.typed_accounts import lines_of, matches
from messages_app.services.program_notice_effects import (
    address,
    keep_version,
    locked,
    send_later,
    stamp_anew,
    subject_of,
    written_by,
)
from messages_app.states import Group, NoticeStatus


def _refuse_content(data: Mapping[str, Any]) -> None:
    """Raise with every problem of a draft, each at its field."""
    refuse(
        [
            *checks.times(data["starts_at"], data["ends_at"], clock.now()),
            *checks.audience(data["groups"], data["business_types"], lines_of(data["accounts"])),
            *checks.ways(has_banner=data["has_banner"], has_message=data["has_message"]),
            *checks.day(data["kind"], data["about_on"]),
        ]
    )


def _whole(data: Mapping[str, Any]) -> dict[str, Any]:
    """What is stored of a draft: *Everyone* includes all other groups."""
    everyone = Group.EVERYONE in data["groups"]
    groups = [str(Group.EVERYONE)] if everyone else list(data["groups"])
    return {**data, "groups": groups, "by_account": bool(lines_of(data["accounts"]))}


def _choose(notice: ProgramNotice) -> None:
    """Store the accounts that the list means."""
    wanted = {model.pk for one in matches(notice.accounts) for model in one.models}
    rows = NoticeAccount.objects.filter(notice=notice)
    rows.exclude(security_model__in=wanted).delete()
    NoticeAccount.objects.bulk_create(
        (NoticeAccount(notice=notice, security_model_id=pk) for pk in wanted),
        ignore_conflicts=True,
    )


@transaction.atomic
def draft_notice(*, actor: Access, form_key: uuid.UUID, **data: Any) -> ProgramNotice:
    """Save a new draft; a second click on the same form finds the first one's row."""
    actor.require(P.PUBLISH_NOTICES)
    before = made_before(ProgramNotice, form_key, updated_by_id=actor.user_id)
    if before is not None:
        return before
    _refuse_content(data)
    notice = ProgramNotice(pk=form_key, created_at=clock.now(), **_whole(data), **written_by(actor))
    notice.save(force_insert=True)
    _choose(notice)
    NOTICE.begin(notice, actor=actor)
    record(
        "messages_app.notice_drafted",
        actor=actor,
        scope=PROGRAM,
        subject=subject_of(notice),
        title=notice.title,
    )
    return notice


@transaction.atomic
def save_draft(*, actor: Access, notice_id: uuid.UUID, expected: int, **data: Any) -> ProgramNotice:
    """Save a draft. Raises Stale if someone else saved in between."""
    actor.require(P.PUBLISH_NOTICES)
    notice = locked(notice_id)
    _require_draft(notice)
    _refuse_content(data)
    save_versioned(notice, expected=expected, **_whole(data), **written_by(actor))
    _choose(notice)
    record(
        "messages_app.notice_changed",
        actor=actor,
        scope=PROGRAM,
        subject=subject_of(notice),
        title=notice.title,
    )
    return notice


@transaction.atomic
def choose_account(
    *, actor: Access, notice_id: uuid.UUID, expected: int, line: str, model_id: uuid.UUID | None
) -> ProgramNotice:
    """In the list of a draft, put the reference of an account in the place of a line that several
    companies have.
    """
    actor.require(P.PUBLISH_NOTICES)
    notice = locked(notice_id)
    _require_draft(notice)
    offered = {model.pk: model for one in matches(notice.accounts) for model in one.choices}
    lines = lines_of(notice.accounts)
    if model_id not in offered or line not in lines:
        raise refusal("choice", _("Choose one of the accounts that are offered."))
    lines[lines.index(line)] = offered[model_id].reference
    typed = "\n".join(lines)
    save_versioned(notice, expected=expected, accounts=typed, **written_by(actor))
    _choose(notice)
    return notice


def _require_draft(notice: ProgramNotice) -> None:
    if notice.status != NoticeStatus.DRAFT:
        words = _("This is no longer a draft: its status is “%(status)s”. Nothing was changed.")
        raise refusal("no_draft", words % {"status": notice.get_status_display()})


@transaction.atomic
def discard_draft(*, actor: Access, notice_id: uuid.UUID, expected: int) -> ProgramNotice:
    """Discard a draft; it stays in the record."""
    actor.require(P.PUBLISH_NOTICES)
    notice = locked(notice_id)
    if notice.status == NoticeStatus.DISCARDED:
        return notice
    if notice.status == NoticeStatus.DRAFT and notice.version != expected:
        raise Stale(notice)
    NOTICE.apply("discard", notice, actor=actor, version=notice.version + 1, **written_by(actor))
    record(
        "messages_app.notice_discarded",
        actor=actor,
        scope=PROGRAM,
        subject=subject_of(notice),
        title=notice.title,
    )
    return notice


def before_publishing(notice: ProgramNotice) -> list[Problem]:
    """Everything that keeps a draft from being published now."""
    found = [
        *checks.times(notice.starts_at, notice.ends_at, clock.now()),
        *checks.list_of_accounts(matches(notice.accounts)),
    ]
    if not found and not people_in(audience_of(notice)).exists():
        words = _("Nobody belongs to this audience now. Change the groups or what narrows them.")
        found.append(Problem("nobody", words, "groups"))
    return found


@transaction.atomic
def publish(*, actor: Access, notice_id: uuid.UUID, expected: int) -> ProgramNotice:
    """Publish a draft as it was read. A second click finds it published and does nothing.

    The people in the audience now are the ones to whom the message is sent, at the start.
    """
    actor.require(P.PUBLISH_NOTICES)
    notice = locked(notice_id)
    if notice.status == NoticeStatus.PUBLISHED and notice.version == expected + 1:
        return notice
    if notice.status == NoticeStatus.DRAFT and notice.version != expected:
        raise Stale(notice)
    if notice.status == NoticeStatus.DRAFT:
        _choose(notice)
        refuse(before_publishing(notice))
    now = clock.now()
    NOTICE.apply(
        "publish",
        notice,
        actor=actor,
        number=1,
        version=expected + 1,
        starts_at=notice.starts_at or now,
        accounts="",
        published_at=now,
        published_by_name=actor.name,
        **written_by(actor),
    )
    people = address(notice)
    rows = ProgramNotice.objects.filter(pk=notice.pk, version=notice.version)
    rows.update(people=people)
    notice.people = people
    keep_version(notice, actor, people)
    send_later(notice, people)
    stamp_anew()
    record(
        "messages_app.notice_published",
        actor=actor,
        scope=PROGRAM,
        subject=subject_of(notice),
        title=notice.title,
        people=people,
    )
    return notice


@transaction.atomic
def withdraw(*, actor: Access, notice_id: uuid.UUID, expected: int, reason: str) -> ProgramNotice:
    """Take a notice back: its banner is gone at once, and readers of it see why.

    What was not sent yet is not sent. A second click finds it withdrawn and does nothing.
    """
    actor.require(P.PUBLISH_NOTICES)
    notice = locked(notice_id)
    if notice.status == NoticeStatus.WITHDRAWN and notice.version == expected + 1:
        return notice
    if notice.status == NoticeStatus.PUBLISHED and notice.version != expected:
        raise Stale(notice)
    now = clock.now()
    NOTICE.apply(
        "withdraw",
        notice,
        actor=actor,
        reason=reason,
        version=notice.version + 1,
        correction={},
        withdrawn_at=now,
        withdrawn_by_name=actor.name,
        withdrawn_reason=reason,
        **written_by(actor),
    )
    NoticeSending.objects.filter(notice=notice, ended_at=None).update(ended_at=now)
    stamp_anew()
    record(
        "messages_app.notice_withdrawn",
        actor=actor,
        scope=PROGRAM,
        subject=subject_of(notice),
        title=notice.title,
        reason=reason,
    )
    return notice
