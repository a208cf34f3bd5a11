"""The tree of accounts (T10, T11) and the tasks of this app (N2)."""

from __future__ import annotations

from typing import Any

import pytest

from core.access import for_user
from tests.factories.people import UserFactory
from tests.factories.trade import make_account, make_member
from tests.trade_accounts.test_users import PERSON, _access
from trade_accounts import grants, selectors, services
from trade_accounts.models import TradeAccount, TradeAccountGrant
from trade_accounts.states import SetUp
from trade_accounts.to_do import tasks_for

pytestmark = pytest.mark.django_db


def test_t10_the_tree_shows_every_account_of_the_user_in_one_query(
    django_assert_num_queries: Any,
) -> None:
    user = UserFactory.create()
    top = make_account("Brightwater Group", administrator=user)
    make_account("Thistlewick", administrator=user, parent=top)
    make_account("Alder Freight", administrator=user)
    with django_assert_num_queries(1):
        tree = selectors.accounts_of(for_user(user))
    assert [node.name for node in tree] == ["Alder Freight", "Brightwater Group"]
    assert [child.name for child in tree[1].children] == ["Thistlewick"]


def test_t11_ancestors_are_plain_names_and_siblings_do_not_appear() -> None:
    owner, user = UserFactory.create(), UserFactory.create()
    top = make_account("Brightwater Group", administrator=owner)
    middle = make_account("Brightwater Foods", administrator=owner, parent=top)
    make_account("Brightwater Toys", administrator=owner, parent=top)
    make_account("Thistlewick", administrator=user, parent=middle)
    tree = selectors.accounts_of(for_user(user))
    assert [(node.name, node.plain) for node in tree] == [("Brightwater Group", True)]
    below = tree[0].children
    assert [(node.name, node.plain) for node in below] == [("Brightwater Foods", True)]
    assert [(node.name, node.plain) for node in below[0].children] == [("Thistlewick", False)]


def test_strangers_and_ended_members_have_no_tree() -> None:
    account = make_account()
    member: Any = make_member(account, state="ended")
    assert selectors.accounts_of(for_user(UserFactory.create())) == []
    assert member.user and selectors.accounts_of(for_user(member.user)) == []


def test_n2_tasks_follow_from_the_state_of_things(django_assert_max_num_queries: Any) -> None:
    account = make_account()
    user = account.created_by
    open_one = make_account("Alder Freight", administrator=user)
    TradeAccount.objects.filter(pk=open_one.pk).update(set_up=SetUp.OPEN)
    other = make_account("Old Kettle Packaging")
    values = {**PERSON, "email": user.email}
    values.pop("email_again")
    actor = _access(other.created_by, other)
    services.invite(actor=actor, form_key=UserFactory.create().pk, **values)
    with django_assert_max_num_queries(2):
        tasks = tasks_for(for_user(user), None)
    assert {task.key.split(":")[0] for task in tasks} == {"invitation", "set_up", "one_user"}
    only = tasks_for(for_user(user), account.pk)
    assert [task.title for task in only] == ["Add a second user"]
    make_member(account)
    assert tasks_for(for_user(user), account.pk) == []
    assert tasks_for(for_user(UserFactory.create(staff_role="scss")), None) == []


def test_grants_of_people_who_have_no_membership_go_with_the_next_change() -> None:
    account = make_account()
    stranger = make_account("Old Kettle Packaging").created_by
    row = TradeAccountGrant.objects.get(content_object=account)
    TradeAccountGrant.objects.create(
        user=stranger, permission=row.permission, content_object=account
    )
    grants.sync(account)
    assert list(
        TradeAccountGrant.objects.filter(content_object=account).values_list("user", flat=True)
    ) == [account.created_by_id]


def test_making_grants_equal_costs_one_query_when_they_are(django_assert_num_queries: Any) -> None:
    account = make_account()
    for _ in range(5):
        make_member(account)
    with django_assert_num_queries(2):
        grants.sync(account)
