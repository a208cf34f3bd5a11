"""Changes of second factors, with the proofs that they need."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from identity.forms.entry import CodeField
from identity.forms.factors import PasskeyNameField
from identity.proofs import ProofForm


class ReplaceAuthenticatorForm(ProofForm):
    """Another authenticator app in place of the one that is set up."""

    code = CodeField(label=_("Six-digit code of the new app"))


class AddPasskeyForm(ProofForm):
    """The name of a new passkey; the browser makes it on the next page."""

    name = PasskeyNameField()
