"""The forms with which documents of the public libraries are written and taken back (D1)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.forms import ComingDateField, CreateForm, PortalForm, TextField, VersionedForm
from core.ids import parse_id
from documents.checks.details import languages
from documents.checks.public import PublicDetails
from documents.models import DESCRIPTION_LENGTH, TITLE_LENGTH, DocumentType, PublicDocument
from documents.selectors.public_documents import all_business_types
from documents.states import Library
from files.forms import UploadField


class _PublicForm(PortalForm):
    """What is said of a public document."""

    library = forms.ChoiceField(
        choices=Library.choices,
        label=gettext_lazy("Library"),
        help_text=gettext_lazy(
            "Trade Public is for everyone with a trade account, C-TPAT Public for contacts."
        ),
        widget=forms.RadioSelect,
    )
    title = TextField(label=gettext_lazy("Title"), max_length=TITLE_LENGTH)
    type_code = forms.ChoiceField(label=gettext_lazy("Document type"))
    description = TextField(
        label=gettext_lazy("Description"),
        max_length=DESCRIPTION_LENGTH,
        multiline=True,
        required=False,
    )
    language = forms.ChoiceField(label=gettext_lazy("Language"), required=False)
    business_types = forms.MultipleChoiceField(
        choices=all_business_types,
        required=False,
        label=gettext_lazy("Only for business types"),
        help_text=gettext_lazy("Narrows C-TPAT Public. Choose none for all."),
        widget=forms.CheckboxSelectMultiple,
    )
    publish_on = ComingDateField(
        label=gettext_lazy("First day"),
        required=False,
        widget=forms.DateInput(attrs={"type": "text"}),
        help_text=gettext_lazy("Empty: when you publish."),
    )
    expires_on = ComingDateField(
        label=gettext_lazy("Last day"),
        required=False,
        widget=forms.DateInput(attrs={"type": "text"}),
        help_text=gettext_lazy("Empty: until it is withdrawn."),
    )
    replaces = forms.ChoiceField(
        label=gettext_lazy("Replaces"),
        required=False,
        help_text=gettext_lazy("Readers see that document as replaced."),
    )

    def offering(self, types: Iterable[DocumentType], replaceable: Iterable[PublicDocument]) -> Any:
        """The same form with these types, and these documents to replace."""
        choose = "– " + _("Select") + " –"
        code: Any = self.fields["type_code"]
        code.choices = [("", choose), *((one.code, one.name) for one in types)]
        spoken: Any = self.fields["language"]
        spoken.choices = [("", _("Not stated")), *languages()]
        other: Any = self.fields["replaces"]
        named = ((str(one.pk), f"{one.title} ({one.get_library_display()})") for one in replaceable)
        other.choices = [("", _("None")), *named]
        return self

    def details(self) -> PublicDetails:
        """The details that were typed."""
        data = self.cleaned_data
        return PublicDetails(
            data.get("library") or "",
            data["title"],
            data["type_code"],
            data["description"],
            tuple(data["business_types"]),
            data["language"],
            data.get("publish_on"),
            data["expires_on"],
            parse_id(data["replaces"]),
        )


_ORDER = (
    "library", "file", "title", "type_code", "description", "language", "business_types",
    "publish_on", "expires_on", "replaces",
)  # fmt: skip


class NewPublicForm(CreateForm, _PublicForm):
    """A new draft with its file."""

    file = UploadField()
    field_order = _ORDER


class PublicForm(VersionedForm, _PublicForm):
    """A draft, or what is published; without a file the newest one stays."""

    file = UploadField(label=gettext_lazy("New file"), required=False)
    field_order = _ORDER

    def keeping(self, *names: str) -> PublicForm:
        """The same form without what stays as it was published."""
        for name in names:
            del self.fields[name]
        return self


class ConfirmPublicForm(VersionedForm):
    """Only the version that was read."""


class PublishForm(ConfirmPublicForm):
    """The version that was read, and whether its readers are told."""

    tell = forms.BooleanField(
        label=gettext_lazy("Notify everyone who can read it"),
        required=False,
        help_text=gettext_lazy(
            "They find a notice in the portal, and in the daily digest if they have not turned "
            "that off. A scheduled document is announced on its first day."
        ),
    )


class WithdrawPublicForm(VersionedForm):
    """Why a document is taken back."""

    reason = TextField(
        max_length=500,
        multiline=True,
        label=gettext_lazy("Reason"),
        help_text=gettext_lazy("It is kept in the history. Readers no longer find the document."),
        widget=forms.Textarea(attrs={"rows": 3}),
    )


def shown_public(document: PublicDocument) -> dict[str, Any]:
    """A saved document as the fields of its form."""
    names = (
        "library", "title", "description", "language", "business_types", "publish_on", "expires_on",
        "version",
    )  # fmt: skip
    return {
        **{name: getattr(document, name) for name in names},
        "type_code": document.type_id,
        "replaces": str(document.replaces_id or ""),
    }
