"""What a program administrator enters: a notice, a correction of it, the reason to withdraw it."""

from __future__ import annotations

import datetime as dt
from typing import Any
from urllib.parse import urlsplit

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.utils.translation import gettext_lazy as _

from core.forms import ComingDateField, CreateForm, TextField, VersionedForm
from core.links import is_inside
from messages_app.forms.eastern_times import TimeOfDayField, instant, parts_of
from messages_app.models import ProgramNotice
from messages_app.models.program_notices import LONGEST
from messages_app.selectors.program_notices import all_types
from messages_app.states import Group, NoticeKind, Severity

#: The longest list of accounts, in characters.
LONGEST_LIST = 60_000
_NO_LINK = _("Enter a web address that starts with https://, or a page of the portal like /home.")


class LinkField(TextField):
    """A web address, or a path of the portal."""

    def clean(self, value: Any) -> str:
        """The address. Raises ValidationError for one that no reader should follow."""
        text: str = super().clean(value)
        if not text or is_inside(text):
            return text
        try:
            URLValidator(schemes=["http", "https"])(text)
        except ValidationError as error:
            raise ValidationError(_NO_LINK, code="url") from error
        if "@" in urlsplit(text).netloc:
            raise ValidationError(_NO_LINK, code="url")
        return text


class Words(forms.Form):
    """What a notice says."""

    severity = forms.ChoiceField(
        choices=Severity.choices,
        label=_("Severity"),
        help_text=_("Readers can dismiss a banner, except a critical one."),
        widget=forms.RadioSelect,
    )
    title = TextField(
        max_length=120,
        label=_("Title"),
        help_text=_("It is in the banner and in the subject of the email. Give no details."),
    )
    text = TextField(
        max_length=LONGEST,
        multiline=True,
        label=_("Text"),
        help_text=_("Plain text. An empty line starts a paragraph; web addresses become links."),
        widget=forms.Textarea(attrs={"rows": 12}),
    )
    link = LinkField(
        max_length=300,
        required=False,
        label=_("Link"),
        help_text=_("A web address or a page of the portal, shown as a button below the text."),
    )


class Ends(forms.Form):
    """Until when a notice is shown."""

    ends_on = ComingDateField(label=_("Last day"))
    ends_time = TimeOfDayField(
        label=_("Until"), required=False, help_text=_("Eastern time. Empty: 11:59 p.m.")
    )

    def clean(self) -> dict[str, Any]:
        """The end as an instant."""
        data: dict[str, Any] = super().clean() or {}
        day = data.get("ends_on")
        if day is not None:
            data["ends_at"] = instant(day, data.get("ends_time") or "11:59 p.m.")
        return data


class NoticeFields(Words, Ends):
    """Everything of a draft."""

    kind = forms.ChoiceField(choices=NoticeKind.choices, label=_("Kind"), widget=forms.RadioSelect)
    about_on = ComingDateField(
        required=False,
        label=_("Day of the maintenance, or from which new criteria apply"),
        help_text=_("It is in the subject of these two emails."),
    )
    groups = forms.MultipleChoiceField(
        choices=Group.choices,
        required=False,
        label=_("Groups of readers"),
        help_text=_("Groups add up. Everyone includes people who are not signed in."),
        widget=forms.CheckboxSelectMultiple,
    )
    business_types = forms.MultipleChoiceField(
        choices=all_types,
        required=False,
        label=_("Only for business types"),
        help_text=_("Narrows contacts and administrators. Choose none for all."),
        widget=forms.CheckboxSelectMultiple,
    )
    accounts = TextField(
        max_length=LONGEST_LIST,
        multiline=True,
        required=False,
        label=_("Only for accounts"),
        help_text=_(
            "One on each line: a reference, an account number or a company name. Empty: all. After "
            "you save, you see what each line matches."
        ),
        widget=forms.Textarea(attrs={"rows": 5}),
    )
    has_banner = forms.BooleanField(
        required=False,
        label=_("Banner at the top of every page"),
        help_text=_("For everyone who belongs to the audience while it is shown."),
    )
    has_message = forms.BooleanField(
        required=False,
        label=_("Message and email"),
        help_text=_("Sent at the start to everyone who belongs to the audience on publishing."),
    )
    starts_on = ComingDateField(
        required=False, label=_("First day"), help_text=_("Empty: when you publish.")
    )
    starts_time = TimeOfDayField(
        label=_("From"), required=False, help_text=_("Eastern time. Empty: midnight.")
    )

    def clean(self) -> dict[str, Any]:
        """The start as an instant; without a day there is none."""
        data = super().clean()
        day = data.get("starts_on")
        data["starts_at"] = instant(day, data.get("starts_time") or "") if day else None
        if not day and data.get("starts_time"):
            self.add_error("starts_on", ValidationError(_("Enter the day, too."), code="day"))
        return data


#: What services take of a draft, and of a correction.
DRAFT = (
    "kind", "severity", "title", "text", "link", "about_on", "groups", "business_types",
    "accounts", "has_banner", "has_message", "starts_at", "ends_at",
)  # fmt: skip
CORRECTION = ("severity", "title", "text", "link", "ends_at", "note")


class NewNoticeForm(NoticeFields, CreateForm):
    """A new draft."""


class DraftForm(NoticeFields, VersionedForm):
    """A draft that was saved before."""


class CorrectionForm(Words, Ends, VersionedForm):
    """The next version of a published notice."""

    note = TextField(
        max_length=500,
        multiline=True,
        label=_("What changes"),
        help_text=_("Readers see this above the text."),
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class ConfirmNoticeForm(VersionedForm):
    """Only the version that was read."""


class WithdrawForm(VersionedForm):
    """Why a notice is taken back."""

    reason = TextField(
        max_length=500,
        multiline=True,
        label=_("Reason"),
        help_text=_("Readers see it in the place of the notice."),
        widget=forms.Textarea(attrs={"rows": 3}),
    )


def first_values() -> dict[str, Any]:
    """What a new form begins with."""
    return {
        "kind": NoticeKind.PROGRAM,
        "severity": Severity.INFORMATION,
        "has_banner": True,
        "has_message": True,
    }


def shown_values(notice: ProgramNotice) -> dict[str, Any]:
    """A saved draft as the fields of its form."""
    names = (*(one for one in DRAFT if not one.endswith("_at")), "version")
    starts_on, starts_time = parts_of(notice.starts_at)
    return {
        **{name: getattr(notice, name) for name in names},
        **_ends(notice.ends_at),
        "starts_on": starts_on,
        "starts_time": starts_time,
    }


def shown_correction(notice: ProgramNotice) -> dict[str, Any]:
    """The next version as the fields of its form; what readers see now if there is none yet."""
    saved = notice.correction
    if not saved:
        said = {name: getattr(notice, name) for name in ("severity", "title", "text", "link")}
        return {**said, **_ends(notice.ends_at), "note": "", "version": notice.version}
    ends_at = dt.datetime.fromisoformat(saved["ends_at"])
    kept = {name: saved[name] for name in CORRECTION if name != "ends_at"}
    return {**kept, **_ends(ends_at), "version": notice.version}


def _ends(at: dt.datetime) -> dict[str, Any]:
    day, time = parts_of(at)
    return {"ends_on": day, "ends_time": time}
