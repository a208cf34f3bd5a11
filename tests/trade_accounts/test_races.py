"""Two at once: the last administrator stays, and an invitation is answered once."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connection

from audit.models import Event
from core.access import for_user
from core.errors import NotAllowed, NotVisible, Refused
from core.ids import new_id
from notifications.models import Outbox
from tests.factories.people import UserFactory
from tests.factories.trade import make_account, make_member
from tests.trade_accounts.test_users import PERSON, _access, _invited
from trade_accounts import services
from trade_accounts.models import ApiKey, Membership, TradeAccount
from trade_accounts.states import MembershipState, MembershipType

pytestmark = pytest.mark.django_db(transaction=True)


def _at_once(*acts: Callable[[], Any]) -> list[Any]:
    """What each act returned or raised; all begin together on separate connections."""

    def run(act: Callable[[], Any]) -> Any:
        try:
            return act()
        except (Refused, NotAllowed, NotVisible) as refusal:
            return refusal
        finally:
            connection.close()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))


def test_t4_two_administrators_who_remove_each_other_leave_one() -> None:
    account = make_account()
    first = Membership.objects.get(user=account.created_by)
    second: Any = make_member(account, type=MembershipType.COMPANY_ADMINISTRATOR)
    actors = _access(first.user, account), _access(second.user, account)
    results = _at_once(
        lambda: services.end_membership(actor=actors[0], membership_id=second.pk),
        lambda: services.end_membership(actor=actors[1], membership_id=first.pk),
    )
    left = Membership.objects.filter(
        state=MembershipState.ACTIVE, type=MembershipType.COMPANY_ADMINISTRATOR
    )
    assert left.count() == 1
    assert sum(isinstance(result, Refused) for result in results) == 1


def test_an_invitation_accepted_and_declined_at_once_ends_one_way() -> None:
    account = make_account()
    person = UserFactory.create(email=PERSON["email"])
    membership = _invited(account)
    actor = for_user(person)
    results = _at_once(
        lambda: services.accept(actor=actor, membership_id=membership.pk),
        lambda: services.decline(actor=actor, membership_id=membership.pk),
    )
    assert sum(isinstance(result, Refused) for result in results) == 1


def test_the_same_form_sent_twice_at_once_makes_one_account_and_one_invitation() -> None:
    user = UserFactory.create()
    key, actor = new_id(), for_user(user)
    _at_once(*[lambda: services.create(actor=actor, form_key=key, name="Thistlewick")] * 4)
    assert TradeAccount.objects.count() == 1 and Membership.objects.count() == 1
    account = TradeAccount.objects.get()
    values = {name: value for name, value in PERSON.items() if name != "email_again"}
    own = _access(user, account)
    form_key = new_id()
    _at_once(*[lambda: services.invite(actor=own, form_key=form_key, **values)] * 4)
    assert Membership.objects.count() == 2


def test_nobody_makes_a_key_after_the_membership_has_ended_although_the_page_was_open() -> None:
    account = make_account()
    member: Any = make_member(account)
    read_before = _access(member.user, account)
    services.end_membership(actor=_access(account.created_by, account), membership_id=member.pk)
    with pytest.raises(NotVisible):
        services.create_key(actor=read_before, form_key=new_id(), name="Freight system")
    assert not ApiKey.objects.exists()


def test_a_key_revoked_by_two_at_once_is_revoked_and_told_of_once() -> None:
    account = make_account()
    member: Any = make_member(account)
    own = _access(member.user, account)
    key, _secret = services.create_key(actor=own, form_key=new_id(), name="Freight system")
    boss = _access(account.created_by, account)
    _at_once(*[lambda: services.revoke_key(actor=boss, key_id=key.pk)] * 4)
    assert Event.objects.filter(kind="trade_accounts.key_revoked").count() == 1
    assert Outbox.objects.filter(kind="user.api_key_revoked").count() == 1
