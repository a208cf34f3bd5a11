"""What all changes of second factors have in common, and the removal of all of them (U6)."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _
from django_otp.plugins.otp_totp.models import TOTPDevice
from django_otp_webauthn.models import WebAuthnCredential

from audit.services import person_scope, record
from core import clock
from core.access import Access
from core.errors import refusal
from identity.models import BackupCodes, User
from identity.policies import P
from identity.selectors import disabled_people
from identity.selectors.user_state import has_second_factor, recipient
from identity.services.sessions import close_sessions
from notifications.services.sending import notify


def tell(actor: Access, user: User, change: str, *, ended: bool) -> None:
    """Email the person what was changed, when and from where."""
    notify(
        "user.mfa_changed",
        scope=person_scope(user.pk),
        to=[recipient(user)],
        url="/account/second-factors",
        at=clock.now(),
        ip=actor.ip,
        change=change,
        ended=ended,
    )


def changed(actor: Access, user: User, kind: str, change: str, **data: Any) -> None:
    """End the other sessions of a locked user, record the event, and email."""
    User.objects.filter(pk=user.pk).update(session_round=F("session_round") + 1)
    close_sessions(user, keep=actor.session_key)
    record(kind, actor=actor, scope=person_scope(user.pk), **data)
    tell(actor, user, change, ended=True)


def ready_to_lose(user: User) -> None:
    """After a factor is removed: refuse for staff without another one; otherwise delete backup
    codes if nothing is left that they replace.
    """
    if has_second_factor(user):
        return
    if user.staff_role:
        words = _("Staff need a second factor. Set up another one first, then remove this one.")
        raise refusal("last_factor", words)
    BackupCodes.objects.filter(user=user).delete()


@transaction.atomic
def remove_factors(*, actor: Access, user: User) -> User:
    """End every second factor and every session of a person who has lost them.

    For the helpdesk, once two of its people have agreed that this is the person. Needs
    ``identity.recover``; for staff, only management may. Afterwards the person signs in with only
    the password; staff set up a new factor before any other page opens. It is emailed and recorded.
    """
    actor.require(P.RECOVER)
    person = User.objects.select_for_update().get(pk=user.pk)
    disabled_people.require_may_act_on(actor, person)
    for table in (TOTPDevice, WebAuthnCredential, BackupCodes):
        table.objects.filter(user=person).delete()
    close_sessions(person)
    record("identity.factors_removed", actor=actor, scope=person_scope(person.pk), name=person.name)
    change = _("The helpdesk removed your second factors because you reported them lost.")
    tell(actor, person, change, ended=True)
    return person
