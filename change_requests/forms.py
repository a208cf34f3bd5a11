"""The forms with which companies ask for changes, and staff decide (T3, S3)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from change_requests.models import NAME_LENGTH, REASON_LENGTH
from change_requests.states import Decision
from core.fields import FoldedField
from core.forms import CreateForm, PortalForm, TextField, VersionedForm
from files.forms import FilesForm
from security_models.models import IdentifierType
from security_models.presentation.identifier_boxes import hint_words


def _name_field() -> TextField:
    return TextField(
        label=_("New company name"),
        max_length=NAME_LENGTH,
        help_text=_("The legal name, as in the deed of incorporation or the register."),
        error_messages={"required": _("Enter the new company name.")},
    )


class NewNameForm(CreateForm):
    """Another company name: the beginning of a request."""

    name = _name_field()


class TextForm(VersionedForm):
    """What a request says: for the company name the new one, and always the reason.

    Only what is sent must be complete; what is saved may lack the reason.
    """

    name = _name_field()
    reason = TextField(
        label=_("Why it must change"),
        max_length=REASON_LENGTH,
        multiline=True,
        required=False,
        help_text=_(
            "For example a merger, a new form of the company, or a mistake, and since when."
        ),
    )

    def __init__(self, *args: Any, with_name: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not with_name:
            del self.fields["name"]


class ProofsForm(FilesForm):
    """The documents that prove it."""


class NumberForm(CreateForm):
    """A number to add, or what one is to be changed to.

    ``personal`` appears once a Social Security number was typed.
    """

    remove = forms.ChoiceField(
        label=_("What must change"),
        widget=forms.RadioSelect,
        choices=[("", _("Change it to another number")), ("yes", _("Remove it"))],
        required=False,
    )
    kind = forms.ChoiceField(label=_("Kind of number"))
    value = FoldedField(label=_("New number"), max_length=120, required=False)
    personal = forms.BooleanField(
        label=_("Save this Social Security number. It is stored encrypted."), required=False
    )

    def __init__(
        self, *args: Any, types: Sequence[IdentifierType], is_new: bool, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        kind: Any = self.fields["kind"]
        kind.choices = [(one.code, one.name) for one in types]
        if is_new and len(types) > 1:
            kind.choices = [("", _("Select")), *kind.choices]
        value = self.fields["value"]
        value.widget.attrs.update({"autocomplete": "off", "spellcheck": "false"})
        value.help_text = hint_words(types) if len(types) == 1 or not is_new else ""
        if is_new:
            del self.fields["remove"]
        else:
            kind.required = False
        if len(types) == 1:
            kind.widget = forms.HiddenInput()
            self.initial.setdefault("kind", types[0].code)

    def clean(self) -> dict[str, Any]:
        """A number is typed, unless one is removed."""
        data: dict[str, Any] = super().clean() or self.cleaned_data
        if not data.get("remove") and "value" in data and not data["value"]:
            self.add_error("value", ValidationError(_("Enter the new number."), code="required"))
        return data

    @property
    def asks_personal(self) -> bool:
        """Whether the box to confirm a personal number is shown."""
        return "personal" in self.errors or bool(self["personal"].value())


class WithdrawForm(PortalForm):
    """A confirmation without fields."""


class DecideForm(VersionedForm):
    """What staff decide, and why."""

    decision = forms.ChoiceField(
        label=_("Decision"), choices=Decision.choices, widget=forms.RadioSelect
    )
    reason = TextField(
        label=_("Reason"),
        max_length=REASON_LENGTH,
        multiline=True,
        help_text=_("The company reads it. Say what you compared, or what is missing."),
        error_messages={"required": _("Give the reason. The company reads it.")},
    )
    stale_message = _(
        "The request was changed after you opened this page. Your text is safe below. Read the "
        "request again, then decide."
    )
    own_stale_message = stale_message
