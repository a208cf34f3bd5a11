"""Email addresses in forms; ``core.mailboxes`` decides what is an address.

Look-alikes stay different (CVE-2019-19844: case mapping in the database made a dotless i equal an
i), and nothing that could start a new mail header gets through.
"""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from core.mailboxes import LONGEST, NoAddress, canonical_address, shown_address

MAX_LENGTH = LONGEST


def normal_address(typed: str) -> str:
    """The one spelling of the address. Raises ValidationError with the sentence of a refusal."""
    try:
        return canonical_address(typed)
    except NoAddress as refusal:
        raise ValidationError(str(refusal), code="email") from refusal


class AddressField(forms.CharField):
    """An email address, normalized. Every form that asks for one uses this field.

    The input is of type text: some browsers rewrite the domain of an email input by the rules of
    2003, so the server would never see what was typed.
    """

    widget = forms.TextInput

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("label", _("Email address"))
        kwargs.setdefault("max_length", MAX_LENGTH)
        super().__init__(**kwargs)
        for name, value in (
            ("autocomplete", "email"),
            ("inputmode", "email"),
            ("autocapitalize", "none"),
            ("spellcheck", "false"),
            ("dir", "ltr"),
        ):
            self.widget.attrs.setdefault(name, value)

    def prepare_value(self, value: Any) -> Any:
        """A stored address in the letters in which it was typed; a typed one unchanged."""
        return shown_address(value) if isinstance(value, str) else value

    def clean(self, value: Any) -> str:
        """The normalized address."""
        text = super().clean(value)
        return normal_address(text) if text else ""
