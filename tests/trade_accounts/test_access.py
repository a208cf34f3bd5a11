"""Entering tenant roots: 404 across tenants, roles from memberships and contacts."""

from __future__ import annotations

from typing import Any

import pytest

from core.access import enter_roots, for_user
from core.errors import NotAllowed, NotVisible
from security_models.policies import P as ModelP
from tests.factories.people import UserFactory
from tests.factories.trade import assign, make_account, make_contact, make_member, make_model
from trade_accounts.policies import P

pytestmark = pytest.mark.django_db


def test_r6_another_company_does_not_exist_for_a_stranger() -> None:
    account = make_account()
    stranger = make_account("Old Kettle Packaging").created_by
    with pytest.raises(NotVisible):
        enter_roots(for_user(stranger), {"trade_id": account.pk})


def test_r1_the_creator_may_manage_users_and_a_user_may_not() -> None:
    account = make_account()
    member = make_member(account)
    creator = enter_roots(for_user(account.created_by), {"trade_id": account.pk})
    assert creator.has(P.MANAGE_USERS)
    access = enter_roots(for_user(member.user), {"trade_id": account.pk})
    with pytest.raises(NotAllowed):
        access.require(P.MANAGE_USERS)


def test_r6_a_member_without_a_contact_role_enters_a_model_without_rights(
    django_assert_num_queries: Any,
) -> None:
    account = make_account()
    model = make_model(account)
    member = make_member(account)
    with django_assert_num_queries(1):
        access = enter_roots(for_user(member.user), {"model_id": model.pk})
    assert not access.has(ModelP.VIEW)


def test_an_employee_edits_and_an_officer_submits() -> None:
    model = make_model(make_account())
    employee = make_contact(model).membership.user
    access = enter_roots(for_user(employee), {"model_id": model.pk})
    assert access.has(ModelP.EDIT) and not access.has(ModelP.SUBMIT)
    officer = enter_roots(for_user(model.started_by), {"model_id": model.pk})
    assert officer.has(ModelP.SUBMIT)


def test_r6_only_the_assigned_specialist_and_management_enter_a_model() -> None:
    model = make_model(make_account())
    specialist = assign(model)
    assert enter_roots(for_user(specialist), {"model_id": model.pk}).has(ModelP.REVIEW)
    with pytest.raises(NotVisible):
        enter_roots(for_user(UserFactory(staff_role="scss")), {"model_id": model.pk})
    manager = UserFactory(staff_role="management")
    assert enter_roots(for_user(manager), {"model_id": model.pk}).has(ModelP.VET)
