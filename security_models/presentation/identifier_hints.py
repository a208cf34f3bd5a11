"""Help with a number (S3): how to write it if its form is wrong, and what it tells."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from django.utils.translation import gettext as _

from security_models.checks.numbers import PROVINCES, assigned_in, country_of_mid, province_name
from security_models.facts.identifier_formats import digits_of, tidy
from security_models.models import IdentifierType
from security_models.presentation.identifier_boxes import hint_words
from trade_accounts import countries

_NINE = 9


def which_nine_digits() -> str:
    """The question to ask if nine digits may be an EIN or a Social Security number."""
    return _(
        "Nine digits can be an EIN or a Social Security number. To make an EIN an "
        "importer number, add two characters at its end, often 00. Choose which "
        "kind of importer number you have."
    )


def words_for(types: Sequence[IdentifierType], typed: str) -> str:
    """How to correct a number that has the form of none of these types."""
    codes = {type.code for type in types}
    digits = digits_of(typed, ";".join(type.labels for type in types))
    if "IOR_IRS" in codes and len(digits) == _NINE:
        return _suffix_missing(digits)
    if codes & {"EIN", "DUNS"} and len(digits) == _NINE:
        words = _("This is written like a Social Security number. %(hint)s")
        return words % {"hint": hint_words(types)}
    if "MID" in codes and tidy(typed).removeprefix("MID").strip(" :#").startswith("CA"):
        listed = ", ".join(f"{code} {province_name(code)}" for code in PROVINCES)
        words = _("A MID never begins with CA. In Canada it begins with the province: %(listed)s.")
        return words % {"listed": listed}
    if "MC_DOCKET" in codes and digits:
        words = _("Begin with MC, MX or FF, as on the registration: for example MC-%(digits)s.")
        return words % {"digits": digits}
    return _unlike(types)


def _unlike(types: Sequence[IdentifierType]) -> str:
    """That the number has another form; the hint beside the box is not repeated."""
    words = _("This isn't in the form of such a number. Enter it like %(examples)s.")
    return words % {"examples": _(" or ").join(type.example for type in types)}


def _suffix_missing(digits: str) -> str:
    words = _(
        "This is an EIN without its suffix. An importer number in IRS form is the EIN and two "
        "more characters, often 00, for example %(example)s. Your customs broker knows them."
    )
    return words % {"example": f"{digits[:2]}-{digits[2:]}00"}


def about(code: str, value: str) -> str:
    """What the number itself tells, in words; empty for most kinds."""
    rule = _ABOUT.get(code)
    return rule(value) if rule else ""


def _place_of_mid(value: str) -> str:
    country, state = country_of_mid(value)
    if state:
        return f"{countries.state_name(country, state)}, {countries.country_name(country)}"
    return countries.country_name(country) if country else ""


def _year_of_assignment(value: str) -> str:
    return _("assigned in %(year)s") % {"year": assigned_in(value)}


def _kind_of_docket(value: str) -> str:
    words = {
        "MC": _("motor carrier, broker or forwarder"),
        "MX": _("carrier based in Mexico"),
        "FF": _("freight forwarder"),
    }
    return words.get(value[:2], "")


_ABOUT: Mapping[str, Callable[[str], str]] = {
    "MID": _place_of_mid,
    "IOR_CBP": _year_of_assignment,
    "MC_DOCKET": _kind_of_docket,
}
