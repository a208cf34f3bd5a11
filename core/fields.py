"""Form fields that several apps share: phone numbers and whole numbers as people write them."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from core.forms import TextField
from core.phones import HOME, LONGEST, read_phone
from core.text import plain_signs

#: Separators of thousands: comma, dot, apostrophes, and every kind of space.
_GROUPED = re.compile(r"[0-9]{1,3}(?:([,.'’ʼ٬ ])[0-9]{3})(?:\1[0-9]{3})*")
#: Hundred thousands as written in India: 12,34,567.
_GROUPED_BY_TWO = re.compile(r"[0-9]{1,2}(?:,[0-9]{2})+,[0-9]{3}")


class FoldedField(TextField):
    """Numbers and codes; full-width signs and digits of other scripts become plain ones."""

    def to_python(self, value: Any) -> str:
        """The folded text."""
        return super().to_python(plain_signs(value or ""))


class PhoneField(FoldedField):
    """A phone number, stored in one form (``core.phones``).

    ``home`` names the country of a number without country code; a form that knows the company sets
    it.
    """

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("label", _("Phone number"))
        kwargs.setdefault(
            "help_text",
            _("With the country code, for example +1 956 555 0100 or +52 81 5550 0190 ext. 12"),
        )
        attrs = {"type": "tel", "autocomplete": "tel"}
        super().__init__(max_length=2 * LONGEST, widget=forms.TextInput(attrs=attrs), **kwargs)
        self.home: Callable[[], str] = lambda: HOME

    def clean(self, value: Any) -> str:
        """The number in the form in which it is stored."""
        text: str = super().clean(value)
        try:
            return read_phone(text, self.home) if text else ""
        except ValueError as error:
            raise ValidationError(str(error), code="phone") from error


class WholeNumberField(forms.IntegerField):
    """A whole number, with or without thousands separators, in digits of any width."""

    def to_python(self, value: Any) -> int | None:
        """The number. What could also be a fraction is refused ("1.5", "1,20")."""
        if isinstance(value, str):
            value = plain_digits(value)
        return super().to_python(value)


def plain_digits(text: str) -> str:
    """``1,200``, ``1 200`` or ``١٬٢٠٠`` as ``1200``; anything else as it was typed."""
    folded = " ".join(plain_signs(text).split())
    if _GROUPED.fullmatch(folded) or _GROUPED_BY_TWO.fullmatch(folded):
        return re.sub(r"[^0-9]", "", folded)
    return folded
