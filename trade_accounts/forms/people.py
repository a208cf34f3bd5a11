"""Users of a trade account (T6)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from core.fields import PhoneField
from core.forms import CreateForm, TextField, VersionedForm
from identity.forms.address_field import AddressField
from identity.states import Salutation
from trade_accounts.states import MembershipType


class TypeField(forms.ChoiceField):
    """User or Company Administrator."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("label", _("Type"))
        kwargs.setdefault("error_messages", {"required": _("Choose a type.")})
        super().__init__(choices=MembershipType.choices, widget=forms.RadioSelect, **kwargs)


class Typed:
    """A form with a type; below it, what each choice means."""

    type_notes = {
        MembershipType.USER: _("May change the organization profile and start applications."),
        MembershipType.COMPANY_ADMINISTRATOR: _("May also manage users, contacts and API keys."),
    }


class PersonFields(Typed, forms.Form):
    """The typed data of a person; once they have accepted, their own profile counts."""

    salutation = forms.ChoiceField(
        choices=[("", _("Choose")), *Salutation.choices],
        label=_("Salutation"),
        error_messages={"required": _("Choose a salutation.")},
    )
    first_name = TextField(
        max_length=80,
        label=_("First name"),
        error_messages={"required": _("Enter the first name.")},
    )
    last_name = TextField(
        max_length=80,
        label=_("Last name"),
        error_messages={"required": _("Enter the last name.")},
    )
    title = TextField(
        max_length=120,
        label=_("Title"),
        help_text=_("The position in the company, for example Compliance manager."),
        error_messages={"required": _("Enter the title.")},
    )
    phone = PhoneField(error_messages={"required": _("Enter the phone number.")})
    type = TypeField()

    def __init__(self, *args: Any, home: Callable[[], str] | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if home is not None:
            cast(PhoneField, self.fields["phone"]).home = home


class InviteForm(CreateForm, PersonFields):
    """Add a person: the address twice, then name and role (T6)."""

    email = AddressField(
        help_text=_("The invitation goes to this address, and only its owner can accept."),
        error_messages={"required": _("Enter the email address.")},
    )
    email_again = AddressField(
        label=_("Confirm email address"),
        error_messages={"required": _("Enter the email address a second time.")},
    )
    field_order = ["email", "email_again"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in self.fields:
            self.fields[name].widget.attrs["autocomplete"] = "off"

    def clean(self) -> dict[str, Any]:
        """Both addresses must be equal."""
        data = super().clean() or self.cleaned_data
        again = data.pop("email_again", None)
        if again and data.get("email") and again != data["email"]:
            self.add_error("email_again", _("The two email addresses are not the same."))
        return data


class InvitedForm(VersionedForm, PersonFields):
    """A person who has not accepted yet."""


class MemberForm(Typed, VersionedForm):
    """An active member: only the type."""

    type = TypeField()
