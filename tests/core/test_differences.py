"""The word difference: complete, readable, limited (7.2)."""

from __future__ import annotations

from difflib import Match
from random import Random
from typing import Any
from unittest import mock

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.differences import ADDED, LOOKS_AT_MOST, REMOVED, _Matcher, compare

WORDS = st.lists(
    st.sampled_from(["seal", "seals", "the", "a", "log", ".", ",", "\n", "driver's", "24-hour"]),
    max_size=40,
).map(" ".join)


TEXTS = WORDS | st.text(alphabet="ab =\n\t.,é字", max_size=60)


def both(before: str, after: str) -> list[tuple[str, str]]:
    """The parts; joined, they give both texts back, including all spaces."""
    parts = compare(before, after).parts
    assert "".join(part.text for part in parts if part.op != "removed") == after
    assert "".join(part.text for part in parts if part.op != "added") == before
    return [(part.op, part.text) for part in parts]


@given(TEXTS, TEXTS)
@settings(max_examples=300, deadline=None)
def test_nothing_of_either_text_is_lost_or_invented(before: str, after: str) -> None:
    both(before, after)


@given(TEXTS, TEXTS)
@settings(max_examples=100, deadline=None)
def test_nothing_is_lost_beyond_the_budget_either(before: str, after: str) -> None:
    with (
        mock.patch("core.differences.PAIRS_AT_MOST", 3),
        mock.patch("core.differences.LOOKS_AT_MOST", 20),
    ):
        both(before, after)


@given(WORDS)
def test_a_text_does_not_differ_from_itself(text: str) -> None:
    assert not compare(text, text).is_changed


def test_whole_words_are_marked_and_counted() -> None:
    before = "The procedure is reviewed every two years by the head of logistics."
    after = "The procedure is reviewed every year in March by the head of logistics."
    marked = [part for part in both(before, after) if part[0] != "same"]
    assert marked == [("removed", "two years "), ("added", "year in March ")]
    difference = compare(before, after)
    assert (difference.added, difference.removed) == (3, 2)


def test_a_removed_word_does_not_run_into_the_next_one() -> None:
    assert both("Old seals are used.", "seals are used.") == [
        ("removed", "Old "),
        ("same", "seals are used."),
    ]


def test_white_space_alone_is_no_change() -> None:
    before, after = "Seals are  kept\tlocked.", "Seals are kept locked."
    both(before, after)
    assert not compare(before, after).is_changed


REPETITIVE = {
    "equal signs": ("=" * 4_000, "=" * 3_999 + "x"),
    "equal signs, one in front": ("=" * 4_000, "x" + "=" * 3_999 + "y"),
    "one word": ("a " * 4_000, "a b " * 2_000),
    "lines": ("no\n" * 4_000, "no\nyes\n" * 2_000),
    "one word between others": (
        " ".join(f"x y{n}" for n in range(190)),
        " ".join(f"x z{n}" for n in range(190)),
    ),
    "signs and lines": ("=-\n" * 2_000, "-=\n" * 2_000),
}


@pytest.mark.parametrize("case", REPETITIVE)
def test_a_text_that_repeats_itself_costs_a_bounded_number_of_looks(case: str) -> None:
    """Counts every place of a word that the comparison looks at; it does not measure time."""
    before, after = REPETITIVE[case]
    looks = 0

    class Places(dict[str, Any]):
        def get(self, word: str, default: Any = None) -> Any:
            nonlocal looks
            found = super().get(word, default)
            looks += 1 + len(found)
            return found

    class Watched(_Matcher):
        def find_longest_match(self, *stretch: Any) -> Match:
            self.b2j: Any = Places(self.b2j)
            return super().find_longest_match(*stretch)

    with mock.patch("core.differences._Matcher", Watched):
        both(before, after)
    assert looks <= LOOKS_AT_MOST


def test_an_ordinary_text_of_the_greatest_length_stays_far_below_the_budget() -> None:
    """Zipf's law: the word of rank n occurs every n-th time; a fifth of the words are changed."""
    chance = Random(1)
    ranks = [f"word{n}" for n in range(1, 1_500)]
    weights = [1 / n for n in range(1, 1_500)]
    old = chance.choices(ranks, weights, k=1_000)
    new = [chance.choice(ranks) if chance.random() < 0.2 else word for word in old]
    parts = both(" ".join(old), " ".join(new))
    changed = sum(len(text.split()) for op, text in parts if op != "same")
    assert changed < 600


def test_a_line_is_compared_by_words_although_the_rest_is_too_much() -> None:
    long = "= " * 2_000
    before = f"Seals are counted daily.\n{long}\nKeys are kept in a safe.\nEnd\n"
    after = f"Seals are counted weekly.\n{long}\nKeys stay in a safe.\nend\n"
    marked = [part for part in both(before, after) if part[0] != "same"]
    assert marked[:2] == [("removed", "daily"), ("added", "weekly")]


@pytest.mark.parametrize(
    ("before", "after", "gone", "come"),
    [
        ("我们的货物由保安看守", "我们的货物由警察看守", "保安", "警察"),
        ("毎日ゲートを閉める", "毎日ゲートを開ける", "閉め", "開け"),
        ("ประตูล็อคทุกคืน", "ประตูเปิดทุกคืน", "ล็อค", "เปิด"),
        ("हम हर रात गेट बंद करते हैं", "हम हर दिन गेट बंद करते हैं", "रात ", "दिन "),
    ],
)
def test_in_every_script_only_what_changed_is_marked(
    before: str, after: str, gone: str, come: str
) -> None:
    parts = compare(before, after).parts
    assert "".join(part.text for part in parts if part.op == REMOVED) == gone
    assert "".join(part.text for part in parts if part.op == ADDED) == come
