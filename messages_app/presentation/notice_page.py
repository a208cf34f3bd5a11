"""What the pages of one notice of the program show."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core import clock
from core.access import Access
from core.days import moment
from core.differences import compare
from core.forms import VersionedForm
from messages_app.checks.program_notices import list_of_accounts, times
from messages_app.models import NoticeVersion, ProgramNotice
from messages_app.policies import P
from messages_app.presentation.notice_rows import audience_words, paragraphs, ways_words
from messages_app.selectors import program_notices as selectors
from messages_app.selectors.audience import audience_of, people_in
from messages_app.selectors.reader_notices import versions_of
from messages_app.selectors.typed_accounts import matches
from messages_app.states import Group, NoticeStage, NoticeStatus


def notice_page(access: Access, notice: ProgramNotice) -> dict[str, Any]:
    """One notice for staff."""
    may_publish = access.has(P.PUBLISH_NOTICES)
    stage = selectors.stage_of(notice)
    return {
        **_shown(notice),
        "stage": stage,
        "audience": audience_words(notice, notice.chosen.count()),
        "ways": ways_words(notice),
        "may_publish": may_publish,
        "is_draft": stage == NoticeStage.DRAFT,
        "is_published": notice.status == NoticeStatus.PUBLISHED,
        "typed": typed_lines(notice) if stage == NoticeStage.DRAFT else [],
        "change": _pending(notice) if may_publish and notice.correction else None,
        "sending": _sending(notice),
        "saw": selectors.how_many_saw(notice) if notice.number else 0,
        "versions": versions_of(notice) if notice.number > 1 else [],
        "entries": selectors.history_of(access, notice),
    }


def _shown(notice: ProgramNotice) -> dict[str, Any]:
    return {"notice": notice, "paragraphs": paragraphs(notice.text)}


def _sending(notice: ProgramNotice) -> dict[str, Any] | None:
    """How far the sending of the newest version is."""
    sending = selectors.sending_of(notice)
    if sending is None:
        return None
    done, total = sending.done, sending.people
    if sending.ended_at is not None and done < total:
        words = _("Stopped: sent to %(done)s of %(total)s people.")
    elif sending.ended_at is not None:
        words = _("Sent to %(done)s of %(total)s people.")
    elif sending.next_attempt_at > clock.now() and not sending.attempts:
        words = _("It is sent to %(total)s people at the start.")
    else:
        words = _("Being sent: %(done)s of %(total)s people.")
    return {
        "words": words % {"done": done, "total": total},
        "done": done,
        "total": total,
        "is_running": sending.ended_at is None and sending.next_attempt_at <= _soon(),
    }


def _soon() -> dt.datetime:
    """Until when a claimed sending waits for its next step."""
    return clock.now() + dt.timedelta(minutes=3)


def typed_lines(notice: ProgramNotice) -> list[dict[str, Any]]:
    """Each line of the list of a draft with what it matches."""
    return [
        {
            "line": one.line,
            "models": one.models,
            "choices": one.choices,
            "is_matched": one.is_matched,
        }
        for one in matches(notice.accounts)
    ]


def _pending(notice: ProgramNotice) -> dict[str, Any]:
    """The next version of a notice, with the changes of its text marked."""
    said = notice.correction
    return {
        "title": said["title"],
        "severity": said["severity"],
        "link": said["link"],
        "ends_at": dt.datetime.fromisoformat(said["ends_at"]),
        "note": said["note"],
        "parts": compare(notice.text, said["text"]).parts,
        "same_text": notice.text == said["text"],
    }


def conflict_of(
    form: VersionedForm, shown: Callable[[ProgramNotice], dict[str, Any]]
) -> dict[str, Any] | None:
    """After a conflict: who saved when, and the fields that differ; None without one."""
    if form.stale is None:
        return None
    current = form.stale.current
    return {
        "who": current.updated_by_name,
        "at": current.updated_at,
        "rows": form.differences(shown(current)),
    }


def preview_page(access: Access, notice: ProgramNotice, group: str, *, show: str) -> dict[str, Any]:
    """The notice as its readers see it, how many they are, and the kinds of readers to choose."""
    people = selectors.people_of_draft(access, notice, group).count()
    accounts = selectors.accounts_of_draft(access, notice, group).count()
    kinds = [("", _("All of the audience"))]
    kinds += [(one, str(Group(one).label)) for one in notice.groups]
    return {
        **_shown(notice),
        "kinds": [
            {"value": value, "label": label, "current": value == group} for value, label in kinds
        ],
        "group": group,
        "show": "accounts" if show == "accounts" else "people",
        "people": people,
        "accounts": accounts,
        "pages_of": _pages_of(notice, group),
    }


def _pages_of(notice: ProgramNotice, group: str) -> str:
    """Where these readers find the notice."""
    found = []
    if notice.has_banner:
        found.append(_("The banner is at the top of every page."))
    if notice.has_message:
        found.append(_("The message is in their notices and their email."))
    if Group.EVERYONE in (group or notice.groups):
        found.append(_("People who are not signed in can read it, too."))
    return " ".join(found)


def publishing_page(notice: ProgramNotice) -> dict[str, Any]:
    """The second look before a draft or a correction is published."""
    is_correction = bool(notice.correction)
    people = notice.people if is_correction else people_in(audience_of(notice)).count()
    return {
        **_shown(notice),
        "is_correction": is_correction,
        "change": _pending(notice) if is_correction else None,
        "audience": audience_words(notice, notice.chosen.count()),
        "ways": ways_words(notice),
        "people": people,
        "accounts": selectors.accounts_of_audience(notice).count(),
        "problems": [] if is_correction else _problems(notice),
        "starts": moment(notice.starts_at) if notice.starts_at else _("At once"),
    }


def _problems(notice: ProgramNotice) -> list[Any]:
    found = [*times(notice.starts_at, notice.ends_at, clock.now())]
    return [*found, *list_of_accounts(matches(notice.accounts))]


def said(notice: ProgramNotice) -> str:
    """What has happened after publishing, and what comes next."""
    if notice.number > 1:
        return _("Version %(n)s is published. Banners that were dismissed are back.") % {
            "n": notice.number
        }
    assert notice.starts_at is not None  # noqa: S101 (a constraint of the table)
    if notice.starts_at > clock.now():
        return _("The notice is scheduled. It starts on %(when)s.") % {
            "when": moment(notice.starts_at)
        }
    if not notice.has_message:
        return _("The notice is published.")
    return ngettext(
        "The notice is published. It is being sent to %(n)s person.",
        "The notice is published. It is being sent to %(n)s people.",
        notice.people,
    ) % {"n": notice.people}


def reader_page(notice: ProgramNotice) -> dict[str, Any]:
    """One notice for a reader; after a correction also what it changed."""
    versions = versions_of(notice) if notice.number > 1 else []
    return {
        **_shown(notice),
        "stage": selectors.stage_of(notice),
        "corrections": _changes(versions, getattr(notice, "seen", None)),
    }


def _changes(versions: list[NoticeVersion], seen: int | None) -> list[dict[str, Any]]:
    """What each correction changed, newest first; the newest with its words marked, compared with
    what the reader has seen.
    """
    if len(versions) < 2:
        return []
    newest = versions[0]
    by_number = {one.number: one for one in versions}
    before = by_number.get(seen or 0, versions[1])
    before = versions[1] if before.number == newest.number else before
    rows: list[dict[str, Any]] = [
        {"number": one.number, "at": one.published_at, "note": one.note, "parts": None}
        for one in versions
        if one.number > 1
    ]
    if before.text != newest.text:
        rows[0]["parts"] = compare(before.text, newest.text).parts
    rows[0]["title_before"] = before.title if before.title != newest.title else ""
    return rows
