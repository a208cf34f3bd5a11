"""Who is told what about a request, and when they are reminded (clocks.csv)."""

from __future__ import annotations

import datetime as dt
from contextlib import AbstractContextManager

import pytest

from core import clock
from notifications.models import Outbox
from operations.states import ADMINISTRATOR_CLOCK, MANAGEMENT_CLOCK
from operations.tasks import ADMINISTRATORS, MANAGEMENT
from tests.factories.operations import (
    REASON,
    agreed,
    management,
    sent,
    two_accounts,
)
from tests.factories.trade import make_model

pytestmark = pytest.mark.django_db


def told(kind: str) -> set[str]:
    return set(Outbox.objects.filter(kind=kind).values_list("to_address", flat=True))


def on(day: dt.date) -> AbstractContextManager[None]:
    return clock.at(dt.datetime.combine(day, dt.time(12), tzinfo=clock.PROGRAM_ZONE))


def test_t8_the_administrators_of_the_other_account_are_asked_and_no_email_has_the_reason() -> None:
    top, below, asker = two_accounts()
    request = sent("link", top, asker, below)
    assert told("request.trade_received") == {below.created_by.email}
    for mail in Outbox.objects.filter(kind="request.trade_received"):
        assert REASON not in mail.text and request.reference in mail.text


def test_t8_management_and_the_requester_learn_that_management_decides() -> None:
    boss = management().user
    top, below, asker = two_accounts()
    make_model(below)
    agreed(sent("link", top, asker, below))
    assert told("request.to_management") == {boss.email, asker.email}


def test_t8_both_companies_learn_what_was_decided() -> None:
    top, below, asker = two_accounts()
    agreed(sent("link", top, asker, below))
    assert told("request.decided") == {asker.email, top.created_by.email, below.created_by.email}


def test_t8_who_decides_is_reminded_once_and_the_requester_reads_that_it_waits() -> None:
    top, below, asker = two_accounts()
    sent("link", top, asker, below)
    due = clock.clock(ADMINISTRATOR_CLOCK).due(clock.today())
    with on(due - dt.timedelta(days=7)):
        ADMINISTRATORS.run_all()
        ADMINISTRATORS.run_all()
    assert told("request.trade_waiting") == {below.created_by.email, asker.email}
    assert Outbox.objects.filter(kind="request.trade_waiting").count() == 2


def test_t8_management_is_reminded_of_what_waits_for_it() -> None:
    boss = management().user
    top, below, asker = two_accounts()
    make_model(below)
    agreed(sent("link", top, asker, below))
    due = clock.clock(MANAGEMENT_CLOCK).due(clock.today())
    with on(due - dt.timedelta(days=7)):
        MANAGEMENT.run_all()
    assert told("request.management_waiting") == {boss.email}


def test_t8_nobody_is_reminded_of_a_request_that_is_closed() -> None:
    top, below, asker = two_accounts()
    agreed(sent("link", top, asker, below))
    with on(clock.today() + dt.timedelta(days=23)):
        ADMINISTRATORS.run_all()
        MANAGEMENT.run_all()
    assert not told("request.trade_waiting") and not told("request.management_waiting")
