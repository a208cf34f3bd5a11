"""The check of all records finds what anyone changed behind the portal's back (L-2, P8, A5)."""

from __future__ import annotations

import base64
import contextlib
import datetime as dt
import errno
import hashlib
import io
import json
import shutil
import threading
from collections import OrderedDict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg2
import pytest
from django.core.files.storage import default_storage
from django.core.management import CommandError, call_command
from django.db import (
    IntegrityError,
    ProgrammingError,
    connection,
    connections,
    transaction,
)
from django.test.utils import CaptureQueriesContext

from audit.models import Anchor, Difference, Event, Seal, StatusChange, SweepRun
from audit.selectors import anchors as anchor_selectors
from audit.selectors import chain as chain_selectors
from audit.selectors import facts as fact_selectors
from audit.selectors import open_differences
from audit.selectors.chain import broken_links, linked
from audit.selectors.facts import Altered, Facts, unaltered
from audit.services import PROGRAM, anchors, chain, record, verification
from core import clock, signing
from core.access import system
from core.ids import new_id
from core.tenancy import on_behalf_of
from files import services as files
from files.models import Rendering, StoredFile
from notifications.models import Outbox
from security_profile.models import Submission, SubmissionItem
from tests.audit.test_facts import COLUMNS, OTHER
from tests.factories.certified import certified_company
from tests.superuser import superuser

pytestmark = pytest.mark.django_db(transaction=True)
KIND = "security_profile.submitted"


@pytest.fixture(autouse=True)
def statements(settings: Any, tmp_path: Path) -> Path:
    """The folder outside the database."""
    settings.RECORDS_DIR = str(tmp_path / "statements")
    return tmp_path / "statements"


@pytest.fixture
def events() -> list[Event]:
    """Six events of the program, laid in the chain and signed."""
    made = [_happens() for _number in range(6)]
    anchors.sweep_anchor()
    return made


def _happens() -> Event:
    with on_behalf_of(system("test")):
        return record(KIND, actor=system("test"), scope=PROGRAM, reference="S-1", round=1)


def _do(*statements: str) -> None:
    with superuser() as cursor:
        for statement in statements:
            cursor.execute(statement)


def _found(**options: Any) -> set[tuple[str, str]]:
    """What the command lists, as table and way; nothing if it ends well."""
    said = io.StringIO()
    try:
        call_command("verify_records", stdout=said, **options)
    except CommandError:
        assert "Nothing differs." not in said.getvalue()
    else:
        assert "Nothing differs." in said.getvalue()
    known = Difference.objects.filter(settled_at=None)
    return {(one.of_table, one.what) for one in known}


def test_untouched_records_verify(events: list[Event]) -> None:
    assert _found() == set()
    assert Seal.objects.filter(position=None).count() == 0


def test_each_scope_has_its_chain_and_all_have_one_order() -> None:
    certified_company()
    chain.lay_everything()
    seals = list(Seal.objects.order_by("position"))
    assert [one.position for one in seals] == list(range(1, len(seals) + 1))
    assert len({one.scope for one in seals}) > 2
    for scope in {one.scope for one in seals}:
        numbers = [one.number for one in seals if one.scope == scope]
        assert numbers == list(range(1, len(numbers) + 1))
    assert broken_links(0)[1] == []


def test_what_commits_late_is_laid_late_and_not_passed_over() -> None:
    given = connections["default"].get_connection_params()
    plain = {name: given[name] for name in ("dbname", "host", "port", "user") if given.get(name)}
    slow = psycopg2.connect(**plain)
    with slow.cursor() as cursor:
        cursor.execute("SELECT set_config('app.scope', 'system', true)")
        cursor.execute(
            "INSERT INTO audit_event (id, at, kind, scope_kind, data, actor_name, actor_role, via,"
            " reason, subject_kind, request_id)"
            " VALUES (gen_random_uuid(), now(), 'x', 'program', '{}', '', '', '', '', '', '')"
        )
    _happens()
    chain.lay_everything()
    slow.commit()
    slow.close()
    chain.lay_everything()
    newest = Seal.objects.order_by("-position")[0]
    assert newest.pk < Seal.objects.exclude(pk=newest.pk).order_by("-pk")[0].pk
    assert _found() == set()


def _at_once(*acts: Any) -> None:
    def run(act: Any) -> None:
        try:
            act()
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=[act]) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def test_two_who_lay_at_once_make_one_chain() -> None:
    for _number in range(20):
        _happens()
    _at_once(chain.lay_everything, chain.lay_everything, _happens, chain.lay_everything)
    assert _found() == set()


def test_l2_a_deleted_event_is_missed(events: list[Event]) -> None:
    _do(f"DELETE FROM audit_event WHERE id = '{events[2].pk}'")
    assert _found() == {("audit_event", "missing")}


def test_l2_events_that_change_places_are_noticed(events: list[Event]) -> None:
    one, other = events[1].pk, events[4].pk
    _do(
        f"UPDATE audit_event SET id = gen_random_uuid(), reason = 'spare' WHERE id = '{one}'",
        f"UPDATE audit_event SET id = '{one}' WHERE id = '{other}'",
        f"UPDATE audit_event SET id = '{other}' WHERE reason = 'spare'",
    )
    assert _found() == {("audit_event", "altered")}


def test_l2_a_truncated_table_is_missed(events: list[Event]) -> None:
    _do("TRUNCATE audit_event")
    assert _found() == {("audit_event", "missing")}


def test_l2_an_event_deleted_with_its_seal_breaks_the_chain(events: list[Event]) -> None:
    _do(
        f"DELETE FROM audit_seal WHERE row_id = '{events[2].pk}'",
        f"DELETE FROM audit_event WHERE id = '{events[2].pk}'",
    )
    assert ("audit_seal", "chain") in _found()


def test_l2_the_end_of_the_chain_cut_off_with_its_events_is_told_by_the_statement(
    events: list[Event],
) -> None:
    newest = f"SELECT row_id FROM audit_seal WHERE row_id = '{events[5].pk}'"
    _do(
        f"DELETE FROM audit_event WHERE id::text IN ({newest})",
        "DELETE FROM audit_seal WHERE position >= ("
        f"SELECT position FROM audit_seal WHERE row_id = '{events[5].pk}')",
    )
    assert _found() == {("audit_anchor", "statement")}


def test_l2_a_chain_that_is_written_again_is_told_by_the_statement(events: list[Event]) -> None:
    """The event, its seal and every hash after it are forged, as only a superuser can."""
    event = events[1].pk
    _do(
        f"UPDATE audit_event SET actor_name = 'Forged' WHERE id = '{event}'",
        "UPDATE audit_seal SET digest = fact_digest(to_jsonb(e), '{}') FROM audit_event e"
        f" WHERE e.id = '{event}' AND row_id = '{event}'",
    )
    heads: dict[str, tuple[int, str]] = {}
    with superuser() as cursor:
        for seal in Seal.objects.exclude(position=None).order_by("position"):
            _number, before = heads.get(seal.scope, (0, ""))
            said = (seal.position, seal.scope, seal.number, seal.pk, seal.at, seal.of_table,
                    seal.row_id, seal.part, seal.digest)  # fmt: skip
            heads[seal.scope] = (0, linked(before, said))
            values = [heads[seal.scope][1], seal.pk]
            cursor.execute("UPDATE audit_seal SET hash = %s WHERE id = %s", values)
    assert _found() == {("audit_anchor", "statement")}


def test_l2_a_database_restored_from_yesterday_is_told_by_the_statement(
    events: list[Event], statements: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with superuser() as cursor:
        cursor.execute("CREATE TABLE yesterday AS SELECT max(position) AS position FROM audit_seal")
    try:
        _happens()
        tomorrow = clock.real_today() + dt.timedelta(days=1)
        monkeypatch.setattr(clock, "real_today", lambda: tomorrow)
        anchors.sweep_anchor()
        assert _found() == set() and len(list(statements.glob("*.json"))) == 2
        later = "SELECT row_id FROM audit_seal WHERE position > (SELECT position FROM yesterday)"
        later += " OR position IS NULL"
        _do(
            f"DELETE FROM audit_event WHERE id::text IN ({later})",
            f"DELETE FROM audit_anchor WHERE day = '{tomorrow}'",
            "DELETE FROM audit_seal WHERE position > (SELECT position FROM yesterday)"
            " OR position IS NULL",
        )
        _happens()
        chain.lay_everything()
        assert ("audit_anchor", "statement") in _found()
        [told] = Difference.objects.filter(what="statement")
        assert told.row_id == tomorrow.isoformat()
    finally:
        _do("DROP TABLE yesterday")


@pytest.mark.parametrize("model", [Seal, Anchor])
def test_l2_no_column_of_a_seal_or_statement_is_changed_unnoticed(
    model: Any, events: list[Event]
) -> None:
    table = model._meta.db_table
    with connection.cursor() as cursor:
        cursor.execute(COLUMNS, [table])
        columns = cursor.fetchall()
    row = model.objects.order_by("pk")[0]
    for name, kind in columns:
        was, other = getattr(row, name), OTHER[kind].format(f'"{name}"')
        if kind == "bigint":  # the next number is taken
            other = other.replace("+ 1", "+ 9000000")
        was = str(was) if kind == "uuid" else was
        with superuser() as cursor:
            statement = f'UPDATE {table} SET "{name}" = {other} WHERE id = %s RETURNING id'
            cursor.execute(statement, [str(row.pk)])
            [(now,)] = cursor.fetchall()
        assert _found() != set(), name
        with superuser() as cursor:
            cursor.execute(f'UPDATE {table} SET "{name}" = %s WHERE id = %s', [was, str(now)])
        assert _found() == set(), name


def test_p8_content_that_was_forged_with_its_seal_does_not_give_its_own_hash() -> None:
    certified_company()
    _do('UPDATE security_profile_submission SET content = content || \'{"account": "Forged"}\'')
    fresh = "fact_digest(to_jsonb(s), ARRAY['status', 'review_started_at', 'reviewed_at',"
    fresh += " 'reviewed_by_name', 'answer_due_on'])"
    _do(
        f"UPDATE audit_seal SET digest = {fresh} FROM security_profile_submission s"
        " WHERE row_id = s.id::text AND part = ''"
    )
    assert (Submission._meta.db_table, "content") in _found()


@pytest.fixture
def own_files(settings: Any, tmp_path: Path) -> None:
    """A copy of the stored files, for a test that changes some: others begin with the same ones."""
    certified_company()
    settings.MEDIA_ROOT = str(shutil.copytree(settings.MEDIA_ROOT, tmp_path / "files"))


@pytest.mark.usefixtures("own_files")
def test_u4_a_file_that_changed_or_is_gone_is_found() -> None:
    with on_behalf_of(system("test")):
        files.render(Rendering.objects.filter(state="pending")[0].pk)
    changed, gone = StoredFile.objects.filter(state="clean").order_by("pk")[:2]
    for file in (changed, gone):
        with default_storage.open(file.storage_key) as content:
            kept = content.read()
        default_storage.delete(file.storage_key)
        if file == changed:
            default_storage.save(file.storage_key, io.BytesIO(kept + b"x"))
    assert ("files_storedfile", "file") in _found()
    found = Difference.objects.filter(what="file")
    assert {one.row_id for one in found} >= {str(changed.pk), str(gone.pk)}


def test_r12_a_store_that_does_not_answer_is_one_finding_and_is_asked_again(
    settings: Any, tmp_path: Path
) -> None:
    certified_company()
    _do("DELETE FROM audit_anchor", "DELETE FROM audit_seal WHERE of_table = 'audit_anchor'")
    kept, away = settings.MEDIA_ROOT, {("files_storedfile", "store")}
    _add_what_files_lack(kept)
    for folder in (tmp_path / "not there", tmp_path / "empty"):
        settings.MEDIA_ROOT = str(folder)
        assert _found() == away and Difference.objects.filter(settled_at=None).count() == 1
        verification.sweep_records()
        assert SweepRun.objects.get(sweep=verification.RUN).finished_at is None
        (tmp_path / "empty").mkdir(exist_ok=True)
    settings.MEDIA_ROOT = kept
    verification.sweep_records()
    assert SweepRun.objects.get(sweep=verification.RUN).finished_at is not None
    assert not Difference.objects.filter(settled_at=None).exists()


def _add_what_files_lack(folder: str) -> None:
    """Rows of tests that have no file get one that is as received."""
    for file in StoredFile.objects.filter(state="clean"):
        if not default_storage.exists(file.storage_key):
            default_storage.save(file.storage_key, io.BytesIO(b"received"))
            digest = hashlib.sha256(b"received").hexdigest()
            _do(f"UPDATE files_storedfile SET sha256 = '{digest}' WHERE id = '{file.pk}'")
    _forge(StoredFile, "id = id")


def test_a_step_reads_a_bounded_number_of_bytes_and_at_least_one_file(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    certified_company()
    rows = [str(pk) for pk in StoredFile.objects.order_by("pk").values_list("pk", flat=True)]
    assert len(rows) > 3
    _forge(StoredFile, "size = 60")
    asked = verification.Asked()
    [part] = [one for one in asked.parts() if one.table == StoredFile._meta.db_table]
    for most, first in ((1, 1), (120, 2), (10_000, len(rows))):
        monkeypatch.setattr(verification, "BYTES_AT_ONCE", most)
        assert next(verification.steps(asked, part)).rows == rows[:first]


#: Forges the seal of each row with the row, as only a superuser can.
RESEALED = """
    UPDATE audit_seal SET digest = fact_digest(to_jsonb(t), string_to_array('{besides}', ','))
    FROM {table} t WHERE of_table = '{table}' AND row_id = t.id::text AND part = ''
"""


def _forge(model: Any, change: str) -> None:
    table, frozen = model._meta.db_table, model.frozen
    besides = ",".join((*frozen.changes, *frozen.written_once))
    _do(f"UPDATE {table} SET {change}", RESEALED.format(table=table, besides=besides))


def _add(row_ago: str, seal_ago: str) -> None:
    """Add an event with a fitting seal, as a superuser can who knows how, each with a past date."""
    with superuser() as cursor:
        cursor.execute(
            "INSERT INTO audit_event SELECT (jsonb_populate_record(one, jsonb_build_object("
            "'id', gen_random_uuid(), 'at', now() - %s::interval))).* FROM audit_event one LIMIT 1"
            " RETURNING id",
            [row_ago],
        )
        cursor.execute(
            "INSERT INTO audit_seal (at, of_table, row_id, part, digest, scope, hash)"
            " SELECT now() - %s::interval, 'audit_event', id::text, '',"
            " fact_digest(to_jsonb(e), '{}'), 'program', '' FROM audit_event e WHERE id = %s",
            [seal_ago, *cursor.fetchone()],
        )


@pytest.mark.parametrize(
    ("row_ago", "seal_ago", "found"),
    [
        ("2 days", "2 days", {("audit_event", "late"), ("audit_seal", "late")}),
        ("2 days", "0", {("audit_event", "late")}),
        ("0", "2 days", {("audit_seal", "late")}),
        ("0", "0", set()),  # what docs/security.md says of its limits
    ],
)
def test_l2_an_event_added_with_its_seal_does_not_pass_for_one_of_a_stated_day(
    events: list[Event], row_ago: str, seal_ago: str, found: set[tuple[str, str]]
) -> None:
    _add(row_ago, seal_ago)
    assert _found() == found


def test_facts_that_a_later_version_seals_are_not_taken_for_added(
    events: list[Event], monkeypatch: pytest.MonkeyPatch
) -> None:
    def moved(days: int) -> None:
        with clock.at(clock.now() - dt.timedelta(days=days)), on_behalf_of(system("test")):
            StatusChange.objects.create(
                at=clock.now(), on=clock.today(), thing="account", thing_id=new_id(), move="begin",
                before="", after="draft", scope_kind="program",
            )  # fmt: skip

    moved(2)
    assert _found() == set()
    tomorrow = clock.real_today() + dt.timedelta(days=1)
    monkeypatch.setattr(clock, "real_today", lambda: tomorrow)
    anchors.sweep_anchor()
    moved(2)
    assert _found() == {("audit_statuschange", "late")}
    assert Difference.objects.count() == 1


def test_nothing_is_signed_while_something_is_not_laid(
    events: list[Event], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A statement says that all is in the chain; what comes later was not there by then."""
    tomorrow = clock.real_today() + dt.timedelta(days=1)
    monkeypatch.setattr(clock, "real_today", lambda: tomorrow)
    _happens()
    with monkeypatch.context() as slow:
        slow.setattr(chain, "in_time", lambda _steps: iter(()))
        anchors.sweep_anchor()
    assert Anchor.objects.count() == 1
    anchors.sweep_anchor()
    assert Anchor.objects.count() == 2


@pytest.mark.parametrize(
    ("model", "change", "what"),
    [
        (SubmissionItem, """evidence = '[{}]'::jsonb""", "content"),
        (SubmissionItem, """evidence = '{"other": true}'::jsonb""", "content"),
        (StoredFile, "storage_key = '../../' || id", "file"),
        (StoredFile, "storage_key = storage_key || '/..'", "file"),
    ],
)
def test_content_that_cannot_be_read_differs_and_does_not_stop_the_check(
    model: Any, change: str, what: str
) -> None:
    certified_company()
    _forge(model, change)
    _found()
    table = model._meta.db_table
    rows = {str(one) for one in model.objects.values_list("pk", flat=True)}
    if model is StoredFile:
        rows = {str(one.pk) for one in model.objects.filter(state="clean")}
    assert (
        set(Difference.objects.filter(of_table=table, what=what).values_list("row_id", flat=True))
        == rows
    )
    verification.sweep_records()
    assert SweepRun.objects.get(sweep=verification.RUN).finished_at is not None


@pytest.mark.parametrize("signature", ["é", "x", "eA==", ""])
def test_a_signature_that_is_none_differs_and_does_not_stop_the_check(
    events: list[Event], statements: Path, signature: str
) -> None:
    _do(f"UPDATE audit_anchor SET signature = '{signature}'")
    [path] = statements.glob("*.json")
    path.write_text(json.dumps({**json.loads(path.read_text()), "signature": signature}))
    assert ("audit_anchor", "statement") in _found()


def test_a_statement_file_that_cannot_be_read_counts_as_gone(
    events: list[Event], statements: Path
) -> None:
    [path] = statements.glob("*.json")
    path.unlink()
    path.mkdir()
    assert _found() == {("audit_anchor", "statement")}


@pytest.mark.parametrize("content", ["", "[]", "[" * 100_000, '{"statement": 1}'])
def test_a_statement_file_that_holds_none_differs(
    events: list[Event], statements: Path, content: str
) -> None:
    [path] = statements.glob("*.json")
    path.write_text(content)
    (statements / "9999-99-99.json").write_text("no day")
    assert _found() == {("audit_anchor", "statement")}


def test_a_seal_that_tells_of_no_possible_row_differs_and_does_not_stop_the_check(
    events: list[Event],
) -> None:
    _do(f"UPDATE audit_seal SET row_id = 'x' WHERE row_id = '{events[0].pk}'")
    assert _found() >= {("audit_seal", "chain"), ("audit_event", "unsealed")}


def test_each_statement_is_a_step_and_the_end_computes_nothing(
    events: list[Event], monkeypatch: pytest.MonkeyPatch
) -> None:
    for later in (1, 2):
        day = clock.real_today() + dt.timedelta(days=1)
        monkeypatch.setattr(clock, "real_today", lambda day=day: day)
        anchors.sweep_anchor()
        assert Anchor.objects.count() == later + 1
    computed: list[int] = []

    def heads_at(position: int) -> str:
        computed.append(position)
        return chain_selectors.heads_at(position)

    monkeypatch.setattr(anchor_selectors, "heads_at", heads_at)
    asked = verification.Asked()
    part = next(one for one in asked.parts() if one.table == Anchor._meta.db_table)
    said = [(step.rows, len(computed)) for step in verification.steps(asked, part)]
    assert [len(rows) for rows, _computed in said] == [1, 1, 1]
    assert [count for _rows, count in said] == [1, 2, 3] and len(computed) == 3


def test_laying_reads_one_seal_of_each_chain_however_long_it_is(events: list[Event]) -> None:
    scope = Seal.objects.get(row_id=str(events[0].pk)).scope
    _do(
        "INSERT INTO audit_seal (at, of_table, row_id, part, digest, scope, position, number, hash)"
        " SELECT now(), 'x', n, '', '', 'another', 1000 + n, n, '' FROM generate_series(1, 50) n"
    )
    with CaptureQueriesContext(connection) as captured:
        heads = chain._heads({scope, "another"})
    assert heads["another"] == (50, "") and heads[scope][0] >= len(events)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off; SET LOCAL enable_bitmapscan = off")
        cursor.execute(f"EXPLAIN (ANALYZE, FORMAT JSON) {captured[0]['sql']}")
        [(plans,)] = cursor.fetchall()
    assert [one["Actual Rows"] for one in _reading_seals(plans[0]["Plan"])] == [1]


def _reading_seals(plan: dict[str, Any]) -> list[dict[str, Any]]:
    """The parts of a plan that read the table of seals."""
    own = [plan] if plan.get("Relation Name") == "audit_seal" else []
    return own + [one for part in plan.get("Plans", ()) for one in _reading_seals(part)]


def test_a_difference_is_told_once_and_settled_once_it_is_restored(events: list[Event]) -> None:
    name = events[0].actor_name
    _do(f"UPDATE audit_event SET actor_name = 'Forged' WHERE id = '{events[0].pk}'")
    assert _found() == _found() == {("audit_event", "altered")}
    assert Outbox.objects.filter(kind="operations.record_differs").count() == 1
    _do(f"UPDATE audit_event SET actor_name = '{name}' WHERE id = '{events[0].pk}'")
    assert _found() == set()


def test_a_difference_that_was_accepted_is_not_told_again_and_stays_listed(
    events: list[Event],
) -> None:
    name, row = events[0].actor_name, str(events[0].pk)
    forged = f"UPDATE audit_event SET actor_name = 'Forged' WHERE id = '{row}'"
    accept = {"by": "Ada Quill", "reason": "Restored on purpose"}
    with pytest.raises(CommandError, match="No open difference"):
        call_command("accept_difference", "audit_event", row, **accept)
    _do(forged)
    assert _found() == {("audit_event", "altered")}
    with pytest.raises(CommandError, match="and why"):
        call_command("accept_difference", "audit_event", row, by="Ada Quill", reason=" ")
    call_command("accept_difference", "audit_event", row, **accept)
    said = io.StringIO()
    call_command("verify_records", stdout=said)
    assert f"audit_event {row}: Changed since it was written (accepted)" in said.getvalue()
    assert "Nothing else differs." in said.getvalue()
    assert Outbox.objects.filter(kind="operations.record_differs").count() == 1
    event = Event.objects.get(kind="audit.difference_accepted")
    assert (event.data["by"], event.data["why"]) == ("Ada Quill", "Restored on purpose")
    with pytest.raises(Altered):
        unaltered(Facts(Event, "id", [row]))
    _do(f"UPDATE audit_event SET actor_name = '{name}' WHERE id = '{row}'")
    assert _found() == set()
    _do(forged)
    assert _found() == {("audit_event", "altered")}


def _forged(row: Any, name: str) -> str:
    return f"UPDATE audit_event SET actor_name = '{name}' WHERE id = '{row}'"


def test_a5_what_changes_in_an_accepted_row_is_told_as_new(events: list[Event]) -> None:
    row = str(events[0].pk)
    _do(_forged(row, "Forged"))
    _found()
    call_command("accept_difference", "audit_event", row, by="Ada Quill", reason="Looked at it")
    assert _lists_as_accepted(row)
    _do(_forged(row, "Forged again"))
    with clock.at(clock.now() + dt.timedelta(hours=1)):
        assert not _lists_as_accepted(row)
    assert [one.row_id for one in open_differences()] == [row]
    assert Outbox.objects.filter(kind="operations.record_differs").count() == 2


def _lists_as_accepted(row: str) -> bool:
    said = io.StringIO()
    with contextlib.suppress(CommandError):
        call_command("verify_records", stdout=said)
    return f"audit_event {row}: Changed since it was written (accepted)" in said.getvalue()


#: What the application's role may write by itself: a difference, and an event that has a seal.
FORGED_DIFFERENCE = """
    INSERT INTO audit_difference (id, of_table, row_id, what, found_at, digest, acceptance_id)
    VALUES (%(id)s, 'audit_event', %(row)s, 'altered', now(), %(digest)s, %(event)s)
"""
FORGED_EVENT = """
    INSERT INTO audit_event (id, at, kind, scope_kind, subject_kind, subject_id, data, actor_name,
        actor_role, via, reason, request_id)
    VALUES (%(event)s, now(), 'audit.difference_accepted', 'program', 'difference', %(id)s,
        jsonb_build_object('of_table', 'audit_event', 'row', %(row)s, 'what', 'altered',
            'digest', %(digest)s, 'by', 'Ops', 'why', 'restore', 'signature', 'none'),
        '', '', '', '', '')
"""


def _forge_acceptance(row: str, *statements: str) -> str:
    """Accept a change that is yet to come, past the command; return the id of the event."""
    with superuser() as cursor:
        fit = "SELECT fact_digest(to_jsonb(e) || '{\"actor_name\": \"Forged\"}', '{}')"
        cursor.execute(f"{fit} FROM audit_event e WHERE id = %s", [row])
        [(digest,)] = cursor.fetchall()
    values = {"id": str(new_id()), "event": str(new_id()), "row": row, "digest": digest}
    with on_behalf_of(system("test")), connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement, values)
    return values["event"]


def test_a5_a_difference_added_past_the_command_is_not_accepted(events: list[Event]) -> None:
    row = str(events[0].pk)
    _forge_acceptance(row, FORGED_DIFFERENCE)
    assert [one.row_id for one in open_differences()] == [row]
    _do(_forged(row, "Forged"))
    assert not _lists_as_accepted(row)
    assert [one.row_id for one in open_differences()] == [row]


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM audit_difference",
        "TRUNCATE audit_difference",
        "UPDATE audit_difference SET row_id = 'another'",
        "UPDATE audit_difference SET digest = 'another'",
        "UPDATE audit_difference SET settled_at = NULL WHERE settled_at IS NOT NULL",
    ],
)
def test_a5_the_application_can_neither_change_nor_delete_a_difference(statement: str) -> None:
    with on_behalf_of(system("test")):
        Difference.objects.create(
            of_table="x", row_id="x", what="altered", found_at=clock.now(), settled_at=clock.now()
        )
    refused = (IntegrityError, ProgrammingError)
    with pytest.raises(refused), on_behalf_of(system("test")), connection.cursor() as cursor:
        cursor.execute(statement)


def test_a5_a_difference_that_was_settled_past_the_check_is_told_again(events: list[Event]) -> None:
    _do(_forged(events[0].pk, "Forged"))
    _found()
    Difference.objects.update(settled_at=clock.now())
    with clock.at(clock.now() + dt.timedelta(hours=1)):
        assert _found() == {("audit_event", "altered")}
    assert Outbox.objects.filter(kind="operations.record_differs").count() == 2


def test_a5_an_event_of_another_difference_accepts_nothing(events: list[Event]) -> None:
    one, other = str(events[0].pk), str(events[1].pk)
    _do(_forged(one, "Forged"), _forged(other, "Forged"))
    _found()
    call_command("accept_difference", "audit_event", one, by="Ada Quill", reason="Looked at it")
    said = Event.objects.get(kind="audit.difference_accepted")
    Difference.objects.filter(row_id=other).update(acceptance=said)
    assert [one.row_id for one in open_differences()] == [other]


def test_a5_an_acceptance_that_was_changed_accepts_nothing(events: list[Event]) -> None:
    row = str(events[0].pk)
    _do(_forged(row, "Forged"))
    _found()
    call_command("accept_difference", "audit_event", row, by="Ada Quill", reason="Looked at it")
    said = Event.objects.get(kind="audit.difference_accepted")
    _do(f"UPDATE audit_event SET reason = 'another' WHERE id = '{said.pk}'")
    assert [one.row_id for one in open_differences()] == [row]


def test_a5_an_acceptance_that_our_key_did_not_sign_is_found_and_told(events: list[Event]) -> None:
    row = str(events[0].pk)
    event = _forge_acceptance(row, FORGED_DIFFERENCE, FORGED_EVENT)
    _do(_forged(row, "Forged"))
    assert ("audit_event", "content") in _found()
    assert [one.row_id for one in open_differences()] == [event]
    assert Outbox.objects.filter(kind="operations.record_differs").count() == 1


def test_without_the_key_nothing_is_accepted(events: list[Event], settings: Any) -> None:
    _do(_forged(events[0].pk, "Forged"))
    _found()
    settings.RECORDS_KEY = ""
    with pytest.raises(CommandError, match="no key"):
        call_command("accept_difference", "audit_event", str(events[0].pk), by="A", reason="B")


def test_two_verifiers_at_once_tell_of_a_difference_once(events: list[Event]) -> None:
    _do(f"UPDATE audit_event SET actor_name = 'Forged' WHERE id = '{events[0].pk}'")
    _at_once(_found, _found)
    assert Difference.objects.count() == 1
    assert Outbox.objects.filter(kind="operations.record_differs").count() == 1


def test_only_what_was_written_since_a_day_is_checked(events: list[Event]) -> None:
    _do(
        f"UPDATE audit_event SET actor_name = 'Forged' WHERE id = '{events[0].pk}'",
    )
    tomorrow = clock.real_today() + dt.timedelta(days=1)
    with pytest.raises(CommandError, match="in the future"):
        call_command("verify_records", since=tomorrow)
    later = verification.Asked(since=tomorrow + dt.timedelta(days=1))
    assert [one for part in later.parts() for one in verification.steps(later, part)] == []
    assert _found(since=clock.real_today() - dt.timedelta(days=1)) == {("audit_event", "altered")}


def test_a_check_that_was_killed_goes_on_where_it_stopped(
    events: list[Event], monkeypatch: pytest.MonkeyPatch
) -> None:
    _do(f"UPDATE audit_event SET actor_name = 'Forged' WHERE id = '{events[0].pk}'")

    def one_step(steps: Any) -> Iterator[int]:
        yield 0

    monkeypatch.setattr(verification, "in_time", one_step)
    verification.sweep_records()
    run = SweepRun.objects.get(sweep=verification.RUN)
    assert run.finished_at is None and run.done["part"] == 0
    checked = 0
    while SweepRun.objects.filter(sweep=verification.RUN, finished_at=None).exists():
        verification.sweep_records()
        checked += 1
    assert checked > 3
    run.refresh_from_db()
    assert run.done["differ"] == 1
    assert Difference.objects.get().row_id == str(events[0].pk)


def test_a_statement_whose_row_was_lost_is_taken_from_its_file(
    events: list[Event], statements: Path
) -> None:
    [path] = statements.glob("*.json")
    signed = path.read_text()
    _do("DELETE FROM audit_anchor", "DELETE FROM audit_seal WHERE of_table = 'audit_anchor'")
    anchors.sweep_anchor()
    assert path.read_text() == signed
    assert Anchor.objects.get().statement == json.loads(signed)["statement"]
    assert _found() == set()


def test_statements_of_an_earlier_key_count_as_long_as_it_is_named(
    events: list[Event], settings: Any
) -> None:
    earlier = signing.public_key()
    settings.RECORDS_KEY = base64.b64encode(bytes(range(32))).decode()
    assert _found() == {("audit_anchor", "statement")}
    settings.RECORDS_OLD_KEYS = [earlier]
    assert _found() == set()


def test_a_statement_that_is_gone_outside_is_missed(events: list[Event], statements: Path) -> None:
    [path] = statements.glob("*.json")
    path.unlink()
    assert _found() == {("audit_anchor", "statement")}


def test_statements_from_elsewhere_are_asked_for_from_the_first_and_only_reported(
    events: list[Event], statements: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tomorrow = clock.real_today() + dt.timedelta(days=1)
    monkeypatch.setattr(clock, "real_today", lambda: tomorrow)
    anchors.sweep_anchor()
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    with pytest.raises(CommandError, match="holds no signed statements"):
        call_command("verify_records", statements=elsewhere)
    kept = elsewhere / f"{tomorrow}.json"
    kept.write_text((statements / kept.name).read_text())
    said = io.StringIO()
    call_command("verify_records", statements=elsewhere, stdout=said)
    assert "Nothing differs." in said.getvalue()
    kept.write_text("{}")
    with pytest.raises(CommandError, match="1 of"):
        call_command("verify_records", statements=elsewhere, stdout=said)
    assert f"audit_anchor {tomorrow}" in said.getvalue()
    assert not Difference.objects.exists()
    assert not Outbox.objects.filter(kind="operations.record_differs").exists()


def test_without_any_key_nothing_is_said_of_statements(events: list[Event], settings: Any) -> None:
    settings.RECORDS_KEY = ""
    with pytest.raises(CommandError, match="no key"):
        call_command("verify_records")
    verification.sweep_records()
    assert not Difference.objects.exists()


def test_a_check_sends_one_email_an_hour_with_the_count(
    events: list[Event], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(verification, "AT_ONCE", 2)
    _do("UPDATE audit_event SET actor_name = 'Forged'")
    moment = clock.now()
    with clock.at(moment):
        assert _found() == {("audit_event", "altered")}
    mail = Outbox.objects.get(kind="operations.record_differs")
    assert "Records that differ by now: 2 in all." in mail.text
    assert Difference.objects.count() == len(events)
    with clock.at(moment + dt.timedelta(hours=1)):
        _do(f"DELETE FROM audit_event WHERE id = '{events[0].pk}'")
        assert ("audit_event", "missing") in _found()
    assert Outbox.objects.filter(kind="operations.record_differs").count() == 2


def test_a_row_that_is_gone_is_not_taken_for_another_that_never_was(events: list[Event]) -> None:
    unaltered(Facts(Event, "id", [new_id()]))
    _do(f"DELETE FROM audit_event WHERE id = '{events[0].pk}'")
    with pytest.raises(Altered):
        unaltered(Facts(Event, "id", [events[0].pk]))


def test_p8_values_that_come_with_the_table_are_compared_although_no_row_was_written() -> None:
    """A column with a default shows in rows whose own versions stay."""
    facts = Facts(Event, "id", [_happens().pk])
    unaltered(facts)
    with superuser() as cursor:
        cursor.execute("ALTER TABLE audit_event ADD COLUMN more text DEFAULT 'Forged'")
        try:
            with pytest.raises(Altered):
                unaltered(facts)
        finally:
            cursor.execute("ALTER TABLE audit_event DROP COLUMN more")
    unaltered(facts)


def test_what_another_thread_forgets_meanwhile_is_compared_again(
    events: list[Event], monkeypatch: pytest.MonkeyPatch
) -> None:
    class Forgetting(OrderedDict[Any, None]):
        """Another thread drops what was just found."""

        def __contains__(self, key: object) -> bool:
            return super().pop(key, self) is not self

    monkeypatch.setattr(fact_selectors, "_known", Forgetting())
    for _time in range(2):
        unaltered(Facts(Event, "id", [events[0].pk]))


@pytest.mark.parametrize("content", ["", "{}", '{"statement": "{}", "signature": "x"}', "earlier"])
def test_a_file_that_we_did_not_sign_for_today_is_not_taken_for_todays_statement(
    events: list[Event], statements: Path, content: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    [path] = statements.glob("*.json")
    tomorrow = clock.real_today() + dt.timedelta(days=1)
    monkeypatch.setattr(clock, "real_today", lambda: tomorrow)
    content = path.read_text() if content == "earlier" else content
    (statements / f"{tomorrow}.json").write_text(content)
    anchors.sweep_anchor()
    assert not Anchor.objects.filter(day=tomorrow).exists()
    assert (statements / f"{tomorrow}.json").read_text() == content


def test_a_file_of_an_earlier_key_is_not_taken_for_todays_statement(
    events: list[Event], settings: Any
) -> None:
    _do("DELETE FROM audit_anchor", "DELETE FROM audit_seal WHERE of_table = 'audit_anchor'")
    settings.RECORDS_OLD_KEYS = [signing.public_key()]
    settings.RECORDS_KEY = base64.b64encode(bytes(range(32))).decode()
    anchors.sweep_anchor()
    assert not Anchor.objects.exists()


def test_the_statement_is_mailed_although_its_folder_cannot_be_written(
    settings: Any, tmp_path: Path
) -> None:
    (tmp_path / "a file").write_text("")
    settings.RECORDS_DIR = str(tmp_path / "a file")
    settings.RECORDS_EMAIL = ["auditor@example.com"]
    _happens()
    anchors.sweep_anchor()
    assert Anchor.objects.exists()
    assert Outbox.objects.filter(kind="operations.records_statement").exists()


def test_a_statement_that_could_not_be_written_is_written_by_a_later_sweep(
    settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    blocked = tmp_path / "blocked"
    blocked.write_text("")
    settings.RECORDS_DIR = str(blocked)
    _happens()
    for _time in range(2):
        anchors.sweep_anchor()
    assert _found() == {("audit_anchor", "statement")}
    blocked.unlink()
    tomorrow = clock.real_today() + dt.timedelta(days=1)
    monkeypatch.setattr(clock, "real_today", lambda: tomorrow)
    anchors.sweep_anchor()
    assert len(list(blocked.iterdir())) == 2
    assert _found() == set()
    lost = blocked / f"{tomorrow}.json"
    lost.unlink()
    anchors.sweep_anchor()
    assert not lost.exists() and _found() == {("audit_anchor", "statement")}


def test_a_statement_that_cannot_be_written_whole_leaves_nothing_behind(
    statements: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_handle: int) -> None:
        raise OSError(errno.ENOSPC, "full")

    monkeypatch.setattr(anchors.os, "fsync", full)
    _happens()
    anchors.sweep_anchor()
    assert Anchor.objects.exists() and list(statements.iterdir()) == []


def test_the_statement_is_mailed_to_those_who_keep_it(settings: Any) -> None:
    settings.RECORDS_EMAIL = ["auditor@example.com"]
    _happens()
    anchors.sweep_anchor()
    anchors.sweep_anchor()
    mail = Outbox.objects.get(kind="operations.records_statement")
    assert mail.to_address == "auditor@example.com"
    assert Anchor.objects.get().signature in mail.text
