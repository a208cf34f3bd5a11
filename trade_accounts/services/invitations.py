"""What an invited person does: sets up a sign-in, accepts, declines (R4, R5, U1, T6)."""

from __future__ import annotations

import uuid
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from audit.services import record
from core import clock
from core.access import Access
from core.errors import NotVisible, Problem, Refused, refuse
from core.tenancy import beyond_tenants
from identity.models import User
from identity.selectors.user_state import recipient
from identity.services import start_set_up_for
from notifications.services.sending import notify
from trade_accounts import grants, selectors
from trade_accounts.machine import MEMBERSHIP, scope_of
from trade_accounts.models import Invitation, Membership
from trade_accounts.providers import reactions
from trade_accounts.services.accounts import locked
from trade_accounts.states import MembershipState, MembershipType


@beyond_tenants("An invited person is not in the company yet.")
def link_problem(invitation: Invitation) -> Problem | None:
    """Why an emailed link can no longer be used, in words; None while it can."""
    membership = invitation.membership
    if membership.state == MembershipState.ACTIVE:
        return Problem("used", _("This invitation was accepted. Sign in to work in the account."))
    if membership.state == MembershipState.DECLINED:
        return Problem("declined", _("This invitation was declined."))
    if membership.state == MembershipState.ENDED:
        return Problem("withdrawn", _("The company withdrew this invitation."))
    newer = membership.invitations.filter(sent_at__gt=invitation.sent_at)
    if invitation.ended_at is not None and newer.exists():
        words = _("The invitation was sent again. Use the link in the newest email.")
        return Problem("replaced", words)
    if invitation.expires_at <= clock.now():
        words = _("The time to accept has passed. Ask the company to send the invitation again.")
        return Problem("expired", words)
    return None


@beyond_tenants("An invited person is not in the company yet.")
def begin_set_up(*, actor: Access, invitation: Invitation) -> User:
    """Open the set-up of a sign-in: the holder of the emailed link can read that mailbox (U1).

    What the inviter typed is offered for the profile. Refused if the link ended or the address
    already has a sign-in.
    """
    # Read again under the lock: the company may be withdrawing it at this moment.
    locked(invitation.trade_account_id)
    invitation = Invitation.objects.select_related("membership").get(pk=invitation.pk)
    if problem := link_problem(invitation):
        raise Refused(problem.code, [problem])
    person = invitation.membership
    return start_set_up_for(
        actor=actor,
        email=person.email,
        salutation=person.salutation,
        first_name=person.first_name,
        last_name=person.last_name,
        title=person.title,
        phone=person.phone,
    )


@beyond_tenants("An invited person is not in the company yet.")
def accept(*, actor: Access, membership_id: uuid.UUID) -> Membership:
    """Become a member. The actor's confirmed address must be the invited one; a second click
    changes nothing. Refused for staff (R5) and if the invitation is no longer open.
    """
    membership = _own(actor, membership_id)
    if membership.state == MembershipState.ACTIVE and membership.user_id == actor.user_id:
        return membership
    refuse(_not_acceptable(actor, membership))
    MEMBERSHIP.apply("accept", membership, actor=actor, user=actor.user, accepted_at=clock.now())
    membership.invitations.filter(used_at=None).update(used_at=clock.now())
    grants.sync(membership.trade_account)
    for _answer in reactions.membership_changed(membership, actor):
        pass
    kind = str(MembershipType(membership.type).label)
    _note("trade_accounts.member_joined", actor, membership, type=kind)
    _tell_added(actor, membership, kind)
    return membership


@beyond_tenants("An invited person is not in the company yet.")
def decline(*, actor: Access, membership_id: uuid.UUID) -> Membership:
    """Decline; the company sees it in its list. A second click changes nothing."""
    membership = _own(actor, membership_id)
    if membership.state == MembershipState.DECLINED:
        return membership
    MEMBERSHIP.apply("decline", membership, actor=actor, ended_at=clock.now())
    membership.invitations.filter(used_at=None).update(used_at=clock.now())
    for _answer in reactions.membership_changed(membership, actor):
        pass
    _note("trade_accounts.member_declined", actor, membership)
    return membership


def _own(actor: Access, membership_id: uuid.UUID) -> Membership:
    """The invitation, read again under the lock of its account."""
    found = selectors.invitation_of(actor, membership_id)
    locked(found.trade_account_id)
    return selectors.invitation_of(actor, membership_id)


def _not_acceptable(actor: Access, membership: Membership) -> list[Problem]:
    user = actor.user
    if user is None:
        raise NotVisible("invitation")
    if actor.is_staff:
        words = _("Staff can't be members of a trade account.")
        return [Problem("staff", words)]
    if actor.by_key or user.email_confirmed_at is None:
        return [Problem("in_person", _("Confirm your address first."))]
    active = Membership.objects.filter(
        trade_account_id=membership.trade_account_id, user=user, state=MembershipState.ACTIVE
    )
    if active.exists():
        return [Problem("member", _("You are already a member of this account."))]
    if membership.state == MembershipState.INVITED and not getattr(membership, "is_live", True):
        words = _("The time to accept has passed. Ask the company to send the invitation again.")
        return [Problem("expired", words)]
    return []


def _tell_added(actor: Access, membership: Membership, kind: str) -> None:
    account = membership.trade_account
    users = reverse("trade_accounts:users", kwargs={"trade_id": account.pk})
    company = reverse("trade_accounts:company", kwargs={"trade_id": account.pk})
    about: dict[str, Any] = {"account": account.name, "user_name": membership.name, "type": kind}
    code, scope = "account.member_added", scope_of(membership)
    mine = recipient(actor.user)
    people = [one for one in selectors.administrators(account) if one.email != mine.email]
    if people:
        notify(code, scope=scope, to=people, url=users, to_the_person=False, **about)
    button = _("Open the organization profile")
    notify(code, scope=scope, to=[mine], url=company, button=button, to_the_person=True, **about)


def _note(kind: str, actor: Access, membership: Membership, **data: str) -> None:
    record(
        kind,
        actor=actor,
        scope=scope_of(membership),
        subject=("membership", membership.pk),
        **data,
    )
