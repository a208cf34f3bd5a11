"""T5: what an address must contain, and that there is always a headquarters address."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.translation import gettext as _

from core.errors import Problem
from core.text import filled, fold
from trade_accounts import countries, postal_codes
from trade_accounts.models import Address, AddressType
from trade_accounts.states import HEADQUARTERS

OTHER = "other"


def of_country(values: Mapping[str, Any]) -> list[Problem]:
    """Country, state and postal code must match."""
    country, state = values["country"], values["state"]
    if country not in dict(countries.country_choices()):
        return [Problem("country", _("Choose a country."), "country")]
    known = countries.format_of(country)
    problems = []
    label = countries.in_sentence(countries.state_label(country))
    if known.state_needed and not state:
        problems.append(Problem("state", _("Choose the %(label)s.") % {"label": label}, "state"))
    elif state and known.states and state not in dict(known.states):
        words = _("Choose a %(label)s of %(country)s.")
        values_ = {"label": label, "country": countries.country_in_sentence(country)}
        problems.append(Problem("state", words % values_, "state"))
    try:
        postal_codes.clean_postal_code(country, state, values["postal_code"])
    except ValueError as error:
        problems.append(Problem("postal_code", str(error), "postal_code"))
    return problems


def of_types(values: Mapping[str, Any]) -> list[Problem]:
    """At least one known type; for "Other" the name says what it is for."""
    known = set(AddressType.objects.filter(kind="organization").values_list("code", flat=True))
    types = values["types"]
    if not types or not set(types) <= known:
        return [Problem("types", _("Choose at least one type."), "types")]
    if OTHER in types and not values["name"]:
        words = _("Say what this address is for in its name.")
        return [Problem("name", words, "name")]
    return []


def suggested_address(others: Iterable[Address]) -> dict[str, Any]:
    """The start of a new address: the type headquarters if there are none, or else their
    country.
    """
    seats = [one for one in others if HEADQUARTERS in one.types]
    return {"country": seats[0].country} if seats else {"types": [HEADQUARTERS]}


def duplicates(values: Mapping[str, Any], others: Iterable[Address]) -> list[Problem]:
    """An address looks like one that exists: the same street, however it is shortened, in the same
    town and country.
    """
    for other in others:
        if _key(values) == _key(vars(other)):
            words = _(
                "Looks like an address you have: %(address)s. Edit that one and add the type "
                "there, or keep both."
            )
            text = filled(words, address=other.name or other.street1)
            return [Problem("duplicate", text, "street1")]
    return []


#: How words of streets are shortened.
_SHORT = {
    "street": "st", "road": "rd", "avenue": "ave", "boulevard": "blvd", "drive": "dr",
    "lane": "ln", "highway": "hwy", "parkway": "pkwy", "north": "n", "south": "s", "east": "e",
    "west": "w", "terminal": "ter", "suite": "ste", "avenida": "av", "calle": "c",
}  # fmt: skip


def _key(values: Mapping[str, Any]) -> tuple[str, ...]:
    return tuple(_plain(str(values[name])) for name in ("street1", "city", "country"))


def _plain(text: str) -> str:
    words = re.findall(r"\w+", fold(text))
    return " ".join(_SHORT.get(word, word) for word in words)


def last_headquarters(address: Address, types: Iterable[str]) -> list[Problem]:
    """The problems if ``address`` has only ``types`` from now on."""
    if HEADQUARTERS not in address.types or HEADQUARTERS in types:
        return []
    others = Address.objects.filter(
        trade_account_id=address.trade_account_id,
        removed_at=None,
        types__contains=[HEADQUARTERS],
    )
    if others.exclude(pk=address.pk).exists():
        return []
    words = _("A trade account always has a headquarters address. Add the new one first.")
    return [Problem("headquarters", words, "types")]
