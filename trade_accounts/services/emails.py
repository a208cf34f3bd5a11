"""What follows in accounts from the address of a person: it changes (U7), or emails come back."""

from __future__ import annotations

from django.db.models import Q
from django.urls import reverse

from audit.services import account_scope
from core import clock
from core.access import for_user
from core.tenancy import beyond_tenants
from identity.models import User
from identity.selectors.user_state import recipient
from notifications.providers.failing import Failing
from notifications.services.sending import notify
from trade_accounts import selectors
from trade_accounts.machine import MEMBERSHIP
from trade_accounts.models import Membership
from trade_accounts.providers import reactions
from trade_accounts.services.accounts import locked
from trade_accounts.states import MembershipState


@beyond_tenants("The address of a person changes in every company at once.")
def follow_address(user: User, old: str, new: str) -> None:
    """Write the new address in place of the old one, in accounts and in invitations.

    An open invitation is updated too: it was meant for this person, who finds it in the portal, and
    the link in the email to the old address is useless to others. If the new address was invited
    into an account that already has this person, that second invitation is declined: a person is a
    member only once.
    """
    concerned = Membership.objects.filter(Q(user=user) | Q(email=old))
    accounts = set(concerned.values_list("trade_account_id", flat=True))
    twice = Membership.objects.filter(
        trade_account_id__in=accounts, email=new, state=MembershipState.INVITED
    ).exclude(pk__in=concerned.values("pk"))
    open_here = set(
        concerned.filter(state__in=[MembershipState.INVITED, MembershipState.ACTIVE]).values_list(
            "trade_account_id", flat=True
        )
    )
    for row in twice.filter(trade_account_id__in=open_here):
        _decline(row, user)
    concerned.update(email=new)


def _decline(row: Membership, user: User) -> None:
    actor = for_user(user)
    locked(row.trade_account_id)
    MEMBERSHIP.apply("decline", row, actor=actor, ended_at=clock.now())
    row.invitations.filter(used_at=None).update(used_at=clock.now())
    for _answer in reactions.membership_changed(row, actor):
        pass


def tell_of_failing(state: Failing) -> None:
    """Tell the other Company Administrators of each account that emails to a user, or to someone
    who is invited, come back.
    """
    if not state.is_news:
        return
    rows = Membership.objects.filter(
        Q(user__email=state.address, user__disabled_at=None, state=MembershipState.ACTIVE)
        | Q(email=state.address, state=MembershipState.INVITED)
    )
    for row in rows.select_related("user", "trade_account"):
        account = row.trade_account
        people = selectors.administrators_of(account)
        others = [one for one in people if one.email != state.address]
        notify(
            "user.mail_bounced",
            scope=account_scope(account.pk),
            to=[recipient(one) for one in others],
            url=reverse("trade_accounts:users", args=[account.pk]),
            account=account.name,
            user_name=row.name,
            email=state.address,
            since=state.since,
            stopped=state.stopped,
            accounts=[],
            invited=row.state == MembershipState.INVITED,
            for_staff=False,
        )
