"""Phone numbers: read, stored and shown in one way in the whole portal.

Lengths, country codes and groups come from Google's ``phonenumbers``. A number is refused if digits
are missing or there are too many, never because its range looks new: numbering plans grow.
"""

from __future__ import annotations

import contextlib
import re
import unicodedata
from collections.abc import Callable

import phonenumbers
from django.utils.translation import gettext as _
from phonenumbers import PhoneNumber, PhoneNumberFormat, ValidationResult

#: The country in which a number without a country code is looked up first.
HOME = "US"
#: Room for the stored form: + and 15 digits in groups, and an extension.
LONGEST = 40
_LONGEST_EXTENSION = 8

EXAMPLE = "+1 956 555 0100"

#: What an extension is called where ``phonenumbers`` doesn't know the word or its signs.
_EXTENSION = re.compile(
    r"(?:(?<=[0-9])|\s*[(,;-]\s*|\s+)"
    r"(?:ramal|poste|durchwahl|nebenstelle|anexo|interno|int|wew|toestel|extensi[oó]n|extn?|w|转|轉|分机|分機|内線|내선)[\s.:#-]*([0-9]+)\)?$",
    re.IGNORECASE,
)
#: Between two numbers in one field.
_BETWEEN = re.compile(
    r"[/;,|&]|\b(?:or|and|y|o|e|ou|und|oder)\b|(?<=[0-9])\s*(?=\+)", re.IGNORECASE
)
#: Dialed before the area code in Mexico until 2019.
_OLD_TRUNK = re.compile(r"(?:1|44|45)(?=[0-9]{10}$)")


def read_phone(text: str, home: Callable[[], str] = lambda: HOME) -> str:
    """The number as it is stored: ``+1 956 555 0100 ext. 12``. Raises ValueError with words that
    help correct it.

    Without ``+`` it belongs to the country that ``home`` names (called only then), unless it begins
    with a country code. Extensions may be written ``x``, ``ext.`` or ``#``, or as other languages
    write them.
    """
    try:
        return _one(_tidy(text), home)
    except ValueError:
        if _is_several(text):
            raise ValueError(_("Enter one phone number only.")) from None
        raise


def _one(text: str, home: Callable[[], str]) -> str:
    number = _parsed(text, home)
    if len(number.extension or "") > _LONGEST_EXTENSION:
        raise ValueError(
            _("The extension is longer than %(n)s digits.") % {"n": _LONGEST_EXTENSION}
        )
    return _written(number)


def as_kept(text: str, home: str = HOME) -> str:
    """The number in the stored form, or the text itself if it cannot be read as a number."""
    try:
        return read_phone(text, lambda: home)
    except ValueError:
        return text


def _tidy(text: str) -> str:
    """International prefixes as ``+``: 00 in most countries, 011 in North America; extensions as
    ``ext.``; commas between groups as spaces.
    """
    text = " ".join(unicodedata.normalize("NFKC", text).split())
    text = _EXTENSION.sub(r" ext. \1", text)
    text = re.sub(r"(?<=[0-9]),\s?(?=[0-9]{3,4}\b)", " ", text)
    return re.sub(r"^(?:00|011)(?=[\s()-]?[1-9])", "+", text)


def _is_several(text: str) -> bool:
    """Whether a text that is not one number holds two, or one and the end of another ("/ 0101")."""
    parts = _BETWEEN.split(unicodedata.normalize("NFKC", text))
    lengths = [n for part in parts if (n := sum(map(str.isdigit, part)))]
    return len(lengths) > 1 and lengths[0] >= 7 and lengths[1] >= 4


def _parsed(text: str, home: Callable[[], str]) -> PhoneNumber:
    region = HOME if text.startswith("+") else home() or HOME
    number = _read(text, region)
    if len(set(phonenumbers.national_significant_number(number))) == 1:
        words = _("This is one digit repeated. Enter a number such as %(example)s.")
        raise ValueError(words % {"example": EXAMPLE})
    result = phonenumbers.is_possible_number_with_reason(number)
    if result == ValidationResult.IS_POSSIBLE:
        return number
    for other in _other_readings(text, number):
        return other
    raise ValueError(_words_for(result, number, text))


def _read(text: str, region: str) -> PhoneNumber:
    try:
        return phonenumbers.parse(text, region)
    except phonenumbers.NumberParseException as error:
        kinds = phonenumbers.NumberParseException
        if error.error_type == kinds.INVALID_COUNTRY_CODE and text.startswith("+"):
            words = _("No country has the code after the +. Enter a number such as %(example)s.")
        elif error.error_type == kinds.TOO_LONG:
            words = _("That is too long for a phone number. Enter a number such as %(example)s.")
        else:
            words = _("Enter a phone number in digits, for example %(example)s.")
        raise ValueError(words % {"example": EXAMPLE}) from error


def _other_readings(text: str, number: PhoneNumber) -> list[PhoneNumber]:
    """A country code without its ``+``, or what Mexico dropped in 2019: the 1 after +52, and 01,
    044 and 045 before the area code.
    """
    found = [number]
    for other, region in _with_another_country(text):
        with contextlib.suppress(phonenumbers.NumberParseException):
            found.append(phonenumbers.parse(other, region))
    readings = [_without_old_trunk(one) if one.country_code == 52 else one for one in found]
    return [one for one in readings if phonenumbers.is_valid_number(one)]


def _without_old_trunk(number: PhoneNumber) -> PhoneNumber:
    digits = _OLD_TRUNK.sub("", str(number.national_number))
    return PhoneNumber(country_code=52, national_number=int(digits), extension=number.extension)


def _with_another_country(text: str) -> list[tuple[str, str | None]]:
    """The text as a number of another country than the company's."""
    if text.startswith("+"):
        return []
    old_mexican = re.match(r"0(?:1|4[45])", text)
    return [(f"+{text}", None), *([(text, "MX")] if old_mexican else [])]


def _words_for(result: int, number: PhoneNumber, text: str) -> str:
    """What is missing or too much."""
    digits = sum(character.isdigit() for character in text)
    if result == ValidationResult.IS_POSSIBLE_LOCAL_ONLY:
        words = _("The area code is missing. Enter the whole number, for example %(example)s.")
    elif result == ValidationResult.TOO_LONG:
        words = _("That has too many digits for a phone number in this country (+%(code)s).")
        if not text.startswith("+"):
            words = _(
                "That has too many digits for a phone number with country code +%(code)s. For "
                "another country, begin with + and its code, for example +52 81 5550 0190."
            )
    elif digits < 5:
        words = _(
            "%(digits)s digits are too few. Enter the whole number with country "
            "code and area code, for example %(example)s."
        )
    else:
        words = _(
            "Digits are missing for a phone number in this country (+%(code)s). Enter the whole "
            "number with country code and area code, for example %(example)s."
        )
    return words % {"example": EXAMPLE, "digits": digits, "code": number.country_code}


def _written(number: PhoneNumber) -> str:
    """International form with spaces between the groups; the extension follows ``ext.``."""
    extension, number.extension = number.extension, None
    text = phonenumbers.format_number(number, PhoneNumberFormat.INTERNATIONAL)
    main = " ".join(re.sub(r"[^+0-9]+", " ", text).split())
    return f"{main} ext. {extension}" if extension else main
