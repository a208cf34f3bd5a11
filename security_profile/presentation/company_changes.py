"""What differs between two company profiles, as rows of words: before and after (P7, P10).

Both sides are canonical data of ``security_models.selectors.company_profile``.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from core.days import day
from security_profile.facts.approvals import numberless

Data = Mapping[str, Any]


@dataclass(frozen=True)
class CompanyChange:
    """One fact that differs; ``before`` is empty if it was added, ``after`` if it was removed."""

    label: str
    before: str
    after: str


def company_changes(before: Data, after: Data) -> list[CompanyChange]:
    """Everything that differs except account numbers, in the order of the company profile."""
    older, newer = numberless(before), numberless(after)
    if older == newer:
        return []
    found = [
        *_of_fields(older["organization"], newer["organization"]),
        *_of_list(_("Business type"), older["business_types"], newer["business_types"], _TYPE),
        *_of_list(_("Entity ID"), older["identifiers"], newer["identifiers"], _IDENTIFIER),
        *_of_list(_("Supporting paper"), older["papers"], newer["papers"], _PAPER),
        *_of_list(_("Address"), older["addresses"], newer["addresses"], _ADDRESS),
        *_of_list(_("Contact"), older["contacts"], newer["contacts"], _CONTACT),
    ]
    events = older["event_description"], newer["event_description"]
    if events[0] != events[1]:
        found.append(CompanyChange(_("Security events"), *events))
    return found


def _of_fields(before: Data, after: Data) -> Iterator[CompanyChange]:
    labels = {
        "name": _("Company name"),
        "doing_business_as": _("Doing business as"),
        "employees": _("Number of employees"),
        "business_started_on": _("Business start date"),
        "history": _("Brief history"),
        "phone": _("Phone"),
        "website": _("Website"),
    }
    for name in after:
        older, newer = before.get(name), after[name]
        if older != newer:
            yield CompanyChange(labels.get(name, name), _said(name, older), _said(name, newer))


def _said(name: str, value: Any) -> str:
    if value in (None, ""):
        return ""
    if name == "business_started_on":
        return day(dt.date.fromisoformat(value))
    return str(value)


@dataclass(frozen=True)
class _Kind:
    """How the things of a list are told apart, and what is said of one."""

    key: Callable[[Data], Any]
    words: Callable[[Data], str]


def _of_list(
    label: str, before: Iterable[Data], after: Iterable[Data], kind: _Kind
) -> Iterator[CompanyChange]:
    """Things that changed or are new, then those that are gone."""
    older = {kind.key(one): one for one in before}
    newer = {kind.key(one): one for one in after}
    for key, one in newer.items():
        if older.get(key) != one:
            was = kind.words(older[key]) if key in older else ""
            yield CompanyChange(label, was, kind.words(one))
    for key, one in older.items():
        if key not in newer:
            yield CompanyChange(label, kind.words(one), "")


def _joined(*parts: Any) -> str:
    return ", ".join(str(part) for part in parts if part)


def _type_words(one: Data) -> str:
    answers = "; ".join(f"{step['question']} {step['answer']}" for step in one["answers"])
    return f"{one['name']}: {answers}" if answers else one["name"]


def _address_words(one: Data) -> str:
    uses = [
        (one["primary"], _("Primary")),
        (one["mailing"], _("Mailing")),
        (one["secondary"], _("Secondary")),
    ]
    words = ", ".join(word for is_used, word in uses if is_used)
    return f"{words}: {_joined(one['name'], *one['lines'])}"


def _contact_words(one: Data) -> str:
    return _joined(
        one["name"],
        one["role_label"],
        _("Primary POC") if one["primary_poc"] else "",
        one["title"],
        one["email"],
        "" if one["accepted"] else _("invited, has not accepted yet"),
    )


_TYPE = _Kind(lambda one: one["slug"], _type_words)
_IDENTIFIER = _Kind(
    lambda one: (one["type"], one.get("hash") or one["shown"]),
    lambda one: f"{one['name']} {one['shown']}",
)
_PAPER = _Kind(
    lambda one: (one["kind"], one["sha256"]), lambda one: f"{one['label']}: {one['name']}"
)
_ADDRESS = _Kind(lambda one: (one["name"], *one["lines"]), _address_words)
_CONTACT = _Kind(lambda one: one["email"], _contact_words)
