"""A profile as rows and words for the components that show it: categories, squares, files."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _

from core.links import path_to
from security_models.models import SecurityModel
from security_profile.facts.criterion_answers import Answer, Evidence
from security_profile.selectors import Profile, listed
from security_profile.states import CriterionState


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


def category_rows(profile: Profile, current: str = "") -> list[dict[str, Any]]:
    """Categories with their counts; the category of the current criterion lists its criteria."""
    rows, base = [], criteria_base(profile.model)
    for one in profile.categories:
        is_open = any(answer.code == current for answer in one.answers)
        row: dict[str, Any] = {
            "number": one.category.number,
            "label": one.category.name,
            "url": base + one.answers[0].code,
            "done": one.counted.done,
            "total": one.counted.total,
            "returned": one.counted.returned,
            "current": is_open,
        }
        if is_open:
            row["criteria"] = [_criterion_row(base, answer, current) for answer in one.answers]
        rows.append(row)
    return rows


def _criterion_row(base: str, answer: Answer, current: str) -> dict[str, Any]:
    return {
        "number": answer.code,
        "label": answer.criterion.entry.label,
        "url": base + answer.code,
        "status": answer.status,
        "current": answer.code == current,
    }


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
