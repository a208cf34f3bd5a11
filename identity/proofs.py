"""Proving again who one is, before something weighty such as a signature (A4).

The proofs of a person are a list: the password, then the code of the authenticator app if one is
set up. Each brings its field and checks it, throttled like sign-in. A failure is recorded at
once, so a proof is checked before the transaction that it is for, never inside it:

    form = ProofForm.of(request, user=request.user)
    if request.method == "POST" and (proofs := form.prove(request)) is not None:
        ...
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from core.errors import Refused
from core.forms import say_what_to_do
from identity import services
from identity.forms import CodeField, ThrottledForm
from identity.models import User
from identity.passwords import PasswordField
from identity.selectors import authenticator_of
from identity.states import SignInStep


class Proof:
    """One way to prove who one is."""

    code: ClassVar[str]
    label: ClassVar[Any]
    field: ClassVar[str]
    step: ClassVar[SignInStep] = SignInStep.PROOF

    def fields(self) -> dict[str, forms.Field]:
        """The form fields that it needs."""
        raise NotImplementedError

    def check(self, user: User, data: dict[str, Any], request: Any) -> None:
        """Raise Refused, with the problem beside the field, unless ``data`` proves it."""
        raise NotImplementedError


class PasswordProof(Proof):
    """The current password."""

    code = "password"
    label = _("Password")
    field = "proof_password"

    def fields(self) -> dict[str, forms.Field]:
        """One password field."""
        return {self.field: PasswordField(label=self.label)}

    def check(self, user: User, data: dict[str, Any], request: Any) -> None:
        """Compare with the user's password."""
        services.prove_password(
            actor=request.access,
            request=request,
            email=user.email,
            password=data[self.field],
            step=SignInStep.PROOF,
            field=self.field,
        )


class AuthenticatorProof(Proof):
    """The code of the authenticator app; each code serves once."""

    code = "authenticator"
    label = _("Six-digit code")
    field = "proof_code"

    def fields(self) -> dict[str, forms.Field]:
        """One field for six digits."""
        return {self.field: CodeField(label=self.label)}

    def check(self, user: User, data: dict[str, Any], request: Any) -> None:
        """Ask the user's app."""
        services.prove_code(
            actor=request.access,
            request=request,
            user=user,
            code=data[self.field],
            step=self.step,
            field=self.field,
        )


def required_proofs(user: User) -> list[Proof]:
    """The proofs that this person must give, in order."""
    proofs: list[Proof] = [PasswordProof()]
    if authenticator_of(user) is not None:
        proofs.append(AuthenticatorProof())
    return proofs


class ProofForm(ThrottledForm):
    """The fields of all required proofs."""

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        self.user = user
        self.proofs: Sequence[Proof] = required_proofs(user)
        super().__init__(*args, **kwargs)
        for proof in self.proofs:
            self.fields.update(proof.fields())
        say_what_to_do(self.fields)

    @property
    def shown(self) -> list[dict[str, Any]]:
        """The list of proofs for the component that draws it."""
        return [{"label": proof.label, "done": False} for proof in self.proofs]

    def prove(self, request: Any) -> list[str] | None:
        """Check all proofs in order; their codes, or None with the errors on the form.

        A code is not looked at, and so not used up, when the password is wrong.
        """
        if not self.is_valid():
            return None
        try:
            for proof in self.proofs:
                proof.check(self.user, self.cleaned_data, request)
        except Refused as refusal:
            for problem in refusal.problems:
                error = ValidationError(problem.message, code=problem.code)
                self.add_error(problem.field or None, error)
            return None
        return [proof.code for proof in self.proofs]
