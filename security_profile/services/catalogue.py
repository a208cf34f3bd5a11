"""Loads the catalogue of criteria and the canned reasons from ``reference/``."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import transaction

from core.reference import Report, load, rows_of
from security_profile.models import (
    Applicability,
    Category,
    CriteriaSet,
    Criterion,
    CriterionVersion,
    ReturnReason,
)

SET_CODE = "msc-2020"
SET_TITLE = "MSC 2020 (paraphrased)"
EFFECTIVE_ON = dt.date(2020, 1, 1)
#: From this number after the point on, numbers are placeholders for criteria whose own number is
#: not known (reference/msc/README.md).
FIRST_STAND_IN = 50


@transaction.atomic
def load_catalogue() -> dict[str, Report]:
    """Update the shipped criteria set. Rows edited in the database stay and are listed."""
    ours = {"code": SET_CODE, "title": SET_TITLE, "effective_on": EFFECTIVE_ON}
    return {
        "criteria sets": load(CriteriaSet, ["code"], [ours], report_as=_named("code")),
        "categories": load(Category, ["id"], _categories(), report_as=_named("number")),
        "criteria": load(Criterion, ["id"], _criteria(), report_as=_named("code")),
        "applicability": load(Applicability, ["id"], _applicability(), report_as=_named("id")),
        "criterion versions": load(CriterionVersion, ["id"], _versions(), report_as=_named("id")),
        "return reasons": load(ReturnReason, ["code"], _reasons(), report_as=_named("title")),
    }


def _named(field: str) -> Any:
    return lambda row: str(getattr(row, field))


def _categories() -> list[dict[str, Any]]:
    return [
        {
            "id": f"{SET_CODE}:{row['number']}",
            "criteria_set_id": SET_CODE,
            "number": int(row["number"]),
            "focus_area": row["focus_area"],
            "name": row["name"],
            "introduction": row["introduction"],
        }
        for row in rows_of("msc", "categories.csv")
    ]


def _criteria() -> list[dict[str, Any]]:
    rows = []
    for row in rows_of("msc", "criteria.csv"):
        category, number = (int(part) for part in row["id"].split("."))
        rows.append(
            {
                "id": f"{SET_CODE}:{row['id']}",
                "criteria_set_id": SET_CODE,
                "category_id": f"{SET_CODE}:{row['category']}",
                "code": row["id"],
                "position": category * 1000 + number,
                "level": row["level"],
                "statement": row["statement"],
                "guidance": row["guidance"],
                "evidence_required": row["evidence_required"] == "yes",
                "is_stand_in": number >= FIRST_STAND_IN,
            }
        )
    return rows


def _applicability() -> list[dict[str, Any]]:
    return [
        {
            "id": f"{SET_CODE}:{row['criterion_id']}:{row['business_type']}",
            "criterion_id": f"{SET_CODE}:{row['criterion_id']}",
            "business_type_id": row["business_type"],
            "level": row["level"],
        }
        for row in rows_of("msc", "applicability.csv")
    ]


def _versions() -> list[dict[str, Any]]:
    """What a criterion says to a business type from a date on."""
    return [
        {
            "id": f"{SET_CODE}:{row['criterion_id']}:{row['business_type']}:{row['effective_on']}",
            "criterion_id": f"{SET_CODE}:{row['criterion_id']}",
            "business_type_id": row["business_type"],
            "effective_on": dt.date.fromisoformat(row["effective_on"]),
            "level": row["level"],
            "statement": row["statement"],
            "guidance": row["guidance"],
            "evidence_required": row["evidence_required"] == "yes",
        }
        for row in rows_of("msc", "criteria_versions.csv")
    ]


def _reasons() -> list[dict[str, Any]]:
    return [
        {name: row[name] for name in ("code", "title", "text_to_partner", "what_to_do")}
        for row in rows_of("program", "return_reasons.csv")
    ]
