"""Rows of the pool, in words."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.urls import reverse

from reviews.presentation.queue_rows import age_in_days, partner_name, type_names


@dataclass(frozen=True)
class PoolLine:
    """One line of the pool: the three fields that everyone may see, and the way to claim it."""

    claim_url: str
    partner: str
    types: str
    age: int


def pool_rows(rows: Iterable[Any]) -> list[PoolLine]:
    """The lines of a page of the pool."""
    return [
        PoolLine(
            reverse("reviews:claim", args=[row.security_model_id]),
            partner_name(row),
            type_names(row),
            age_in_days(row),
        )
        for row in rows
    ]
