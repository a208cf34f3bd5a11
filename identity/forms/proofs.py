"""Forms with which a person proves their identity again before an important act, such as a
signature (A4).

The proofs of a person are a list: the password, then a second factor if the person has one. Each
brings its fields and checks them, throttled like sign-in. A failure is recorded at once, so a proof
is checked before the transaction that it is for, never inside it:

    form = ProofForm.of(request, user=request.user)
    if request.method == "POST" and (proofs := form.prove(request)) is not None:
        ...
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, ClassVar, Self

from django import forms
from django.core.exceptions import ValidationError
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from django_otp.plugins.otp_totp.models import TOTPDevice

from core import clock
from core.access import Access
from core.errors import Refused, refusal
from core.forms import R, say_what_to_do
from identity import services
from identity.credentials import backup_codes, passkeys
from identity.credentials.passwords import PasswordField
from identity.forms import FactorCodeField, PasskeyField, ThrottledForm
from identity.models import BackupCodes, User
from identity.selectors.user_state import (
    authenticator_of,
    codes_left,
    has_second_factor,
    passkeys_of,
)
from identity.states import FactorKind, SignInStep

#: When a second factor was last proved in a session, and how long that counts (U6).
FACTOR_AT = "second_factor_at"
FRESH_SECONDS = 5 * 60


class Proof:
    """One way to prove who a person is."""

    code: ClassVar[str]
    label: ClassVar[Any]

    def fields(self) -> dict[str, forms.Field]:
        """The form fields that it needs."""
        raise NotImplementedError

    def check(self, user: User, data: dict[str, Any], request: Any) -> str:
        """Return what was proved. Raise Refused, with the problem at the field, if it was not."""
        raise NotImplementedError


class PasswordProof(Proof):
    """The current password."""

    code = "password"
    label = _("Password")
    field = "proof_password"

    def fields(self) -> dict[str, forms.Field]:
        """One password field."""
        return {self.field: PasswordField(label=self.label)}

    def check(self, user: User, data: dict[str, Any], request: Any) -> str:
        """Compare with the user's password."""
        services.prove_password(
            actor=request.access,
            request=request,
            email=user.email,
            password=data[self.field],
            step=SignInStep.PROOF,
            field=self.field,
        )
        return self.code


class SecondFactorProof(Proof):
    """A second factor by any means that the person has: app, passkey, backup code.

    An app's code and a backup code are typed into the same field. A passkey is offered if the
    browser can use it. Each code and each answer of a passkey works once.
    """

    code = "second_factor"
    label = _("Second factor")

    def __init__(
        self,
        user: User,
        request: Any,
        *,
        field: str = "proof_code",
        passkey: str = "proof_passkey",
        step: SignInStep = SignInStep.PROOF,
    ) -> None:
        self.user, self.request, self.step = user, request, step
        self.field, self.passkey = field, passkey
        self.has_app = authenticator_of(user) is not None
        self.has_codes = codes_left(user) > 0
        self.has_passkey = bool(passkeys_of(user))
        self.elsewhere = self.has_passkey and not (request and passkeys.available(request))

    def fields(self) -> dict[str, forms.Field]:
        """The field for a code, if there can be one, and the field for a passkey."""
        found: dict[str, forms.Field] = {}
        offered = self.has_passkey and not self.elsewhere
        if self.has_app or self.has_codes:
            found[self.field] = FactorCodeField(
                app=self.has_app, codes=self.has_codes, required=not offered
            )
        if self.has_passkey:
            place = passkeys.place() if self.elsewhere else ""
            found[self.passkey] = PasskeyField(
                options=self._options, submits=self.at_sign_in, place=place
            )
        return found

    @property
    def at_sign_in(self) -> bool:
        """Whether it is the second step of sign-in; otherwise something is proved again."""
        return self.step == SignInStep.CODE

    def _options(self) -> str:
        purpose = passkeys.SIGN_IN if self.at_sign_in else passkeys.PROOF
        return passkeys.ask(self.request, self.user, purpose)

    def check(self, user: User, data: dict[str, Any], request: Any) -> str:
        """Check what was given and return the kind of factor."""
        return kind_of(self.device(request.access, data, request))

    def device(self, actor: Access, data: dict[str, Any], request: Any) -> Any:
        """The factor that was proved, as django-otp stores it. Raises Refused otherwise."""
        about = {"actor": actor, "request": request, "user": self.user, "step": self.step}
        if answer := data.get(self.passkey):
            return services.prove_passkey(answer=answer, field=self.passkey, **about)
        code = data.get(self.field, "")
        if not code:
            typed = self.has_app or self.has_codes
            words = _("Enter a code, or use your passkey.") if typed else _("Use your passkey.")
            field = self.field if typed else self.passkey
            raise refusal("required", words, field)
        if backup_codes.is_shape(code):
            return services.use_backup_code(code=code, field=self.field, **about)
        return services.prove_code(code=code, field=self.field, **about)


def kind_of(device: Any) -> str:
    """The kind of a factor stored by django-otp."""
    if isinstance(device, BackupCodes):
        return FactorKind.BACKUP_CODE.value
    known = FactorKind.AUTHENTICATOR if isinstance(device, TOTPDevice) else FactorKind.PASSKEY
    return known.value


# --- how long a second factor counts --------------------------------------------------------


def note_factor(request: Any) -> None:
    """Note that a second factor was proved just now in this session."""
    request.session[FACTOR_AT] = clock.now().timestamp()


def factor_is_fresh(request: Any) -> bool:
    """Whether a second factor was proved in this session within the last five minutes."""
    at = request.session.get(FACTOR_AT, 0)
    return bool(clock.now().timestamp() - at < FRESH_SECONDS)


#: The act (its address) for which the password was right although something else was refused.
PASSWORD_FOR = "password_for"  # noqa: S105 -- the name of a place in the session


def note_password(request: Any, user: User) -> None:
    """Note that the password was right but the act was refused for another reason."""
    now = clock.now().timestamp()
    bound = user.get_session_auth_hash()
    request.session[PASSWORD_FOR] = {"path": request.path, "at": now, "bound": bound}


def password_is_known(request: Any, user: User) -> bool:
    """Whether an empty password is enough: it was right for this very act within five minutes.

    Only a form that was refused and is sent again asks for less. A page opened anew, another act,
    another session or a changed password asks for everything (U6).
    """
    noted = request.session.get(PASSWORD_FOR)
    if request.method != "POST" or request.POST.get(PasswordProof.field) or not noted:
        return False
    same = noted["path"] == request.path and noted["bound"] == user.get_session_auth_hash()
    return bool(same and clock.now().timestamp() - noted["at"] < FRESH_SECONDS)


# --- forms ----------------------------------------------------------------------------------


class ProofForm(ThrottledForm):
    """Asks for the password, and for a second factor if the person has one, before an important
    change.

    A second factor proved within the last five minutes in this session is not asked for again.
    Neither is the password if it was right and only another field was wrong. Subclasses declare the
    fields of the change.
    """

    #: Whether to ask for a second factor although one was proved a moment ago.
    always: ClassVar[bool] = False
    #: Whether to check the password although another field is wrong, so that it need not be typed
    #: again.
    looks_early: ClassVar[bool] = True
    password_is_right = False

    def __init__(self, *args: Any, user: User, http: Any = None, **kwargs: Any) -> None:
        self.user, self.http = user, http
        self.knows_password = http is not None and password_is_known(http, user)
        self.proofs: Sequence[Proof] = self._required(user, http)
        super().__init__(*args, **kwargs)
        for proof in self.proofs:
            self.fields.update(proof.fields())
        if self.knows_password:
            self._say_password_is_known()
        say_what_to_do(self.fields)

    @classmethod
    def of(cls, request: Any, initial: dict[str, Any] | None = None, **kwargs: Any) -> Self:
        """The form for this request, which also says where passkeys can be used."""
        return super().of(request, initial, http=request, **kwargs)

    def _required(self, user: User, request: Any) -> list[Proof]:
        proofs: list[Proof] = [] if self.knows_password else [PasswordProof()]
        fresh = request is not None and not self.always and factor_is_fresh(request)
        if has_second_factor(user) and not fresh:
            proofs.append(SecondFactorProof(user, request))
        return proofs

    @property
    def shown(self) -> list[dict[str, Any]]:
        """The list of proofs for the component that draws it."""
        return [{"label": proof.label, "done": False} for proof in self.proofs]

    def prove(self, request: Any) -> list[str] | None:
        """Check all proofs in order. Return what was proved, or None with the errors on the form.

        If the password is wrong, a code is not checked and so not used up. A right password is not
        asked for again if something else is wrong.
        """
        valid = self.is_valid()
        known = [PasswordProof.code] if self.knows_password else []
        proved: list[str] = []
        for proof in self.proofs:
            if not valid and not self._is_early(proof):
                continue
            try:
                proved.append(proof.check(self.user, self.cleaned_data, request))
            except Refused as refusal:
                self._refuse(refusal)
                break
        known += [one for one in proved if one == PasswordProof.code]
        self.password_is_right = bool(known)
        if self.errors:
            if known:
                self._keep_password(request)
            return None
        request.session.pop(PASSWORD_FOR, None)
        for proof in self.proofs:
            if isinstance(proof, SecondFactorProof):
                self._proved(proof, request)
        return [*known, *(one for one in proved if one != PasswordProof.code)]

    def run(self, service: Callable[[dict[str, Any]], R]) -> R | None:
        """Same as in every form, but if the service refuses, the password is not asked
        for again.
        """
        result = super().run(service)
        if result is None and self.password_is_right:
            self._keep_password(self.http)
        return result

    def _is_early(self, proof: Proof) -> bool:
        """Whether this proof is checked although other fields are wrong: a typed password."""
        typed = isinstance(proof, PasswordProof) and self.cleaned_data.get(proof.field)
        return self.looks_early and bool(typed)

    def _refuse(self, refusal: Refused) -> None:
        for problem in refusal.problems:
            error = ValidationError(problem.message, code=problem.code)
            self.add_error(problem.field if problem.field in self.fields else None, error)

    def _keep_password(self, request: Any) -> None:
        """Let the form, when shown again, not ask for the password. It is never written into a
        page.
        """
        note_password(request, self.user)
        self.fields.pop(PasswordProof.field, None)
        self._say_password_is_known()

    def _say_password_is_known(self) -> None:
        """Say so below the first field that is still to be filled in."""
        asked = next((field for name, field in self.fields.items() if name == "proof_code"), None)
        words = _("Your password was right, so you don't need to enter it again.")
        if asked is not None:
            asked.help_text = format_lazy("{} {}", words, asked.help_text or "")

    def _proved(self, factor: SecondFactorProof, request: Any) -> None:
        """Remember the proof, so that a form shown again for another reason does not ask again."""
        note_factor(request)
        if not self.always:
            for name in factor.fields():
                del self.fields[name]


class SigningProofForm(ProofForm):
    """The proofs of a signature: a second factor proved at this very moment."""

    always = True
    #: Whether the proofs were right and the act was refused, so that sending them again changes
    #: nothing.
    is_refused = False

    def run(self, service: Callable[[dict[str, Any]], R]) -> R | None:
        """Same as in every form; notes that the act was refused."""
        result = super().run(service)
        self.is_refused = result is None
        return result


class SecondStepForm(ThrottledForm):
    """The second step of sign-in."""

    def __init__(self, *args: Any, user: User, http: Any = None, **kwargs: Any) -> None:
        self.factor = SecondFactorProof(
            user, http, field="code", passkey="passkey", step=SignInStep.CODE
        )
        super().__init__(*args, **kwargs)
        self.fields.update(self.factor.fields())
        say_what_to_do(self.fields)

    @classmethod
    def of(cls, request: Any, initial: dict[str, Any] | None = None, **kwargs: Any) -> Self:
        """The form for this request, which also says where passkeys can be used."""
        return super().of(request, initial, http=request, **kwargs)
