"""A profile as rows and words for the components that show it: categories, squares, files."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.template.defaultfilters import filesizeformat
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from core.links import path_to
from security_models.models import SecurityModel
from security_profile.facts.criterion_answers import Answer, Evidence
from security_profile.selectors import Profile, listed
from security_profile.states import CriterionState, Verdict


def page_url(name: str, model: SecurityModel, **kwargs: Any) -> str:
    """The address of one of this app's pages for a model."""
    places = {"trade_id": model.trade_account_id, "model_id": model.pk, **kwargs}
    return path_to(f"security_profile:{name}", **places)


def criterion_url(model: SecurityModel, code: str) -> str:
    """The page of one criterion."""
    return page_url("criterion", model, code=code)


def criteria_base(model: SecurityModel) -> str:
    """The common start of the addresses of all criteria: a list makes a hundred of them."""
    return page_url("profile", model)


def reopening(profile: Profile, answer: Answer) -> dict[str, Any]:
    """What a change does to an answer that the program has or has accepted; empty if nothing.

    Shown before anything is typed, and again once the change is saved.
    """
    latest = profile.latest
    if latest is None or answer.judged is None:
        return {}
    if latest.is_with_cbp:
        heading = _("Changed since submitted") if answer.has_changed else _("Under review")
        words = _(
            "The specialist reviews the answer as submitted. Your changes go with "
            "the next submission."
        )
        return {"heading": heading, "words": words, "done": answer.has_changed}
    if not answer.was_accepted:
        return {}
    if answer.has_changed:
        words = _(
            "It was accepted before. Your change reopened it. The specialist reviews it again with "
            "the next submission."
        )
        return {"heading": _("Changed since submitted"), "words": words, "done": True}
    words = _(
        "If you change the answer or its files, you reopen it. The specialist "
        "reviews it again with the next submission."
    )
    return {"heading": _("Accepted"), "words": words, "done": False}


def evidence_rows(profile: Profile, code: str) -> list[dict[str, Any]]:
    """The files of a criterion with their state in words. Only a checked file has a link (D5)."""
    rows = []
    for file in profile.answer(code).evidence:
        also = [
            one.code
            for one in profile.answers
            if one.code != code and any(f.version_id == file.version_id for f in one.evidence)
        ]
        href = page_url("evidence", profile.model, code=code, link_id=file.link_id)
        rows.append(
            {
                "link_id": file.link_id,
                "title": file.title,
                "href": href if file.is_clean else "",
                "note": " ".join(_file_words(file, also)),
                "state": _file_state(file),
            }
        )
    return rows


def _file_state(file: Evidence) -> str:
    if file.is_clean:
        return "clean"
    return "checking" if file.is_checking else "blocked"


def _file_words(file: Evidence, also: list[str]) -> Iterator[str]:
    yield f"{file.name}, {filesizeformat(file.size)}."
    if also:
        yield _("Also used in %(codes)s.") % {"codes": listed(also)}
    if file.is_checking:
        yield _("Checking for viruses. You can keep working.")
    if file.is_blocked:
        yield _("This file can't be used: %(why)s. Remove it and attach another.") % {
            "why": file.state_reason or _("the check found a problem")
        }


@dataclass(frozen=True)
class CriterionLine:
    """One line of the whole profile in words, with its link; ``status`` is a code."""

    url: str
    code: str
    statement: str
    types: str
    level: str
    is_must: bool
    status: str
    is_changed: bool
    is_commented: bool
    is_ready: bool
    lacks_evidence: bool
    files: int
    asks_evidence: bool
    saved: str


def criterion_lines(
    profile: Profile, answers: Iterable[Answer], *, with_types: bool
) -> list[CriterionLine]:
    """The lines of these answers; ``with_types`` names the business types that each applies to."""
    base = criteria_base(profile.model)
    return [_criterion_line(base, one, with_types) for one in answers]


def _criterion_line(base: str, one: Answer, with_types: bool) -> CriterionLine:
    judged, entry = one.judged, one.criterion.entry
    status = one.status
    return CriterionLine(
        url=base + one.code,
        code=one.code,
        statement=entry.statement,
        types=str(one.criterion.applies_to) if with_types else "",
        level=str(one.criterion.level.label),
        is_must=one.is_must,
        status=str(status),
        is_changed=one.has_changed and one.is_started,
        is_commented=bool(judged and judged.verdict == Verdict.ACCEPTED and judged.comment),
        is_ready=one.is_ready and status in (CriterionState.IN_PROGRESS, CriterionState.COMPLETE),
        lacks_evidence=one.lacks_evidence,
        files=len(one.evidence),
        asks_evidence=entry.evidence_required,
        saved=_day(one.saved_at) if one.saved_at and one.version else "",
    )


@dataclass(frozen=True)
class CriterionRow:
    """One criterion of the open category; ``status`` is a code."""

    number: str
    label: str
    url: str
    status: str
    current: bool


@dataclass(frozen=True)
class CategoryRow:
    """A category with its counts, and its criteria if it is open."""

    number: int
    label: str
    url: str
    done: int
    total: int
    returned: int
    current: bool
    criteria: tuple[CriterionRow, ...]


def _day(moment: dt.datetime) -> str:
    """The day in the time zone of the reader, as templates write it."""
    return date_format(localtime(moment), "M j, Y")


def category_rows(profile: Profile, current: str = "") -> list[CategoryRow]:
    """Categories with their counts; the category of the current criterion lists its criteria."""
    base = criteria_base(profile.model)
    return [_category_row(one, base, current) for one in profile.categories]


def _category_row(one: Any, base: str, current: str) -> CategoryRow:
    is_open = any(answer.code == current for answer in one.answers)
    return CategoryRow(
        number=one.category.number,
        label=one.category.name,
        url=base + one.answers[0].code,
        done=one.counted.done,
        total=one.counted.total,
        returned=one.counted.returned,
        current=is_open,
        criteria=tuple(_criterion_row(base, answer, current) for answer in one.answers)
        if is_open
        else (),
    )


def _criterion_row(base: str, answer: Answer, current: str) -> CriterionRow:
    return CriterionRow(
        number=answer.code,
        label=answer.criterion.entry.label,
        url=base + answer.code,
        status=str(answer.status),
        current=answer.code == current,
    )


def square_rows(profile: Profile) -> list[dict[str, Any]]:
    """One square for each criterion, grouped by focus area."""
    rows, area, base = [], "", criteria_base(profile.model)
    for one in profile.categories:
        heading = one.category.focus_area if one.category.focus_area != area else ""
        area = one.category.focus_area
        rows.append(
            {
                "number": one.category.number,
                "label": one.category.name,
                "url": f"{base}?category={one.category.number}",
                "group": heading,
                "done": one.counted.done,
                "total": one.counted.total,
                "states": [_drawn(answer.status) for answer in one.answers],
            }
        )
    return rows


def _drawn(state: CriterionState) -> str:
    """The class of a state in the style sheet."""
    return str(state).replace("_", "-")


def sign_url(model: SecurityModel) -> str:
    """The page where signing the application begins (A4)."""
    places = {"trade_id": model.trade_account_id, "model_id": model.pk, "kind": "application"}
    return path_to("agreements:read", **places)
