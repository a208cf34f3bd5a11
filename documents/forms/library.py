"""The forms with which documents are uploaded, described and tagged."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.forms import CreateForm, PortalForm, TextField, VersionedForm
from core.ids import parse_id
from core.links import LONGEST_ADDRESS, is_inside
from core.text import is_blank
from documents.checks.details import Details, languages
from documents.models import DESCRIPTION_LENGTH, TITLE_LENGTH, WORD_LENGTH, DocumentType
from documents.services.bulk import AT_ONCE
from documents.services.moves import WHY_LENGTH
from documents.states import BulkAct
from files.forms import FilesForm, UploadField
from security_models.models import SecurityModel
from security_models.presentation.account_words import account_choices

#: An id and its separator, for each document of one act.
_MOST_CHOSEN = AT_ONCE * 37


class _DetailsForm(PortalForm):
    """What is said of a document."""

    title = TextField(label=gettext_lazy("Title"), max_length=TITLE_LENGTH)
    type_code = forms.ChoiceField(label=gettext_lazy("Document type"))
    description = TextField(
        label=gettext_lazy("Description"),
        max_length=DESCRIPTION_LENGTH,
        multiline=True,
        required=False,
    )
    language = forms.ChoiceField(label=gettext_lazy("Language"), required=False)
    evidence_on = forms.DateField(
        label=gettext_lazy("Date of the document"),
        required=False,
        widget=forms.DateInput(attrs={"type": "text"}),
        help_text=gettext_lazy("The day that the content is about, for example Nov 30, 2026."),
    )
    expires_on = forms.DateField(
        label=gettext_lazy("Expires on"),
        required=False,
        widget=forms.DateInput(attrs={"type": "text"}),
        help_text=gettext_lazy(
            "For example Nov 30, 2027. Contacts are reminded 30 and 7 days before."
        ),
    )

    def offering_types(self, types: Iterable[DocumentType]) -> None:
        """Let the writer choose one of these types."""
        field: Any = self.fields["type_code"]
        field.choices = [("", "– " + _("Select") + " –"), *((one.code, one.name) for one in types)]
        spoken: Any = self.fields["language"]
        spoken.choices = [("", _("Not stated")), *languages()]

    def details(self) -> Details:
        """The details that were typed."""
        data = self.cleaned_data
        return Details(
            data.get("title") or "",
            data["type_code"],
            data["description"],
            data["language"],
            data["evidence_on"],
            data["expires_on"],
        )


class UploadForm(CreateForm, FilesForm, _DetailsForm):
    """One or several files for the library of one account (manual, "Uploading Documents")."""

    account = forms.ChoiceField(label=gettext_lazy("C-TPAT account"))
    anyway = forms.BooleanField(
        label=gettext_lazy("Add it anyway"),
        required=False,
        help_text=gettext_lazy(
            "If a file is already in the archive, or is an older version of a document, it becomes "
            "a document of its own."
        ),
    )
    field_order = (
        "account", "file", "type_code", "title", "description", "language", "evidence_on",
        "expires_on", "anyway",
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        title = self.fields["title"]
        title.required = False
        title.help_text = _("For one file. Without a title, each document has its file's name.")

    def offering(
        self, accounts: Iterable[SecurityModel], types: Iterable[DocumentType]
    ) -> UploadForm:
        """The same form with these accounts and types to choose from."""
        names = account_choices(accounts)
        chosen: Any = self.fields["account"]
        chosen.choices = names if len(names) == 1 else [("", "– " + _("Select") + " –"), *names]
        self.offering_types(types)
        return self

    def clean(self) -> dict[str, Any]:
        """At least one file; a title is for one file only."""
        data: dict[str, Any] = super().clean() or self.cleaned_data
        if not self.chosen_files and "file" not in self.errors:
            self.add_error("file", _("Choose at least one file."))
        # Sent one by one, each comes with the number of all.
        is_one = len(self.chosen_files) <= 1 and self.data.get("of", "1") == "1"
        if data.get("title") and not is_one:
            words = _("A title is for one file. Clear it, or upload one file at a time.")
            self.add_error("title", words)
        return data


class DetailsForm(VersionedForm, _DetailsForm):
    """The details of a document that is there."""


class NewFileForm(CreateForm, VersionedForm):
    """A new file for a document: the old one stays in the archive (D4)."""

    file = UploadField(label=gettext_lazy("New file"))


class TagForm(PortalForm):
    """A tag for a document."""

    word = TextField(
        label=gettext_lazy("Tag"),
        max_length=WORD_LENGTH,
        required=False,
        help_text=gettext_lazy("One word or several, without a comma."),
    )
    shared = forms.BooleanField(
        label=gettext_lazy("Share it with all contacts of the account"),
        required=False,
        help_text=gettext_lazy("Without this, only you see it."),
    )

    def for_one_person(self) -> TagForm:
        """The same form for someone who does not share tags."""
        del self.fields["shared"]
        return self


class BulkForm(CreateForm):
    """What to do with the documents that were chosen in a list."""

    act = forms.ChoiceField(label=gettext_lazy("What do you want to do?"), widget=forms.RadioSelect)
    word = TextField(
        label=gettext_lazy("Tag"),
        max_length=WORD_LENGTH,
        required=False,
        help_text=gettext_lazy("Only if you add or remove a tag: one word or several."),
    )
    shared = forms.BooleanField(
        label=gettext_lazy("It is a tag that all contacts of the account share"),
        required=False,
        help_text=gettext_lazy("Without this, it is a tag of your own."),
    )
    chosen = forms.CharField(max_length=_MOST_CHOSEN, widget=forms.HiddenInput)
    back = forms.CharField(max_length=LONGEST_ADDRESS, required=False, widget=forms.HiddenInput)

    def offering(self, acts: Iterable[BulkAct], *, may_share: bool) -> BulkForm:
        """The same form with these acts; only contacts share tags."""
        field: Any = self.fields["act"]
        field.choices = [(one.value, one.label) for one in acts]
        if not may_share:
            del self.fields["shared"]
        return self

    def clean_chosen(self) -> list[uuid.UUID]:
        """The ids of the documents, in the order of the list."""
        ids = [parse_id(one) for one in self.cleaned_data["chosen"].split(",")]
        found = [one for one in ids if one is not None]
        if len(found) != len(ids):
            raise ValidationError(_("Go back to the list and select the documents again."))
        return found

    def clean(self) -> dict[str, Any]:
        """A tag needs its word."""
        data: dict[str, Any] = super().clean() or self.cleaned_data
        needs_word = data.get("act") in {BulkAct.TAG, BulkAct.UNTAG}
        if needs_word and "word" not in self.errors and is_blank(data.get("word") or ""):
            self.add_error("word", _("Enter the tag."))
        return data

    @property
    def list_url(self) -> str:
        """The list from which the documents were chosen."""
        wanted = str(self.data.get("back") or self.initial.get("back") or "")
        return wanted if is_inside(wanted) else ""


class RenameTagForm(PortalForm):
    """Another word for a tag."""

    word = TextField(label=gettext_lazy("Tag"), max_length=WORD_LENGTH)


class HoldForm(PortalForm):
    """Why a document is put on legal hold."""

    why = TextField(
        label=gettext_lazy("Reason"),
        max_length=WHY_LENGTH,
        multiline=True,
        help_text=gettext_lazy("The partner sees that the document is on hold, and this reason."),
    )
