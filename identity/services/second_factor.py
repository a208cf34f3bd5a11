"""The authenticator app (R5): a secret shown once and confirmed by a code; replacing and removing
it.
"""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _
from django_otp.plugins.otp_totp.models import TOTPDevice
from django_otp.util import random_hex

from core.access import Access
from core.errors import refusal
from identity.models import User
from identity.selectors.user_state import authenticator_of
from identity.services.factors import changed, ready_to_lose
from identity.services.set_up import locked


def new_authenticator_key() -> str:
    """A secret of 160 random bits, in hexadecimal, as :func:`add_authenticator` takes it."""
    return str(random_hex(20))


def unsaved_device(user: User, key: str) -> TOTPDevice:
    """The app that would be set up; it contains the address for the QR code."""
    return TOTPDevice(user_id=user.pk, user=user, key=key, name="authenticator")


@transaction.atomic
def add_authenticator(*, actor: Access, key: str, code: str, replace: bool = False) -> TOTPDevice:
    """Store the app whose code proves that it holds ``key``; all other sessions end.

    The code is used up by this. With ``replace`` an existing app is removed. Refused if there is
    one already and ``replace`` is not set, and for a wrong code.
    """
    user = locked(actor)
    before = authenticator_of(user)
    if before is not None and not replace:
        words = _("You already have an authenticator app. Reload the page.")
        raise refusal("second_device", words)
    device = unsaved_device(user, key)
    device.save()
    if not device.verify_token(code):
        words = _("This code is not right. Enter the one that the app shows now.")
        raise refusal("wrong_code", words, "code")
    if before is None:
        change = _("An authenticator app was set up. We ask for its code when you sign in.")
        changed(actor, user, "identity.authenticator_added", change)
    else:
        before.delete()
        change = _("Another authenticator app was set up. The earlier one no longer works.")
        changed(actor, user, "identity.authenticator_replaced", change)
    return device


@transaction.atomic
def remove_authenticator(*, actor: Access) -> User:
    """Remove the actor's authenticator app; other sessions end. Staff must keep one factor (R5)."""
    user = locked(actor)
    device = authenticator_of(user)
    if device is None:
        words = _("There is no authenticator app. Reload the page.")
        raise refusal("no_device", words)
    device.delete()
    ready_to_lose(user)
    change = _("The authenticator app was removed.")
    changed(actor, user, "identity.authenticator_removed", change)
    return user
