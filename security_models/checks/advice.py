"""Advice beside a number: what looks odd but is nobody's error (S3). Never a reason to refuse.

The rules follow the warning rules of the identifier types; those that need records which partners
cannot see are left to the specialist.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from core import clock
from core.access import Access
from security_models.models import EntityIdentifier, SecurityModel
from security_models.selectors.addresses import organization_addresses
from security_models.selectors.profile import open_elsewhere

#: Canada's provinces stand for the country in a manufacturer number.
PROVINCES = ("XA", "XB", "XC", "XM", "XN", "XO", "XP", "XQ", "XS", "XT", "XV", "XW", "XY")


@dataclass(frozen=True)
class Surroundings:
    """What a number is compared with: the other numbers here, and the organization's addresses.

    ``values`` maps a kind to its numbers; ``places`` are (country, city); ``elsewhere`` maps a
    hash to the references of other accounts that the reader can open.
    """

    values: Mapping[str, frozenset[str]] = field(default_factory=dict)
    places: tuple[tuple[str, str], ...] = ()
    elsewhere: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def has(self, code: str, value: str) -> bool:
        """Whether a number is entered here under another kind."""
        return value in self.values.get(code, frozenset())


Rule = Callable[[str, Surroundings], Iterator[str]]


def surroundings(
    access: Access, model: SecurityModel, entered: Iterable[EntityIdentifier]
) -> Surroundings:
    """What the numbers of a model are compared with: two queries."""
    entered = list(entered)
    values: dict[str, frozenset[str]] = {}
    for one in entered:
        values[one.type_id] = values.get(one.type_id, frozenset()) | {one.value}
    elsewhere: dict[str, tuple[str, ...]] = {}
    for other in open_elsewhere(access, model, [one.value_hash for one in entered]):
        words = f"{other.security_model.reference} ({other.security_model.trade_account.name})"
        elsewhere[other.value_hash] = (*elsewhere.get(other.value_hash, ()), words)
    places = tuple((one.country, one.city) for one in organization_addresses(model))
    return Surroundings(values, places, elsewhere)


def advice_on(one: EntityIdentifier, around: Surroundings) -> list[str]:
    """Everything that deserves a second look, in words."""
    found = list(_elsewhere(one, around))
    if not one.type.masked:
        for rule in RULES.get(one.type_id, ()):
            found += rule(one.value, around)
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
    if value[-1] in kinds:
        words = _("Codes that end in %(letter)s mark %(kind)s, not carriers.")
        yield words % {"letter": value[-1], "kind": kinds[value[-1]]}


def _year_to_come(value: str, around: Surroundings) -> Iterator[str]:
    if int(value[:2]) > clock.today().year % 100:
        yield _("The first two digits are a year, and this one is still to come.")


def _short_usdot(value: str, around: Surroundings) -> Iterator[str]:
    if len(value) < 6:
        yield _("Most USDOT numbers have six digits or more. Compare it with the registration.")


def _rfc(value: str, around: Surroundings) -> Iterator[str]:
    digits = value[-9:-3]
    month, day = int(digits[2:4]), int(digits[4:6])
    if not (1 <= month <= 12 and 1 <= day <= 31):
        yield _("The six digits should be a date: year, month, day.")
    if len(value) == 13:
        yield _("13 characters belong to a person; a company has 12.")


def _organization_number(value: str, around: Surroundings) -> Iterator[str]:
    if around.has("FMC_ORG", value):
        yield _("This is also entered as organization number. The two are different numbers.")


def _airline(value: str, around: Surroundings) -> Iterator[str]:
    if value.isdigit():
        yield _("Airline codes nearly always have a letter.")


def _license(value: str, around: Surroundings) -> Iterator[str]:
    if len(value) != 5:
        yield _("License numbers have five digits as a rule.")


def _filer(value: str, around: Surroundings) -> Iterator[str]:
    if value.isdigit() and around.values.get("BROKER_LICENSE"):
        yield _("Three digits: compare it with your filer code, it is not part of the license.")


def _facility(value: str, around: Surroundings) -> Iterator[str]:
    if around.has("SCAC", value):
        yield _("This is also entered as SCAC. A facility code is a different code.")


def _plant(value: str, around: Surroundings) -> Iterator[str]:
    country = "CA" if value[:2] in PROVINCES else value[:2]
    cities = [city for where, city in around.places if where == country]
    if country == "IR" and any(where == "IE" for where, _city in around.places):
        yield _("IR stands for Iran; Ireland is IE.")
    elif not cities:
        yield _("No address of your organization is in the country that this number names.")
    elif not any(value.endswith(_letters(city)) for city in cities):
        yield _("The last letters should be those of the plant's city.")


def _letters(city: str) -> str:
    return "".join(letter for letter in city.upper() if letter.isalpha())[:3]


RULES: Mapping[str, Iterable[Rule]] = {
    "SCAC": (_equipment,),
    "SCAC_RAIL": (_equipment,),
    "IOR_CBP": (_year_to_come,),
    "USDOT": (_short_usdot,),
    "RFC": (_rfc,),
    "FMC_MTO": (_organization_number,),
    "IATA_AIRLINE": (_airline,),
    "BROKER_LICENSE": (_license,),
    "FILER_CODE": (_filer,),
    "FIRMS": (_facility,),
    "MID": (_plant,),
}
