"""What contacts type and choose for a proof of status."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy, ngettext

from core.forms import CreateForm, TextField
from identity.forms.address_field import AddressField
from svi.checks.proofs import PERIODS
from svi.models import RECIPIENT_LENGTH


def _period(days: int) -> str:
    return ngettext("%(n)s day", "%(n)s days", days) % {"n": days}


class ProofForm(CreateForm):
    """Who gets a proof of status, and how long it is valid."""

    recipient = TextField(
        label=gettext_lazy("Who asked for it"),
        max_length=RECIPIENT_LENGTH,
        help_text=gettext_lazy("A company or a person. The letter is addressed to them."),
    )
    email = AddressField(
        label=gettext_lazy("Their email address"),
        required=False,
        help_text=gettext_lazy("If you fill it in, we send them the address of the page."),
    )
    days = forms.TypedChoiceField(
        label=gettext_lazy("Valid for"), coerce=int, widget=forms.RadioSelect, initial=90
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["days"]
        field.choices = [(days, _period(days)) for days in PERIODS]
        self.fields["email"].widget.attrs["autocomplete"] = "off"
