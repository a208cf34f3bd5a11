"""API keys."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from core.api import Scope
from core.forms import CreateForm, TextField


class KeyForm(CreateForm):
    """A new key."""

    name = TextField(
        max_length=80,
        label=_("What the key is for"),
        help_text=_("For example the program that will use it: Freight system, Laredo."),
        error_messages={"required": _("Say what the key is for.")},
    )
    scopes = forms.MultipleChoiceField(
        label=_("What the key may do"),
        choices=Scope.choices,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Never more than you may do yourself. Choose only what the program needs."),
        error_messages={"required": _("Choose at least one thing that the key may do.")},
    )
    days = forms.TypedChoiceField(
        label=_("How long it works"),
        choices=[
            ("30", _("30 days")),
            ("90", _("90 days")),
            ("365", _("365 days")),
            ("", _("Until someone revokes it")),
        ],
        initial="90",
        coerce=int,
        empty_value=None,
        required=False,
        widget=forms.RadioSelect,
        help_text=_("We remind you by email 14 days before its last day."),
    )
