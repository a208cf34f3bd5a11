"""One person takes over from another in every account that an administrator manages (R3-R5, S5)."""

from __future__ import annotations

import uuid
from collections.abc import Mapping

from django.db import transaction
from django.utils.translation import gettext as _

from core.access import Access, enter_roots, for_user
from core.errors import Refused, Stale, refusal, refuse
from core.ids import new_id
from identity.models import User
from security_models.facts.replacement import AccountPlan, Outcome
from security_models.presentation.replacement_plans import out_of_reach, passing_between, plan
from security_models.selectors import contacts_of
from security_models.selectors.contacts import seen_as
from security_models.selectors.replacement import managed_memberships
from security_models.services.contacts import save_contacts
from trade_accounts.models import Membership
from trade_accounts.policies import P
from trade_accounts.providers.handovers import pass_on
from trade_accounts.services import end_membership, save_member
from trade_accounts.services.accounts import locked
from trade_accounts.services.members import invite, person_replaced
from trade_accounts.states import MembershipType


def replace_person(
    *,
    actor: Access,
    leaver: User,
    successor: User,
    passes_type: bool,
    removes: bool,
    seen: Mapping[uuid.UUID, str],
) -> list[Outcome]:
    """Pass on everything that was shown, account by account; each as a whole or not at all.

    ``seen`` are the marks of the plans that the page showed, by trade account: one that is not
    there is left alone, and one that has changed since is refused. The outcome says for each what
    came of it, and for those that were not possible why. Doing it again finds nothing left.
    """
    base = for_user(
        actor.user, ip=actor.ip, request_id=actor.request_id, session_key=actor.session_key
    )
    rows = list(managed_memberships(actor.user.pk, leaver.pk))
    done: dict[uuid.UUID, Outcome | None] = {}
    for member in sorted(rows, key=lambda one: one.trade_account_id):  # locks in one order
        mark = seen.get(member.trade_account_id)
        if mark is not None:
            done[member.pk] = _outcome(base, member, successor, mark, (passes_type, removes))
            continue
        left = plan(member, successor, base.user.pk, passes_type=passes_type, removes=removes)
        done[member.pk] = _left_alone(left)
    found = [done[one.pk] for one in rows]
    return [one for one in found if one is not None] + out_of_reach(actor.user.pk, leaver)


def _left_alone(made: AccountPlan) -> Outcome | None:
    """Why an account without a button on the page is unchanged; None if nothing was to be done."""
    if made.is_empty:
        return None
    words = tuple(str(one.message) for one in made.problems) or (_changed_words(),)
    return Outcome(made.account_name, (), words)


def _outcome(
    base: Access, member: Membership, successor: User, seen: str, wanted: tuple[bool, bool]
) -> Outcome:
    name = member.trade_account.name
    try:
        with transaction.atomic():
            made = _replace_in(base, member, successor, seen, wanted)
    except Refused as refused:
        return Outcome(name, (), tuple(str(one.message) for one in refused.problems))
    except Stale:
        return Outcome(name, (), (_changed_words(),))
    if made.invites:
        return Outcome(name, (), invited=True)
    return Outcome(name, tuple(one.reference for one in made.steps), handed=made.handed)


def _changed_words() -> str:
    return _("Something here changed after the preview. Look at it again, then repeat this.")


def _replace_in(
    base: Access, member: Membership, successor: User, seen: str, wanted: tuple[bool, bool]
) -> AccountPlan:
    """All steps of one trade account, compared with what was shown under its lock."""
    inside = enter_roots(base, {"trade_id": member.trade_account_id})
    inside.require(P.MANAGE_USERS)
    locked(member.trade_account_id)
    passes_type, removes = wanted
    now = managed_memberships(base.user.pk, member.user_id or member.pk).filter(pk=member.pk)
    current = now.first()
    if current is None:
        raise refusal("changed", _changed_words())
    made = plan(current, successor, base.user.pk, passes_type=passes_type, removes=removes)
    if made.mark != seen:
        raise refusal("changed", _changed_words())
    refuse(made.problems)
    if made.is_empty:
        raise refusal("changed", _changed_words())
    if made.invites:
        _invite(inside, successor)
    elif made.successor_id is None:
        end_membership(actor=inside, membership_id=current.pk)
    else:
        heir = Membership.objects.select_related("user").get(pk=made.successor_id)
        _take_over(base, inside, made, current, heir)
    return made


def _invite(inside: Access, successor: User) -> None:
    """T6: who is not a user of the account yet is asked to accept, as a User (R3)."""
    invite(
        actor=inside,
        form_key=new_id(),
        email=successor.email,
        salutation=successor.salutation,
        first_name=successor.first_name,
        last_name=successor.last_name,
        title=successor.title,
        phone=successor.phone,
        type=MembershipType.USER,
    )


def _take_over(
    base: Access, inside: Access, made: AccountPlan, leaver: Membership, heir: Membership
) -> None:
    """Roles first: what else passes may need them."""
    _pass_roles(base, made, heir)
    if made.becomes_administrator:
        kind = MembershipType.COMPANY_ADMINISTRATOR
        heir = save_member(actor=inside, membership_id=heir.pk, expected=heir.version, type=kind)
    administers = heir.type == MembershipType.COMPANY_ADMINISTRATOR
    passing = passing_between(
        leaver, heir, made.steps, administers=administers, removes=made.removes
    )
    pass_on(passing, actor=inside)
    if made.removes:
        end_membership(actor=inside, membership_id=leaver.pk)
    person_replaced(
        actor=inside,
        leaver=leaver,
        successor=heir,
        references=[one.reference for one in made.steps],
        handed=list(made.handed),
        became_administrator=made.becomes_administrator,
        removed=made.removes,
    )


def _pass_roles(base: Access, made: AccountPlan, heir: Membership) -> None:
    """Each C-TPAT account by the service of its contacts, which checks its rules again."""
    for step in made.steps:
        ids = {"trade_id": made.account_id, "model_id": step.model_id}
        inside = enter_roots(base, ids)
        contacts = contacts_of(inside.security_model)
        roles = {one.membership_id: one.role for one in contacts}
        roles.pop(made.leaver_id)
        roles[heir.pk] = step.role
        primary = next((one.membership_id for one in contacts if one.is_primary_poc), None)
        save_contacts(
            actor=inside,
            model=inside.security_model,
            seen=seen_as(contacts),
            roles=roles,
            primary=heir.pk if step.passes_poc else primary,
        )
