"""The form of a message to many partners."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.forms import CreateForm, TextField
from core.ids import parse_id
from core.links import LONGEST_ADDRESS, is_inside
from core.text import clean, is_blank
from messages_app.facts.template_fields import FIELDS
from messages_app.forms.writing import TemplateChoice
from messages_app.models.broadcasts import WHY_LENGTH
from messages_app.models.threads import BODY_LENGTH, SUBJECT_LENGTH
from security_models.models import SecurityModel
from security_models.presentation.account_words import account_choices

#: An id and its separator, for each partner of one message.
CHOSEN_MAXIMUM = 1_000 * 40
#: The same with a reason for some of them.
LEFT_OUT_MAXIMUM = 400_000


class ManyMessagesForm(TemplateChoice, CreateForm):
    """A message with fields, whom it goes to, and who is left out and why.

    Only what is sent must be complete; the other buttons take it as it is.
    """

    subject = TextField(label=gettext_lazy("Subject"), max_length=SUBJECT_LENGTH)
    body = TextField(label=gettext_lazy("Message"), max_length=BODY_LENGTH, multiline=True)
    is_inquiry = forms.BooleanField(
        label=gettext_lazy("This is an inquiry"),
        required=False,
        help_text=gettext_lazy("The time to reply begins, with reminders to the contacts."),
    )
    partner = forms.ChoiceField(label=gettext_lazy("Leave out"), required=False)
    why = TextField(
        label=gettext_lazy("Reason"),
        max_length=WHY_LENGTH,
        required=False,
        help_text=gettext_lazy("Only staff read it."),
    )
    chosen = forms.CharField(max_length=CHOSEN_MAXIMUM, widget=forms.HiddenInput)
    left_out = forms.CharField(
        max_length=LEFT_OUT_MAXIMUM, required=False, widget=forms.HiddenInput
    )
    back = forms.CharField(max_length=LONGEST_ADDRESS, required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, sending: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        named = [f"{{{name}}} {words}" for name, words in FIELDS.items()]
        words = _("These fields are filled for each partner: %(fields)s.")
        self.fields["body"].help_text = words % {"fields": ", ".join(named)}
        if not sending:
            self.fields["subject"].required = self.fields["body"].required = False

    def offering(self, models: Iterable[SecurityModel]) -> None:
        """Let the writer leave out one of these."""
        field: Any = self.fields["partner"]
        names = account_choices(models)
        field.choices = [("", "– " + _("Select") + " –"), *names]

    def clean_chosen(self) -> list[uuid.UUID]:
        """The ids of the chosen partners, each once."""
        found = ids_in(self.cleaned_data["chosen"])
        if not found:
            raise ValidationError(_("Go back to the list and select the partners again."))
        return found

    def clean_left_out(self) -> dict[uuid.UUID, str]:
        """The reasons by the ids of those who are left out. Refuses what the page did not write:
        otherwise someone who was left out would get the message.
        """
        try:
            return read_left_out(self.cleaned_data["left_out"])
        except ValueError:
            words = _("Go back to the list and select the partners again.")
            raise ValidationError(words) from None

    def take_out(self) -> bool:
        """Leave out the selected partner for the typed reason; whether both were given."""
        data = self.cleaned_data
        key = parse_id(data.get("partner"))
        if key is None:
            self.add_error("partner", _("Choose a partner to leave out."))
        if is_blank(data.get("why", "")):
            self.add_error("why", _("Enter the reason for leaving it out."))
        if key is None or self.errors:
            return False
        self._now(left_out=written({**data["left_out"], key: data["why"]}), partner="", why="")
        return True

    def put_back(self, key: uuid.UUID | None) -> None:
        """Send it to a partner again who was left out."""
        rest = {pk: why for pk, why in self.cleaned_data["left_out"].items() if pk != key}
        self._now(left_out=written(rest))

    def add_text(self, text: str) -> bool:
        """Add a text below what is typed; whether it has room."""
        body = "\n\n".join(part for part in (self.cleaned_data.get("body"), text) if part)
        if len(body) > BODY_LENGTH:
            words = _("The message would have more than %(n)s characters. Shorten it first.")
            self.add_error("template", words % {"n": BODY_LENGTH})
            return False
        self._now(body=body, template="")
        return True

    def _now(self, **values: str) -> None:
        """Show the form again with these values, as if they had been typed."""
        data: Any = self.data
        self.data = data = data.copy()
        for name, value in values.items():
            data[name] = value
        if "left_out" in values:
            self.cleaned_data["left_out"] = left_out_in(values["left_out"])

    @property
    def list_url(self) -> str:
        """The list from which the partners were chosen."""
        wanted = str(self.data.get("back") or self.initial.get("back") or "")
        return wanted if is_inside(wanted) else ""


def ids_in(text: str) -> list[uuid.UUID]:
    """The ids in a hidden field."""
    found = [parse_id(one) for one in text.split(",")]
    return list(dict.fromkeys(one for one in found if one is not None))


def read_left_out(text: str) -> dict[uuid.UUID, str]:
    """Reasons by ids, as a hidden field carries them. Raises ValueError for anything else."""
    try:
        found = json.loads(text or "{}")
    except RecursionError:
        found = None
    if not isinstance(found, dict):
        raise ValueError("not what the page wrote")
    read: dict[uuid.UUID, str] = {}
    for key, why in found.items():
        pk = parse_id(key)
        if pk is None or not isinstance(why, str) or clean(why) != why or is_blank(why):
            raise ValueError("not what the page wrote")
        read[pk] = why[:WHY_LENGTH]
    return read


def left_out_in(text: str) -> dict[uuid.UUID, str]:
    """The same for the page; nothing of what it should not contain."""
    try:
        return read_left_out(text)
    except ValueError:
        return {}


def written(left_out: Mapping[uuid.UUID, str]) -> str:
    """The same in the form of a hidden field."""
    return json.dumps({str(key): why for key, why in left_out.items()}, ensure_ascii=False)
