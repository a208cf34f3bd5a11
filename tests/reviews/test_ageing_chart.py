"""The charts of the workspace."""

from __future__ import annotations

from reviews.presentation.ageing_chart import bars
from reviews.selectors.queue import AGE_BUCKETS, AgeBucket, Ageing


def test_the_picture_of_ageing_never_hides_a_single_item() -> None:
    labels = [label for _end, label in AGE_BUCKETS]
    counts = [(200, 0), (1, 0), (0, 1), (0, 0), (3, 4)]
    buckets = [AgeBucket(label, *both, False) for label, both in zip(labels, counts, strict=True)]
    drawn = list(bars(Ageing(tuple(buckets))))
    assert [bar.total for bar in drawn] == [200, 1, 1, 0, 7]
    assert all(bar.mine_width >= 24 for bar in drawn if bar.mine)
    assert all(bar.partners_width >= 24 for bar in drawn if bar.partners)
    assert max(bar.total_x for bar in drawn) <= 560
