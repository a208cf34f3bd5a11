"""Rows and figures of the list of applications, in words."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from core import clock
from core.days import day, days_left, due_tone
from core.links import path_to
from reviews.presentation.queue_rows import (
    age_in_days,
    type_names,
)
from reviews.selectors.management import vetting_due
from security_models.states import VettingResult
from security_profile.states import SubmissionStatus


def profile_words(row: Any) -> str:
    """The first gate of an application."""
    if row.profile_done:
        return _("Approved")
    known = row.review_status in SubmissionStatus.values
    return str(SubmissionStatus(row.review_status).label) if known else _("Not submitted")


def vetting_words(row: Any) -> str:
    """The second gate of an application."""
    if row.vetting_done:
        return str(VettingResult.PASSED.label)
    if row.vetting_result not in VettingResult.values:
        return _("Not decided")
    return str(VettingResult(row.vetting_result).label)


def vetting_due_words(row: Any, today: dt.date) -> str:
    """By when vetting is to be decided, and that this is late; empty if nothing is due."""
    due = vetting_due(row)
    if due is None:
        return ""
    if due < today:
        return _("Due %(date)s, %(late)s") % {"date": day(due), "late": days_left(due, today)}
    return _("Due %(date)s") % {"date": day(due)}


@dataclass(frozen=True)
class ApplicationLine:
    """One line of the list of applications."""

    model_id: uuid.UUID
    url: str
    partner: str
    reference: str
    types: str
    received: str
    age: int
    profile_done: bool
    profile: str
    profile_code: str
    vetting: str
    vetting_url: str
    vetting_due: str
    vetting_tone: str
    staff: str
    assignment_url: str


def application_rows(rows: Iterable[Any]) -> list[ApplicationLine]:
    """The lines of a page of the list of applications."""
    today = clock.today()
    return [
        ApplicationLine(
            model_id=row.pk,
            url=path_to("reviews:partner", model_id=row.pk),
            partner=row.account_name,
            reference=row.reference,
            types=type_names(row),
            received=day(row.received_on) if row.received_on else "",
            age=age_in_days(row),
            profile_done=row.profile_done,
            profile=profile_words(row),
            profile_code="approved" if row.profile_done else row.review_status or "not-started",
            vetting=vetting_words(row),
            vetting_url=path_to("reviews:vetting", model_id=row.pk),
            vetting_due=vetting_due_words(row, today),
            vetting_tone=due_tone((due - today).days) if (due := vetting_due(row)) else "",
            staff=row.staff_name,
            assignment_url=path_to("reviews:assignment", model_id=row.pk),
        )
        for row in rows
    ]


def certified_words(certified: Sequence[tuple[str, str]]) -> str:
    """ "Certified as 12345678.", with the business types if there are several; or empty."""
    if not certified:
        return ""
    numbers = [number for _name, number in certified]
    if len(certified) > 1:
        numbers = [f"{number} ({name})" for name, number in certified]
    return _("Certified as %(numbers)s.") % {"numbers": ", ".join(numbers)}


def application_figures(counts: dict[str, int]) -> list[dict[str, Any]]:
    """How many applications wait for what; each figure links to its list."""
    words = [
        ("", counts["all"], _("Applications")),
        ("vetting", counts["vetting"], _("Waiting for vetting")),
        ("profile", counts["profile"], _("Waiting for the security profile")),
        ("specialist", counts["specialist"], _("Without a specialist")),
    ]
    return [
        {
            "count": count,
            "label": label,
            "url": f"?waiting={key}" if key else "?",
            "hot": key == "specialist" and count > 0,
        }
        for key, count, label in words
    ]
