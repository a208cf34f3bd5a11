"""Asking someone for an act reserved to them."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from core.forms import PortalForm, TextField
from core.ids import parse_id
from trade_accounts.selectors.asks import Asking

NOTE_LENGTH = 500


class AskForm(PortalForm):
    """Who to ask, if there is a choice, and a note that goes with the request."""

    whom = forms.TypedChoiceField(
        label=_("Who do you want to ask?"),
        widget=forms.RadioSelect,
        coerce=parse_id,
        error_messages={"required": _("Choose who to ask.")},
    )
    note = TextField(
        label=_("Note"),
        help_text=_("Optional. We include it in the email."),
        max_length=NOTE_LENGTH,
        multiline=True,
        required=False,
    )

    def __init__(self, *args: Any, asking: Asking, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people = [(str(one.membership_id), one.name) for one in asking.ready]
        if len(people) < 2:
            del self.fields["whom"]
        else:
            field: Any = self.fields["whom"]
            field.choices = people
        self.fields["note"].widget.attrs["rows"] = 3
