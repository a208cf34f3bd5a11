"""Two people who decide the same request at the same moment, on separate connections (T8)."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connection

from core.access import Access
from core.errors import Refused
from core.tenancy import on_behalf_of
from operations.models import TradeAccountRequest
from operations.services import deciding
from operations.states import RequestStatus
from tests.factories.operations import agreed, entering, management, sent, shown, two_accounts
from tests.factories.trade import make_account, make_member, make_model
from tests.patience import PATIENCE
from trade_accounts.models import TradeAccount
from trade_accounts.states import MembershipType

pytestmark = pytest.mark.django_db(transaction=True)


def _acting(actor: Access, act: Callable[[Access], Any]) -> Callable[[], Any]:
    def run() -> Any:
        with on_behalf_of(actor):
            return act(actor)

    return run


def _at_once(*acts: Callable[[], Any]) -> list[Any]:
    """Run acts together; their results or refusals."""
    gate = threading.Barrier(len(acts))

    def run(act: Callable[[], Any]) -> Any:
        try:
            gate.wait(PATIENCE)
            return act()
        except Refused as refusal:
            return refusal
        finally:
            connection.close()

    with ThreadPoolExecutor(len(acts)) as threads:
        return list(threads.map(run, acts))


def _refused(answers: list[Any]) -> list[str]:
    return [one.code for one in answers if isinstance(one, Refused)]


def test_t8_of_agreeing_and_declining_at_once_one_wins() -> None:
    top, below, asker = two_accounts()
    second = make_member(below, type=MembershipType.COMPANY_ADMINISTRATOR).user
    assert second is not None
    request = sent("link", top, asker, below)
    seen = shown(request)
    answers = _at_once(
        _acting(
            entering(below, below.created_by),
            lambda actor: deciding.agree(actor=actor, request_id=request.pk, shown=seen),
        ),
        _acting(
            entering(below, second),
            lambda actor: deciding.refuse_request(
                actor=actor, request_id=request.pk, reason="We are not of one group."
            ),
        ),
    )
    assert _refused(answers) == ["wrong_state"]
    request.refresh_from_db()
    is_linked = TradeAccount.objects.get(pk=below.pk).parent_id == top.pk
    assert is_linked == (request.status == RequestStatus.APPLIED)


def test_t8_a_child_that_two_parents_ask_for_gets_one() -> None:
    top, below, asker = two_accounts()
    other = make_account("Halfmoon Logistics")
    make_member(other, asker, MembershipType.COMPANY_ADMINISTRATOR)
    asked = [sent("link", one, asker, below) for one in (top, other)]
    actor = entering(below, below.created_by)

    def agree(one: TradeAccountRequest) -> Callable[[], Any]:
        seen = shown(one)
        return _acting(actor, lambda who: deciding.agree(actor=who, request_id=one.pk, shown=seen))

    answers = _at_once(*map(agree, asked))
    assert len(_refused(answers)) == 1
    done = TradeAccountRequest.objects.get(status=RequestStatus.APPLIED)
    assert TradeAccount.objects.get(pk=below.pk).parent_id == done.asking_id


def test_t9_of_two_approvals_of_one_merge_one_wins() -> None:
    survivor, closing, asker = two_accounts()
    make_model(closing)
    request = agreed(sent("merge", survivor, asker, closing))
    seen = shown(request)
    answers = _at_once(
        *(
            _acting(
                management(),
                lambda who: deciding.approve(actor=who, request_id=request.pk, shown=seen),
            )
            for _ in range(2)
        )
    )
    assert len(_refused(answers)) == 1
    assert TradeAccount.objects.get(pk=closing.pk).merged_into_id == survivor.pk


def test_t8_of_withdrawing_and_agreeing_at_once_one_wins() -> None:
    top, below, asker = two_accounts()
    request = sent("link", top, asker, below)
    seen = shown(request)
    answers = _at_once(
        _acting(
            entering(top, asker),
            lambda actor: deciding.withdraw(actor=actor, request_id=request.pk),
        ),
        _acting(
            entering(below, below.created_by),
            lambda actor: deciding.agree(actor=actor, request_id=request.pk, shown=seen),
        ),
    )
    assert len(_refused(answers)) == 1
