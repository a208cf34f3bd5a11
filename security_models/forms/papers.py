"""Supporting papers."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from core.forms import CreateForm, TextField, VersionedForm
from files.forms import UploadField
from security_models.states import PaperKind


class PaperForm(CreateForm):
    """A file for one of the required papers."""

    kind = forms.ChoiceField(choices=PaperKind.choices, widget=forms.HiddenInput)
    file = UploadField()


class EventsForm(VersionedForm):
    """What happened, what was found out, and what was changed."""

    text = TextField(
        label=_("Description"),
        max_length=8000,
        multiline=True,
        help_text=_("What happened and when, what you found out, and what you changed."),
        error_messages={"required": _("Describe what happened.")},
    )
