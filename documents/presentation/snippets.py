"""A piece of the text inside a file, around the words that were searched for."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from core.search import WORDS_AT_MOST

#: Characters before the first word that was found, and after it.
_BEFORE, _AFTER = 60, 140
#: A piece begins and ends between words, if one ends within so many characters.
_TO_SPACE = 20
_MARKS = "[\u0300-\u036f]*"


@dataclass(frozen=True)
class Piece:
    """A part of a snippet: words that were searched for are marked."""

    words: str
    is_marked: bool = False


def snippet(text: str, typed: str) -> tuple[Piece, ...]:
    """The part of a text around the first typed word, without regard to case and accents; empty if
    none is found in this spelling.
    """
    words = [_plain(word) for word in typed.split()[:WORDS_AT_MOST]]
    pattern = "|".join(map(_pattern, sorted(filter(None, words), key=len, reverse=True)))
    if not pattern:
        return ()
    wanted = re.compile(pattern, re.IGNORECASE)
    apart = unicodedata.normalize("NFKD", text)
    first = wanted.search(apart)
    if first is None:
        return ()
    start, end = _cut(apart, first.start(), first.end())
    return tuple(_pieces(apart, wanted, start, end))


def _plain(word: str) -> str:
    apart = unicodedata.normalize("NFKD", word)
    return "".join(one for one in apart if not unicodedata.combining(one))


def _pattern(word: str) -> str:
    return "".join(f"{re.escape(one)}{_MARKS}" for one in word)


def _cut(text: str, first: int, last: int) -> tuple[int, int]:
    """Where the snippet begins and ends: between words, where there are spaces."""
    start, end = max(first - _BEFORE, 0), min(last + _AFTER, len(text))
    if start and (space := re.search(r"\s", text[start : start + _TO_SPACE])):
        start += space.end()
    if end < len(text) and (space := re.search(r"\s\S*$", text[end - _TO_SPACE : end])):
        end -= _TO_SPACE - space.start()
    return min(start, first), max(end, last)


def _pieces(text: str, wanted: re.Pattern[str], start: int, end: int) -> list[Piece]:
    found: list[Piece] = []
    at = start
    for match in wanted.finditer(text, start, end):
        found += [_piece(text[at : match.start()]), _piece(match.group(), is_marked=True)]
        at = match.end()
    found.append(_piece(text[at:end]))
    if start:
        found.insert(0, Piece("… "))
    if end < len(text):
        found.append(Piece(" …"))
    return [one for one in found if one.words]


def _piece(words: str, *, is_marked: bool = False) -> Piece:
    return Piece(unicodedata.normalize("NFC", re.sub(r"\s+", " ", words)), is_marked)
