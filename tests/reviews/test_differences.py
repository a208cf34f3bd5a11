"""The word diff: complete, readable, bounded (7.2)."""

from __future__ import annotations

import time

from hypothesis import given, settings
from hypothesis import strategies as st

from reviews.differences import compare
from reviews.pictures import bars
from reviews.selectors.queue import AGE_BUCKETS, AgeBucket, Ageing

WORDS = st.lists(
    st.sampled_from(["seal", "seals", "the", "a", "log", ".", ",", "\n", "driver's", "24-hour"]),
    max_size=40,
).map(" ".join)


@given(WORDS, WORDS)
@settings(max_examples=150, deadline=None)
def test_nothing_of_the_new_text_is_lost_or_invented(before: str, after: str) -> None:
    parts = compare(before, after).parts
    assert "".join(part.text for part in parts if part.op != "removed") == after
    kept = "".join(part.text for part in parts if part.op != "added")
    assert "".join(kept.split()) == "".join(before.split())


@given(WORDS)
def test_a_text_does_not_differ_from_itself(text: str) -> None:
    assert not compare(text, text).is_changed


def test_whole_words_are_marked_and_counted() -> None:
    difference = compare(
        "The procedure is reviewed every two years by the head of logistics.",
        "The procedure is reviewed every year in March by the head of logistics.",
    )
    assert [(part.op, part.text) for part in difference.parts if part.op != "same"] == [
        ("removed", "two years "),
        ("added", "year in March"),
    ]
    assert (difference.added, difference.removed) == (3, 2)


def test_a_removed_word_does_not_run_into_the_next_one() -> None:
    parts = compare("Old seals are used.", "seals are used.").parts
    assert [part.text for part in parts] == ["Old ", "seals are used."]


def test_white_space_alone_is_no_change() -> None:
    assert not compare("Seals are  kept\tlocked.", "Seals are kept locked.").is_changed


def test_a_text_that_repeats_itself_is_compared_as_a_whole_and_at_once() -> None:
    started = time.process_time()
    parts = compare("a " * 2000, "a b " * 1000).parts
    assert [part.op for part in parts] == ["removed", "added"]
    assert time.process_time() - started < 1


def test_the_picture_of_ageing_never_hides_a_single_item() -> None:
    labels = [label for _end, label in AGE_BUCKETS]
    counts = [(200, 0), (1, 0), (0, 1), (0, 0), (3, 4)]
    buckets = [AgeBucket(label, *both, False) for label, both in zip(labels, counts, strict=True)]
    drawn = list(bars(Ageing(tuple(buckets))))
    assert [bar.total for bar in drawn] == [200, 1, 1, 0, 7]
    assert all(bar.mine_width >= 24 for bar in drawn if bar.mine)
    assert all(bar.partners_width >= 24 for bar in drawn if bar.partners)
    assert max(bar.total_x for bar in drawn) <= 560
