"""Loads the reference data of this app (reference/program; its README says how to read them)."""

from __future__ import annotations

from typing import Any

from core.reference import Report, load, rows_of
from security_models.facts.identifier_requirements import parse_condition
from security_models.models import (
    BusinessType,
    EligibilityQuestion,
    IdentifierRequirement,
    IdentifierType,
    NotEligibleReason,
)

YES_NO = [["yes", "Yes"], ["no", "No"]]


def load_all() -> dict[str, Report]:
    """Business types, questions, reasons, identifier types and requirements, in this order."""
    return {
        "business types": load(BusinessType, ["slug"], business_types(), report_as=_key),
        "eligibility questions": load(EligibilityQuestion, ["code"], questions(), report_as=_key),
        "reasons for not eligible": load(NotEligibleReason, ["code"], reasons(), report_as=_key),
        "identifier types": load(IdentifierType, ["code"], identifier_types(), report_as=_key),
        "identifier requirements": load(
            IdentifierRequirement, ["id"], requirements(), report_as=_key
        ),
    }


def _key(row: Any) -> str:
    return str(row.pk)


def _yes(cell: str) -> bool:
    return cell == "yes"


def _take(row: dict[str, str], *names: str) -> dict[str, Any]:
    return {name: row[name] for name in names}


def pairs(cell: str, between: str, after: str) -> list[list[str]]:
    """``a->b;c->d`` as [[a, b], [c, d]]."""
    return [one.split(between, 1) for one in cell.split(after) if one]


def business_types() -> list[dict[str, Any]]:
    """Rows of BusinessType; their order in the file is the order on the pages."""
    words = ("slug", "name", "family", "description", "status_word_after_validation")
    return [
        {
            **_take(row, *words, "activity_phrase", "office_where"),
            "tiered": _yes(row["tiered"]),
            "position": position,
        }
        for position, row in enumerate(rows_of("program", "business_types.csv"), 1)
    ]


def questions() -> list[dict[str, Any]]:
    """Rows of EligibilityQuestion. A yes-or-no question gets its two choices here."""
    return [
        {
            **_take(row, "entry", "question", "help"),
            "code": row["id"],
            "position": int(row["order"]),
            "choices": YES_NO
            if row["answer_type"] == "yes_no"
            else pairs(row["choices"], "=", "|"),
            "targets": dict(pairs(row["next"], "->", ";")),
            "flags": dict(pairs(row["flags"], ":", ";")),
            "recheck_yearly": _yes(row["recheck_yearly"]),
            "retired": [one for one in row["retired"].split(";") if one],
        }
        for row in rows_of("program", "eligibility_questions.csv")
    ]


def reasons() -> list[dict[str, Any]]:
    """Rows of NotEligibleReason."""
    names = ("code", "title", "explanation", "what_would_change_it")
    return [_take(row, *names) for row in rows_of("program", "not_eligible_reasons.csv")]


def identifier_types() -> list[dict[str, Any]]:
    """Rows of IdentifierType; their order in the file is the order on the page."""
    words = ("code", "field", "name", "labels", "example", "regex", "normalisation", "hint")
    return [
        {
            **_take(row, *words, "refused_values", "gives", "warning_rules"),
            "locked_after_first_submission": _yes(row["locked_after_first_submission"]),
            "masked": _yes(row["masked"]),
            "position": position,
        }
        for position, row in enumerate(rows_of("program", "identifier_types.csv"), 1)
    ]


def requirements() -> list[dict[str, Any]]:
    """Rows of IdentifierRequirement. A condition that cannot be read is refused at once."""
    rows = []
    for row in rows_of("program", "identifier_requirements.csv"):
        parse_condition(row["condition"])
        rows.append(
            {
                "id": f"{row['business_type']}:{row['group']}:{row['identifier']}",
                "business_type_id": row["business_type"],
                "identifier_id": row["identifier"],
                "group": int(row["group"]),
                "minimum": int(row["min"]),
                "maximum": int(row["max"]) if row["max"] else None,
                **_take(row, "condition", "notes"),
            }
        )
    return rows
