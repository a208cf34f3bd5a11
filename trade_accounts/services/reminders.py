"""The clock of invitations: one reminder to the person, and a notice to the inviter at the end
(R4).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from django.db import transaction
from django.db.models import QuerySet
from django.urls import reverse

from core import clock
from core.program_days import DAY
from identity.models import User
from identity.selectors.user_state import recipient, recipient_at
from identity.services.mailed_links import mail_link
from notifications.providers.kinds import Recipient
from notifications.services.sending import notify
from trade_accounts import selectors
from trade_accounts.machine import scope_of
from trade_accounts.models import Invitation, Membership
from trade_accounts.services.accounts import locked
from trade_accounts.states import INVITATION, MembershipState, MembershipType


def running(latest: dt.date) -> Iterator[tuple[Invitation, dt.date]]:
    """The links that nobody has used and that end on or before a day, each with its last day."""
    midnight = dt.datetime.combine(latest + DAY, dt.time(), tzinfo=clock.PROGRAM_ZONE)
    rows = _unanswered().filter(expires_at__lt=midnight).select_related("membership")
    for row in rows.order_by("expires_at", "pk"):
        yield row, clock.program_date(row.expires_at)


@transaction.atomic
def remind_invited(invitation: Invitation) -> bool:
    """Email an open invitation once more before it ends; return whether that was done now.

    The emailed secret is not stored, so the reminder has its own link with the same end, and the
    earlier link ends. There is one reminder each time that someone at the company sends the
    invitation.
    """
    open_now = _still_open(invitation)
    if open_now is None or open_now.expires_at <= clock.now() or _is_reminder(open_now):
        return False
    membership, now = open_now.membership, clock.now()
    Invitation.objects.filter(pk=open_now.pk, ended_at=None).update(ended_at=now)
    link = Invitation(
        trade_account_id=membership.trade_account_id,
        membership=membership,
        sent_at=now,
        expires_at=open_now.expires_at,
    )
    mail_link(
        INVITATION,
        link,
        code="user.invitation_expiring",
        to=recipient_at(membership.email, membership.name),
        url_here=reverse("trade_accounts:invitations"),
        scope=scope_of(membership),
        company=membership.trade_account.name,
        type=MembershipType(membership.type).label,
        due_date=clock.program_date(link.expires_at),
        until=link.expires_at,
    )
    return True


@transaction.atomic
def tell_inviter(invitation: Invitation) -> bool:
    """Notify once that an invitation ended without an answer; return whether that was done now.

    Goes to the inviter if they still manage the users, otherwise to the Company Administrators.
    """
    open_now = _still_open(invitation)
    if open_now is None or open_now.expires_at > clock.now():
        return False
    membership = open_now.membership
    Invitation.objects.filter(pk=open_now.pk, ended_at=None).update(ended_at=clock.now())
    account = membership.trade_account
    notify(
        "user.invitation_ended",
        scope=scope_of(membership),
        to=_inviter(membership) or selectors.administrators(account),
        url=reverse("trade_accounts:user", args=[account.pk, membership.pk]),
        account=account.name,
        user_name=membership.name,
        until=open_now.expires_at,
    )
    return True


def _still_open(invitation: Invitation) -> Invitation | None:
    """The link, read again under the lock of its account, if nobody has answered or replaced it."""
    locked(invitation.trade_account_id)
    rows = _unanswered().select_related("membership__trade_account")
    return rows.filter(pk=invitation.pk).first()


def _unanswered() -> QuerySet[Invitation]:
    return Invitation.objects.filter(
        used_at=None, ended_at=None, membership__state=MembershipState.INVITED
    )


def _is_reminder(invitation: Invitation) -> bool:
    """Whether another link with the same end was emailed before it."""
    others = Invitation.objects.filter(
        membership=invitation.membership_id, expires_at=invitation.expires_at
    )
    return others.filter(sent_at__lt=invitation.sent_at).exists()


def _inviter(membership: Membership) -> list[Recipient]:
    if membership.added_by_id is None:
        return []
    people = User.objects.filter(
        pk=membership.added_by_id,
        disabled_at=None,
        memberships__trade_account=membership.trade_account_id,
        memberships__state=MembershipState.ACTIVE,
        memberships__type=MembershipType.COMPANY_ADMINISTRATOR,
    )
    return [recipient(user) for user in people.distinct()]
