"""The forms with which staff keep templates of replies."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.forms import CreateForm, PortalForm, TextField, VersionedForm
from messages_app.facts.template_fields import FIELDS
from messages_app.models.templates import NAME_LENGTH
from messages_app.models.threads import BODY_LENGTH


class _Template(PortalForm):
    """A name and a text with fields."""

    name = TextField(
        label=gettext_lazy("Name"),
        max_length=NAME_LENGTH,
        help_text=gettext_lazy("Only staff see it."),
    )
    body = TextField(label=gettext_lazy("Text"), max_length=BODY_LENGTH, multiline=True)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        named = [f"{{{name}}} {words}" for name, words in FIELDS.items()]
        words = _("These fields are filled for each partner: %(fields)s.")
        self.fields["body"].help_text = words % {"fields": ", ".join(named)}


class NewTemplateForm(CreateForm, _Template):
    """A new template."""

    shared = forms.BooleanField(
        label=gettext_lazy("For all specialists"),
        required=False,
        help_text=gettext_lazy("Everyone can insert it. Only management can change it."),
    )
    field_order = ("name", "body", "shared")

    def for_one_person(self) -> NewTemplateForm:
        """The same form for someone who keeps only their own templates."""
        del self.fields["shared"]
        return self


class TemplateForm(VersionedForm, _Template):
    """A template that is there."""
