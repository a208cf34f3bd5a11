"""Proves who a person is by password and code, and records every attempt (U9).

The proofs open no transactions of their own: a failure must stay recorded although what it was
meant for is refused. So don't call them inside a block that a refusal rolls back.
"""

from __future__ import annotations

from typing import Any

import django_otp
from django.contrib.auth import authenticate
from django.db import transaction
from django.utils.translation import gettext as _

from audit.services import person_scope, record
from core import clock
from core.access import Access
from core.errors import Problem
from identity.credentials import growing_delay
from identity.models import User
from identity.selectors.user_state import authenticator_of, user_by_email
from identity.services.attempts import attempt, failed, refuse_early
from identity.services.notices import tell_of_new_browser
from identity.states import SignInStep


def prove_password(
    *,
    actor: Access,
    request: Any,
    email: str,
    password: str,
    step: SignInStep = SignInStep.PASSWORD,
    field: str = "password",
) -> User:
    """The person with this address and password. Refused otherwise, always in the same words.

    The caller records a success once everything that it needs was proved.
    """
    refuse_early(email, actor, request)
    found = authenticate(request, username=email, password=password)
    if isinstance(found, User):
        return found
    attempt(actor, request, email, user_by_email(email), step, succeeded=False)
    if step == SignInStep.PASSWORD:
        words = _("The email address or the password is not right.")
    else:
        words = _("This is not your current password.")
    raise failed(email, actor, request, Problem("wrong_password", words, field))


def prove_code(
    *,
    actor: Access,
    request: Any,
    user: User,
    code: str,
    step: SignInStep = SignInStep.CODE,
    field: str = "code",
) -> Any:
    """The authenticator app of ``user`` that shows this code; each code works once.

    Refused for a wrong or used code, and for a person without an app.
    """
    refuse_early(user.email, actor, request)
    device = authenticator_of(user)
    verified = device and django_otp.verify_token(user, device.persistent_id, code)
    if verified:
        return verified
    attempt(actor, request, user.email, user, step, succeeded=False)
    words = _("This code is wrong or already used. Enter the one the app shows now.")
    raise failed(user.email, actor, request, Problem("wrong_code", words, field))


@transaction.atomic
def record_sign_in(*, actor: Access, request: Any) -> None:
    """Record that a person signed in with everything proved. This does not reactivate a disabled
    user (R7).
    """
    user: User = actor.user
    attempt(actor, request, user.email, user, SignInStep.DONE, succeeded=True)
    if user.signed_in_at is not None and not growing_delay.is_known_browser(request, user):
        tell_of_new_browser(user, actor.ip, request.META.get("HTTP_USER_AGENT", ""))
    # Ask the row, not what was read of it before: a sweep may have disabled the person since.
    User.objects.filter(pk=user.pk, disabled_at=None).update(signed_in_at=clock.now())
    record("identity.signed_in", actor=actor, scope=person_scope(user.pk))


@transaction.atomic
def record_sign_out(*, actor: Access) -> None:
    """Record that a person signed out."""
    record("identity.signed_out", actor=actor, scope=person_scope(actor.user.pk))
