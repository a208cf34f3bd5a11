"""Changes of second factors, with the proofs that they need."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from core.forms import say_what_to_do
from identity.forms.entry import CodeField
from identity.forms.factors import PasskeyNameField
from identity.forms.proofs import ProofForm
from identity.selectors.user_state import authenticator_of


class AnotherAuthenticatorForm(ProofForm):
    """An authenticator app for a person with a second factor: replaces the app, or adds one to a
    passkey.
    """

    code = CodeField(label=_("Six-digit code of the new app"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        before = self.fields.get("proof_code")
        if before is not None and authenticator_of(self.user) is not None:
            before.label = _("Code of the app that you have now")
            say_what_to_do(self.fields)


class AddPasskeyForm(ProofForm):
    """The name of a new passkey; the browser makes it on the next page."""

    name = PasskeyNameField()
