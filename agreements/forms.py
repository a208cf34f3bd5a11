"""The two forms of the ceremony: the declaration, and the proofs."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from agreements import services
from core.access import Access
from core.forms import PortalForm, TextField
from core.text import filled


class DeclarationForm(PortalForm):
    """Two separate, unticked boxes, and the typed name (A4)."""

    certified = forms.BooleanField(
        required=True, error_messages={"required": _("Tick this statement to sign.")}
    )
    electronic = forms.BooleanField(
        required=True,
        error_messages={"required": _("Tick this statement to sign electronically.")},
    )
    typed_name = TextField(
        max_length=200,
        label=_("Type your full name"),
        error_messages={"required": _("Type your full name to sign.")},
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )

    def __init__(
        self, *args: Any, access: Access, certification: Any, electronic: Any, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.access = access
        self.fields["certified"].label = certification
        self.fields["electronic"].label = electronic
        name = access.name
        self.fields["typed_name"].help_text = filled(_("As in your profile: %(name)s"), name=name)

    def clean_typed_name(self) -> str:
        """The name as typed; a wrong name is reported together with a missing tick."""
        typed: str = self.cleaned_data["typed_name"]
        for problem in services.name_problems(self.access, typed):
            raise ValidationError(problem.message, code=problem.code)
        return typed
