"""Disabling and reactivating people (U8, R7): a recorded state, with its reason."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from audit.services import person_scope, record
from core import clock
from core.access import Access, system
from core.days import days_left
from core.errors import NotAllowed, NotVisible, Problem, refusal, refuse
from identity.acts_on_people import DISABLE, END_SESSIONS, REACTIVATE
from identity.checks import idle
from identity.models import MailedLink, User
from identity.policies import P
from identity.providers import accounts_of_person
from identity.selectors import disabled_people
from identity.selectors.user_state import recipient
from identity.services.asking import end_staff_asks
from identity.services.sessions import close_sessions
from identity.states import DisabledKind, LinkPurpose, StaffRole
from notifications.providers.kinds import resolve
from notifications.services.sending import notify


def locked_person(user_id: uuid.UUID) -> User:
    """Any person's row, locked. Raises NotVisible for an unknown id."""
    user = User.objects.select_for_update().filter(pk=user_id).first()
    if user is None:
        raise NotVisible("user")
    return user


#: The page that the email about a disabled person opens, by recipient.
BUTTONS = {
    "company": gettext_lazy("Open your accounts"),
    "specialist": gettext_lazy("See the disabled users"),
}


# --- disabling --------------------------------------------------------------------------------


@transaction.atomic
def disable_user(*, actor: Access, user_id: uuid.UUID, reason: str) -> User:
    """Disable a person for a reason that the person reads. Sessions end, API keys stop.

    Only management disables staff. Nobody disables themselves, and at least one member of
    management always remains, to reactivate others.
    """
    actor.require(P.DISABLE)
    user = _locked_beside_management(user_id)
    problems = []
    if user.pk == actor.user_id:
        problems.append(Problem("oneself", _("You can't disable yourself.")))
    if user.disabled_at is not None:
        problems.append(Problem("disabled", _("This user is already disabled.")))
    disabled_people.require_may_act_on(actor, user)
    if (
        user.staff_role == StaffRole.MANAGEMENT
        and not disabled_people.others_of_management(user).exists()
    ):
        words = _("This is the only user in management. At least one must stay active.")
        problems.append(Problem("last_management", words))
    refuse(problems)
    return _disable(actor, user, DisabledKind.BY_HAND, reason)


@transaction.atomic
def disable_if_idle(*, user_id: uuid.UUID) -> DisabledKind | None:
    """Disable a person whose time is over by the dates of the row; return the reason, or None.

    The sweep calls this, and so does every sign-in: even if the sweep stood still, nobody gets in.
    """
    user = locked_person(user_id)
    kind = idle.over(user)
    if kind is not None:
        _disable(system(idle.REASON), user, kind, "")
    return kind


def _locked_beside_management(user_id: uuid.UUID) -> User:
    """Any person's row, locked together with those of management, always in the same order.

    So if two members of management disable each other at once, one waits here and stays.
    """
    those = Q(pk=user_id) | Q(staff_role=StaffRole.MANAGEMENT)
    rows = User.objects.select_for_update(no_key=True).filter(those).order_by("pk")
    user = next((one for one in rows if one.pk == user_id), None)
    if user is None:
        raise NotVisible("user")
    return user


def _disable(actor: Access, user: User, kind: DisabledKind, reason: str) -> User:
    """Set the state of a locked person, end what that person could still use, and notify."""
    user.disabled_at, user.disabled_kind, user.disabled_reason = clock.now(), kind, reason
    user.save(update_fields=["disabled_at", "disabled_kind", "disabled_reason"])
    close_sessions(user)
    links = MailedLink.objects.filter(user=user, used_at=None, ended_at=None)
    # A person who lost the address to a thief gets it back although the helpdesk disabled it
    # quickly.
    stay = (LinkPurpose.REGISTRATION, LinkPurpose.EMAIL_UNDO)
    links.exclude(purpose__in=stay).update(ended_at=clock.now())
    scope = person_scope(user.pk)
    record("identity.disabled", actor=actor, scope=scope, why=disabled_people.why_disabled(user))
    for code in (DISABLE, END_SESSIONS):
        end_staff_asks(code, user.pk)
    _tell_disabled(user)
    return user


def _tell_disabled(user: User) -> None:
    """Email the person, the Company Administrators of the person's accounts, the specialists."""
    scope = person_scope(user.pk)
    accounts = [name for names in accounts_of_person(user) for name in names]
    about: dict[str, Any] = {
        "user_name": user.name,
        "kind": user.disabled_kind,
        "staff": bool(user.staff_role),
        "accounts": accounts,
    }
    addressees = [
        ([recipient(user)], reverse("identity:disabled"), "user"),
        (resolve(["company_admins"], user), "/home", "company"),
        (resolve(["scss"], user), reverse("identity:disabled-users"), "specialist"),
    ]
    code, told = "user.idle_disabled", set()
    for found, url, reader in addressees:
        to = [one for one in found if one.email not in told]
        told |= {one.email for one in to}
        button = str(BUTTONS.get(reader, ""))
        notify(code, scope=scope, to=to, url=url, button=button, reader=reader, **about)


# --- warnings ---------------------------------------------------------------------------------


@transaction.atomic
def warn_idle(*, user_id: uuid.UUID, last_day: dt.date, offset: int) -> bool:
    """Warn once for each offset by which day to sign in; return whether it was done now."""
    user = locked_person(user_id)
    if not idle.may_idle(user) or idle.due_on(user) - dt.timedelta(days=1) != last_day:
        return False
    sent = notify(
        "user.idle_warning",
        scope=person_scope(user.pk),
        to=[recipient(user)],
        url=reverse("identity:sign-in"),
        once_key=f"idle:{user.pk}:{last_day}:{offset}",
        due_date=last_day,
        left=days_left(last_day, clock.real_today()),
        days=clock.clock(idle.IDLE).length,
        staff=bool(user.staff_role),
    )
    return bool(sent)


# --- reactivating -----------------------------------------------------------------------------


@transaction.atomic
def reactivate_user(*, actor: Access, user_id: uuid.UUID) -> User:
    """Reactivate a disabled person (R7), who must then sign in before the day ends.

    A specialist may do it for idle people of their own models; management for everyone.
    """
    actor.require(P.REACTIVATE)
    user = locked_person(user_id)
    if not disabled_people.sees(actor, user):
        raise NotVisible("user")
    if user.disabled_at is None:
        words = _("This user is already active. Someone else reactivated the user first.")
        raise refusal("active", words)
    if not disabled_people.may_reactivate(actor, user):
        raise NotAllowed(P.REACTIVATE_ANYBODY, P.REACTIVATE_ANYBODY.what)
    user.disabled_at, user.disabled_kind, user.disabled_reason = None, "", ""
    user.reactivated_at = clock.now()
    changed = ["disabled_at", "disabled_kind", "disabled_reason", "reactivated_at"]
    user.save(update_fields=changed)
    scope = person_scope(user.pk)
    record("identity.reactivated", actor=actor, scope=scope)
    end_staff_asks(REACTIVATE, user.pk)
    notify(
        "user.reactivated",
        scope=scope,
        to=[recipient(user)],
        url=reverse("identity:sign-in"),
        day=clock.real_today(),
    )
    return user
