"""What changed between two texts, word by word; pure functions, bounded in time.

Built on ``difflib`` over words and signs; white space travels with the word after it and is not
compared. The running time grows with the number of places where the same word stands in both
texts, so a pair of texts that repeats one word thousands of times is shown as a whole: struck
through and written anew.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher

SAME, ADDED, REMOVED = "same", "added", "removed"

#: Pairs of equal words up to which two texts are compared; ordinary texts of the greatest length
#: that a response may have stay far below.
PAIRS_AT_MOST = 40_000

# White space before a word or sign; line ends are signs of their own.
_TOKEN = re.compile(r"([^\S\n]*)(\n+|\w+(?:['’.-]\w+)*|[^\w\s]|$)")
_WORD = re.compile(r"\w")


@dataclass(frozen=True)
class Part:
    """A run of text that is the same in both, was added, or was removed."""

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
        return any(part.op != SAME for part in self.parts)


@dataclass(frozen=True)
class _Token:
    """A word or sign and the white space before it."""

    space: str
    core: str

    @property
    def is_word(self) -> bool:
        return _WORD.match(self.core) is not None


@dataclass
class _Run:
    """Neighbouring tokens that are the same, or gone and come."""

    same: list[_Token]
    gone: list[_Token]
    come: list[_Token]

    @property
    def is_bridge(self) -> bool:
        """Same, but nothing except signs on one line: not worth an island between changes."""
        return bool(self.same) and all(
            not token.is_word and "\n" not in token.core for token in self.same
        )


def compare(before: str, after: str) -> Difference:
    """The difference by words; joining its same and added parts gives ``after``."""
    old, new = _tokens(before), _tokens(after)
    if _pairs(old, new) > PAIRS_AT_MOST:
        runs = [_Run([], old, new)]
    else:
        runs = _bridged(list(_runs(old, new)))
    parts = _apart([part for run in runs for part in _parts(run)])
    added = sum(token.is_word for run in runs for token in run.come)
    removed = sum(token.is_word for run in runs for token in run.gone)
    return Difference(tuple(parts), added, removed)


def _tokens(text: str) -> list[_Token]:
    found = (_Token(space, core) for space, core in _TOKEN.findall(text))
    return [token for token in found if token.space or token.core]


def _pairs(old: list[_Token], new: list[_Token]) -> int:
    """How many pairs of equal tokens there are, which is what the comparison has to visit."""
    counts = Counter(token.core for token in new)
    each = Counter(token.core for token in old).items()
    return sum(times * counts[core] for core, times in each)


def _runs(old: list[_Token], new: list[_Token]) -> Iterator[_Run]:
    matcher = SequenceMatcher(
        None, [token.core for token in old], [token.core for token in new], autojunk=False
    )
    for op, a1, a2, b1, b2 in matcher.get_opcodes():
        if op == "equal":
            yield _Run(new[b1:b2], [], [])
        else:
            yield _Run([], old[a1:a2], new[b1:b2])


def _bridged(runs: list[_Run]) -> list[_Run]:
    """Join changes that only signs keep apart: easier to read as one."""
    joined: list[_Run] = []
    for position, run in enumerate(runs):
        follows_change = bool(joined) and not joined[-1].same
        between = run.is_bridge and follows_change and position + 1 < len(runs)
        if between:
            joined[-1] = _Run([], joined[-1].gone + run.same, joined[-1].come + run.same)
        elif not run.same and follows_change:
            joined[-1] = _Run([], joined[-1].gone + run.gone, joined[-1].come + run.come)
        else:
            joined.append(run)
    return joined


def _parts(run: _Run) -> Iterator[Part]:
    """A run as parts: white space that both sides share stays outside the marks."""
    if run.same:
        yield Part(SAME, _text(run.same))
        return
    gone, come = _text(run.gone), _text(run.come)
    space = run.come[0].space if run.come else ""
    if gone and space and gone.startswith(space):
        yield Part(SAME, space)
        gone, come = gone.removeprefix(space), come.removeprefix(space)
    if gone:
        yield Part(REMOVED, gone)
    if come:
        yield Part(ADDED, come)


def _apart(parts: list[Part]) -> list[Part]:
    """Keep a removed word from running into the word after it, which never stood beside it."""
    following = [part.text for part in parts[1:]] + [""]
    return [
        Part(part.op, f"{part.text} ")
        if part.op == REMOVED and _WORD.match(part.text[-1:]) and _WORD.match(after[:1])
        else part
        for part, after in zip(parts, following, strict=False)
    ]


def _text(tokens: list[_Token]) -> str:
    return "".join(token.space + token.core for token in tokens)
