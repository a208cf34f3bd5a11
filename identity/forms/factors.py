"""The forms of second factors."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from core.forms import PortalForm, TextField
from identity.credentials import backup_codes
from identity.forms.entry import CodeField

_LONGEST_ANSWER = 20_000


class PasskeyInput(forms.TextInput):
    """Drawn as a button for the script; an earlier answer is never shown again."""


class FactorCodeField(CodeField):
    """The six digits of an app, or a backup code, whichever the person has."""

    def __init__(self, *, app: bool, codes: bool, **kwargs: Any) -> None:
        self.app, self.codes = app, codes
        if codes:
            kwargs["help_text"] = (
                _("From your authenticator app, or one of your backup codes.")
                if app
                else _("16 characters. Spaces, dashes and capital letters don't matter.")
            )
        if not app:
            kwargs["label"] = _("Backup code")
        super().__init__(**kwargs)
        self.max_length = 40
        if codes:
            self.widget.attrs["inputmode"] = "text"
            self.widget.attrs["autocapitalize"] = "characters"

    def to_python(self, value: Any) -> str:
        """Six digits, or a backup code in the form that is compared."""
        typed = forms.CharField.to_python(self, value) or ""
        if self.codes and backup_codes.is_shape(typed):
            return backup_codes.normal(typed)
        digits = re.sub(r"\s", "", typed)
        if not typed or (self.app and re.fullmatch(r"[0-9]{6}", digits)):
            return digits
        if not self.app:
            words = _("Enter a backup code of 16 characters.")
        elif self.codes:
            words = _("Enter the six digits that the app shows, or a backup code.")
        else:
            words = _("Enter the six digits that the app shows.")
        raise ValidationError(words, code="digits")


class PasskeyField(forms.CharField):
    """The answer of a passkey to the challenge in ``options``, written by the page's script.

    ``options`` makes the challenge when the field is drawn. With ``submits`` the form is sent as
    soon as there is an answer. With ``makes`` a new passkey is made; otherwise one is used.
    ``place`` is the only address where passkeys work, if it is not this one.
    """

    def __init__(
        self,
        *,
        options: Callable[[], str],
        submits: bool = False,
        makes: bool = False,
        place: str = "",
        **kwargs: Any,
    ) -> None:
        self.options, self.submits = options, submits
        self.makes, self.place = makes, place
        kwargs.setdefault("label", _("Passkey"))
        kwargs.setdefault("required", makes)
        super().__init__(max_length=_LONGEST_ANSWER, widget=PasskeyInput(), **kwargs)


class PasskeyForm(PortalForm):
    """The last step of adding a passkey: the browser makes it."""

    def __init__(self, *args: Any, options: Callable[[], str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        missing = {"required": _("Select “Create the passkey”. Your browser must allow scripts.")}
        self.fields["passkey"] = PasskeyField(
            options=options, submits=True, makes=True, error_messages=missing
        )


class PasskeyNameField(TextField):
    """What a person calls a passkey."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("label", _("Name"))
        kwargs.setdefault("help_text", _("For example “Office laptop” or “Blue security key”"))
        super().__init__(max_length=60, **kwargs)


class RenamePasskeyForm(PortalForm):
    """Another name for a passkey."""

    name = PasskeyNameField()
