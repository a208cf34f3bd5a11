"""What would happen if one person took over from another, account by account."""

from __future__ import annotations

import uuid
from collections.abc import Iterable

from django.utils.translation import gettext as _

from core.errors import Problem
from core.text import filled, listed
from identity.models import User
from security_models.checks.replacement import step_problems, successor_problems
from security_models.facts.model_facts import Facts
from security_models.facts.replacement import AccountPlan, Outcome, Step
from security_models.models import Contact
from security_models.selectors.replacement import (
    managed_memberships,
    member_in_account,
    memberships_out_of_reach,
    models_of_contact,
    roles_of_both,
)
from security_models.states import RANK, ContactRole
from trade_accounts.checks.administrators import last_administrator
from trade_accounts.models import Membership
from trade_accounts.providers.handovers import Passing, said_of
from trade_accounts.selectors import administrators_of
from trade_accounts.states import MembershipType


def plans(
    user_id: uuid.UUID, leaver: User, successor: User, *, passes_type: bool, removes: bool
) -> list[AccountPlan]:
    """What would happen in each trade account, those without a change left out."""
    rows = managed_memberships(user_id, leaver.pk)
    made = [plan(one, successor, user_id, passes_type=passes_type, removes=removes) for one in rows]
    return [one for one in made if not one.is_empty]


def out_of_reach(user_id: uuid.UUID, leaver: User) -> list[Outcome]:
    """The accounts of both in which this person replaces nobody, with those who can (R6)."""
    words = _("You are not a Company Administrator here. These can replace the person: %(names)s.")
    return [
        Outcome(
            one.trade_account.name,
            (),
            (filled(words, names=listed(_administrators(one))),),
        )
        for one in memberships_out_of_reach(user_id, leaver.pk)
    ]


def _administrators(member: Membership) -> list[str]:
    return [user.name for user in administrators_of(member.trade_account)]


def plan(
    leaver: Membership, successor: User, user_id: uuid.UUID, *, passes_type: bool, removes: bool
) -> AccountPlan:
    """What would happen in one trade account, and what stands in the way (R3-R5, S5, T4)."""
    heir = member_in_account(leaver, successor)
    problems = successor_problems(leaver.trade_account, heir, successor)
    ready = None if problems else heir
    steps, closed, more = _steps(leaver, ready, own=successor.pk == user_id)
    is_admin = leaver.type == MembershipType.COMPANY_ADMINISTRATOR
    has_type = heir is not None and heir.type == MembershipType.COMPANY_ADMINISTRATOR
    becomes = passes_type and is_admin and not has_type
    if not (steps or becomes):  # nothing that someone would have to take over
        problems = []
    invites = heir is None and not problems and bool(steps or becomes)
    removes, becomes = removes and not invites, becomes and not invites
    last = last_administrator(leaver) if removes and not becomes else []
    handed: list[str] = []
    if ready is not None:
        about = {"administers": becomes or has_type, "removes": removes}
        handed = said_of(passing_between(leaver, ready, steps, **about))
    return AccountPlan(
        account_id=leaver.trade_account_id,
        account_name=leaver.trade_account.name,
        leaver_id=leaver.pk,
        successor_id=ready.pk if ready is not None else None,
        steps=tuple(steps),
        closed=tuple(closed),
        handed=tuple(handed),
        invites=invites,
        becomes_administrator=becomes,
        removes=removes,
        problems=(*problems, *more, *last),
    )


def passing_between(
    leaver: Membership,
    heir: Membership,
    steps: Iterable[Step],
    *,
    administers: bool,
    removes: bool,
) -> Passing:
    """What else passes is looked for here: between both, where the successor is a contact then."""
    models = models_of_contact(heir) | {one.model_id for one in steps}
    return Passing(leaver, heir, models, administers, removes)


def _steps(
    leaver: Membership, successor: Membership | None, *, own: bool
) -> tuple[list[Step], list[str], list[Problem]]:
    """The C-TPAT accounts that change, those that are closed, and what stands in the way."""
    steps: list[Step] = []
    closed: list[str] = []
    problems: list[Problem] = []
    for facts, has, theirs in roles_of_both(leaver, successor):
        if not facts.editable:
            closed.append(facts.model.reference)
            continue
        step = _step(facts, has, theirs)
        steps.append(step)
        if successor is not None:
            problems += step_problems(step, facts, successor, own=own)
    return steps, closed, problems


def _step(facts: Facts, leaver: Contact, successor: Contact | None) -> Step:
    """The successor keeps a higher role. A Consultant stays one beside an Employee: both may do
    the same.
    """
    has: str = successor.role if successor is not None else ""
    keeps = RANK[has] >= RANK[leaver.role] or (
        has == ContactRole.CONSULTANT and leaver.role == ContactRole.EMPLOYEE
    )
    return Step(
        model_id=facts.model.pk,
        reference=facts.model.reference,
        leaver_role=leaver.role,
        successor_role=has,
        role=has if keeps else leaver.role,
        passes_poc=leaver.is_primary_poc,
    )
