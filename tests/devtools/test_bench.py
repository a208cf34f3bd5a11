"""The parts of the benchmark: the load tool counts, and copies are independent partners."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import psycopg2
import pytest
from django.conf import settings
from django.db import connections, transaction
from django.db.models import F

from core.search import Folded
from devtools.bench import (
    bulk,
    library,
    load,
    participants,
    processor,
    report,
    seals,
    svi_report,
    threads,
    uploads,
    walls,
)
from devtools.bench.clone import Roots, copies, tables, template
from devtools.embedded import SUPERUSER
from devtools.test_database import Flush
from documents.models import Document
from files.checks import pdf
from messages_app.models import Message, Reading, SearchedText, Thread
from security_models.models import SecurityModel
from svi.models import Consent, Monitoring, PartnerNote
from tests.factories import certified, svi
from tests.factories.trade import make_account, make_model


class Answers(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        body = b"x" * 1000
        self.send_response(404 if self.path == "/missing" else 200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:
        """Log nothing."""


@pytest.fixture
def port() -> Iterator[int]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Answers)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield server.server_address[1]
    server.shutdown()
    thread.join()
    server.server_close()


def _plan(port: int, path: str = "/", seconds: float = 5.0, at_most: int = 50) -> load.Plan:
    wire = f"GET {path} HTTP/1.1\r\nHost: x\r\nX-Version: {load.COUNTER}\r\n\r\n"
    requests = [load.Request(wire, 200, counter=7) for _ in range(2)]
    return load.Plan(port, requests, 2, seconds, at_most)


def test_load_is_bounded_in_number(port: int, tmp_path: Path) -> None:
    path = tmp_path / "plan.json"
    load.write(_plan(port), path)
    summary = load.run(load.read(path)).summary()
    assert summary["requests"] == 50
    assert summary["errors"] == 0
    assert int(summary["bytes"]) > 1000


def test_a_request_names_the_version_that_its_last_answer_made(port: int) -> None:
    plan = _plan(port)
    assert b"X-Version: 000007" in plan.requests[0].bytes()
    load.run(plan)
    assert b"X-Version: 000032" in plan.requests[0].bytes()


def test_each_upload_is_another_pdf_of_nearly_25_mb() -> None:
    request = uploads.on_the_floor(uploads.FORM)
    bodies = []
    for request.counter in (1, 2):
        head, _, body = request.bytes().partition(b"\r\n\r\n")
        assert f"Content-Length: {len(body)}".encode() in head
        bodies.append(body[body.index(b"%PDF") : body.index(b"\r\n--", 1_000)])
    assert bodies[0] != bodies[1]
    assert 24 < len(bodies[0]) / 1024**2 < settings.UPLOAD_MAX_BYTES / 1024**2
    assert list(pdf.problems(io.BytesIO(bodies[0]), "gate.pdf")) == []


def test_an_upload_is_compared_with_what_the_floor_needs_for_it() -> None:
    found: dict[str, dict[str, Any]]
    found = {name: {"p50_ms": ms, "errors": 0} for name, ms in TOOK.items()}
    assert report.compared_uploads(found) == {"raw": 4.0, "form": 1.5}
    found["portal"] = {"errors": 1, "first_error": "422 instead of 302"}
    assert report.compared_uploads(found) == {"raw": 0.0, "form": 0.0}
    assert report.upload_errors({"upload": found}) == ["422 instead of 302"]


def test_load_is_bounded_in_time(port: int) -> None:
    result = load.run(_plan(port, seconds=0.2, at_most=1_000_000))
    assert result.seconds < 2
    assert result.latencies


def test_an_answer_of_another_status_is_an_error_and_no_measure(port: int) -> None:
    summary = load.run(_plan(port, "/missing")).summary()
    assert summary["errors"] == 50
    assert summary["first_error"] == "404 instead of 200"


def test_the_next_round_goes_on_where_the_last_one_ended(
    port: int, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "plan.json"
    load.write(_plan(port, at_most=6), path)
    load.main(path)
    result, requests = load.answered(capsys.readouterr().out)
    assert len(result.latencies) == 6
    assert [request.counter for request in requests] == [10, 10]
    result.add(result)
    assert len(result.latencies) == 12


def test_processor_time_of_a_server_is_that_of_its_children_whether_they_live_or_not() -> None:
    work = "import time\nwhile time.process_time() < 0.3: pass"
    before = processor.spent_ms(os.getpid())
    subprocess.run([sys.executable, "-c", work], check=True)
    assert processor.spent_ms(os.getpid()) - before >= 250
    assert processor.memory_mb(os.getpid()) > 1


def _measured(rate: float, cost: float) -> dict[str, Any]:
    times = {"p50_ms": 5.0, "p95_ms": 5.0, "web_ms": cost, "database_ms": cost}
    return {**times, "per_second": rate, "bytes": 1, "errors": 0}


def test_the_table_names_what_lies_beyond_its_goal() -> None:
    def size(partners: int, cost: float) -> dict[str, Any]:
        page = {"statements": 9, "1": _measured(50, cost), "8": _measured(50, cost)}
        return {
            "partners": partners,
            "pages": {"criterion page": {**page, "floor": {"8": _measured(1000, 1.0)}}},
        }

    first, second = report.rows({"sizes": [size(100, 10.0), size(12_000, 22.0)]})
    assert first["beyond"] == ["SQL <= 8", "floor >= 1/15"]
    assert second["beyond"] == ["SQL <= 8", "floor >= 1/15", "growth <= 1.1"]
    assert second["growth"] == 2.2
    assert (first["share_of_floor"], first["share_by_processor"]) == (0.05, 0.1)
    json.dumps([first, second])


def test_the_walls_may_cost_a_twentieth_of_a_page() -> None:
    def pages(web_ms: float) -> dict[str, Any]:
        return {name: {"8": {"web_ms": web_ms, "database_ms": 10.0}} for name in walls.PAGES}

    for cost, beyond in ((31.9, False), (32.1, True)):
        table = walls.rows(pages(30.0), pages(cost))
        assert [row["beyond"] for row in table] == [beyond] * len(walls.PAGES)


@pytest.mark.django_db(databases=["default", "owner"])
def test_the_walls_of_a_measured_database_are_taken_down_all() -> None:
    with transaction.atomic(using="owner"), connections["owner"].cursor() as cursor:
        assert walls.take_down(cursor) > 20
        assert walls.take_down(cursor) == 0
        transaction.set_rollback(True, using="owner")


@pytest.mark.django_db
def test_only_what_must_differ_between_copies_is_made_different() -> None:
    with connections["default"].cursor() as cursor:
        found = tables(cursor)
    alone = {
        (table, one.name) for table, columns in found.items() for one in columns.values()
        if one.unique
    }  # fmt: skip
    assert ("identity_user", "email") in alone
    assert ("security_models_securitymodel", "reference") in alone
    assert [place for place in alone if place[1] in {"status", "state", "role"}] == []


@pytest.mark.django_db(transaction=True)
def test_copies_of_a_partner_share_no_row_with_it_nor_with_one_another() -> None:
    model = make_model(make_account())
    user = model.started_by
    roots = Roots({str(model.trade_account_id)}, {str(model.pk)}, {str(user.pk)})
    with Flush(connections["owner"].get_connection_params()).cursor() as cursor:
        made = template(cursor, roots)
        pieces = {part.table: text for part, _, text in copies(made, 1, 3)}
    assert pieces["security_models_securitymodel"].count("\n") == 3
    assert str(model.pk) not in "".join(pieces.values())
    assert str(user.pk) not in "".join(pieces.values())
    columns = {part.table: part.columns for part in made.parts}

    def values(table: str, column: str) -> set[str]:
        at = columns[table].index(column)
        return {line.split("\t")[at] for line in pieces[table].splitlines()}

    assert len(values("identity_user", "id")) == 3
    assert len(values("identity_user", "email") | {user.email}) == 4
    references = values("security_models_securitymodel", "reference") | {model.reference}
    assert len(references) == 4
    assert {len(one) for one in references} == {len(model.reference)}


def test_the_messages_of_the_benchmark_are_in_several_scripts_and_the_same_each_time() -> None:
    every = threads.sentences()
    assert every == threads.sentences() and len(set(every)) == len(every)
    for script in threads.SCRIPTS:
        frequent, rare = threads.words_of(script)[0], threads.words_of(script)[-1]
        counts = [sum(word in one.split() for one in every) for word in (frequent, rare)]
        assert counts[0] > counts[1] > 0, script


INDEXES = """
    SELECT indrelid::regclass::text, pg_get_indexdef(indexrelid), indisready AND indisvalid
    FROM pg_index JOIN pg_class c ON c.oid = indrelid AND relnamespace = 'public'::regnamespace
"""
TOOK = {"portal": 120.0, "raw": 30.0, "form": 80.0}
SAID = "of_table, row_id, part, digest, scope"


@contextmanager
def opened() -> Iterator[Any]:
    """A superuser's cursor on a connection of its own, as the benchmark opens them."""
    given = Flush(connections["owner"].get_connection_params()).parameters
    connection = psycopg2.connect(**{**given, "user": SUPERUSER})
    connection.autocommit = True
    try:
        yield connection.cursor()
    finally:
        connection.close()


@pytest.mark.django_db(transaction=True)
def test_one_account_of_the_benchmark_has_many_threads_and_each_has_messages(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name, size in (("MANY", 9), ("FEW", 4), ("PORTFOLIO_EACH", 3), ("USUAL", 2)):
        monkeypatch.setattr(threads, name, size)
    for name, size in (("MANY", 6), ("FEW", 5), ("USUAL", 4)):
        monkeypatch.setattr(library, name, size)
    models = [make_model(make_account()) for _ in range(2)]
    crowded = int(str(models[0].pk)[-12:], 16)
    with opened() as cursor:
        written = threads.prepare(cursor, 0, crowded, 0)
        assert written == threads.Filled(2, 11, 33)
        threads.fill(opened, written)
        assert library.fill(opened, written.partners) == 6 + 4
        threads.forget(cursor)
    for model, size, documents in zip(models, (9, 2), (6, 4), strict=True):
        rows = Thread.objects.filter(security_model=model)
        assert [rows.count(), Message.objects.filter(thread__in=rows).count()] == [size, 3 * size]
        read = Reading.objects.filter(thread__in=rows, user=model.started_by)
        assert read.filter(newest_at__gt=F("read_until")).count() == threads.UNREAD
        texts = SearchedText.objects.filter(security_model=model)
        said = {*rows.values_list(Folded("subject")), *_folded_bodies(rows)}
        assert {*texts.values_list("words")} == said
        found = Document.objects.filter(security_model=model)
        assert found.filter(current__file__state="clean").count() == documents
    assert "44 of 44 threads and messages" in capsys.readouterr().out


@pytest.mark.django_db(transaction=True)
def test_the_companies_of_the_directory_take_part_and_two_of_them_have_partners(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    svi.certified("Template")
    monkeypatch.setattr(participants, "READERS", {2: 1, 11: 2})
    monkeypatch.setattr(participants, "AT_ONCE", 50)
    companies = 130
    with opened() as cursor:
        filled = participants.fill(opened, companies)
        threads.forget(cursor)
    relations = companies * participants.MONITORS_EACH + 2 * (2 + 11)
    assert filled == participants.Filled(companies, relations)
    assert Consent.objects.filter(status="signed").count() == companies + 2
    assert Monitoring.objects.count() == relations
    assert PartnerNote.objects.filter(reference__startswith="V-").count() == 2 + 11
    made = SecurityModel.objects.filter(reference__startswith="D")
    assert made.filter(business_types__certified_on__isnull=False).count() == companies
    assert made.filter(trade_account__name="").count() == 0
    number = made.filter(reference="D0000130").values_list("business_types__account_number")
    assert list(number) == [("80000130",)]


def test_the_names_of_the_directory_are_the_same_each_time_and_in_several_scripts() -> None:
    words = participants.words()
    assert words == participants.words() and len(set(words)) == participants.WORDS
    assert {"a" < word[0] < "z" for word in words} == {True, False}


def test_what_many_partners_cost_is_told_beside_few(capsys: pytest.CaptureFixture[str]) -> None:
    def page(cost: float) -> dict[str, Any]:
        figures = {"statements": 9, "1": _measured(50, cost), "8": _measured(50, cost)}
        return {**figures, "floor": {"1": _measured(900, 1.0), "8": _measured(1000, 1.0)}}

    pages = {"SVI monitored, 100 partners": page(10.0), "SVI monitored, 5,000 partners": page(12.0)}
    revoked = {"100": {"relations": 200, "statements": 20, "ms": 9.0, "processor_ms": 2.0}}
    about = {"partners": 1000, "companies": 1000, "relations": 3200, "pages": pages}
    svi_report.show({"sizes": [{**about, "revoked": revoked}]})
    said = capsys.readouterr().out
    assert "1,000 companies in the directory, 3,200 relations" in said
    assert "SVI monitored 1.20." in said
    assert "with 200 relations: 20 statements in 9.0 ms" in said


def _indexes(cursor: Any) -> set[tuple[str, str, bool]]:
    cursor.execute(INDEXES)
    return set(cursor.fetchall())


def _folded_bodies(rows: Any) -> Any:
    return Message.objects.filter(thread__in=rows).values_list(Folded("body"))


@pytest.mark.django_db(transaction=True)
def test_indexes_that_were_set_aside_are_made_as_they_were() -> None:
    with opened() as cursor:
        before = _indexes(cursor)
        try:
            bulk.set_indexes_aside(cursor)
            aside = _indexes(cursor) - before
        finally:
            bulk.make_indexes(opened)
        assert _indexes(cursor) == before
    assert {table for table, *_ in aside} == set(bulk.HEAVY)
    assert not any(is_kept for *_, is_kept in aside)


@pytest.mark.django_db(transaction=True)
def test_the_benchmark_seals_as_the_database_does() -> None:
    certified.certified_company()
    with opened() as cursor:
        cursor.execute("CREATE SCHEMA bench; CREATE TEMP TABLE written AS TABLE audit_seal LIMIT 0")
        cursor.execute("CREATE TABLE bench.sealed (of_table text, row_id text)")
        for frozen in seals.declared():
            cursor.execute(seals.COLUMNS, [frozen["table"]])
            for statement in seals.additions(dict(cursor.fetchall()), **frozen):
                here = statement.replace("INTO audit_seal (", "INTO written (")
                cursor.execute(here, ("(0,0)", "(100000,0)"))
        cursor.execute("DROP SCHEMA bench CASCADE")
        cursor.execute(f"SELECT {SAID} FROM written")
        written = cursor.fetchall()
        cursor.execute(f"SELECT {SAID} FROM audit_seal WHERE part <> 'gone'")
        assert sorted(written) == sorted(cursor.fetchall())
    assert len({table for table, *_ in written}) > 5
