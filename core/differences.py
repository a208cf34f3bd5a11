"""The changes between two texts, word by word; pure functions with limited work.

Built on ``difflib`` over words and signs. Joining the equal and removed parts gives the older text,
joining the equal and added parts the newer one, including all spaces. A difference only in white
space is kept but does not count as a change.

The work of ``difflib`` grows with the number of places where the same word occurs in both texts.
First, equal text at both ends is set aside. If too many equal words remain, whole lines are
compared, and then the words of a changed line. Each comparison of words is counted. Once the budget
is spent, the rest is shown as removed and added as a whole.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import Match, SequenceMatcher
from itertools import accumulate
from typing import NamedTuple, TypeVar

from core.text import MARKS

SAME, ADDED, REMOVED = "same", "added", "removed"

#: The number of pairs of equal words up to which two texts are compared. Ordinary texts of the
#: greatest length that a response may have stay far below.
PAIRS_AT_MOST = 40_000
#: The number of words that one comparison may look at, whatever the texts; a fraction of a second.
LOOKS_AT_MOST = 300_000

T = TypeVar("T")

#: Letters of scripts that put no space between words: Han, kana, Thai, Lao, Burmese, Khmer. Each
#: letter with its marks counts as a word.
_UNSPACED = (
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u1950-\u19df\u3040-\u30ff\u31f0-\u31ff\u3400-\u4dbf"
    "\u4e00-\u9fff\ua9e0-\ua9ff\uaa60-\uaa7f\uf900-\ufaff\uff66-\uff9f\U00020000-\U0003ffff"
)
_WORDS = rf"(?:[^\W{_UNSPACED}][{MARKS}]*)+"
# White space before a word or sign; line ends are separate signs.
_TOKEN = re.compile(
    rf"([^\S\n]*)(\n+|[{_UNSPACED}][{MARKS}]*|{_WORDS}(?:['’.-]{_WORDS})*|[^\w\s]|$)"
)
_WORD = re.compile(r"\w")
_LINE = re.compile(r"[^\n]*\n+|[^\n]+")


class Part(NamedTuple):
    """A run of text that is equal in both, was added, or was removed."""

    op: str
    text: str


@dataclass(frozen=True)
class Difference:
    """The changes from one text to another, with the number of words added and removed."""

    parts: tuple[Part, ...]
    added: int = 0
    removed: int = 0

    @property
    def is_changed(self) -> bool:
        """Whether any word or sign differs."""
        return any(part.op != SAME and part.text.strip() for part in self.parts)


@dataclass(frozen=True)
class _Token:
    """A word or sign with the white space before it."""

    space: str
    core: str

    @property
    def is_word(self) -> bool:
        return _WORD.match(self.core) is not None


@dataclass
class _Run:
    """Adjacent tokens: equal words (as they are in each text), or removed and added ones."""

    gone: list[_Token]
    come: list[_Token]
    is_same: bool = False

    @property
    def is_bridge(self) -> bool:
        """An equal run with only signs on one line: too little to separate two changes."""
        return self.is_same and all(
            not token.is_word and "\n" not in token.core for token in self.come
        )


@dataclass
class Budget:
    """How many words comparisons may still look at; one that is shared bounds a whole page."""

    left: int


def compare(before: str, after: str, budget: Budget | None = None) -> Difference:
    """The difference by words, or by lines if words would be too much work."""
    runs = _bridged(list(_by_budget(before, after, budget or Budget(LOOKS_AT_MOST))))
    changed = [run for run in runs if not run.is_same]
    added = sum(token.is_word for run in changed for token in run.come)
    removed = sum(token.is_word for run in changed for token in run.gone)
    return Difference(tuple(_joined(_parts(runs))), added, removed)


# --- the budget -----------------------------------------------------------------------------------


class _Matcher(SequenceMatcher[str]):
    """Finds equal runs, longest first, until the budget is spent; the rest counts as unequal.

    For each run that it cuts, ``difflib`` looks at each word and at all its places in the other
    text. Texts that share one word at many places cost the cube of it.
    """

    def __init__(self, old: Sequence[str], new: Sequence[str], budget: Budget) -> None:
        super().__init__(None, old, new, autojunk=False)
        counts = Counter(new)
        self._looks_before = [0, *accumulate(1 + counts[core] for core in old)]
        self._budget = budget

    def find_longest_match(
        self, alo: int = 0, ahi: int | None = None, blo: int = 0, bhi: int | None = None
    ) -> Match:
        """As in ``difflib``, or nothing if it would exceed the budget."""
        cost = self._looks_before[-1 if ahi is None else ahi] - self._looks_before[alo]
        if cost > self._budget.left:
            return Match(alo, blo, 0)
        self._budget.left -= cost
        return super().find_longest_match(alo, ahi, blo, bhi)


# --- finding the runs -----------------------------------------------------------------------------


def _by_budget(before: str, after: str, budget: Budget) -> Iterator[_Run]:
    old, new = _tokens(before), _tokens(after)
    if _pairs_left(old, new) <= PAIRS_AT_MOST:
        yield from _runs(old, new, budget)
        return
    for equal, gone, come in _blocks(_LINE.findall(before), _LINE.findall(after), budget):
        old, new = _tokens("".join(gone)), _tokens("".join(come))
        if equal:
            yield _Run(old, new, is_same=True)
        elif _pairs_left(old, new) <= PAIRS_AT_MOST:
            yield from _runs(old, new, budget)
        else:
            yield _Run(old, new)


def _tokens(text: str) -> list[_Token]:
    found = (_Token(space, core) for space, core in _TOKEN.findall(text))
    return [token for token in found if token.space or token.core]


def _runs(old: list[_Token], new: list[_Token], budget: Budget) -> Iterator[_Run]:
    cores = [token.core for token in old], [token.core for token in new]
    i = j = 0
    for equal, gone, come in _blocks(*cores, budget):
        yield _Run(old[i : i + len(gone)], new[j : j + len(come)], is_same=equal)
        i, j = i + len(gone), j + len(come)


def _ends(old: Sequence[T], new: Sequence[T]) -> tuple[int, int]:
    """How many tokens are equal at the start, and at the end of the rest."""
    most = min(len(old), len(new))
    first = next((n for n in range(most) if old[n] != new[n]), most)
    most -= first
    last = next((n for n in range(most) if old[-1 - n] != new[-1 - n]), most)
    return first, last


def _pairs_left(old: list[_Token], new: list[_Token]) -> int:
    """How many pairs of equal tokens must be compared between the equal ends."""
    before, after = [token.core for token in old], [token.core for token in new]
    first, last = _ends(before, after)
    return _pairs(before[first : len(old) - last], after[first : len(new) - last])


def _pairs(old: Sequence[str], new: Sequence[str]) -> int:
    counts = Counter(new)
    return sum(times * counts[core] for core, times in Counter(old).items())


def _blocks(
    old: list[str], new: list[str], budget: Budget
) -> Iterator[tuple[bool, list[str], list[str]]]:
    """Equal and unequal runs in turn."""
    first, last = _ends(old, new)
    mid_old, mid_new = old[first : len(old) - last], new[first : len(new) - last]
    if first:
        yield True, old[:first], new[:first]
    for op, a1, a2, b1, b2 in _Matcher(mid_old, mid_new, budget).get_opcodes():
        yield op == "equal", mid_old[a1:a2], mid_new[b1:b2]
    if last:
        yield True, old[len(old) - last :], new[len(new) - last :]


def _bridged(runs: list[_Run]) -> list[_Run]:
    """Join changes that only signs separate: this is easier to read."""
    joined: list[_Run] = []
    for position, run in enumerate(runs):
        follows_change = bool(joined) and not joined[-1].is_same
        between = run.is_bridge and follows_change and position + 1 < len(runs)
        if between or (not run.is_same and follows_change):
            joined[-1] = _Run(joined[-1].gone + run.gone, joined[-1].come + run.come)
        else:
            joined.append(run)
    return joined


# --- writing them as parts ------------------------------------------------------------------------


def _parts(runs: list[_Run]) -> Iterator[Part]:
    for position, run in enumerate(runs):
        if run.is_same:
            after_change = position > 0 and not runs[position - 1].is_same
            yield from _same(run, skip_first_space=after_change)
        else:
            follows = runs[position + 1] if position + 1 < len(runs) else None
            yield from _changed(run, follows)


def _same(run: _Run, *, skip_first_space: bool) -> Iterator[Part]:
    """Equal words, whose white space may differ; the change before has already shown the first."""
    for position, (old, new) in enumerate(zip(run.gone, run.come, strict=True)):
        if not (skip_first_space and position == 0):
            yield from _spaces(old.space, new.space)
        yield Part(SAME, new.core)


def _spaces(old: str, new: str) -> Iterator[Part]:
    if old == new:
        yield Part(SAME, new)
    else:
        yield Part(REMOVED, old)
        yield Part(ADDED, new)


def _changed(run: _Run, follows: _Run | None) -> Iterator[Part]:
    """Removed and added words, each with the white space before the word that follows.

    So a removed word never runs into the next word. White space at the start of both sides stays
    outside the marks.
    """
    gone, come = _text(run.gone), _text(run.come)
    after: tuple[str, str] = (follows.gone[0].space, follows.come[0].space) if follows else ("", "")
    space = run.come[0].space if run.come and run.gone else ""
    if space and run.gone[0].space == space:
        yield Part(SAME, space)
        gone, come = gone.removeprefix(space), come.removeprefix(space)
    if after[0] == after[1] and not (gone and come):
        yield Part(REMOVED, gone)
        yield Part(ADDED, come)
        yield Part(SAME, after[0])
        return
    yield Part(REMOVED, gone + after[0])
    yield Part(ADDED, come + after[1])


def _joined(parts: Iterator[Part]) -> Iterator[Part]:
    """Adjacent parts of one kind joined; nothing empty."""
    last: Part | None = None
    for part in parts:
        if not part.text:
            continue
        if last is not None and last.op == part.op:
            last = Part(part.op, last.text + part.text)
            continue
        if last is not None:
            yield last
        last = part
    if last is not None:
        yield last


def _text(tokens: list[_Token]) -> str:
    return "".join(token.space + token.core for token in tokens)
