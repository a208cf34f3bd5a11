"""The notices of the program that concern one reader, past ones too.

These are the notices that were addressed to the person when they were published, those whose banner
is for the person now, those that the person has opened, and those for everyone. What was addressed
to a person stays with them, like a letter. People without a sign-in read those for everyone.
"""

from __future__ import annotations

import uuid
from typing import Any

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery

from core import clock, search
from core.access import Access
from core.errors import NotVisible
from messages_app.models import NoticeReader, NoticeVersion, ProgramNotice
from messages_app.selectors.banners import concerning
from messages_app.states import Group, NoticeStatus


def has_begun() -> Q:
    """A condition: readers could see the notice, because it began before it was withdrawn."""
    return Q(
        Q(withdrawn_at=None) | Q(withdrawn_at__gt=F("starts_at")),
        status__in=[NoticeStatus.PUBLISHED, NoticeStatus.WITHDRAWN],
        starts_at__lte=clock.now(),
    )


def notices_of_reader(access: Access, stamp: str) -> QuerySet[ProgramNotice]:
    """The notices that concern the reader, each with the version that this person has seen."""
    mine = NoticeReader.objects.filter(user=access.user_id, notice=OuterRef("pk"))
    shown_now = [one.notice_id for one in concerning(access, stamp)]
    concerned = Q(Exists(mine)) | Q(pk__in=shown_now) | Q(groups__contains=[Group.EVERYONE])
    rows = ProgramNotice.objects.filter(has_begun(), concerned)
    return rows.annotate(seen=Subquery(mine.values("seen")[:1]))


def notice_of_reader(access: Access, notice_id: uuid.UUID, stamp: str) -> ProgramNotice:
    """One of them. Raises NotVisible for any other."""
    notice = notices_of_reader(access, stamp).filter(pk=notice_id).first()
    if notice is None:
        raise NotVisible("program_notice")
    return notice


def notice_for_everyone(notice_id: uuid.UUID) -> ProgramNotice:
    """A notice that people who are not signed in can read. Raises NotVisible for any other."""
    rows = ProgramNotice.objects.filter(has_begun(), groups__contains=[Group.EVERYONE])
    notice = rows.filter(pk=notice_id).first()
    if notice is None:
        raise NotVisible("program_notice")
    return notice


def versions_of(notice: ProgramNotice) -> list[NoticeVersion]:
    """Every published version of a notice, newest first."""
    return list(notice.versions.order_by("-number"))


def by_words(rows: QuerySet[Any], text: str) -> QuerySet[Any]:
    """Notices whose title or text contains every word."""
    return search.by_words(
        rows,
        text,
        exact=lambda word: _ids(search.contains(word, "title", "text")),
        similar=lambda word: _ids(search.similar(word, "title", "text")),
    )


def _ids(condition: Any) -> QuerySet[Any, Any]:
    return ProgramNotice.objects.filter(condition).order_by().values("pk")
