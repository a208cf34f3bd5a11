"""Changes of second factors, with the proofs that they need."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from core.forms import say_what_to_do
from identity.forms.entry import CodeField
from identity.forms.factors import PasskeyNameField
from identity.proofs import ProofForm


class ReplaceAuthenticatorForm(ProofForm):
    """Another authenticator app in place of the one that is set up."""

    code = CodeField(label=_("Six-digit code of the new app"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if before := self.fields.get("proof_code"):
            before.label = _("Code of the app that you have now")
            say_what_to_do(self.fields)


class AddPasskeyForm(ProofForm):
    """The name of a new passkey; the browser makes it on the next page."""

    name = PasskeyNameField()
