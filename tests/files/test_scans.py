"""From quarantine to clean or blocked: retries, copies, events and emails (D5, U-3)."""

from __future__ import annotations

import datetime as dt
import io
import threading
from dataclasses import replace
from pathlib import Path

import pikepdf
import pytest
from celery import current_app
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, transaction

from audit.models import Event, StatusChange
from audit.selectors import events_for, newest_sweep, timeline
from audit.services import Scope, model_scope
from core import clock
from core.access import Access, for_user
from core.ids import new_id
from files import scanners, services
from files.checks import pdf, pdf_walk
from files.models import StoredFile
from files.scanners import Outcome
from files.selectors import scan_lag, state_words
from files.services.scans import LEASES
from files.states import ScanState
from notifications.models import Notification, Outbox
from tests.factories.people import UserFactory
from tests.files import acting_pdfs, corpus
from tests.files.clamd import Clamd
from tests.files.conftest import Receive, kept


def _again(file: StoredFile) -> StoredFile:
    return StoredFile.objects.get(pk=file.pk)


def test_d5_a_clean_file_can_be_read_and_says_who_checked_it(
    receive: Receive, clamd: Clamd
) -> None:
    file = receive("gate.pdf", corpus.pdf())
    assert services.scan(file.pk) is Outcome.CLEAN
    file = _again(file)
    assert file.is_clean
    assert (file.scanner, file.next_scan_at) == ("ClamAV", None)
    assert file.scanned_at is not None
    assert state_words(file) == "Checked by: ClamAV."
    moves = StatusChange.objects.filter(thing_id=file.pk).order_by("at")
    assert [change.move for change in moves] == ["begin", "pass"]


def test_d5_a_second_check_of_the_same_file_does_nothing(receive: Receive, clamd: Clamd) -> None:
    file = receive("gate.txt", b"gate")
    services.scan(file.pk)
    clamd.answer = "stream: Late.Finding FOUND\n"
    assert services.scan(file.pk) is None
    assert _again(file).is_clean
    assert len(clamd.seen) == 1


def test_d5_a_file_that_somebody_else_checks_is_left_to_them(
    receive: Receive, clamd: Clamd
) -> None:
    file = receive("gate.txt", b"gate")
    clamd.answer = "close"
    services.scan(file.pk)
    assert services.scan(file.pk) is None
    assert LEASES.due_ids(200) == []


def test_u3_malware_blocks_every_copy_of_the_same_bytes(
    receive: Receive, actor: Access, clamd: Clamd
) -> None:
    mine = receive("bad.txt", corpus.eicar_text())
    StoredFile.objects.filter(pk=mine.pk).update(state=ScanState.CLEAN, next_scan_at=None)
    upload = SimpleUploadedFile("copy.txt", corpus.eicar_text())
    elsewhere = services.receive(upload, actor=actor, scope=model_scope(new_id()))
    unlike = receive("good.txt", b"good")
    services.scan(elsewhere.pk)
    assert [_again(one).state for one in (mine, elsewhere, unlike)] == [
        ScanState.INFECTED,
        ScanState.INFECTED,
        ScanState.QUARANTINED,
    ]
    assert "Win.Test.EICAR_HDB-1" in state_words(_again(mine))


def test_u3_a_later_copy_of_malware_is_blocked_whatever_the_scanner_says(
    receive: Receive, clamd: Clamd
) -> None:
    first = receive("bad.txt", corpus.eicar_text())
    services.scan(first.pk)
    clamd.answer = "stream: OK\n"
    second = receive("bad2.txt", corpus.eicar_text())
    services.scan(second.pk)
    assert _again(second).state == ScanState.INFECTED
    assert _again(second).state_reason == _again(first).state_reason


def test_u3_the_uploader_is_told_once_and_the_timeline_says_it(
    receive: Receive, actor: Access, scope: Scope, clamd: Clamd
) -> None:
    file = receive("bad.txt", corpus.eicar_text())
    services.scan(file.pk)
    services.scan(file.pk)
    mail = Outbox.objects.get(kind="document.blocked")
    assert mail.to_address == actor.user.email
    assert "bad.txt" in mail.text and "malware" in mail.text
    assert "EICAR" not in mail.text
    assert Notification.objects.get(kind="document.blocked").user_id == actor.user_id
    (entry,) = timeline(events_for(scope, access=for_user(UserFactory())))
    assert entry.who == "File check"
    assert "blocked the file “bad.txt”" in entry.what


def test_u3_away_means_quarantined_for_as_long_as_it_takes(receive: Receive, clamd: Clamd) -> None:
    file = receive("gate.txt", b"gate")
    clamd.stop()
    start = clock.now()
    for minutes in range(0, 40, 2):
        with clock.at(start + dt.timedelta(minutes=minutes)):
            assert services.scan(file.pk) is Outcome.DOWN
    file = _again(file)
    assert (file.state, file.scan_attempts) == (ScanState.QUARANTINED, 0)
    with clock.at(start + dt.timedelta(minutes=41)):
        assert "longer than usual" in state_words(file)
        assert scan_lag() > dt.timedelta(minutes=40)
    assert not Event.objects.filter(kind="files.blocked").exists()


def test_u3_no_answer_is_tried_again_later_and_later_and_given_up(
    receive: Receive, clamd: Clamd
) -> None:
    file = receive("gate.txt", b"gate")
    clamd.answer = "stream: something ERROR\n"
    now, pauses = clock.now(), []
    for _attempt in range(8):
        with clock.at(now):
            assert services.scan(file.pk) is Outcome.NO_ANSWER
        due = _again(file).next_scan_at
        if due is None:
            break
        pauses.append(due - now)
        now = due
    assert len(pauses) == 7
    assert pauses[0] <= dt.timedelta(minutes=1) and pauses[-1] > dt.timedelta(minutes=30)
    assert _again(file).state == ScanState.UNSCANNABLE
    assert "can't be used" in state_words(_again(file))


def test_r5_a_worker_that_dies_each_time_ends_in_unscannable(
    receive: Receive, clamd: Clamd
) -> None:
    file = receive("gate.txt", b"gate")
    StoredFile.objects.filter(pk=file.pk).update(scan_attempts=8)
    assert services.scan(file.pk) is None
    assert _again(file).state == ScanState.UNSCANNABLE


def test_u3_bytes_that_changed_in_the_store_are_never_clean(
    receive: Receive, clamd: Clamd, store: Path
) -> None:
    file = receive("gate.txt", b"gate")
    (path,) = kept(store)
    path.write_bytes(b"gaTe")
    services.scan(file.pk)
    assert _again(file).state == ScanState.UNSCANNABLE


def test_u3_bytes_that_are_missing_are_never_clean(
    receive: Receive, clamd: Clamd, store: Path
) -> None:
    file = receive("gate.txt", b"gate")
    kept(store)[0].unlink()
    assert services.scan(file.pk) is Outcome.NO_ANSWER
    assert _again(file).state == ScanState.QUARANTINED


def _found(content: bytes) -> bool:
    return pdf.acts_when_opened(io.BytesIO(content))


def _finds(content: bytes) -> str:
    with pikepdf.open(io.BytesIO(content)) as document:
        return pdf_walk.finds(document)


@pytest.mark.parametrize("packed", [True, False], ids=["in object streams", "plain"])
@pytest.mark.parametrize("name", acting_pdfs.ACTING)
def test_u8_whatever_a_pdf_may_do_besides_being_read_is_found(name: str, packed: bool) -> None:
    assert _finds(acting_pdfs.acting(name, packed=packed))


@pytest.mark.parametrize("name", acting_pdfs.HARMLESS)
def test_u8_papers_that_are_only_read_are_taken(name: str) -> None:
    assert _finds(acting_pdfs.acting(name)) == ""


@pytest.mark.parametrize("packed", [True, False], ids=["in object streams", "plain"])
@pytest.mark.parametrize("padding", [b"", bytes(3_000), b"\n" * 100_000])
def test_u8_padding_neither_hides_what_a_pdf_does_nor_makes_it_act(
    padding: bytes, packed: bool
) -> None:
    def padded(name: str) -> bytes:
        return b"\xef\xbb\xbf\r\n" + acting_pdfs.acting(name, packed=packed) + padding

    assert _found(padded("JavaScript when opened"))
    assert not _found(padded("a first view"))


def test_u8_what_only_a_reader_that_ignores_the_table_of_objects_finds_counts() -> None:
    plain = acting_pdfs.acting("a first view", packed=False)
    hidden = b"\n90 0 obj\n<< /S /Launch /F (a.exe) >>\nendobj\n"
    end = plain.rindex(b"xref\n", 0, plain.rindex(b"startxref"))
    # The table keeps its place, so that only the objects after it move.
    moved = plain[:end] + plain[end:].replace(b"%%EOF", hidden + b"%%EOF")
    assert _found(moved + bytes(3_000))


def test_u8_a_pdf_with_more_objects_than_are_looked_at_counts_as_acting(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with pikepdf.open(io.BytesIO(corpus.pdf())) as plain:
        assert pdf_walk.finds(plain) == ""
        for limit in ("MOST_OBJECTS", "MOST_VALUES"):
            with monkeypatch.context() as patch:
                patch.setattr(pdf_walk, limit, 2)
                assert pdf_walk.finds(plain), limit


def test_u2_a_pdf_that_unpacks_beyond_measure_counts_as_acting(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    limits = replace(pdf.WALK_LIMITS, memory_bytes=300 * 1024**2)
    monkeypatch.setattr(pdf, "WALK_LIMITS", limits)
    assert _found(corpus.pdf_bomb(200))


@pytest.mark.parametrize("name", ["JavaScript when opened", "a file attached to a page"])
def test_u8_a_pdf_that_acts_is_blocked(receive: Receive, clamd: Clamd, name: str) -> None:
    file = receive("acts.pdf", acting_pdfs.acting(name))
    services.scan(file.pk)
    assert _again(file).state == ScanState.UNSCANNABLE
    assert "scripts" in state_words(_again(file))


def test_u3_a_pdf_protected_against_printing_only_is_taken_as_it_is(
    receive: Receive, clamd: Clamd, store: Path
) -> None:
    content = acting_pdfs.print_protected()
    clamd.says = lambda data: (
        b"stream: Heuristics.Encrypted.PDF FOUND" if b"/Encrypt" in data else b"stream: OK"
    )
    file = receive("annual report.pdf", content)
    assert services.scan(file.pk) is Outcome.CLEAN
    assert kept(store)[0].read_bytes() == content


def test_u3_malware_behind_the_protection_is_found(receive: Receive, clamd: Clamd) -> None:
    clamd.says = lambda data: (
        b"stream: Heuristics.Encrypted.PDF FOUND" if b"/Encrypt" in data else b"stream: Bad FOUND"
    )
    file = receive("report.pdf", acting_pdfs.print_protected())
    assert services.scan(file.pk) is Outcome.INFECTED


@pytest.mark.parametrize("name", ["JavaScript when opened", "an associated file"])
def test_u8_protection_does_not_hide_what_a_pdf_does(name: str) -> None:
    encryption = pikepdf.Encryption(owner="secret", user="")
    assert _found(corpus.pdf_with(acting_pdfs.ACTING[name], encryption=encryption))


def test_r11_the_sweep_checks_what_no_task_came_for(receive: Receive, clamd: Clamd) -> None:
    files = [receive(f"{n}.txt", str(n).encode()) for n in range(3)]
    assert services.sweep_scans() == 3
    assert all(_again(file).is_clean for file in files)
    assert services.sweep_scans() == 0
    run = newest_sweep("scans")
    assert run is not None and run.done == {"files": 3}


def test_r12_the_sweep_asks_a_scanner_that_is_away_only_once(
    receive: Receive, clamd: Clamd
) -> None:
    for number in range(3):
        receive(f"{number}.txt", str(number).encode())
    clamd.stop()
    services.sweep_scans()
    assert len(LEASES.due_ids(200)) == 2


@pytest.mark.django_db(transaction=True)
def test_r5_two_workers_at_once_check_a_file_once(receive: Receive, clamd: Clamd) -> None:
    with transaction.atomic():
        file = receive("gate.txt", b"gate")
    clamd.answer = "stall"
    both = [threading.Thread(target=_scan_and_leave, args=(file.pk,)) for _ in range(2)]
    for thread in both:
        thread.start()
    for thread in both:
        thread.join()
    assert len(clamd.seen) == 1


def _scan_and_leave(file_id: object) -> None:
    try:
        services.scan(str(file_id))
    finally:
        connection.close()


def test_in_the_demo_every_state_names_the_built_in_check(
    receive: Receive, settings: object
) -> None:
    settings.SCANNER = "files.scanners.BuiltInCheck"  # type: ignore[attr-defined]
    scanners.scanner.cache_clear()
    file = receive("gate.txt", b"gate")
    assert "not a virus scanner" in state_words(file)
    services.scan(file.pk)
    assert "not a virus scanner" in state_words(_again(file))


def test_the_scan_is_asked_for_after_commit_by_its_name() -> None:
    current_app.loader.import_default_modules()
    for task in ("scan", "sweep_scans", "render", "sweep_renderings", "sweep_orphans"):
        assert f"files.tasks.{task}" in current_app.tasks
