"""The forms with which staff ask for documents and companies answer."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.forms import ComingDateField, CreateForm, PortalForm, TextField
from documents.checks.details import Details
from documents.checks.requests import Wanted
from documents.models import DESCRIPTION_LENGTH, TITLE_LENGTH, DocumentType
from files.forms import UploadField


class RequestForm(CreateForm):
    """Which document a company is asked for, and until when."""

    title = TextField(
        label=gettext_lazy("Which document"),
        max_length=TITLE_LENGTH,
        help_text=gettext_lazy("For example: Seal log of the last three months."),
    )
    why = TextField(
        label=gettext_lazy("Why you ask for it, and what it must show"),
        max_length=DESCRIPTION_LENGTH,
        multiline=True,
        required=False,
    )
    type_code = forms.ChoiceField(label=gettext_lazy("Document type"), required=False)
    due_on = ComingDateField(
        label=gettext_lazy("Due on"),
        widget=forms.DateInput(attrs={"type": "text"}),
        help_text=gettext_lazy(
            "For example Nov 30, 2026. Contacts are reminded 7 days and 1 day before."
        ),
    )

    def offering(self, types: Iterable[DocumentType]) -> RequestForm:
        """The same form with these types to choose from."""
        field: Any = self.fields["type_code"]
        field.choices = [("", _("Any type")), *((one.code, one.name) for one in types)]
        return self

    def wanted(self) -> Wanted:
        """What was typed."""
        data = self.cleaned_data
        return Wanted(data["title"], data["due_on"], data["why"], data["type_code"])


class AnswerForm(CreateForm):
    """A file for a request, or a document that is in the library."""

    file = UploadField(label=gettext_lazy("Upload the document"), required=False)
    type_code = forms.ChoiceField(label=gettext_lazy("Document type"))
    title = TextField(
        label=gettext_lazy("Title"),
        max_length=TITLE_LENGTH,
        required=False,
        help_text=gettext_lazy("Without a title, the document has its file's name."),
    )
    document = forms.ChoiceField(
        label=gettext_lazy("Or choose it from the Partner Library"), required=False
    )

    def offering(
        self, types: Iterable[DocumentType], documents: Iterable[tuple[str, str]]
    ) -> AnswerForm:
        """The same form with these types and documents to choose from."""
        kinds: Any = self.fields["type_code"]
        kinds.choices = [(one.code, one.name) for one in types]
        chosen: Any = self.fields["document"]
        chosen.choices = [("", _("No document")), *documents]
        return self

    def clean(self) -> dict[str, Any]:
        """Either a file or a document of the library."""
        data: dict[str, Any] = super().clean() or self.cleaned_data
        if data.get("file") is not None and data.get("document"):
            words = _("Choose a file or a document of the library, not both.")
            self.add_error("document", words)
        return data

    @property
    def details(self) -> Details:
        """What is said of the file."""
        return Details(self.cleaned_data["title"], self.cleaned_data["type_code"])

    @property
    def version_id(self) -> uuid.UUID | None:
        """The chosen document's version."""
        chosen = self.cleaned_data["document"]
        return uuid.UUID(chosen) if chosen else None


class CancelForm(PortalForm):
    """Why a request needs no answer any longer."""

    reason = TextField(
        label=gettext_lazy("Reason"),
        max_length=DESCRIPTION_LENGTH,
        multiline=True,
        help_text=gettext_lazy("The contacts of the company read it."),
    )


class AskAgainForm(CancelForm):
    """What is missing in an answer, and until when the document is asked for again."""

    due_on = ComingDateField(
        label=gettext_lazy("Due on"), widget=forms.DateInput(attrs={"type": "text"})
    )
