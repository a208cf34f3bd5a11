"""Every registered life cycle, cell by cell. A new one without a row to try it on fails here."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from typing import Any

import pytest
from django.db import connection, transaction
from django.db.models import Model

from audit.machine import Machine
from audit.models import StatusChange
from core import clock
from core.access import declared_permissions, system
from core.errors import Refused
from core.ids import new_id
from files.machine import SCAN
from files.models import StoredFile
from identity.models import RecoveryCase
from security_models.models import BusinessTypeAccount, SecurityModel
from security_profile.models import Submission
from tests.audit import machine_matrix
from tests.factories import change_requests, notices, operations, public_documents
from tests.factories.document_requests import asked_for
from tests.factories.messages import looked_after, write
from tests.factories.models import answer_all, make_file
from tests.factories.people import UserFactory
from tests.factories.profile import make_document
from tests.factories.svi import between, consent
from tests.factories.trade import make_account, make_member, make_model

pytestmark = pytest.mark.django_db


def _model() -> SecurityModel:
    return make_model(make_account())


def _submission() -> Submission:
    model = _model()
    return Submission.objects.create(
        security_model=model,
        reference="S-2345678",
        kind="application",
        content={},
        content_hash="0" * 64,
        submitted_at=clock.now(),
        submitted_on=clock.today(),
        submitted_by=model.started_by,
        submitted_by_name="Rosalind",
    )


def _business_type() -> BusinessTypeAccount:
    return answer_all(_model())


def _file() -> StoredFile:
    return make_file(_model())


def _case() -> RecoveryCase:
    return RecoveryCase.objects.create(
        user=UserFactory.create(),
        lost="password",
        reason="x",
        identity_check="x",
        opened_at=clock.now(),
        opened_by=UserFactory.create(staff_role="helpdesk"),
        expires_at=clock.now(),
    )


#: Thing -> a row to try its table on.
ROWS: dict[str, Callable[[], Model]] = {
    "stored_file": _file,
    "business_type_account": _business_type,
    "submission": _submission,
    "recovery_case": _case,
    "document_request": lambda: asked_for(_model()),
    "change_request": lambda: change_requests.number_row(_model(), "draft"),
    "document": lambda: make_document(_model()).document,
    "svi_consent": lambda: consent(_model()),
    "svi_monitoring": lambda: between(_model(), _model()),
    "thread": lambda: write(looked_after()[1]),
    "program_notice": notices.draft,
    "public_document": public_documents.draft,
    "trade_account_request": lambda: operations.asked_of(make_account()),
    "membership": lambda: make_member(make_account()),
}

#: Thing -> what a state needs in other columns.
BESIDE: dict[str, Callable[[str], Mapping[str, Any]]] = {
    "public_document": lambda state: {"starts_at": clock.now()},
    "program_notice": lambda state: {"number": 1, "starts_at": clock.now()},
}


def test_every_life_cycle_has_a_row_to_try_it_on() -> None:
    assert set(Machine.registry) == set(ROWS)


@pytest.mark.parametrize("thing", sorted(ROWS))
def test_r9_every_move_happens_exactly_when_the_table_says_so(thing: str) -> None:
    machine = Machine.registry[thing]
    beside = BESIDE.get(thing, lambda state: {})
    count = machine_matrix.check(machine, ROWS[thing](), UserFactory.create(), beside=beside)
    assert count >= len(machine.states.values) * len(machine.moves) * 5


@pytest.mark.parametrize("thing", sorted(ROWS))
def test_r9_every_table_is_sound(thing: str) -> None:
    machine = Machine.registry[thing]
    states = {str(state) for state in machine.states.values}
    for name, one in machine.moves.items():
        assert one.sources, name
        assert one.sources <= states and one.target in states, name
        assert str(one.label), name
        assert one.permission is None or one.permission in declared_permissions(), name
    field: Any = ROWS[thing]()._meta.get_field(machine.field)
    first = field.get_default()
    reached = {str(first)} | {one.target for one in machine.moves.values()}
    assert reached == states, "a state that nothing leads to"


@pytest.mark.django_db(transaction=True)
def test_r9_of_two_moves_at_once_one_wins() -> None:
    file = StoredFile.objects.create(
        name="a.txt",
        content_type="text/plain",
        size=1,
        sha256="0" * 64,
        storage_key=new_id().hex,
        uploaded_at=clock.now(),
        scope_kind="program",
    )
    ready, came = threading.Barrier(2), []

    def move(name: str) -> None:
        try:
            with transaction.atomic():
                row = StoredFile.objects.get(pk=file.pk)
                ready.wait()
                SCAN.apply(name, row, actor=system("a test"))
            came.append(name)
        except Refused as refusal:
            came.append(refusal.code)
        finally:
            connection.close()

    threads = [threading.Thread(target=move, args=(name,)) for name in ("pass", "give_up")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert "lost_race" in came and len(set(came)) == 2
    assert StatusChange.objects.filter(thing_id=file.pk).count() == 1
