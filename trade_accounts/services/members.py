"""The people of a trade account: invited, changed, ended (R3-R5, T4, T6)."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from audit.services import record
from core import clock
from core.access import Access
from core.concurrency import made_before, save_versioned
from core.errors import Problem, refusal, refuse
from core.text import filled
from identity.selectors.user_state import recipient, recipient_at
from identity.services.mailed_links import mail_link
from notifications.services.sending import notify
from trade_accounts import grants, selectors
from trade_accounts.checks.administrators import last_administrator
from trade_accounts.machine import MEMBERSHIP, scope_of
from trade_accounts.models import Invitation, Membership, TradeAccount
from trade_accounts.policies import P
from trade_accounts.providers import reactions
from trade_accounts.services.accounts import changes, locked, words_of
from trade_accounts.services.asking import end_asks, end_asks_of
from trade_accounts.services.keys import end_keys
from trade_accounts.services.saved_views import stop_sharing
from trade_accounts.states import INVITATION, AskOutcome, MembershipState, MembershipType

#: Limits against the abuse of emails (API6).
OPEN_INVITATIONS = 50
MAILS_A_DAY = 5

FIELDS = {
    "type": gettext_lazy("type"),
    "salutation": gettext_lazy("salutation"),
    "first_name": gettext_lazy("first name"),
    "last_name": gettext_lazy("last name"),
    "title": gettext_lazy("title"),
    "phone": gettext_lazy("phone number"),
}


@transaction.atomic
def invite(*, actor: Access, form_key: uuid.UUID, email: str, **person: Any) -> Membership:
    """Add a person: invited by email, whether or not they have a sign-in, to accept (T6, R4).

    ``email`` is normalized; ``person`` contains salutation, names, title, phone and type. The
    inviter does not learn whether the address has a sign-in, or whose: staff are invited like
    anyone, and refused when they try to accept (R5). Two clicks invite once.
    """
    actor.require(P.MANAGE_USERS)
    account = locked(actor.trade_account.pk)
    mine = {"trade_account_id": account.pk, "added_by_id": actor.user_id}
    existing = made_before(Membership, form_key, **mine)
    if existing is not None:
        return existing
    refuse(_not_invitable(account, email))
    membership = Membership.objects.create(
        pk=form_key,
        trade_account=account,
        email=email,
        created_at=clock.now(),
        added_by_id=actor.user_id,
        **person,
    )
    MEMBERSHIP.begin(membership, actor=actor)
    mail_invitation(actor, membership)
    _note("trade_accounts.member_invited", actor, membership, type=_type(membership))
    return membership


def _not_invitable(account: TradeAccount, email: str) -> list[Problem]:
    present = account.memberships.filter(
        Q(email=email) | Q(user__email=email),
        state__in=[MembershipState.ACTIVE, MembershipState.INVITED],
    ).first()
    if present is not None:
        words = filled(_("%(name)s is already in the list."), name=present.name)
        return [Problem("member", words, "email")]
    if account.memberships.filter(state=MembershipState.INVITED).count() >= OPEN_INVITATIONS:
        words = _("%(most)s invitations are open. Wait until some are accepted, or withdraw them.")
        return [Problem("too_many", words % {"most": OPEN_INVITATIONS})]
    return []


def mail_invitation(actor: Access, membership: Membership) -> None:
    """Email an invited person a new link; older links end."""
    now = clock.now()
    membership.invitations.filter(used_at=None, ended_at=None).update(ended_at=now)
    invitation = Invitation(
        trade_account_id=membership.trade_account_id,
        membership=membership,
        sent_at=now,
        expires_at=clock.clock("invitation").expires(now),
    )
    mail_link(
        INVITATION,
        invitation,
        code="user.invited",
        to=recipient_at(membership.email, membership.name),
        url_here=reverse("trade_accounts:invitations"),
        scope=scope_of(membership),
        company=membership.trade_account.name,
        inviter=actor.name,
        type=_type(membership),
        until=invitation.expires_at,
    )


@transaction.atomic
def send_again(*, actor: Access, membership_id: uuid.UUID) -> Membership:
    """Email an open invitation once more, with a new link; at most five a day."""
    actor.require(P.MANAGE_USERS)
    locked(actor.trade_account.pk)
    membership = selectors.find_member(actor, membership_id)
    if membership.state != MembershipState.INVITED:
        words = _("This invitation is no longer open.")
        raise refusal("wrong_state", words)
    day = clock.now() - dt.timedelta(days=1)
    if membership.invitations.filter(sent_at__gt=day).count() >= MAILS_A_DAY:
        words = _("The invitation was sent %(times)s times today. Try again tomorrow.")
        raise refusal("too_often", words % {"times": MAILS_A_DAY})
    mail_invitation(actor, membership)
    _note("trade_accounts.invitation_sent_again", actor, membership)
    return membership


@transaction.atomic
def save_member(
    *, actor: Access, membership_id: uuid.UUID, expected: int, **values: Any
) -> Membership:
    """Change a person's type (T4), and while they are invited also their typed data.

    Raises Stale if someone else saved since (P5). Dependents are told of a changed type.
    """
    actor.require(P.MANAGE_USERS)
    account = locked(actor.trade_account.pk)
    membership = selectors.find_member(actor, membership_id)
    refuse(_not_open(membership))
    if membership.state == MembershipState.ACTIVE:
        values = {"type": values["type"]}
    changed = changes(membership, values)
    if changed.get("type", MembershipType.COMPANY_ADMINISTRATOR) == MembershipType.USER:
        refuse(last_administrator(membership))
    if not changed:
        return membership
    save_versioned(membership, expected=expected, **changed)
    if "type" in changed:
        _note("trade_accounts.member_type_changed", actor, membership, type=_type(membership))
        _changed(account, membership, actor)
    else:
        words = words_of(changed, FIELDS)
        _note("trade_accounts.member_changed", actor, membership, fields=words)
    return membership


def _not_open(membership: Membership) -> list[Problem]:
    if membership.is_open:
        return []
    return [Problem("wrong_state", _("This person is no longer in the account."))]


@transaction.atomic
def withdraw(*, actor: Access, membership_id: uuid.UUID) -> Membership:
    """Withdraw an invitation; its link then says so."""
    locked(actor.trade_account.pk)
    membership = selectors.find_member(actor, membership_id)
    refuse(_blockers(membership, actor))
    MEMBERSHIP.apply("withdraw", membership, actor=actor, ended_at=clock.now())
    membership.invitations.filter(used_at=None, ended_at=None).update(ended_at=clock.now())
    for _answer in reactions.membership_changed(membership, actor):
        pass
    _note("trade_accounts.invitation_withdrawn", actor, membership)
    return membership


@transaction.atomic
def end_membership(*, actor: Access, membership_id: uuid.UUID) -> Membership:
    """End a membership: rights and API keys end with it, history stays.

    Refused for the last Company Administrator (T4) and for a person whom dependents still need,
    with every reason in words.
    """
    actor.require(P.MANAGE_USERS)
    account = locked(actor.trade_account.pk)
    membership = selectors.find_member(actor, membership_id)
    refuse(last_administrator(membership) + _blockers(membership, actor))
    MEMBERSHIP.apply("end", membership, actor=actor, ended_at=clock.now())
    end_keys(actor=actor, membership=membership)
    end_asks_of(membership)
    stop_sharing(membership)
    _changed(account, membership, actor)
    _note("trade_accounts.member_ended", actor, membership)
    _tell_removed(account, membership, actor)
    return membership


def person_replaced(
    *,
    actor: Access,
    leaver: Membership,
    successor: Membership,
    references: list[str],
    handed: list[str],
    became_administrator: bool,
    removed: bool,
) -> None:
    """Record once for the account that a person took over from another, and tell both and the
    administrators. The caller has done it in the same transaction.
    """
    account = leaver.trade_account
    names = {"name": leaver.name, "successor": successor.name}
    _note("trade_accounts.person_replaced", actor, leaver, **names, count=len(references))
    people = [*selectors.administrators(account)]
    for one in (successor.user, leaver.user):
        if one is not None and one.email not in {person.email for person in people}:
            people.append(recipient(one))
    notify(
        "account.person_replaced",
        scope=scope_of(leaver),
        to=people,
        url=reverse("trade_accounts:users", kwargs={"trade_id": account.pk}),
        account=account.name,
        user_name=leaver.name,
        successor=successor.name,
        by=actor.name,
        references=references,
        handed=handed,
        became_administrator=became_administrator,
        removed=removed,
    )


def _blockers(membership: Membership, actor: Access) -> list[Problem]:
    answers = reactions.membership_ending(membership, actor)
    return [problem for answer in answers for problem in answer]


def _changed(account: TradeAccount, membership: Membership, actor: Access) -> None:
    grants.sync(account)
    for _answer in reactions.membership_changed(membership, actor):
        pass


def _tell_removed(account: TradeAccount, membership: Membership, actor: Access) -> None:
    about: dict[str, Any] = {
        "account": account.name,
        "user_name": membership.name,
        "by": actor.name,
    }
    people = selectors.administrators(account)
    users = reverse("trade_accounts:users", kwargs={"trade_id": account.pk})
    code, scope = "account.member_removed", scope_of(membership)
    notify(code, scope=scope, to=people, url=users, to_the_person=False, **about)
    if membership.user is not None and membership.user.email not in {p.email for p in people}:
        notify(code, scope=scope, to=[recipient(membership.user)], to_the_person=True, **about)
    if selectors.alone(account):
        add = reverse("trade_accounts:user-add", kwargs={"trade_id": account.pk})
        notify("account.one_user_left", scope=scope, to=people, url=add, account=account.name)


def _type(membership: Membership) -> str:
    return str(MembershipType(membership.type).label)


def _note(kind: str, actor: Access, membership: Membership, **data: Any) -> None:
    """Record what was done to a member, and end requests for it."""
    account_id = membership.trade_account_id
    end_asks(code="users", root_id=account_id, outcome=AskOutcome.DONE, user_id=actor.user_id)
    record(
        kind,
        actor=actor,
        scope=scope_of(membership),
        subject=("membership", membership.pk),
        **{"name": membership.name, **data},
    )
