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

#: Words that are never the start of a number: "EIN number", "IATA code:".
_CLEAR = r"(?:NUMBER|NUM|NÚM|NUMERO|NÚMERO|CODE|CODIGO|CÓDIGO|(?:CON|WITH) HOMOCLAVE)"
#: Words that could also be the start of a number, such as a MID of Norway (NO) or Germany (DE).
_SHORT = r"(?:NO|NR|ID|IS|ES|DEL|DE|OF)"
#: Words before a label: "the SCAC", "núm. de permiso SCT".
_OPENING = rf"(?:{_CLEAR}|{_SHORT}|N°|THE|MY|OUR|LA|EL)"
#: A word before a number without a known label: a short one only if a digit or a sign follows.
_FILLERS = rf"(?:{_CLEAR}(?=[\s.:#=()\-])|N°|(?:NO|NR|ID|IS)(?=\s*[.:#=]|\s+[0-9]))"
#: A word between a known label and its number: also before letters.
_FILLERS_OF_LABEL = rf"(?:{_FILLERS}|{_SHORT}(?=[\s.:#=()]))"
_SIGNS = r"[\s#:.=()\-]*"
_MINUS_SIGNS = "\u2212\u02d7\u30fc"
#: Division slashes, backslashes and slashes drawn for tables, as fonts and PDFs copy them.
_SLASHES = "\\\u2044\u2215\u2216\u29f5\u29f8\u29f9\u2571\u27cb"
_APOSTROPHES = "‘’`´ʼ′"
#: Signs of ownership after a name; NFKC would make letters of some.
_MARKS = "®©™℠"
#: What may divide a number without being part of it.
_SEPARATORS = " .,:#=_'\"“”()[]·•-"
#: The step that says that a number begins with a country, which may spell NO, ID or DE.
_COUNTRY_FIRST = "country_first"

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
    country_first = _COUNTRY_FIRST in format.normalisation.split(";")
    for candidate in _candidates(tidy(text), format.labels, country_first=country_first):
        value = candidate
        for step in steps(format.normalisation):
            value = step(value)
        if fits(value, format.regex):
            return Reading(value, _parted(candidate))
    return None


def tidy(text: str) -> str:
    """Use capital letters and plain characters: fold widths, dashes, slashes, apostrophes, spaces
    and invisible characters.

    Digits of every script become 0 to 9, because people who type Arabic or Hindi have those on
    their keyboard.
    """
    signs = []
    unmarked = "".join(sign for sign in text if sign not in _MARKS)
    for sign in unicodedata.normalize("NFKC", unmarked):
        kind = unicodedata.category(sign)
        if kind == "Pd" or sign in _MINUS_SIGNS:
            signs.append("-")
        elif sign in _SLASHES:
            signs.append("/")
        elif sign in _APOSTROPHES:
            signs.append("'")
        elif kind == "Nd":
            signs.append(str(unicodedata.decimal(sign)))
        elif kind != "Cf":
            signs.append(sign)
    plain = " ".join("".join(signs).split()).upper()
    return unicodedata.normalize("NFC", plain).strip(" \"'“”«»<>,;.")


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


@dataclass(frozen=True)
class _Patterns:
    """Where the labels of a type may stand; the patterns match what is not the number."""

    #: A label or another word before the number; a short word only before a digit or a sign.
    before: re.Pattern[str]
    #: The same, and after a label every such word.
    before_letters: re.Pattern[str]
    behind: re.Pattern[str]
    #: A label or word attached to the number.
    stuck: re.Pattern[str]
    #: A label or word between the letters and the digits of a number: "MC docket no. 123456".
    within: re.Pattern[str]


@lru_cache(maxsize=128)
def _patterns(labels: str) -> _Patterns:
    words = sorted((one.strip() for one in labels.split(";") if one.strip()), key=len, reverse=True)
    spelled = [
        r"[\s.\-]*".join(r"\.?".join(map(re.escape, part)) for part in word.split())
        for word in words
    ]
    label = f"(?:{'|'.join(spelled) or '(?!)'})"
    joined = rf"{label}(?:\s*[/&\-]\s*{label})*(?=[\s#:.=()]){_SIGNS}"
    opening = rf"(?:{_OPENING}[\s.:]+)*"
    return _Patterns(
        before=re.compile(rf"^(?:{joined}(?:{_FILLERS}{_SIGNS})*|#{_SIGNS}|{_FILLERS}{_SIGNS})+"),
        before_letters=re.compile(rf"^(?:{opening}{joined}(?:{_FILLERS_OF_LABEL}{_SIGNS})*)+"),
        behind=re.compile(rf"[\s(]+{label}\)?$"),
        stuck=re.compile(rf"^(?:{label}{_SIGNS})?(?:(?:{_CLEAR}|{_SHORT})(?=[0-9]))?"),
        within=re.compile(rf"\s(?:(?:{label}(?=[\s#:.=()0-9])|{_FILLERS}){_SIGNS})+(?=[0-9])"),
    )


def _candidates(text: str, labels: str, *, country_first: bool = False) -> Iterator[str]:
    """The text without its label, the text as it is, and the text without an attached label.

    A short word after a label ("SCAC is", "RFC no") is dropped first. In a number that begins with
    a country it is dropped last, because it can be the country.
    """
    found = _patterns(labels)
    bare = found.behind.sub("", text)
    without = found.before.sub("", bare)
    without_words = found.before_letters.sub("", bare)
    if not country_first:
        yield without_words
    yield without
    yield text
    yield found.stuck.sub("", text)
    yield found.within.sub("", without)
    yield found.within.sub("", bare)
    yield found.before.sub("", text)
    yield without_words


# --- steps ----------------------------------------------------------------------------------------


def _keep(signs: str) -> Step:
    """Keep the named signs and drop other separators.

    A sign that is neither is left in place, so that the number is refused: without it, it could be
    another number.
    """
    dropped = frozenset(_SEPARATORS) - frozenset(signs)
    return lambda text: "".join(one for one in text if one not in dropped)


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


def _no_words(length: str) -> Step:
    """Read nothing if a word of at least so many letters stands beside the number.

    Where a pattern is wide, an unknown label ("permiso vigente 000123") would become part of it.
    """

    def step(text: str) -> str:
        words = [one.strip(_SEPARATORS) for one in text.split()]
        return "" if any(one.isalpha() and len(one) >= int(length) for one in words) else text

    return step


def _without_end(endings: str) -> Step:
    """Drop one of these endings (``NF|N``) after a digit."""
    return lambda text: re.sub(rf"(?<=[0-9])(?:{endings})$", "", text)


def _leading_zeros(length: str) -> Step:
    """Drop zeros before the digits, so that each number has one form of at least this length."""

    def step(text: str) -> str:
        return re.sub(rf"(?<![0-9])0+(?=[0-9]{{{length},}}$)", "", text)

    return step


def _without(signs: str) -> Step:
    return lambda text: "".join(one for one in text if one not in signs)


_STEPS: dict[str, Callable[[str], Step]] = {
    "keep": _keep,
    "hyphens": _hyphens,
    "hyphen_after": _hyphen_after,
    "not_parted": _not_parted,
    "no_words": _no_words,
    "drop": _without,
    "without_end": _without_end,
    "leading_zeros": _leading_zeros,
    _COUNTRY_FIRST: lambda _argument: str,
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
