"""Lines of management's pages of open work and of handing partners over. Runs no queries."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from reviews.presentation.partner_rows import why_off
from reviews.presentation.queue_rows import QueueLine, queue_rows
from security_models.services.handover import Outcome, Row


@dataclass(frozen=True)
class WorkLine:
    """One line of all open work: a line of the queue, with its specialist."""

    line: QueueLine
    model_id: uuid.UUID
    staff: str
    why_off: str


def work_rows(rows: Iterable[Any]) -> list[WorkLine]:
    """The lines of a page of open work."""
    rows = list(rows)
    return [
        WorkLine(line, row.security_model_id, row.staff_name, why_off(row))
        for row, line in zip(rows, queue_rows(rows), strict=True)
    ]


def staff_words(row: Any) -> str:
    """The specialist of a row, with the reason why they are not available, for an export."""
    off = why_off(row)
    return f"{row.staff_name} ({off})" if off else row.staff_name


def figures_of(counts: Mapping[str, int]) -> list[dict[str, Any]]:
    """How much is open; each figure links to its list."""
    words = [
        ("", counts["all"], _("Open items")),
        ("pressing=late", counts["late"], _("Late")),
        ("waiting=me", counts["waiting"], _("Waiting for the program")),
        ("staff=away", counts["nobody"], _("Nobody available")),
    ]
    hot = {"pressing=late", "staff=away"}
    return [
        {"count": count, "label": label, "url": f"?{query}", "hot": query in hot and count > 0}
        for query, count, label in words
    ]


@dataclass(frozen=True)
class HandOverLine:
    """One partner before or after it is handed over."""

    url: str
    partner: str
    reference: str
    staff: str
    outcome: str = ""
    tone: str = ""


def hand_over_rows(partners: Iterable[Any]) -> list[HandOverLine]:
    """The lines of the preview."""
    return [_line(one, staff_words(one)) for one in partners]


def _line(partner: Any, staff: str, outcome: str = "", tone: str = "") -> HandOverLine:
    url = reverse("reviews:partner", args=[partner.pk])
    return HandOverLine(url, partner.account_name, partner.reference, staff, outcome, tone)


@dataclass(frozen=True)
class Results:
    """The results of a hand-over, row by row."""

    words: str
    lines: list[HandOverLine]
    all_done: bool


def result_rows(done: Sequence[Row], partners: Iterable[Any]) -> Results:
    """The lines of the result, in the order of the preview; partners that were not moved come
    first.
    """
    rows = {row.model_id: row for row in done}
    lines = [_result(rows[one.pk], one) for one in partners if one.pk in rows]
    moved = sum(row.outcome is Outcome.MOVED for row in done)
    words = ngettext("%(n)s partner was handed over.", "%(n)s partners were handed over.", moved)
    left = [row for row in done if row.outcome in {Outcome.CHANGED, Outcome.GONE}]
    lines.sort(key=lambda line: line.tone != "blocked")
    return Results(words % {"n": moved}, lines, not left)


def _result(row: Row, partner: Any) -> HandOverLine:
    if row.outcome is Outcome.MOVED:
        return _line(partner, row.staff_name, _("Handed over"), "ready")
    if row.outcome is Outcome.SAME:
        return _line(partner, row.staff_name, _("Was theirs already"), "approved")
    words = _("Not handed over: it changed while you were choosing")
    return _line(partner, row.staff_name or _("Nobody"), words, "blocked")
