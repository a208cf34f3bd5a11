"""Numbers as people type them and as they are kept (S3): steps and patterns are reference data."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache
from typing import Protocol

#: What keyboards and copied documents give for a hyphen.
DASHES = dict.fromkeys(map(ord, "\u2010\u2011\u2012\u2013\u2014\u2212\ufe63\uff0d"), "-")

Step = Callable[[str], str]


class Format(Protocol):
    """What an identifier type says about its numbers."""

    regex: str
    normalisation: str


def _strip_spaces(text: str) -> str:
    return "".join(text.split())


def _strip_hyphens(text: str) -> str:
    return text.replace("-", "")


def _strip_prefix(prefix: str) -> Step:
    def step(text: str) -> str:
        while text.startswith(prefix):
            text = text.removeprefix(prefix)
        return text

    return step


def _insert_hyphens(positions: str) -> Step:
    places = [int(place) for place in positions.split(",")]

    def step(text: str) -> str:
        if "-" in text:
            return text
        ends = [*places, len(text)]
        parts = [text[start:end] for start, end in zip([0, *places], ends, strict=True)]
        return "-".join(part for part in parts if part)

    return step


def _insert_hyphen_after(prefix: str) -> Step:
    def step(text: str) -> str:
        rest = text.removeprefix(prefix)
        if rest == text or not rest or rest.startswith("-"):
            return text
        return f"{prefix}-{rest}"

    return step


_PLAIN: dict[str, Step] = {
    "upper": str.upper,
    "strip_spaces": _strip_spaces,
    "strip_hyphens": _strip_hyphens,
}
_WITH_ARGUMENT: dict[str, Callable[[str], Step]] = {
    "strip_prefix": _strip_prefix,
    "insert_hyphens": _insert_hyphens,
    "insert_hyphen_after": _insert_hyphen_after,
}


@lru_cache(maxsize=128)
def steps(normalisation: str) -> tuple[Step, ...]:
    """The steps named in ``upper;strip_spaces;insert_hyphens:3,5``; an unknown one raises."""
    found: list[Step] = []
    for name in normalisation.split(";"):
        step, _colon, argument = name.partition(":")
        found.append(_WITH_ARGUMENT[step](argument) if argument else _PLAIN[step])
    return tuple(found)


def normalize(text: str, normalisation: str) -> str:
    """The form in which a number is kept and compared; doing it again changes nothing."""
    text = text.translate(DASHES)
    for step in steps(normalisation):
        text = step(text)
    return text


def fits(value: str, regex: str) -> bool:
    """Whether a normalized value has the form of its type. Digits are 0 to 9, no other script's."""
    return re.fullmatch(regex.removeprefix("^").removesuffix("$"), value, re.ASCII) is not None


def read(text: str, format: Format) -> str | None:
    """The normalized number, or None if it does not have this form."""
    value = normalize(text, format.normalisation)
    return value if fits(value, format.regex) else None


def written_like(typed: str, value: str) -> bool:
    """Whether spaces or hyphens were typed wherever the normalized number has its hyphens.

    Eleven digits may be two kinds of importer number; where they were parted tells which.
    """
    tidy = " ".join(typed.translate(DASHES).split())
    return _breaks(value, "-") <= _breaks(tidy, "- ")


def _breaks(text: str, signs: str) -> set[int]:
    """After how many other characters one of the signs stands."""
    found, passed = set(), 0
    for character in text:
        if character in signs:
            found.add(passed)
        else:
            passed += 1
    return found


def last_four(value: str) -> str:
    """What is shown of a number that is a personal one (T7)."""
    return f"•••-••-{value[-4:]}"
