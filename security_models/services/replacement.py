"""One person takes over from another in every account that an administrator manages (R3-R5, S5)."""

from __future__ import annotations

import uuid
from collections.abc import Mapping

from django.db import transaction
from django.utils.translation import gettext as _

from core.access import Access, enter_roots, for_user
from core.errors import Refused, Stale, refusal, refuse
from identity.models import User
from security_models.facts.replacement import AccountPlan, Outcome
from security_models.presentation.replacement_plans import plan
from security_models.selectors import contacts_of
from security_models.selectors.contacts import seen_as
from security_models.selectors.replacement import managed_memberships
from security_models.services.contacts import save_contacts
from trade_accounts.models import Membership
from trade_accounts.policies import P
from trade_accounts.services import end_membership, save_member
from trade_accounts.services.accounts import locked
from trade_accounts.services.members import person_replaced
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
    came of it. Doing it again finds nothing left.
    """
    base = for_user(
        actor.user, ip=actor.ip, request_id=actor.request_id, session_key=actor.session_key
    )
    rows = [
        one for one in managed_memberships(actor.user.pk, leaver.pk) if one.trade_account_id in seen
    ]
    done = {}
    for member in sorted(rows, key=lambda one: one.trade_account_id):  # locks in one order
        done[member.pk] = _outcome(
            base, member, successor, seen[member.trade_account_id], (passes_type, removes)
        )
    return [done[one.pk] for one in rows]


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
    return Outcome(name, tuple(one.reference for one in made.steps))


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
    if made.successor_id is None or made.is_empty:
        raise refusal("changed", _changed_words())
    heir = Membership.objects.select_related("user").get(pk=made.successor_id)
    _pass_roles(base, made, heir)
    if made.becomes_administrator:
        kind = MembershipType.COMPANY_ADMINISTRATOR
        save_member(actor=inside, membership_id=heir.pk, expected=heir.version, type=kind)
    if made.removes:
        end_membership(actor=inside, membership_id=current.pk)
    references = [one.reference for one in made.steps]
    person_replaced(
        actor=inside,
        leaver=current,
        successor=heir,
        references=references,
        became_administrator=made.becomes_administrator,
        removed=made.removes,
    )
    return made


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
