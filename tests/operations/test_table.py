"""Every state, every move and every role of a request of accounts (domain 3; T8, G1).

A cell that is named in ``ALLOWED`` is carried out; in all others the service refuses, whatever page
or form it came from, and nothing is changed.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import transaction

from core import clock
from core.access import Access, for_user
from core.errors import NotAllowed, NotVisible, Refused
from identity.models import User
from operations.machine import REQUEST
from operations.models import TradeAccountRequest
from operations.services import deciding
from operations.states import WAITING, RequestStatus
from security_models import grants as model_grants
from tests.factories.operations import drafted, entering, shown, two_accounts
from tests.factories.people import UserFactory
from tests.factories.trade import assign, make_account, make_member, make_model
from trade_accounts.models import TradeAccount

pytestmark = pytest.mark.django_db

Act = Callable[[Access, TradeAccountRequest], Any]
WORDS = "Since March 3, 2026, as the register of companies says."

#: The service of each move that people make.
ACTS: dict[str, Act] = {
    "send": lambda who, row: deciding.send(actor=who, request_id=row.pk, shown=shown(row)),
    "agree": lambda who, row: deciding.agree(actor=who, request_id=row.pk, shown=shown(row)),
    "refuse": lambda who, row: deciding.refuse_request(actor=who, request_id=row.pk, reason=WORDS),
    "withdraw": lambda who, row: deciding.withdraw(actor=who, request_id=row.pk),
    "answer": lambda who, row: deciding.answer(actor=who, request_id=row.pk, text=WORDS),
    "approve": lambda who, row: deciding.approve(actor=who, request_id=row.pk, shown=shown(row)),
    "decline": lambda who, row: deciding.decline(actor=who, request_id=row.pk, reason=WORDS),
    "return": lambda who, row: deciding.return_for_more(actor=who, request_id=row.pk, reason=WORDS),
}
#: What one service makes of a move, depending on the accounts.
SAME = {"send_to_management": "send", "carry_out": "send", "agree_and_apply": "agree"}
ADMINISTRATOR, MANAGEMENT, RETURNED = WAITING
#: (move, role) -> the states in which it is carried out.
ALLOWED: dict[tuple[str, str], set[str]] = {
    ("send", "requester"): {RequestStatus.DRAFT},
    ("agree", "administrator of the other"): {ADMINISTRATOR},
    ("refuse", "administrator of the other"): {ADMINISTRATOR},
    ("withdraw", "requester"): set(WAITING),
    ("withdraw", "administrator of the asking"): set(WAITING),
    ("answer", "requester"): {RETURNED},
    ("approve", "management"): {MANAGEMENT},
    ("decline", "management"): {MANAGEMENT},
    ("return", "management"): {MANAGEMENT},
}


def _employee(account: TradeAccount) -> User:
    user = make_member(account).user
    assert user is not None
    return user


def everyone() -> tuple[TradeAccountRequest, dict[str, Access]]:
    """A draft of a link with a C-TPAT account, and one person of each kind."""
    top, below, asker = two_accounts()
    model = make_model(below)
    stranger = make_account("Old Kettle Packaging")
    specialist = assign(model)
    people = {
        "requester": entering(top, asker),
        "administrator of the asking": entering(top, top.created_by),
        "employee of the asking": entering(top, _employee(top)),
        "administrator of the other": entering(below, below.created_by),
        "employee of the other": entering(below, _employee(below)),
        "administrator of a stranger": entering(stranger, stranger.created_by),
        "specialist": model_grants.enter(for_user(specialist), model.pk),
        "management": for_user(UserFactory.create(staff_role="management")),
        "management who asked": for_user(UserFactory.create(staff_role="management")),
        "helpdesk": for_user(UserFactory.create(staff_role="helpdesk")),
        "program administrator": for_user(UserFactory.create(staff_role="program_admin")),
    }
    draft = drafted("link", top, asker, below)
    return draft, people


def put(row: TradeAccountRequest, status: str, asked_by: uuid.UUID | None = None) -> None:
    """Bring the draft to a state."""
    rows = TradeAccountRequest.objects.filter(pk=row.pk)
    if asked_by is not None:
        rows.update(asked_by=asked_by)
    if status != RequestStatus.DRAFT:
        rows.update(sent_at=clock.now(), waits_since=clock.now(), status=status)
    row.refresh_from_db()


@contextmanager
def undone() -> Iterator[None]:
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def made(act: Act, who: Access, row: TradeAccountRequest) -> bool:
    """Whether the act changed the state. What refuses leaves it."""
    before = row.status
    try:
        with transaction.atomic():
            act(who, row)
    except (Refused, NotAllowed, NotVisible):
        after = TradeAccountRequest.objects.get(pk=row.pk).status
        assert after == before
        return False
    return TradeAccountRequest.objects.get(pk=row.pk).status != before


def test_t8_the_table_names_every_move_that_people_make() -> None:
    moves = {
        SAME.get(one.name, one.name) for one in REQUEST.moves.values() if one.permission is not None
    }
    assert moves == set(ACTS)


@pytest.mark.parametrize("move", ["approve", "decline", "return"])
def test_g1_whoever_of_management_asked_does_not_decide(move: str) -> None:
    draft, people = everyone()
    who = people["management who asked"]
    put(draft, RequestStatus.MANAGEMENT, who.user_id)
    assert [one.code for one in REQUEST.problems(move, draft, who)] == ["own_request"]
    assert REQUEST.problems(move, draft, people["management"]) == []


@pytest.mark.parametrize("move", ACTS)
def test_t8_every_role_makes_a_move_only_from_the_states_of_the_table(move: str) -> None:
    draft, people = everyone()
    differ = []
    for status in RequestStatus.values:
        for role, who in people.items():
            with undone():
                put(draft, status, who.user_id if role == "management who asked" else None)
                expected = status in ALLOWED.get((move, role), set())
                if made(ACTS[move], who, draft) != expected:
                    differ.append((status, role))
            draft.refresh_from_db()
    assert differ == []
