"""The forms with which filtered lists are saved under a name."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy

from core.forms import CreateForm, PortalForm, TextField
from core.links import LONGEST_ADDRESS
from trade_accounts.models import VIEW_NAME_LENGTH


class ViewForm(PortalForm):
    """The name of a view, and who sees it."""

    name = TextField(label=gettext_lazy("Name"), max_length=VIEW_NAME_LENGTH)
    shared = forms.BooleanField(
        label=gettext_lazy("Share it with everyone of the company who can open this list"),
        required=False,
        help_text=gettext_lazy("Without this, only you see it. Only you can change it."),
    )

    def for_one_person(self) -> None:
        """A list of several accounts, or of staff, has no company to share with."""
        del self.fields["shared"]


class NewViewForm(CreateForm, ViewForm):
    """A view of the list from which the reader comes."""

    path = forms.CharField(max_length=LONGEST_ADDRESS, widget=forms.HiddenInput)
    query = forms.CharField(max_length=LONGEST_ADDRESS, required=False, widget=forms.HiddenInput)
