"""Once a year a company looks over its users and contacts."""

from __future__ import annotations

import datetime as dt

import pytest
from django.test import Client
from django.urls import reverse

from audit.models import Event
from core import clock
from core.access import for_user
from core.contributions import Task, tasks_of
from identity.models import User
from notifications.models import Outbox
from tests.factories.trade import make_account, make_member
from trade_accounts.models import TradeAccount
from trade_accounts.states import SetUp
from trade_accounts.tasks import sweep_contact_checks

pytestmark = pytest.mark.django_db
MADE = dt.date(2026, 3, 2)


def company(**fields: str) -> TradeAccount:
    """A company that was made on a day."""
    with clock.at(MADE):
        account = make_account(**fields)
        make_member(account)
    return account


def asked(day: dt.date) -> int:
    """How many emails the sweep of a day has written until then."""
    with clock.at(day):
        sweep_contact_checks()
        sweep_contact_checks()
    return Outbox.objects.filter(kind="account.check_contacts").count()


def task(account: TradeAccount, day: dt.date) -> list[Task]:
    """The task of the administrator on a day."""
    with clock.at(day):
        found = tasks_of(for_user(account.created_by), account.pk)
        return [one for one in found if one.key.startswith("check_contacts")]


def test_m_administrators_are_asked_once_a_year_after_the_account_was_made() -> None:
    company()
    days = [dt.date(2027, 3, 1), dt.date(2027, 3, 2), dt.date(2027, 8, 1), dt.date(2029, 1, 1)]
    assert [asked(day) for day in days] == [0, 1, 1, 1]


def test_m_a_sweep_that_stood_still_asks_later() -> None:
    company()
    assert asked(dt.date(2028, 1, 1)) == 1


def test_m_a_wizard_that_is_not_finished_is_not_asked() -> None:
    account = company(set_up=SetUp.OPEN)
    assert asked(dt.date(2027, 3, 2)) == 0
    assert not task(account, dt.date(2027, 3, 2))


def test_m_the_task_goes_and_the_year_begins_anew_when_an_administrator_says_they_are_right(
    client: Client,
) -> None:
    account = company()
    due, path = dt.date(2027, 3, 2), reverse("trade_accounts:users", args=[account.pk])
    assert not task(account, due - dt.timedelta(days=1))
    assert task(account, due)[0].url == path
    asked(due)
    with clock.at(due + dt.timedelta(days=3)):
        User.objects.update(password_changed_at=clock.now(), signed_in_at=clock.now())
        client.force_login(account.created_by)
        check = reverse("trade_accounts:contacts-checked", args=[account.pk])
        assert check in client.get(path).content.decode()
        assert "These contacts are right" in client.get(check).content.decode()
        done = client.post(reverse("trade_accounts:contacts-checked", args=[account.pk]))
        assert done["Location"] == path
        page = client.get(path).content.decode()
        assert "These contacts are right" not in page
        assert "last checked the users and contacts on Mar 5, 2027" in page
    assert Event.objects.filter(kind="trade_accounts.contacts_checked").count() == 1
    assert not task(account, dt.date(2028, 3, 4)) and task(account, dt.date(2028, 3, 5))
    assert [asked(dt.date(2028, 3, 4)), asked(dt.date(2028, 3, 5))] == [1, 2]


def test_m_other_users_see_the_task_as_one_of_the_administrator(client: Client) -> None:
    account = company()
    user = account.memberships.exclude(user=account.created_by).get().user
    assert user is not None
    with clock.at(dt.date(2027, 3, 2)):
        (one,) = [
            one
            for one in tasks_of(for_user(user), account.pk)
            if one.key.startswith("check_contacts")
        ]
        assert not one.mine and one.who == "Company Administrator"
        User.objects.update(password_changed_at=clock.now(), signed_in_at=clock.now())
        client.force_login(user)
        page = client.get(reverse("trade_accounts:users", args=[account.pk])).content.decode()
        assert "These contacts are right" not in page
