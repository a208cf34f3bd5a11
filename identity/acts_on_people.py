"""Acts on people's sign-ins that are reserved to some staff (R7, U6, U8)."""

from __future__ import annotations

import functools
import uuid
from typing import Any

from django.utils.translation import gettext as _

from audit.services import person_scope
from core import clock
from core.access import Access
from core.errors import NotVisible, Problem
from core.links import path_to
from core.text import filled
from identity.models import RecoveryCase, User
from identity.policies import P
from identity.providers import accounts_of_person
from identity.selectors import disabled_people, user_state
from identity.staff_acts import Matter, StaffAct, register, without
from identity.states import CaseStatus, DisabledKind, SetUpStep, StaffRole
from notifications.providers.kinds import Recipient, resolve

REACTIVATE = "reactivate"
DISABLE = "disable"
END_SESSIONS = "end-sessions"
RECOVERY = "recovery"


def register_all() -> None:
    """Register the acts."""
    register(StaffAct(REACTIVATE, _reactivate, "user_id", frozenset({"identity:reactivate"})))
    for code in (DISABLE, END_SESSIONS):
        read = functools.partial(_touch, code)
        register(StaffAct(code, read, "user_id", frozenset({f"identity:{code}"})))
    register(StaffAct(RECOVERY, _recovery, "case_id"))


def _user(user_id: uuid.UUID) -> User:
    user = User.objects.filter(pk=user_id).first()
    if user is None:
        raise NotVisible("user")
    return user


def _accounts(user: User) -> tuple[str, ...]:
    return tuple(name for names in accounts_of_person(user) for name in names)


def _matter(user: User, what: str, **about: Any) -> Matter:
    """An act on one person. Management decides it unless told otherwise."""
    values: dict[str, Any] = {
        "what": filled(what, name=user.name),
        "group": _("management"),
        "people": without(user_state.management(user), user.pk),
        "scope": person_scope(user.pk),
        "accounts": _accounts(user),
        "back": path_to("identity:helpdesk-user", user_id=user.pk),
        **about,
    }
    return Matter(**values)


def _reactivate(access: Access, user_id: uuid.UUID) -> Matter:
    """Reactivating a disabled person: for the specialists of the person's accounts, or management.
    Someone who was disabled by hand can be reactivated only by management (R7).
    """
    user = _user(user_id)
    if not (access.has(P.SEE_USERS) or disabled_people.sees(access, user)):
        raise NotVisible("user")
    by_hand = user.disabled_kind == DisabledKind.BY_HAND
    specialists = [] if by_hand else resolve(["scss"], user)
    about: dict[str, Any] = {}
    if specialists:
        about = {"people": without(specialists, user.pk), "group": _("a specialist")}
    only = _("Only management can reactivate this user:")
    if not access.has(P.SEE_USERS):
        about["back"] = path_to("identity:reactivate", user_id=user.pk)
    active = Problem("active", _("This user is active."))
    return _matter(
        user,
        _("reactivate %(name)s"),
        only=_("These people can reactivate this user:") if specialists else only,
        url=path_to("identity:reactivate", user_id=user.pk),
        mine=disabled_people.may_reactivate(access, user),
        problems=() if user.disabled_at else (active,),
        **about,
    )


def _touch(code: str, access: Access, user_id: uuid.UUID) -> Matter:
    """Disabling a member of staff, or ending their sessions: only management may."""
    user = _user(user_id)
    if not access.has(P.DISABLE if code == DISABLE else P.END_SESSIONS):
        raise NotVisible("user")
    if code == DISABLE:
        what, only = _("disable %(name)s"), _("Only management can disable a member of staff:")
        over = user.disabled_at is not None
        problem = Problem("disabled", _("This user is already disabled."))
    else:
        what = _("end the sessions of %(name)s")
        only = _("Only management can end the sessions of a member of staff:")
        over = not user_state.open_sessions(user)
        problem = Problem("sessions", _("This user has no open session."))
    return _matter(
        user,
        what,
        only=only,
        url=path_to(f"identity:{code}", user_id=user.pk),
        mine=disabled_people.may_act_on(access, user),
        problems=(problem,) if over else (),
    )


def _recovery(access: Access, case_id: uuid.UUID) -> Matter:
    """Approving a recovery: done by a second person, who is of management if no administrator
    agreed (U6).
    """
    rows = RecoveryCase.objects.select_related("user").filter(pk=case_id)
    case = rows.first() if access.has(P.RECOVER) else None
    if case is None:
        raise NotVisible("recovery_case")
    management = case.agreed_by_id is None or bool(case.user.staff_role)
    deciding = [] if management else [StaffRole.HELPDESK]
    able = without(_at_work([StaffRole.MANAGEMENT, *deciding]), case.opened_by_id, case.user_id)
    only = _("Only management can approve this recovery:")
    over = case.status != CaseStatus.OPEN or clock.now() >= case.expires_at
    url = path_to("identity:case", case_id=case.pk)
    return _matter(
        case.user,
        _("decide the recovery for %(name)s"),
        only=only if management else _("These people can approve this recovery:"),
        group=_("management") if management else _("a second person"),
        people=able,
        url=url,
        back=url,
        mine=access.user_id in {one.user_id for one in able},
        problems=(Problem("decided", _("This recovery is no longer open.")),) if over else (),
    )


def _at_work(roles: list[StaffRole]) -> list[Recipient]:
    rows = User.objects.filter(staff_role__in=roles, set_up_step=SetUpStep.DONE, disabled_at=None)
    return [user_state.recipient(user) for user in rows.order_by("last_name", "first_name", "pk")]
