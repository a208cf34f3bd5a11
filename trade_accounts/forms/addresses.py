"""Addresses (T5): the country comes first and determines state and postal code."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from core.fields import FoldedField
from core.forms import CreateForm, TextField, VersionedForm
from trade_accounts import countries, selectors

#: With scripts, choosing a country loads its fields at once; without scripts, a button does.
_ASK_AGAIN = {
    "autocomplete": "country",
    "hx-post": "",
    "hx-trigger": "change",
    "hx-vals": '{"country_only": "1"}',
    "hx-target": "#address",
    "hx-select": "#address",
    "hx-swap": "outerHTML",
}


class StateField(forms.ChoiceField):
    """A state from a list, or as someone typed it before the list existed: its name or code."""

    def to_python(self, value: Any) -> str:
        """The code of the state. Text that is not a state stays as typed and is refused."""
        typed = " ".join(str(value or "").split())
        states: Any = self.choices
        for code, name in states:
            latin = str(name).partition(" (")[0]
            if typed and typed.casefold() in {str(one).casefold() for one in (code, name, latin)}:
                return str(code)
        return typed


class AddressFields(forms.Form):
    """The fields of T5 for the chosen country."""

    country = forms.ChoiceField(
        label=_("Country"),
        error_messages={
            "required": _("Choose a country."),
            "invalid_choice": _("Choose a country from the list."),
        },
    )
    types = forms.MultipleChoiceField(
        label=_("Type"),
        help_text=_("What happens at this address. Choose all that fit."),
        widget=forms.CheckboxSelectMultiple,
        error_messages={
            "required": _("Choose at least one type."),
            "invalid_choice": _("Choose types from the list."),
        },
    )
    name = TextField(
        max_length=120,
        required=False,
        label=_("Name"),
        help_text=_("What you call this place, for example Laredo warehouse 2."),
    )
    street1 = TextField(
        max_length=120,
        label=_("Street line 1"),
        error_messages={"required": _("Enter the street and number.")},
        widget=forms.TextInput(attrs={"autocomplete": "address-line1"}),
    )
    street2 = TextField(
        max_length=120,
        required=False,
        label=_("Street line 2"),
        widget=forms.TextInput(attrs={"autocomplete": "address-line2"}),
    )
    city = TextField(
        max_length=80,
        label=_("City"),
        error_messages={"required": _("Enter the city.")},
        widget=forms.TextInput(attrs={"autocomplete": "address-level2"}),
    )
    state = TextField(max_length=80, required=False)
    postal_code = FoldedField(
        max_length=20,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "postal-code"}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        country: Any = self.fields["country"]
        country.choices = [("", _("Choose a country")), *countries.country_choices()]
        country.widget.attrs.update(_ASK_AGAIN)
        types: Any = self.fields["types"]
        self.known_types = selectors.type_choices()
        types.choices = [(one.code, one.name) for one in self.known_types]
        self._for_country(self.chosen_country)

    @property
    def chosen_country(self) -> str:
        """The country chosen so far; empty if none is known."""
        given = (
            self.data.get("country")
            if self.is_bound
            else self.get_initial_for_field(self.fields["country"], "country")
        )
        return str(given) if str(given) in dict(countries.country_choices()) else ""

    @property
    def type_notes(self) -> dict[str, str]:
        """What each type means, shown below its name."""
        return {one.code: one.help for one in self.known_types}

    def _for_country(self, country: str) -> None:
        if not country:
            self._for_any_country()
            return
        known = countries.format_of(country)
        self._postal_code(country, known)
        label = countries.state_label(country)
        if known.states:
            words = _("Choose the %(label)s.") % {"label": countries.in_sentence(label)}
            unknown = _("“%(value)s” is not in the list.") + f" {words}"
            self.fields["state"] = StateField(
                choices=[("", words), *countries.state_choices(country)],
                required=known.state_needed,
                error_messages={"required": words, "invalid_choice": unknown},
                widget=forms.Select(attrs={"autocomplete": "address-level1"}),
            )
        self.fields["state"].label = label
        if not known.state_needed:
            self.fields["state"].help_text = _("Only if it belongs to the address.")
        self.order_fields(
            ["country", "types", "name", "street1", "street2", "city", "state", "postal_code"]
        )

    def _for_any_country(self) -> None:
        """The same fields before a country is chosen, in words that fit every country."""
        self.fields["state"].label = _("State, province or region")
        self.fields["state"].help_text = _("Only if it belongs to the address.")
        self.fields["postal_code"].label = _("Postal code")

    def _postal_code(self, country: str, known: countries.Format) -> None:
        field = self.fields["postal_code"]
        field.label = countries.postal_label(country)
        field.required = known.postal_needed
        label = countries.in_sentence(field.label)
        field.error_messages["required"] = _("Enter the %(label)s.") % {"label": label}
        if known.postal_example:
            field.help_text = _("For example %(example)s") % {"example": known.postal_example}


class _KeepBoth(forms.Form):
    """Asked once an address looks like one that exists."""

    keep_both = forms.BooleanField(
        label=_("Keep both addresses"),
        required=False,
        help_text=_("For example, two companies in the same building."),
    )

    @property
    def looks_alike(self) -> bool:
        """Whether the question is to be shown."""
        found = self.errors.as_data().values() if self.is_bound else []
        return any(one.code == "duplicate" for errors in found for one in errors) or (
            "keep_both" in self.data
        )


class AddressAddForm(CreateForm, AddressFields, _KeepBoth):
    """A new address."""


class AddressForm(VersionedForm, AddressFields, _KeepBoth):
    """An existing address."""
