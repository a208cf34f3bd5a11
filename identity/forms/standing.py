"""The forms of those who look after people's sign-ins."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from core.forms import PortalForm, TextField


class ConfirmForm(PortalForm):
    """A button that does what the page says."""


class DisableForm(PortalForm):
    """Why somebody is disabled."""

    reason = TextField(
        max_length=200,
        label=_("Reason"),
        help_text=_("The user reads it after signing in. Name no security details."),
        widget=forms.Textarea(attrs={"rows": 3}),
    )
