"""Answers and entries that contradict each other (S1, S3, S4): advice to company and SCSS; it
blocks nothing.

Each rule is a pure function of the facts. A company may have good reasons. The reader is told what
to compare and where to correct it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from django.utils.translation import gettext as _

from core.errors import Problem
from security_models import page_links
from security_models.facts.model_facts import Facts
from security_models.states import ENDED_STATUSES
from trade_accounts.countries import country_in_sentence

Rule = Callable[[Facts], Iterator[Problem]]

#: The countries where a company of a type must have an address (facts B2); types that work from any
#: country are not listed.
EXPECTED: Mapping[str, tuple[str, ...]] = {
    "importer": ("US", "CA"),
    "exporter": ("US",),
    "highway_carrier_us_canada": ("US", "CA"),
    "highway_carrier_us_mexico": ("US", "MX"),
    "highway_carrier_mexico_long_haul": ("MX",),
    "rail_carrier": ("US", "CA", "MX"),
    "customs_broker": ("US",),
    "consolidator": ("US",),
    "third_party_logistics": ("US",),
}

#: Answers that name a country, as (question, answer).
NAMED: Mapping[tuple[str, str], str] = {
    ("IMP2", "us"): "US",
    ("IMP2", "canada"): "CA",
    ("HUM3", "yes"): "MX",
    ("MPT1", "us"): "US",
    ("FMF1", "mexico"): "MX",
    ("FMF1", "canada"): "CA",
}

#: Answers that deny a country, so the company's main office can't be there.
DENIED: Mapping[tuple[str, str], tuple[str, ...]] = {
    ("HUM3", "no"): ("MX",),
    ("MPT1", "abroad"): ("US",),
    ("FMF1", "elsewhere"): ("MX", "CA"),
}

#: Numbers that only a company with an address in the country can have.
NATIONAL: Mapping[str, str] = {"RFC": "MX", "SCT": "MX", "BN": "CA"}


def contradictions(facts: Facts) -> list[Problem]:
    """Every contradiction, with the page where it can be corrected."""
    if not facts.places:
        return []  # A missing address blocks on its own.
    return [problem for rule in RULES for problem in rule(facts)]


def _answers(facts: Facts) -> dict[str, str]:
    open_types = [one for one in facts.types if one.status not in ENDED_STATUSES]
    return {code: answer for one in open_types for code, answer in one.answers.items()}


def _countries(facts: Facts) -> list[str]:
    return list(dict.fromkeys(country for country, _state, _city in facts.places))


def _named(countries: tuple[str, ...] | list[str], joint: str) -> str:
    return joint.join(country_in_sentence(one) for one in countries)


def _problem(facts: Facts, tab: str, words: str) -> Problem:
    return Problem("contradiction", words, url=page_links.url(facts.model, tab))


def _where_addresses_lie(facts: Facts) -> Iterator[Problem]:
    """There is no address in any country in which a company of this type works."""
    has = _countries(facts)
    answered = {NAMED.get(pair, "") for pair in _answers(facts).items()}
    for one in facts.types:
        expected = EXPECTED.get(one.slug, ())
        if one.status in ENDED_STATUSES or not expected or set(expected) & set(has):
            continue
        if answered & set(expected):
            continue  # The answer says so already.
        words = _(
            "%(type)s: this business type needs an address in %(expected)s, but "
            "all addresses of the organization are in %(has)s."
        )
        about = {"expected": _named(expected, _(" or ")), "has": _named(has, ", ")}
        yield _problem(facts, "addresses", words % {"type": one.name, **about})


def _where_the_answers_say(facts: Facts) -> Iterator[Problem]:
    """An answer names a country without an address, or denies the country of the main office."""
    has = _countries(facts)
    for pair in _answers(facts).items():
        country = NAMED.get(pair, "")
        if country and country not in has:
            words = _(
                "The answers say that the company is in %(country)s, but all addresses are in "
                "%(has)s."
            )
            about = {"country": country_in_sentence(country), "has": _named(has, ", ")}
            yield _problem(facts, "eligibility", words % about)
        if facts.country in DENIED.get(pair, ()):
            words = _(
                "The answers say that the company is not in %(country)s, but its main office is "
                "there."
            )
            about = {"country": country_in_sentence(facts.country)}
            yield _problem(facts, "eligibility", words % about)


def _numbers_of_a_country(facts: Facts) -> Iterator[Problem]:
    """A national number is entered, but there is no address in that country."""
    has = _countries(facts)
    for code in dict.fromkeys(facts.numbers):
        country = NATIONAL.get(code, "")
        if country and country not in has:
            words = _(
                "The %(number)s entered belongs to a company in %(country)s, but no address is "
                "there."
            )
            about = {"number": code, "country": country_in_sentence(country)}
            yield _problem(facts, "identifiers", words % about)


def _an_alternate_who_is_not_there(facts: Facts) -> Iterator[Problem]:
    """EXP4: the answers say that there is an alternate, but only one contact is listed."""
    if _answers(facts).get("EXP4") == "yes" and len(facts.contacts) == 1:
        words = _(
            "The answers say that an alternate contact is named, but only one contact is listed."
        )
        yield _problem(facts, "contacts", words)


RULES: tuple[Rule, ...] = (
    _where_addresses_lie,
    _where_the_answers_say,
    _numbers_of_a_country,
    _an_alternate_who_is_not_there,
)
