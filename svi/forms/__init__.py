"""What contacts type and choose in SVI."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from core.forms import PortalForm, TextField, VersionedForm
from core.links import is_inside
from svi.models import NOTE_LENGTH, REFERENCE_LENGTH
from svi.states import ListAct

#: A pasted list of companies.
LIST_LENGTH = 20_000


class AskForm(PortalForm):
    """The note to companies that are asked."""

    note = TextField(
        label=gettext_lazy("Note to these companies"),
        max_length=NOTE_LENGTH,
        multiline=True,
        required=False,
        help_text=gettext_lazy(
            "Say how they know you, for example: We carry your Laredo loads since October."
        ),
    )


class ListForm(PortalForm):
    """A list of companies, typed or pasted, or a spreadsheet."""

    companies = TextField(
        label=gettext_lazy("Companies, one in each line"),
        max_length=LIST_LENGTH,
        multiline=True,
        required=False,
        help_text=gettext_lazy("Names, other business names or account numbers."),
    )
    file = forms.FileField(
        label=gettext_lazy("Or a spreadsheet (XLSX)"),
        required=False,
        help_text=gettext_lazy("The first column of the first sheet is read."),
    )


class NoteForm(VersionedForm):
    """What a company keeps for itself about a partner."""

    reference = TextField(
        label=gettext_lazy("Your reference"),
        max_length=REFERENCE_LENGTH,
        required=False,
        help_text=gettext_lazy("For example the number of the vendor in your own system."),
    )
    owner = forms.ChoiceField(label=gettext_lazy("Who looks after this partner"), required=False)
    tells = forms.BooleanField(
        label=gettext_lazy("Notify all contacts when the status changes"), required=False
    )

    def offering(self, people: Sequence[tuple[str, str]]) -> NoteForm:
        """The same form with these people to choose from."""
        field: Any = self.fields["owner"]
        field.choices = [("", gettext_lazy("Nobody in particular")), *people]
        return self

    @property
    def owner_id(self) -> uuid.UUID | None:
        """The chosen person."""
        chosen = self.cleaned_data["owner"]
        return uuid.UUID(chosen) if chosen else None


class ListActForm(PortalForm):
    """What to do with the chosen partners."""

    act = forms.ChoiceField(
        label=gettext_lazy("What to do"), choices=ListAct.choices, widget=forms.RadioSelect
    )
    chosen = forms.CharField(widget=forms.HiddenInput)
    back = forms.CharField(widget=forms.HiddenInput, required=False)

    @property
    def list_url(self) -> str:
        """The list from which the partners were chosen; empty if it is not one of ours."""
        wanted = str(self.data.get("back") or self.initial.get("back") or "")
        return wanted if is_inside(wanted) else ""
