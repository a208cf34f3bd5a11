"""The form with which a second person decides a recovery. That person proves who they are (R5)."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from core.forms import TextField
from identity.forms.proofs import ProofForm


class DecideForm(ProofForm):
    """Approves or declines a recovery, with proof of who decides."""

    field_order = ("decision", "note")
    decision = forms.ChoiceField(
        choices=[("approve", _("Approve")), ("decline", _("Decline"))],
        label=_("Decision"),
        widget=forms.RadioSelect,
    )
    note = TextField(
        max_length=500,
        required=False,
        multiline=True,
        label=_("Note"),
        help_text=_("Why you decline, or what you checked yourself."),
    )
