"""Email addresses as the portal keeps them: one spelling for one mailbox.

Look-alikes stay different (CVE-2019-19844: case mapping in the database made a dotless i equal an
i), and nothing that could begin a new mail header gets through.
"""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import EmailValidator
from django.utils.translation import gettext_lazy as _

from core.text import one_line

MAX_LENGTH = 254
_LOCAL = re.compile(r"[a-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}")
_known_to_django = EmailValidator()

_WORDS = _("Enter an email address in the form name@example.com.")


def normal_address(typed: str) -> str:
    """The address in lower-case ASCII, its domain in the form that mail servers use.

    Raises ValidationError for what is not an address, and for a name before the @ with letters
    outside ASCII: whoever has such a mailbox has another spelling of it too.
    """
    text = one_line(typed).strip()
    local, at, domain = text.rpartition("@")
    try:
        ascii_domain = domain.encode("idna").decode("ascii").lower()
    except UnicodeError as error:
        raise ValidationError(_WORDS, code="email") from error
    local = local.lower()
    address = f"{local}@{ascii_domain}"
    if not at or not _LOCAL.fullmatch(local) or len(address) > MAX_LENGTH:
        raise ValidationError(_WORDS, code="email")
    try:
        _known_to_django(address)
    except ValidationError as error:
        raise ValidationError(_WORDS, code="email") from error
    return address


class AddressField(forms.CharField):
    """An email address, normalized; every form that asks for one uses this."""

    widget = forms.EmailInput

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("label", _("Email address"))
        kwargs.setdefault("max_length", MAX_LENGTH)
        super().__init__(**kwargs)
        self.widget.attrs.setdefault("autocomplete", "email")
        self.widget.attrs.setdefault("spellcheck", "false")

    def clean(self, value: Any) -> str:
        """The normalized address."""
        text = super().clean(value)
        return normal_address(text) if text else ""
