"""Reads members, invitations, and who is notified."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

from django.db.models import Case, Exists, IntegerField, OuterRef, Q, QuerySet, Subquery, When

from core import clock
from core.access import Access
from core.compiled import Compiled
from core.errors import NotVisible
from core.tenancy import beyond_tenants
from identity.models import User
from identity.selectors.user_state import recipient
from notifications.models import FailingAddress
from notifications.providers.kinds import Recipient
from trade_accounts.models import Invitation, Membership, TradeAccount
from trade_accounts.states import MembershipState, MembershipType

#: The states of people who are in an account, or will be after they accept.
STAYING = frozenset({MembershipState.ACTIVE, MembershipState.INVITED})

_ORDER = Case(
    *[
        When(state=state, then=position)
        for position, state in enumerate(
            [
                MembershipState.ACTIVE,
                MembershipState.INVITED,
                MembershipState.DECLINED,
                MembershipState.ENDED,
            ]
        )
    ],
    output_field=IntegerField(),
)


def members(account: TradeAccount) -> QuerySet[Membership]:
    """Everyone ever listed in the account, the current ones first, and since when emails to the
    address of each come back.
    """
    rows = Membership.objects.filter(trade_account=account).select_related("user")
    failing = FailingAddress.objects.filter(address=OuterRef("email")).values("since")
    rows = rows.annotate(emails_fail_since=Subquery(failing[:1]))
    return rows.annotate(state_order=_ORDER).order_by("state_order", "last_name", "first_name")


def members_listed(account: TradeAccount) -> QuerySet[Membership]:
    """The same for the list of users (T6), with the time until which an invitation can be accepted.

    A person is listed once: a membership that ended is left out beside the one that counts now, or
    a later one that ended. The same person is the same user, or else the same address.
    """
    sent = Invitation.objects.filter(membership=OuterRef("pk"), used_at=None, ended_at=None)
    newest = sent.order_by("-sent_at").values("expires_at")
    rows = members(account).annotate(invited_until=Subquery(newest[:1]))
    return rows.filter(Q(state__in=STAYING) | ~_counts_more(account))


def _counts_more(account: TradeAccount) -> Q:
    """A condition on a membership that ended: another one of the same person counts more."""
    others = Membership.objects.filter(trade_account=account).exclude(pk=OuterRef("pk"))
    is_later = Q(ended_at=OuterRef("ended_at"), pk__gt=OuterRef("pk"))
    others = others.filter(Q(state__in=STAYING) | Q(ended_at__gt=OuterRef("ended_at")) | is_later)
    same_user = others.filter(user=OuterRef("user"))
    same_email = others.filter(email=OuterRef("email"))
    invited_as_user = others.filter(email=OuterRef("user__email"))
    of_the_invited = others.filter(user__email=OuterRef("email"))
    return (
        Q(Exists(same_user))
        | Q(Exists(same_email))
        | Q(Exists(invited_as_user))
        | Q(Exists(of_the_invited))
    )


def account_people(account: TradeAccount) -> QuerySet[Membership]:
    """Active and invited members by name: who may be chosen as a contact (S5, R4)."""
    return members(account).filter(state__in=STAYING)


def find_member(access: Access, membership_id: uuid.UUID) -> Membership:
    """One membership of the current account. Raises NotVisible for any other."""
    row = members(access.trade_account).filter(pk=membership_id).first()
    if row is None:
        raise NotVisible("membership")
    return row


def alone(account: TradeAccount) -> bool:
    """T4: whether the account has only one user; a second one counts from the invitation on."""
    return account.memberships.filter(state__in=STAYING).count() < 2


def administrators_of(account: TradeAccount) -> list[User]:
    """The active Company Administrators who are not disabled."""
    rows = Membership.objects.filter(
        trade_account=account,
        state=MembershipState.ACTIVE,
        type=MembershipType.COMPANY_ADMINISTRATOR,
        user__disabled_at=None,
    )
    return [row.user for row in rows.select_related("user").order_by("last_name") if row.user]


def administrators_beside(person: User) -> list[User]:
    """The Company Administrators of a person's accounts, except the person."""
    accounts = Membership.objects.filter(user=person, state=MembershipState.ACTIVE)
    rows = Membership.objects.filter(
        trade_account__in=accounts.values("trade_account"),
        state=MembershipState.ACTIVE,
        type=MembershipType.COMPANY_ADMINISTRATOR,
        user__disabled_at=None,
    ).exclude(user=person)
    found = {row.user_id: row.user for row in rows.select_related("user").order_by("last_name")}
    return [user for user in found.values() if user is not None]


def administrators(about: Any) -> list[Recipient]:
    """The recipient group ``company_admins``: of a trade account, of anything in one, of a person.

    For a person: the other administrators of every account in which the person works.
    """
    if isinstance(about, User):
        return [recipient(user) for user in administrators_beside(about)]
    account = about if isinstance(about, TradeAccount) else about.trade_account
    return [recipient(user) for user in administrators_of(account)]


# --- invitations ----------------------------------------------------------------------------


def _live(membership: str, now: dt.datetime) -> Exists:
    rows = Invitation.objects.filter(
        membership=OuterRef(membership), used_at=None, ended_at=None, expires_at__gt=now
    )
    return Exists(rows)


def open_invitations(user: User) -> list[Membership]:
    """Invitations to the user's confirmed address that can be accepted today, newest first."""
    return _OPEN_INVITATIONS.rows(email=user.email, now=clock.now())


def _open_invitations(email: str, now: dt.datetime) -> QuerySet[Membership]:
    rows = Membership.objects.filter(_live("pk", now), state=MembershipState.INVITED, email=email)
    return rows.select_related("trade_account").order_by("-created_at")


_OPEN_INVITATIONS = Compiled(_open_invitations, email=str, now=dt.datetime)


@beyond_tenants("An invited person is not in the company yet.")
def invitation_of(access: Access, membership_id: uuid.UUID) -> Membership:
    """An invitation to the reader's address, or the membership it became. Raises NotVisible
    otherwise.
    """
    rows = Membership.objects.select_related("trade_account").annotate(
        is_live=_live("pk", clock.now())
    )
    row = rows.filter(pk=membership_id).first()
    user = access.user
    if row is None or user is None or (row.user_id != user.pk and row.email != user.email):
        raise NotVisible("invitation")
    return row


@beyond_tenants("An emailed link says itself to which company it belongs.")
def invitation_by_hash(token_hash: str) -> Invitation | None:
    """The invitation whose secret has that hash, in whatever state."""
    rows = Invitation.objects.select_related("membership__trade_account")
    return rows.filter(token_hash=token_hash).first()
