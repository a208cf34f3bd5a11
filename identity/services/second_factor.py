"""Setting up an authenticator app (R5): a secret shown once, confirmed by a code."""

from __future__ import annotations

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _
from django_otp.plugins.otp_totp.models import TOTPDevice
from django_otp.util import random_hex

from audit.services import person_scope, record
from core import clock
from core.access import Access
from core.errors import Problem, Refused
from identity.models import User
from identity.selectors import authenticator_of, recipient
from identity.services.sessions import close_sessions
from identity.services.set_up import locked
from notifications.services import notify


def new_authenticator_key() -> str:
    """A secret of 160 random bits, in hexadecimal, as :func:`add_authenticator` takes it."""
    return str(random_hex(20))


def unsaved_device(user: User, key: str) -> TOTPDevice:
    """The app that would be set up: it knows the address for the QR code."""
    return TOTPDevice(user_id=user.pk, user=user, key=key, name="authenticator")


@transaction.atomic
def add_authenticator(*, actor: Access, key: str, code: str) -> TOTPDevice:
    """Keep the app whose code proves that it holds ``key``; all other sessions end.

    The code is used up by this. Refused when there is one already, or for a wrong code.
    """
    user = locked(actor)
    if authenticator_of(user) is not None:
        words = _("An authenticator app is set up already. Reload the page.")
        raise Refused("second_device", [Problem("second_device", words)])
    device = unsaved_device(user, key)
    device.save()
    if not device.verify_token(code):
        words = _("This code is not right. Enter the one that the app shows now.")
        raise Refused("wrong_code", [Problem("wrong_code", words, "code")])
    User.objects.filter(pk=user.pk).update(session_round=F("session_round") + 1)
    close_sessions(user, keep=actor.session_key)
    scope = person_scope(user.pk)
    record("identity.authenticator_added", actor=actor, scope=scope)
    notify(
        "user.mfa_changed",
        scope=scope,
        to=[recipient(user)],
        at=clock.now(),
        ip=actor.ip,
        change=_("An authenticator app was set up. You are asked for its code at sign-in."),
        ended=True,
    )
    return device
