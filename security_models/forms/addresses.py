"""The choice of addresses."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable
from typing import Any, TypeVar

from django import forms
from django.utils.translation import gettext_lazy as _

from core.forms import PortalForm
from trade_accounts.models import Address

R = TypeVar("R")


class SeenForm(PortalForm):
    """A form over several rows. It carries a mark of what it showed; after a conflict, of the
    current state.

    So saving again, with the current state in view, is a decision and not a second conflict.
    """

    seen = forms.CharField(max_length=64, widget=forms.HiddenInput)
    stale_message: Any = _(
        "Someone else, or you in another window, changed this in the meantime. "
        "Your choice is below. Compare it with what is saved now, then save "
        "again."
    )

    def run(self, service: Callable[[dict[str, Any]], R]) -> R | None:
        """Same as in every form."""
        result = super().run(service)
        if self.stale is not None:
            data: Any = self.data.copy()  # type: ignore[attr-defined]
            data[self.add_prefix("seen")] = self.mark(self.stale.current)
            self.data = data
        return result

    def mark(self, current: Any) -> str:
        """The mark of what is saved now."""
        raise NotImplementedError


def as_id(value: str) -> uuid.UUID | None:
    """The id that a choice contains; None for no choice."""
    return uuid.UUID(value) if value else None


def set_choices(field: forms.Field, choices: Iterable[tuple[str, Any]], wrong: Any) -> None:
    """Fill a field of choices, and explain what to do about a choice that is not in the list."""
    if isinstance(field, forms.ChoiceField):
        field.choices = list(choices)
    field.error_messages["invalid_choice"] = wrong


class AddressesForm(SeenForm):
    """S4: one Primary, one Mailing, any number of Secondary addresses."""

    primary = forms.ChoiceField(
        label=_("Primary address"),
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose the Primary address.")},
    )
    mailing = forms.ChoiceField(
        label=_("Mailing address"),
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose the Mailing address.")},
    )
    secondary = forms.MultipleChoiceField(
        label=_("Secondary"), required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(
        self,
        *args: Any,
        addresses: Iterable[Address],
        mark: Callable[[Any], str],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self._mark = mark
        choices = [(str(one.pk), one.name or str(one)) for one in addresses]
        words = _("An address is no longer in the organization profile. Choose another one.")
        for name in ("primary", "mailing", "secondary"):
            set_choices(self.fields[name], choices, words)

    def mark(self, current: Any) -> str:
        """The mark of the addresses that are chosen now."""
        return self._mark(current)

    def clean_primary(self) -> uuid.UUID | None:
        """The id of the Primary address."""
        return as_id(self.cleaned_data["primary"])

    def clean_mailing(self) -> uuid.UUID | None:
        """The id of the Mailing address."""
        return as_id(self.cleaned_data["mailing"])

    def clean_secondary(self) -> list[uuid.UUID]:
        """The ids of the Secondary addresses."""
        return [uuid.UUID(value) for value in self.cleaned_data["secondary"]]
