"""The forms for staff who look after people's sign-ins."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from core.forms import PortalForm, TextField
from identity.states import Lost


class ConfirmForm(PortalForm):
    """A form with only a button, which does what the page says."""


class DisableForm(PortalForm):
    """Why someone is disabled."""

    reason = TextField(
        max_length=200,
        label=_("Reason"),
        help_text=_("The user reads it after signing in. Don't include security details."),
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class OpenCaseForm(PortalForm):
    """What was lost, and how the identity of the person who asks was checked."""

    lost = forms.ChoiceField(
        choices=Lost.choices, label=_("What is lost"), widget=forms.RadioSelect
    )
    reason = TextField(
        max_length=500,
        multiline=True,
        label=_("What happened"),
        help_text=_("Use the person's own words. Don't write down a password, code or answer."),
    )
    identity_check = TextField(
        max_length=500,
        multiline=True,
        label=_("How the identity was checked"),
        help_text=_(
            "For example, you called the phone number in the profile. Never use "
            "an answer to a security question."
        ),
    )
    agreed_by = forms.ChoiceField(
        label=_("Company Administrator who agreed"),
        help_text=_(
            "Contact them through details already on file, not through details the "
            "caller gives you."
        ),
    )

    def __init__(self, *args: Any, who_may_agree: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["agreed_by"]
        field.choices = [("", _("Choose")), *who_may_agree]
        if not who_may_agree:
            del self.fields["agreed_by"]
