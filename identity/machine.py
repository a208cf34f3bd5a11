"""The life cycle of a recovery by the helpdesk: two people decide within a limited time."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from audit.machine import Machine, move
from audit.services import Scope, person_scope
from core import clock
from core.access import Access
from core.errors import Problem
from identity.models import RecoveryCase
from identity.policies import P
from identity.selectors import disabled_people
from identity.states import CaseStatus as S
from identity.states import StaffRole


def scope_of(case: RecoveryCase) -> Scope:
    """The person whose sign-in it is about."""
    return person_scope(case.user_id)


def not_over(case: RecoveryCase, access: Access) -> Iterator[Problem]:
    """Not after its time is over."""
    if clock.now() >= case.expires_at:
        words = _(
            "This recovery has expired. Open a new one and check the person's identity again."
        )
        yield Problem("expired", words)


def second_person(case: RecoveryCase, access: Access) -> Iterator[Problem]:
    """By someone else than who opened it, and not by the person it is about."""
    if access.user_id in {case.opened_by_id, case.user_id}:
        words = _("Someone else in the helpdesk or management must approve this recovery.")
        yield Problem("second_person", words)


def not_oneself(case: RecoveryCase, access: Access) -> Iterator[Problem]:
    """Not by the person it is about."""
    if access.user_id == case.user_id:
        yield Problem("oneself", _("You can't decide your own recovery. Someone else must."))


def management_where_nobody_agreed(case: RecoveryCase, access: Access) -> Iterator[Problem]:
    """By management for staff, and where no Company Administrator has agreed."""
    agreed = case.agreed_by_id is not None and disabled_people.may_act_on(access, case.user)
    if not agreed and StaffRole.MANAGEMENT not in access.roles:
        words = _(
            "No Company Administrator has agreed to this recovery. Only management can approve it."
        )
        yield Problem("management", words)


CASE = Machine(
    "recovery_case",
    S,
    scope_of,
    [
        move(
            "approve",
            gettext_lazy("Approve"),
            [S.OPEN],
            S.APPROVED,
            P.RECOVER,
            not_over,
            second_person,
            management_where_nobody_agreed,
        ),
        move("decline", gettext_lazy("Decline"), [S.OPEN], S.DECLINED, P.RECOVER, not_oneself),
        move("expire", gettext_lazy("Expired"), [S.OPEN], S.EXPIRED, None),
    ],
)
