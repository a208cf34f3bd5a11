"""Adds, names, uses and removes passkeys."""

from __future__ import annotations

from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from django_otp_webauthn.helpers import WebAuthnHelper
from django_otp_webauthn.models import WebAuthnCredential

from audit.services import person_scope, record
from core import clock
from core.access import Access
from core.crypto import secret_hash
from core.errors import Problem, refusal
from core.text import filled
from identity.credentials import passkeys
from identity.models import UsedChallenge, User
from identity.selectors.user_state import passkey, passkeys_of
from identity.services.attempts import attempt, failed, refuse_early
from identity.services.factors import changed, ready_to_lose
from identity.services.set_up import locked
from identity.states import SignInStep

#: More are of no use, and the list stays short.
MOST = 10


@transaction.atomic
def add_passkey(*, actor: Access, request: Any, name: str, answer: str) -> WebAuthnCredential:
    """Store the passkey that the browser has made for the challenge of this session.

    Refused for an answer to another challenge or from another address, and for a passkey that is
    already known. Other sessions end.
    """
    user = locked(actor)
    if len(passkeys_of(user)) >= MOST:
        words = _("You have 10 passkeys. Remove one you don't use, then add this one.")
        raise refusal("too_many", words)
    try:
        data, state = passkeys.answered(request, user, passkeys.MAKE, answer)
        _use_up(user, state)
        with transaction.atomic():
            device = WebAuthnHelper(request).register_complete(user, state, data)
    except (*passkeys.WRONG, IntegrityError) as error:
        words = _("The passkey was not made. Try again.")
        raise refusal("passkey", words, "passkey") from error
    device.name = name
    device.save(update_fields=["name"])
    change = filled(_("The passkey “%(name)s” was added."), name=name)
    changed(actor, user, "identity.passkey_added", change, passkey=name)
    return device


def prove_passkey(
    *,
    actor: Access,
    request: Any,
    user: User,
    answer: str,
    step: SignInStep = SignInStep.CODE,
    field: str = "passkey",
) -> WebAuthnCredential:
    """The passkey of ``user`` that has answered a challenge of this session; each challenge works
    once.

    Refused, throttled and counted like a wrong code.
    """
    refuse_early(user.email, actor, request)
    purpose = passkeys.SIGN_IN if step == SignInStep.CODE else passkeys.PROOF
    try:
        data, state = passkeys.answered(request, user, purpose, answer)
        _use_up(user, state)
        device = WebAuthnHelper(request).authenticate_complete(user, state, data)
        if not device.confirmed:
            raise ValueError("not confirmed")
    except passkeys.WRONG as error:
        attempt(actor, request, user.email, user, step, succeeded=False)
        words = _("This passkey was not accepted. Try again, or use another way.")
        raise failed(user.email, actor, request, Problem("passkey", words, field)) from error
    return device


def _use_up(user: User, state: dict[str, Any]) -> None:
    """Accept a challenge once, even if two requests come at the same moment. A sweep deletes old
    ones.
    """
    _row, first = UsedChallenge.objects.get_or_create(
        challenge_hash=secret_hash(state["challenge"]),
        defaults={"user": user, "used_at": clock.now()},
    )
    if not first:
        raise ValueError("answered before")


@transaction.atomic
def rename_passkey(*, actor: Access, passkey_id: int, name: str) -> WebAuthnCredential:
    """Give one of the actor's passkeys another name."""
    user = locked(actor)
    found = passkey(passkey_id, access=actor)
    before, found.name = found.name, name
    found.save(update_fields=["name"])
    scope = person_scope(user.pk)
    record("identity.passkey_renamed", actor=actor, scope=scope, before=before, passkey=name)
    return found


@transaction.atomic
def remove_passkey(*, actor: Access, passkey_id: int) -> User:
    """Remove one of the actor's passkeys; other sessions end. Staff must keep one factor (R5)."""
    user = locked(actor)
    found = passkey(passkey_id, access=actor)
    found.delete()
    ready_to_lose(user)
    change = filled(_("The passkey “%(name)s” was removed."), name=found.name)
    changed(actor, user, "identity.passkey_removed", change, passkey=found.name)
    return user
