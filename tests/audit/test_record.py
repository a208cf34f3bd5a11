"""The record: append-only, in words for everyone who may read it."""

from __future__ import annotations

import re
import threading
import uuid
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction

from audit.models import Event, StatusChange, SweepRun
from audit.providers import event_kinds
from audit.selectors import events_for, newest_sweep, timeline
from audit.services import (
    PROGRAM,
    account_scope,
    model_scope,
    note_sweep,
    record,
    record_status,
    sweep_lock,
)
from core import clock
from core.access import Access, for_user, system
from tests.factories.people import UserFactory

pytestmark = pytest.mark.django_db

PLACE = re.compile(r"%\((\w+)\)s")

# --- append-only ---------------------------------------------------------------------------------


def _event() -> Event:
    return record("files.downloaded", actor=system("a test"), scope=PROGRAM, name="a.pdf")


def _change() -> StatusChange:
    return record_status(
        actor=system("a test"),
        scope=PROGRAM,
        thing="stored_file",
        thing_id=uuid.uuid4(),
        move="pass",
        before="quarantined",
        after="clean",
    )


def _run(sql: str) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql)


@pytest.mark.parametrize("table", ["audit_event", "audit_statuschange"])
@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE {} SET reason = 'another'",
        "UPDATE {} SET at = now()",
        "DELETE FROM {}",
        "TRUNCATE {}",
        "ALTER TABLE {} DISABLE TRIGGER USER",
        "DROP TABLE {}",
        "INSERT INTO {0} SELECT * FROM {0} ON CONFLICT (id) DO UPDATE SET reason = 'another'",
    ],
)
def test_l3_the_portals_role_can_only_add_to_the_record(table: str, statement: str) -> None:
    _event()
    _change()
    with pytest.raises(DatabaseError):
        _run(statement.format(table))


def test_l3_the_portals_role_cannot_switch_the_triggers_off() -> None:
    with pytest.raises(DatabaseError):
        _run("SET LOCAL session_replication_role = replica")


@pytest.mark.parametrize("make", [_event, _change])
def test_l3_the_models_refuse_changes_too(make: Any) -> None:
    row = make()
    row.reason = "another"
    with pytest.raises(DatabaseError), transaction.atomic():
        row.save()
    with pytest.raises(DatabaseError), transaction.atomic():
        row.delete()
    assert type(row).objects.get(pk=row.pk).reason == make().reason


def test_an_act_that_is_rolled_back_leaves_no_record() -> None:
    with transaction.atomic():
        _event()
        transaction.set_rollback(True)
    assert not Event.objects.exists()


def test_an_event_says_who_what_when_and_from_where() -> None:
    user = UserFactory.create(first_name="Ines", last_name="Calderon")
    actor = Access(
        user=user, roles=frozenset(["officer"]), ip="203.0.113.9", request_id="r-1", via="key"
    )
    row = record("files.downloaded", actor=actor, scope=PROGRAM, name="a.pdf")
    assert (row.actor_id, row.actor_name, row.actor_role) == (user.pk, "Ines Calderon", "officer")
    assert (str(row.ip), row.request_id, row.via) == ("203.0.113.9", "r-1", "key")
    assert row.data == {"name": "a.pdf"}


# --- in words ------------------------------------------------------------------------------------


@pytest.mark.parametrize("code", sorted(event_kinds._kinds))
def test_every_kind_reads_as_a_sentence_after_a_name(code: str) -> None:
    words = str(event_kinds.kind(code).sentence)
    assert words[0].islower() and not words.endswith(".")
    data = {name: f"<{name}>" for name in PLACE.findall(words)}
    said = event_kinds.sentence(code, data)
    for value in data.values():
        assert value in said
    assert "%(" not in said
    assert event_kinds.sentence(code, {}), "an old event may lack a place"


def test_a_kind_that_this_version_does_not_know_still_reads() -> None:
    assert "can't describe" in event_kinds.sentence("gone.kind", {})


def test_an_undeclared_kind_raises_where_it_is_asked_for() -> None:
    with pytest.raises(KeyError):
        event_kinds.kind("gone.kind")


def test_partners_never_read_the_kinds_of_the_staff() -> None:
    partner, staff = UserFactory.create(), UserFactory.create(staff_role="scss")
    scope = model_scope(uuid.uuid4())
    for code in event_kinds._kinds:
        record(code, actor=system("a test"), scope=scope)
    seen = set(events_for(scope, access=for_user(partner)).values_list("kind", flat=True))
    assert seen == set(event_kinds.partner_kinds())
    hidden = {code for code, kind in event_kinds._kinds.items() if not kind.for_partners}
    assert hidden and not seen & hidden
    all_seen = set(events_for(scope, access=for_user(staff)).values_list("kind", flat=True))
    assert all_seen == set(event_kinds._kinds)


def test_a_timeline_holds_its_own_scope_newest_first() -> None:
    account = account_scope(uuid.uuid4())
    for name in ("one", "two"):
        record("files.blocked", actor=system("File check"), scope=account, name=name, why="x")
    record("files.blocked", actor=system("File check"), scope=PROGRAM, name="other", why="x")
    lines = list(timeline(events_for(account, access=for_user(UserFactory.create()))))
    assert [line.what for line in lines] == [
        "blocked the file “two”: x",
        "blocked the file “one”: x",
    ]
    assert {line.who for line in lines} == {"File check"}
    assert not any(line.by_staff for line in lines)


def test_what_staff_did_is_marked_as_theirs() -> None:
    staff = UserFactory.create(staff_role="management")
    record("files.downloaded", actor=for_user(staff), scope=PROGRAM, name="x")
    (line,) = timeline(events_for(PROGRAM, access=for_user(staff)))
    assert line.by_staff and line.who == staff.name


# --- sweeps --------------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_one_sweep_of_a_name_runs_at_a_time() -> None:
    inside, leave = threading.Event(), threading.Event()

    def hold() -> None:
        try:
            with transaction.atomic(), sweep_lock("a") as run:
                assert run is not None
                run.done = {"things": 1}
                inside.set()
                leave.wait(10)
        finally:
            connection.close()

    other = threading.Thread(target=hold)
    other.start()
    assert inside.wait(10)
    with transaction.atomic(), sweep_lock("a") as run:
        assert run is None
    with transaction.atomic(), sweep_lock("b") as run:
        assert run is not None
    assert newest_sweep("a") is None
    leave.set()
    other.join()
    with transaction.atomic(), sweep_lock("a") as run:
        assert run is not None
    assert SweepRun.objects.filter(sweep="a").count() == 2


def test_a_sweep_that_breaks_off_leaves_no_finished_run() -> None:
    with pytest.raises(ZeroDivisionError), transaction.atomic(), sweep_lock("a"):
        _ = 1 / 0
    assert newest_sweep("a") is None
    with sweep_lock("a") as run:
        assert run is not None


def test_a_sweep_that_runs_every_minute_keeps_one_row_a_day() -> None:
    note_sweep("a", things=2)
    note_sweep("a", things=3, others=1)
    run = newest_sweep("a")
    assert run is not None and run.day == clock.today()
    assert run.done == {"things": 5, "others": 1}
