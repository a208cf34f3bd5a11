"""Why a number is refused although its form is right (S3).

Sources: 19 CFR part 102, appendix (countries and provinces of a MID); the tax authority's procedure
for the RFC (date and check digit); CBP form 5106 (importer numbers); the Social Security
Administration (numbers that are never issued).
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Mapping

from django.utils.translation import gettext as _

from core import clock
from security_models.models import IdentifierType
from trade_accounts import countries

#: In a manufacturer number the province represents Canada (19 CFR part 102, appendix).
PROVINCES: Mapping[str, str] = {
    "XA": "AB", "XB": "NB", "XC": "BC", "XM": "MB", "XN": "NS", "XO": "ON", "XP": "PE",
    "XQ": "QC", "XS": "SK", "XT": "NT", "XV": "NU", "XW": "NL", "XY": "YT",
}  # fmt: skip


#: A number without any digit but 0, also behind the letters of a docket number.
_ZEROS = re.compile(r"(?:[A-Z]+-)?0[0/-]*")
_NEVER_ISSUED = re.compile(r"(?:000|666|9[0-9]{2})-.*|.*-00-.*|.*-0000")


def why_refused(type: IdentifierType, value: str) -> str:
    """Why a number with the form of its type is refused; empty if it is accepted."""
    if value in type.refused_values.split(";"):
        words = _(
            "%(number)s is the generic number for customers without one. Enter the company's own "
            "%(kind)s."
        )
        return words % {"number": value, "kind": type.name}
    if _ZEROS.fullmatch(value):
        return _("Every digit is 0. Enter the number as it is on the document.")
    rule = _REFUSALS.get(type.code)
    return rule(value) if rule else ""


def _ssn_never_issued(value: str) -> str:
    if not _NEVER_ISSUED.fullmatch(value):
        return ""
    return _(
        "This is no Social Security number: none begins with 000, 666 or 9, has 00 in the middle "
        "or ends with 0000."
    )


def _rfc_without_a_date(value: str) -> str:
    if rfc_date(value) is not None:
        return ""
    words = _(
        "The six digits %(digits)s are not a date. In an RFC they are year, month and day: compare "
        "it with the tax certificate."
    )
    return words % {"digits": value[-9:-3]}


def _mid_of_nowhere(value: str) -> str:
    if country_of_mid(value)[0]:
        return ""
    words = _(
        "%(code)s is not a country. A MID begins with the two letters of the plant's country, for "
        "example MX; in Canada with the province."
    )
    return words % {"code": value[:2]}


_REFUSALS: Mapping[str, Callable[[str], str]] = {
    "IOR_SSN": _ssn_never_issued,
    "RFC": _rfc_without_a_date,
    "MID": _mid_of_nowhere,
}


def assigned_in(value: str) -> int:
    """The year of a number that CBP assigned (YYDDPP-NNNNN); never a future year."""
    this = clock.today().year
    year = this - this % 100 + int(value[:2])
    return year if year <= this else year - 100


def country_of_mid(value: str) -> tuple[str, str]:
    """Country and, for Canada, province at the start of a MID; empty if it names no country."""
    code = value[:2]
    if code in PROVINCES:
        return "CA", PROVINCES[code]
    return (code, "") if code in dict(countries.country_choices()) and code != "CA" else ("", "")


def province_name(code: str) -> str:
    """The province that the two letters of a MID represent."""
    return countries.state_name("CA", PROVINCES[code])


def rfc_date(value: str) -> dt.date | None:
    """The date in an RFC; None if its digits are not a date.

    An RFC has no century, so February 29 is valid in every year divisible by 4, as 2000 was.
    """
    year, month, day = (int(value[at : at + 2]) for at in (len(value) - 9, -7, -5))
    try:
        date = dt.date(2000 + year, month, day)
    except ValueError:
        return None
    return date if date <= clock.today() else date.replace(year=1900 + year)


def rfc_check_digit(value: str) -> str:
    """The last character, computed by the procedure of the tax authority (sum modulo 11)."""
    signs = "0123456789ABCDEFGHIJKLMN&OPQRSTUVWXYZ Ñ"
    body = value[:-1].rjust(12)
    total = sum(signs.index(sign) * (13 - place) for place, sign in enumerate(body))
    return signs[(11 - total) % 11]


def passes_luhn(digits: str) -> bool:
    """Whether the last digit is the check digit of the others (Luhn)."""
    doubled = [int(one) * (2 if place % 2 else 1) for place, one in enumerate(reversed(digits))]
    return sum(one - 9 if one > 9 else one for one in doubled) % 10 == 0
