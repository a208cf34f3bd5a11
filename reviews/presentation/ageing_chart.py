"""The chart of ageing as numbers for an SVG, so that the template needs no arithmetic."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from reviews.selectors.queue import Ageing

LEFT, WIDTH, ROW, BAR = 106, 400, 32, 22


@dataclass(frozen=True)
class Chart:
    """The chart with its sentences; ``snoozed`` are words for the snoozed items, or empty."""

    bars: tuple[Bar, ...]
    mine: int
    partners: int
    old: int
    old_mine: int
    snoozed: str


@dataclass(frozen=True)
class Bar:
    """One row: the positions of its label, its two bars and its figures, in units of the
    drawing.
    """

    label: str
    is_old: bool
    y: int
    text_y: int
    mine: int
    mine_width: int
    partners: int
    partners_x: int
    partners_width: int
    total: int
    total_x: int


def chart(ageing: Ageing, snoozed: str) -> Chart:
    """The chart of a queue."""
    return Chart(
        tuple(bars(ageing)), ageing.mine, ageing.partners, ageing.old, ageing.old_mine, snoozed
    )


def bars(ageing: Ageing) -> Iterator[Bar]:
    """The rows of the chart, oldest last. A single item is never too narrow for its figure."""
    unit = WIDTH / max(ageing.most, 1)
    for number, bucket in enumerate(ageing.buckets):
        mine = max(24, round(bucket.mine * unit)) if bucket.mine else 0
        partners = max(24, round(bucket.partners * unit)) if bucket.partners else 0
        partners_x = LEFT + mine + (2 if mine else 0)
        yield Bar(
            label=str(bucket.label),
            is_old=bucket.is_old,
            y=number * ROW,
            text_y=number * ROW + 16,
            mine=bucket.mine,
            mine_width=mine,
            partners=bucket.partners,
            partners_x=partners_x,
            partners_width=partners,
            total=bucket.total,
            total_x=partners_x + partners + 10,
        )
