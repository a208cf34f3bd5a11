"""The form that changes the email address (U7)."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from identity.forms.address_field import AddressField
from identity.forms.proofs import ProofForm


class EmailForm(ProofForm):
    """The new address, then all proofs."""

    new_email = AddressField(
        label=_("New email address"),
        help_text=_(
            "We send a link to it. Your address doesn't change until you confirm the new one."
        ),
    )

    def clean_new_email(self) -> str:
        """Refuse the current address, before a code is used up."""
        email: str = self.cleaned_data["new_email"]
        if email == self.user.email:
            words = _("This is already your address. Enter another one.")
            raise ValidationError(words, code="same")
        return email
