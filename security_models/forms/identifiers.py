"""One box of business entity identifiers."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from core.fields import FoldedField
from core.forms import CreateForm
from security_models.forms.addresses import set_choices
from security_models.models import IdentifierType
from security_models.presentation.identifier_boxes import kind_words


class IdentifierForm(CreateForm):
    """A number to be added to one box.

    ``kind`` is shown if the form of a number does not identify its kind, or did not this time.
    ``personal`` appears once a Social Security number was typed.
    """

    value = FoldedField(max_length=120, label=_("Number"), required=False)
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
        kinds = [(one.code, kind_words(one, types)) for one in types]
        set_choices(self.fields["kind"], kinds, _("Choose one of the kinds."))
        self.ambiguous = ambiguous
        if len(types) < 2:
            del self.fields["kind"]
        if not any(one.masked for one in types):
            del self.fields["personal"]

    def clean_value(self) -> str:
        """The number. No box is a required field, so that none is marked as required."""
        value = str(self.cleaned_data["value"])
        if not value:
            raise ValidationError(_("Enter the number, then select Add."), code="required")
        return value

    @property
    def asks_kind(self) -> bool:
        """Whether the kinds are shown."""
        return "kind" in self.fields and (self.ambiguous or self._came_up("kind"))

    @property
    def asks_personal(self) -> bool:
        """Whether the box to confirm a personal number is shown."""
        return "personal" in self.fields and self._came_up("personal")

    def _came_up(self, name: str) -> bool:
        """Whether the question came up or was already answered."""
        return name in self.errors or bool(self[name].value())
