"""Numbers as people paste them and as they are stored (S3): labels, steps and patterns are data.

Pure text, without Django: ``reference/program/validate.py`` uses it to read the same rules.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Protocol

#: Words between a label and its number: "EIN No.", "IATA code:".
_FILLERS = (
    r"(?:NUMBER|NUM|NUMERO|NÚMERO|CODE|CODIGO|CÓDIGO"
    r"|(?:NO|NR|N°|ID|IS)(?=\s*[.:#=]|\s+[0-9]))"
)
_SIGNS = r"[\s#:.=()\-]*"
_MINUS_SIGNS = "\u2212\u02d7\u30fc"

Step = Callable[[str], str]


class Format(Protocol):
    """What an identifier type says about its numbers. ``labels`` are separated by semicolons."""

    regex: str
    normalisation: str
    labels: str


@dataclass(frozen=True)
class Reading:
    """A number as it is stored, and after how many of its characters the typed text was divided."""

    value: str
    parted: frozenset[int]

    @property
    def as_written(self) -> bool:
        """Whether it was divided exactly where the number has its hyphens.

        Eleven digits can be two kinds of importer number, and nine digits an EIN or a Social
        Security number; where the digits were divided tells which.
        """
        return _parted(self.value) <= self.parted


def read(text: str, format: Format) -> str | None:
    """The number in the form in which it is stored; None if it does not have this form."""
    found = reading(text, format)
    return found.value if found else None


def reading(text: str, format: Format) -> Reading | None:
    """Same as :func:`read`, with where the text was divided. Reading a stored number changes
    nothing.
    """
    for candidate in _candidates(tidy(text), format.labels):
        value = candidate
        for step in steps(format.normalisation):
            value = step(value)
        if fits(value, format.regex):
            return Reading(value, _parted(candidate))
    return None


def tidy(text: str) -> str:
    """Use capital letters and plain characters: fold widths, dashes, spaces and invisible
    characters.

    Digits of every script become 0 to 9, because people who type Arabic or Hindi have those on
    their keyboard.
    """
    signs = []
    for sign in unicodedata.normalize("NFKC", text):
        kind = unicodedata.category(sign)
        if kind == "Pd" or sign in _MINUS_SIGNS:
            signs.append("-")
        elif kind == "Nd":
            signs.append(str(unicodedata.decimal(sign)))
        elif kind != "Cf":
            signs.append(sign)
    plain = " ".join("".join(signs).split()).upper()
    return unicodedata.normalize("NFC", plain).strip(" \"'“”‘’«»<>,;.")


def digits_of(text: str, labels: str = "") -> str:
    """The number without its label if it consists of digits, however divided; empty otherwise."""
    for candidate in _candidates(tidy(text), labels):
        plain = re.sub(r"[\s#.,'’-]", "", candidate)
        if re.fullmatch(r"[0-9]+", plain):
            return plain
    return ""


def fits(value: str, regex: str) -> bool:
    """Whether a normalized value has the form of its type. Only the digits 0 to 9 count
    as digits.
    """
    return re.fullmatch(regex.removeprefix("^").removesuffix("$"), value, re.ASCII) is not None


def last_four(value: str) -> str:
    """The part of a personal number that is shown (T7)."""
    return f"•••-••-{value[-4:]}"


# --- labels ---------------------------------------------------------------------------------------


@lru_cache(maxsize=128)
def _label_patterns(labels: str) -> tuple[re.Pattern[str], ...]:
    """Patterns for a label before the number, one after it, and one attached to it."""
    words = sorted((one.strip() for one in labels.split(";") if one.strip()), key=len, reverse=True)
    spelled = [
        r"[\s.\-]*".join(r"\.?".join(map(re.escape, part)) for part in word.split())
        for word in words
    ]
    label = "|".join(spelled) or r"(?!)"
    return (
        re.compile(
            rf"^(?:(?:{label})(?=[\s#:.=()]|$){_SIGNS}(?:{_FILLERS}{_SIGNS})*"
            rf"|#{_SIGNS}|{_FILLERS}{_SIGNS})+"
        ),
        re.compile(rf"[\s(]+(?:{label})\)?$"),
        re.compile(rf"^(?:{label}){_SIGNS}"),
    )


def _candidates(text: str, labels: str) -> Iterator[str]:
    """The text without its label, the text as it is, and the text without an attached label."""
    before, behind, stuck = _label_patterns(labels)
    without = behind.sub("", before.sub("", text))
    yield without
    yield text
    yield stuck.sub("", text)
    yield re.sub(rf"\s{_FILLERS}{_SIGNS}(?=[0-9])", "", without)


# --- steps ----------------------------------------------------------------------------------------


def _keep(signs: str) -> Step:
    """Keep letters, digits and the named signs; drop spaces, dots, commas and all others."""

    def step(text: str) -> str:
        return "".join(one for one in text if one.isalnum() or one in signs)

    return step


def _hyphens(places: str) -> Step:
    """Put hyphens after these characters. A hyphen anywhere else is an error and is left in place.

    ``2|9`` also accepts one after the ninth character, and drops it.
    """
    wanted, _bar, tolerated = places.partition("|")
    kept = [int(place) for place in wanted.split(",")]
    allowed = {*kept, *(int(place) for place in tolerated.split(",") if place)}

    def step(text: str) -> str:
        plain = text.replace("-", "")
        if not _parted(text, "-") <= allowed:
            return text
        ends = [*kept, len(plain)]
        parts = [plain[start:end] for start, end in zip([0, *kept], ends, strict=True)]
        return "-".join(part for part in parts if part)

    return step


def _hyphen_after(prefixes: str) -> Step:
    """Put a hyphen between one of these prefixes (``MC|MX``) and the rest."""

    def step(text: str) -> str:
        return re.sub(rf"^({prefixes})-*(?=[A-Z0-9])", r"\1-", text)

    return step


def _not_parted(places: str) -> Step:
    """Read nothing if spaces or hyphens divide the text here: it is another kind of number."""
    shape = frozenset(int(place) for place in places.split(","))

    def step(text: str) -> str:
        return "" if _parted(text) == shape else text

    return step


def _without(signs: str) -> Step:
    return lambda text: "".join(one for one in text if one not in signs)


_STEPS: dict[str, Callable[[str], Step]] = {
    "keep": _keep,
    "hyphens": _hyphens,
    "hyphen_after": _hyphen_after,
    "not_parted": _not_parted,
    # Earlier names of the steps; rows edited in the database may still use them.
    "upper": lambda _argument: str.upper,
    "strip_spaces": lambda _argument: _without(" .,'’#"),
    "strip_hyphens": lambda _argument: _without("-"),
    "strip_prefix": lambda prefix: lambda text: text.removeprefix(prefix),
    "insert_hyphens": _hyphens,
    "insert_hyphen_after": _hyphen_after,
}


@lru_cache(maxsize=128)
def steps(normalisation: str) -> tuple[Step, ...]:
    """The steps named in ``keep:-;hyphens:3,5``. An unknown one raises KeyError."""
    named = (one.partition(":") for one in normalisation.split(";"))
    return tuple(_STEPS[name](argument) for name, _colon, argument in named)


def _parted(text: str, signs: str = "") -> frozenset[int]:
    """The positions, in letters and digits, after which one of the signs comes; any sign if none is
    named.
    """
    found, passed = set(), 0
    for one in text:
        if one.isalnum():
            passed += 1
        elif (not signs or one in signs) and passed:
            found.add(passed)
    return frozenset(found - {passed})
