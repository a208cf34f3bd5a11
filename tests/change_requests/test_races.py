"""Two people at the same moment, on separate connections: one wins, the other reads why (P5)."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection, transaction

from change_requests.models import ChangeLine, ChangeRequest
from change_requests.services import sending
from change_requests.states import ChangeStatus, Decision
from core.access import Access
from core.errors import Refused, Stale
from core.tenancy import bind
from security_models.models import EntityIdentifier
from tests.factories.change_requests import (
    ask_name,
    ask_number,
    decided,
    explain,
    number,
    prove,
    send_in,
    sides,
)
from tests.factories.reviews import manager
from trade_accounts.models import TradeAccount

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(*acts: tuple[Access, Callable[[], Any]]) -> list[str]:
    """Do all of these at the same moment; what became of each, in order."""
    gate, came = threading.Barrier(len(acts)), [""] * len(acts)

    def run(place: int, access: Access, act: Callable[[], Any]) -> None:
        try:
            gate.wait(10)
            with transaction.atomic():
                bind(access)
                act()
            came[place] = "done"
        except Refused as refusal:
            came[place] = refusal.code
        except Stale:
            came[place] = "stale"
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(place, *one)) for place, one in enumerate(acts)]
    for one in threads:
        one.start()
    for one in threads:
        one.join(60)
    return came


def test_p5_of_an_approval_and_a_withdrawal_one_wins() -> None:
    _model, officer, specialist = sides()
    request = send_in(officer, ask_name(officer))
    version = request.version
    came = at_once(
        (specialist, lambda: decided(specialist, request, expected=version)),
        (officer, lambda: sending.withdraw(actor=officer, request=request)),
    )
    now = ChangeRequest.objects.get()
    assert sorted(came) in (["decided", "done"],), came
    renamed = TradeAccount.objects.filter(name="Thistlewick Group").exists()
    assert renamed == (now.status == ChangeStatus.APPROVED)
    assert not ChangeLine.objects.filter(waits=True).exists()


def test_p5_of_two_decisions_one_wins() -> None:
    model, officer, specialist = sides()
    request = send_in(officer, ask_name(officer))
    version, boss = request.version, manager(model)
    came = at_once(
        (specialist, lambda: decided(specialist, request, expected=version)),
        (boss, lambda: decided(boss, request, Decision.DECLINE, expected=version)),
    )
    assert sorted(came) == ["decided", "done"]


def test_s3_of_two_requests_for_the_same_number_one_is_sent() -> None:
    model, officer, specialist = sides()
    ior = number(model, "IOR_IRS")
    first = ask_number(officer, "98-765432100", number_id=ior.pk, kind="IOR_IRS")
    decided(specialist, send_in(officer, first), Decision.RETURN)
    second = ask_number(officer, "MXTEJNOR123MON", kind="MID")
    prove(officer, second)
    second = explain(officer, second)
    first.refresh_from_db()
    came = at_once(
        (officer, lambda: sending.send(actor=officer, request=first, expected=first.version)),
        (
            officer,
            lambda: ask_number(officer, "98-765432101", number_id=ior.pk, kind="IOR_IRS"),
        ),
    )
    assert came == ["done", "taken"]


def test_s3_of_two_approvals_that_enter_the_same_number_one_wins() -> None:
    """Another change of the same numbers is made between the pages of two members of staff."""
    model, officer, specialist = sides()
    boss = manager(model)
    first = send_in(officer, ask_number(officer, "MXTEJNOR123MON", kind="MID"))
    second = send_in(officer, ask_number(officer, "MXTEJNOR456MON", kind="MID"))
    line = first.lines.get()
    second.lines.update(value=line.value, value_hash=line.value_hash, shown=line.shown)
    came = at_once(
        (specialist, lambda: decided(specialist, first)),
        (boss, lambda: decided(boss, second)),
    )
    assert sorted(came) == ["done", "entered"]
    assert EntityIdentifier.objects.filter(type="MID").count() == 1
