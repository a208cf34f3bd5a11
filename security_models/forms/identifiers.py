"""One box of business entity identifiers."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from core.forms import CreateForm, TextField
from security_models.forms.addresses import set_choices
from security_models.models import IdentifierType


class IdentifierForm(CreateForm):
    """A number to be added to one box.

    ``kind`` is shown where the form of a number does not tell its kind, or did not tell it this
    time; ``personal`` appears once a Social Security number was typed.
    """

    value = TextField(max_length=60, label=_("Number"))
    kind = forms.ChoiceField(label=_("Kind"), required=False, widget=forms.RadioSelect)
    personal = forms.BooleanField(
        label=_("Save this Social Security number. It is stored encrypted."), required=False
    )

    def __init__(
        self,
        *args: Any,
        types: list[IdentifierType],
        ambiguous: bool = False,
        label: str = "",
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        value = self.fields["value"]
        value.label = label
        value.widget.attrs.update({"autocomplete": "off", "spellcheck": "false"})
        value.error_messages["required"] = _("Enter the number, then press Add.")
        kinds = [(one.code, one.name) for one in types]
        set_choices(self.fields["kind"], kinds, _("Choose one of the kinds."))
        self.ambiguous = ambiguous
        if len(types) < 2:
            del self.fields["kind"]
        if not any(one.masked for one in types):
            del self.fields["personal"]

    @property
    def asks_kind(self) -> bool:
        """Whether the kinds are shown."""
        typed = "kind" in self.errors or bool(self.data.get("kind"))
        return "kind" in self.fields and (self.ambiguous or typed)

    @property
    def asks_personal(self) -> bool:
        """Whether the box to confirm a personal number is shown."""
        return "personal" in self.fields and (
            "personal" in self.errors or bool(self.data.get("personal"))
        )
