"""The forms with which messages are written: kept as drafts, then sent."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.forms import CreateForm, TextField, VersionedForm
from core.ids import new_id, parse_id
from files.forms import FilesForm
from identity.models import User
from messages_app.models.threads import BODY_LENGTH, SUBJECT_LENGTH
from security_models.models import SecurityModel
from security_models.presentation.account_words import account_choices


class WritingForm(CreateForm, FilesForm):
    """What every message has. Only what is sent must be complete; a draft may lack anything.

    ``form_key`` is the id of the draft and becomes that of the message; ``draft_version`` is the
    version of the draft which the page knows.
    """

    draft_version = forms.IntegerField(min_value=0, widget=forms.HiddenInput, initial=0)
    body = TextField(
        label=gettext_lazy("Message"),
        max_length=BODY_LENGTH,
        multiline=True,
        strip=True,
        error_messages={"required": gettext_lazy("Write the message.")},
    )
    field_order: tuple[str, ...] = ("body", "file")

    def __init__(self, *args: Any, sending: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not sending:
            for field in self.fields.values():
                field.required = False


class ReplyForm(VersionedForm, WritingForm):
    """An answer in a thread; ``version`` is that of the thread which the writer has read."""

    stale_message = gettext_lazy(
        "Something happened in this thread while you were writing. Your text is safe below. Read "
        "what is new, then send again."
    )
    own_stale_message = stale_message


class TemplateChoice(forms.Form):
    """A template that staff insert into what they write."""

    template = forms.ChoiceField(
        label=gettext_lazy("Template"),
        required=False,
        help_text=gettext_lazy("Its text is added below what you typed, and you can change it."),
    )

    def offering_templates(self, offered: Iterable[tuple[str, str]]) -> None:
        """Let the writer choose one of these."""
        field: Any = self.fields["template"]
        field.choices = [("", "– " + _("Select") + " –"), *offered]


class PartnerReplyForm(ReplyForm):
    """An answer of the company, and who of its contacts takes care of the thread."""

    colleague = forms.ChoiceField(label=gettext_lazy("Taken care of by"), required=False)

    def offering(self, people: Iterable[User]) -> PartnerReplyForm:
        """The same form with these people to choose from."""
        field: Any = self.fields["colleague"]
        field.choices = [("", _("Nobody in particular")), *((str(p.pk), p.name) for p in people)]
        return self


class StaffReplyForm(TemplateChoice, ReplyForm):
    """An answer of the program."""

    is_inquiry = forms.BooleanField(
        label=gettext_lazy("This is an inquiry"),
        required=False,
        help_text=gettext_lazy("The time to reply begins, with reminders to the contacts."),
    )
    close = forms.BooleanField(
        label=gettext_lazy("No answer expected"),
        required=False,
        help_text=gettext_lazy("The thread is closed. The partner can still write."),
    )
    note = TextField(
        label=gettext_lazy("Internal note"),
        max_length=BODY_LENGTH,
        multiline=True,
        required=False,
        help_text=gettext_lazy("Only staff read it. The partner never does."),
    )
    note_key = forms.CharField(widget=forms.HiddenInput, initial=lambda: str(new_id()))

    def clean_note_key(self) -> uuid.UUID | None:
        """The id of the note to make."""
        return parse_id(self.cleaned_data["note_key"])

    def clean(self) -> dict[str, Any]:
        """An inquiry waits for an answer, so it can't be closed at once."""
        data: dict[str, Any] = super().clean() or self.cleaned_data
        if data.get("is_inquiry") and data.get("close"):
            self.add_error("close", _("Choose one: an inquiry needs an answer."))
        return data


class NewMessageForm(WritingForm):
    """A new message about one account."""

    account = forms.ChoiceField(label=gettext_lazy("Account"))
    subject = TextField(label=gettext_lazy("Subject"), max_length=SUBJECT_LENGTH)
    about = forms.ChoiceField(
        label=gettext_lazy("About"),
        required=False,
        help_text=gettext_lazy("Optional. The message shows a link to it."),
    )
    field_order = ("account", "subject", "about", "body", "file")

    def offering(self, accounts: Iterable[SecurityModel], about: Any) -> NewMessageForm:
        """The same form with these accounts, and what a message can be linked to."""
        names = account_choices(accounts)
        chosen: Any = self.fields["account"]
        chosen.choices = names if len(names) == 1 else [("", "– " + _("Select") + " –"), *names]
        linked: Any = self.fields["about"]
        linked.choices = [("", _("Nothing in particular")), *about]
        return self

    def clean_account(self) -> uuid.UUID | None:
        """The id of the account."""
        value = self.cleaned_data["account"]
        return uuid.UUID(value) if value else None


class StaffNewMessageForm(TemplateChoice, NewMessageForm):
    """A new message of the program."""

    is_inquiry = forms.BooleanField(
        label=gettext_lazy("This is an inquiry"),
        required=False,
        help_text=gettext_lazy("The time to reply begins, with reminders to the contacts."),
    )
