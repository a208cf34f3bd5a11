"""Advice about a number that looks odd but may be right (S3). It never blocks.

The rules follow the warning rules of the identifier types. Rules that need records which partners
cannot see are left to the specialist.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from core.access import Access
from security_models.checks import numbers
from security_models.facts.model_facts import Facts
from security_models.models import EntityIdentifier
from security_models.selectors.numbers_and_papers import open_elsewhere
from trade_accounts.countries import country_in_sentence, state_name

#: Business types whose own codes end in U, like the marks of their containers.
_WITH_CONTAINERS = frozenset({"sea_carrier", "consolidator"})


@dataclass(frozen=True)
class Surroundings:
    """What a number is compared with: the other numbers here, and the organization's addresses.

    ``values`` maps a kind to its numbers. ``places`` are (country, state, city). ``elsewhere`` maps
    a hash to the references of other accounts that the reader can open. ``started`` is the business
    start date.
    """

    values: Mapping[str, frozenset[str]] = field(default_factory=dict)
    places: tuple[tuple[str, str, str], ...] = ()
    elsewhere: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    business_types: frozenset[str] = frozenset()
    answers: Mapping[str, str] = field(default_factory=dict)
    started: dt.date | None = None

    def has(self, code: str, value: str) -> bool:
        """Whether the number is entered here under another kind."""
        return value in self.values.get(code, frozenset())


Rule = Callable[[str, Surroundings], Iterator[str]]


def surroundings(access: Access, facts: Facts, entered: Iterable[EntityIdentifier]) -> Surroundings:
    """What the numbers of a model are compared with, for a partner; one query."""
    entered = list(entered)
    elsewhere: dict[str, tuple[str, ...]] = {}
    for other in open_elsewhere(access, facts.model, [one.value_hash for one in entered]):
        words = f"{other.security_model.reference} ({other.security_model.trade_account.name})"
        elsewhere[other.value_hash] = (*elsewhere.get(other.value_hash, ()), words)
    return replace(compared_with(facts, entered), elsewhere=elsewhere)


def compared_with(facts: Facts, entered: Iterable[EntityIdentifier]) -> Surroundings:
    """What the numbers are compared with inside the model; no query."""
    values: dict[str, frozenset[str]] = {}
    for one in entered:
        values[one.type_id] = values.get(one.type_id, frozenset()) | {one.value}
    return Surroundings(
        values=values,
        places=facts.places,
        business_types=frozenset(one.slug for one in facts.types),
        answers={code: answer for one in facts.types for code, answer in one.answers.items()},
        started=facts.model.trade_account.business_started_on,
    )


def advice_on(one: EntityIdentifier, around: Surroundings) -> list[str]:
    """Everything to look at again, in words."""
    found = list(_elsewhere(one, around))
    for rule in RULES.get(one.type_id, ()):
        found += rule("" if one.type.masked else one.value, around)
    return found


def _elsewhere(one: EntityIdentifier, around: Surroundings) -> Iterator[str]:
    references = around.elsewhere.get(one.value_hash, ())
    if references:
        words = _("The same number is also entered in %(references)s.")
        yield words % {"references": ", ".join(references)}
        if one.type.field == "IOR":
            yield _("Divisions of a company use different suffixes.")


def _equipment(value: str, around: Surroundings) -> Iterator[str]:
    kinds = {"U": _("containers"), "X": _("private rail cars"), "Z": _("chassis and trailers")}
    if value[-1] == "U" and around.business_types & _WITH_CONTAINERS:
        return
    if value[-1] in kinds:
        words = _("Codes that end in %(letter)s belong to %(kind)s, not to carriers.")
        yield words % {"letter": value[-1], "kind": kinds[value[-1]]}


def _assigned(value: str, around: Surroundings) -> Iterator[str]:
    year = numbers.assigned_in(value)
    if around.started and year < around.started.year:
        words = _(
            "It was assigned in %(year)s, before the business start date. Correct "
            "the number or the date."
        )
        yield words % {"year": year}
    if around.answers.get("IMP2") == "us":
        yield _(
            "CBP usually assigns such numbers to importers abroad without an IRS "
            "number, but the answers say that the company is established in the "
            "United States."
        )


def _person(value: str, around: Surroundings) -> Iterator[str]:
    if around.answers.get("IMP2") == "canada":
        yield _(
            "A Social Security number belongs to a person in the United States, but the answers "
            "say that the company is established in Canada."
        )


def _short_usdot(value: str, around: Surroundings) -> Iterator[str]:
    if len(value) < 6:
        yield _("Most USDOT numbers have six digits or more. Compare it with the registration.")


def _rfc(value: str, around: Surroundings) -> Iterator[str]:
    formed = numbers.rfc_date(value)
    if len(value) == 13:
        yield _("13 characters belong to a person; a company has 12.")
    elif formed and around.started and formed > around.started:
        words = _(
            "The date in it, %(day)s, is after the business start date. Correct the "
            "number or the date."
        )
        yield words % {"day": date_format(formed, "M j, Y")}
    if value[-1] != numbers.rfc_check_digit(value):
        yield _("The last character is not the usual check digit. Check the number again.")


def _organization_number(value: str, around: Surroundings) -> Iterator[str]:
    if around.has("FMC_ORG", value):
        yield _("This is also entered as organization number. The two are different numbers.")


def _airline(value: str, around: Surroundings) -> Iterator[str]:
    if value.isdigit():
        yield _("Airline codes nearly always have a letter.")


def _license(value: str, around: Surroundings) -> Iterator[str]:
    if len(value) != 5:
        yield _("License numbers usually have five digits.")


def _filer(value: str, around: Surroundings) -> Iterator[str]:
    if value.isdigit() and around.values.get("BROKER_LICENSE"):
        yield _(
            "This has three digits. Compare it with your filer code, which is not "
            "part of the license."
        )


def _facility(value: str, around: Surroundings) -> Iterator[str]:
    if around.has("SCAC", value):
        yield _("This is also entered as SCAC. A facility code is a different code.")


def _business_number(value: str, around: Surroundings) -> Iterator[str]:
    if not numbers.passes_luhn(value[:9]):
        yield _("The nine digits don't pass their check. Check the number again.")


def _carrier_of_canada(value: str, around: Surroundings) -> Iterator[str]:
    if around.has("SCAC", value) or around.has("SCAC_RAIL", value):
        yield _("This is also entered as SCAC. The carrier code of the CBSA is a different code.")


def _plant(value: str, around: Surroundings) -> Iterator[str]:
    country, state = numbers.country_of_mid(value)
    there = [one for one in around.places if one[0] == country]
    cities = [city for _country, where, city in there if where == state or not state]
    if country == "IR" and any(one[0] == "IE" for one in around.places):
        yield _("IR is Iran. Ireland is IE.")
    elif not there:
        words = _("This number names %(country)s, where the organization has no address.")
        yield words % {"country": country_in_sentence(country) or value[:2]}
    elif not cities:
        words = _("%(code)s means %(state)s, but the addresses in Canada are in %(others)s.")
        others = dict.fromkeys(state_name(country, one[1]) for one in there)
        yield words % {
            "code": value[:2],
            "state": state_name(country, state),
            "others": ", ".join(others),
        }
    elif not any(value.endswith(_letters(city)) for city in cities):
        yield _("The last letters should be those of the plant's city.")


def _letters(city: str) -> str:
    return "".join(letter for letter in city.upper() if letter.isalpha())[:3]


RULES: Mapping[str, Iterable[Rule]] = {
    "SCAC": (_equipment,),
    "SCAC_RAIL": (_equipment,),
    "IOR_CBP": (_assigned,),
    "IOR_SSN": (_person,),
    "BN": (_business_number,),
    "CBSA_CARRIER": (_carrier_of_canada,),
    "USDOT": (_short_usdot,),
    "RFC": (_rfc,),
    "FMC_MTO": (_organization_number,),
    "IATA_AIRLINE": (_airline,),
    "BROKER_LICENSE": (_license,),
    "FILER_CODE": (_filer,),
    "FIRMS": (_facility,),
    "MID": (_plant,),
}
