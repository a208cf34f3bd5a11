"""What is accepted, what is refused, and that nothing remains of what was refused."""

from __future__ import annotations

import datetime as dt
import hashlib
import os
import random
import resource
import signal
import time
import unicodedata
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import time_machine
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from hypothesis import given
from hypothesis import strategies as st

from audit.models import StatusChange
from audit.services import PROGRAM, Scope, model_scope
from core import clock
from core.access import Access, system
from core.errors import Refused
from core.ids import new_id
from files import services
from files.checks import names, openxml, pdf
from files.models import StoredFile
from files.services import uploads
from files.states import ScanState
from tests.files import acting_pdfs, corpus, more_files
from tests.files.conftest import Receive, kept

#: Of each kind some; the whole corpus is examined in test_corpus.py.
GOOD = {
    **corpus.good(),
    "protected against printing.pdf": acting_pdfs.print_protected(),
    "scan.tif": more_files.scan(),
    "slides.pptx": more_files.powerpoint(),
    "table.csv": b"Container,Seal\r\nMSKU 1,AC 10\r\n",
}
BAD = corpus.bad()


def test_u2_a_pdf_that_unpacks_beyond_measure_is_refused_and_costs_this_process_nothing(
    receive: Receive, monkeypatch: pytest.MonkeyPatch
) -> None:
    limits = replace(pdf.OPEN_LIMITS, memory_bytes=300 * 1024**2)
    monkeypatch.setattr(pdf, "OPEN_LIMITS", limits)
    small, before = corpus.pdf_bomb(1), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    assert receive("white.pdf", small).name == "white.pdf"
    with pytest.raises(Refused) as refusal:
        receive("bomb.pdf", corpus.pdf_bomb(200))
    # The library reports "damaged" if it runs out of memory itself.
    assert refusal.value.code in {"too_large", "damaged"}
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 50_000


def test_u2_a_workbook_with_more_elements_than_are_read_is_refused(
    receive: Receive, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(openxml, "MOST_ELEMENTS", 100)
    with pytest.raises(Refused) as refusal:
        receive("cells.xlsx", corpus.excel())
    assert refusal.value.code == "too_large"


@pytest.mark.parametrize("name", GOOD)
def test_u1_every_good_file_is_kept_byte_for_byte(name: str, receive: Receive) -> None:
    stored = receive(name, GOOD[name])
    assert stored.name == name
    assert stored.state == ScanState.QUARANTINED
    assert stored.size == len(GOOD[name])
    assert stored.sha256 == hashlib.sha256(GOOD[name]).hexdigest()
    with default_storage.open(stored.storage_key) as content:
        assert content.read() == GOOD[name]


@pytest.mark.parametrize("name", BAD)
def test_u1_every_bad_file_is_refused_in_words_and_leaves_nothing(
    name: str, receive: Receive, store: Path
) -> None:
    content, code = BAD[name]
    with pytest.raises(Refused) as refusal:
        receive(name, content)
    assert refusal.value.code == code
    for problem in refusal.value.problems:
        assert problem.field == "file"
        assert len(str(problem.message)) > 20
    assert not StoredFile.objects.exists()
    assert kept(store) == []


def test_d5_a_new_file_is_quarantined_and_its_begin_is_recorded(receive: Receive) -> None:
    stored = receive("gate.pdf", corpus.pdf())
    change = StatusChange.objects.get(thing="stored_file", thing_id=stored.pk)
    assert (change.before, change.after) == ("", "quarantined")
    assert not stored.is_clean


def test_u5_the_store_never_sees_the_users_name(receive: Receive, store: Path) -> None:
    stored = receive("my secret plan.pdf", corpus.pdf())
    (path,) = kept(store)
    assert path.name == stored.pk.hex
    assert "secret" not in str(path)


@pytest.mark.parametrize(
    ("given_name", "kept_name"),
    [
        ("../../etc/passwd.pdf", "passwd.pdf"),
        ("C:\\fakepath\\gate.pdf", "gate.pdf"),
        ("gate\u202efdp.pdf", "gatefdp.pdf"),
        ("ga\x00te\x07.pdf", "gate.pdf"),
        ("ga\u200bte\ufeff.pdf", "gate.pdf"),
        ("Cafe\u0301.pdf", "Caf\u00e9.pdf"),
        ("two  spaces\n.pdf", "two spaces.pdf"),
        ("营业执照.txt", "营业执照.txt"),
        ("رخصة\u202e تجارية.pdf", "رخصة تجارية.pdf"),
        ("می\u200cخواهم.pdf", "می\u200cخواهم.pdf"),
    ],
)
def test_u5_names_lose_what_misleads(given_name: str, kept_name: str) -> None:
    assert names.clean(given_name) == kept_name


def test_u5_path_parts_in_a_name_are_data_and_nothing_else(receive: Receive) -> None:
    upload = ContentFile(corpus.pdf())
    upload.name = "..\\..\\windows/system32/seal.pdf"
    stored = receive("x.pdf", corpus.pdf())
    assert stored.name == "x.pdf"
    assert names.clean(upload.name) == "seal.pdf"


@given(st.text(max_size=400))
def test_u5_a_cleaned_name_is_one_line_without_paths_or_marks(raw: str) -> None:
    name = names.clean(raw)
    assert name == unicodedata.normalize("NFC", name)
    assert not set(name) & set("/\\\x00\n\r\t")
    assert all(unicodedata.category(c) not in {"Cc", "Cs", "Zl", "Zp"} for c in name)
    assert not set(name) & set("\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
    assert names.clean(name) == name


@pytest.mark.parametrize(
    "name", ["", "...", "x" * 197 + ".pdf", "\u202e", ".docx", " .docx", "..docx"]
)
def test_u5_a_name_that_is_none_or_too_long_is_refused(name: str) -> None:
    assert [problem.code for problem in names.problems(names.clean(name))] == ["name"]


def test_u2_a_file_of_exactly_the_limit_is_taken_and_one_byte_more_is_not(
    receive: Receive, settings: object, store: Path
) -> None:
    settings.UPLOAD_MAX_BYTES = 1000  # type: ignore[attr-defined]
    assert receive("a.txt", b"x" * 1000).size == 1000
    with pytest.raises(Refused) as refusal:
        receive("b.txt", b"x" * 1001)
    assert refusal.value.code == "too_large"
    assert len(kept(store)) == 1


def test_u2_a_stream_that_hides_its_size_is_stopped_at_the_limit(
    actor: Access, scope: Scope, settings: object
) -> None:
    settings.UPLOAD_MAX_BYTES = 1000  # type: ignore[attr-defined]
    read: list[int] = []

    class Endless(ContentFile):
        size = 0

        def chunks(self, chunk_size: int | None = None) -> Iterator[bytes]:
            for _ in range(100):
                read.append(600)
                yield b"x" * 600

    upload = Endless(b"x", name="endless.txt")
    with pytest.raises(Refused) as refusal:
        services.receive(upload, actor=actor, scope=scope)
    assert refusal.value.code == "too_large"
    assert len(read) == 2


def test_u2_an_owner_has_room_for_so_many_files_and_no_more(
    receive: Receive, actor: Access, settings: object
) -> None:
    settings.UPLOAD_MAX_FILES_PER_ACCOUNT = 2  # type: ignore[attr-defined]
    receive("a.txt", b"one")
    receive("b.txt", b"two")
    with pytest.raises(Refused) as refusal:
        receive("c.txt", b"three")
    assert refusal.value.code == "quota"
    other = model_scope(new_id())
    services.receive(SimpleUploadedFile("d.txt", b"four"), actor=actor, scope=other)


def test_u2_an_owner_has_room_for_so_many_bytes(receive: Receive, settings: object) -> None:
    settings.UPLOAD_MAX_BYTES_PER_ACCOUNT = 10  # type: ignore[attr-defined]
    receive("a.txt", b"12345")
    with pytest.raises(Refused) as refusal:
        receive("b.txt", b"123456")
    assert refusal.value.code == "quota"
    receive("c.txt", b"12345")


def test_d1_what_the_program_publishes_has_no_limit_of_an_account(
    actor: Access, store: Path, settings: object
) -> None:
    settings.UPLOAD_MAX_FILES_PER_ACCOUNT = 1  # type: ignore[attr-defined]
    settings.UPLOAD_MAX_BYTES_PER_ACCOUNT = 5  # type: ignore[attr-defined]
    for content in (b"three", b"more"):
        services.receive(SimpleUploadedFile("a.txt", content), actor=actor, scope=PROGRAM)
    assert StoredFile.objects.count() == 2


def test_u2_documents_of_the_portal_take_no_room_and_blocked_files_do(
    receive: Receive, settings: object
) -> None:
    settings.UPLOAD_MAX_FILES_PER_ACCOUNT = 1  # type: ignore[attr-defined]
    receive("a.txt", b"one", uploader=system("renderings"))
    first = receive("b.txt", b"two")
    StoredFile.objects.filter(pk=first.pk).update(state=ScanState.INFECTED)
    with pytest.raises(Refused, match="limit of 1 files"):
        receive("c.txt", b"three")


def test_r12_a_store_that_is_away_refuses_in_words(
    receive: Receive, settings: object, tmp_path: Path
) -> None:
    blocker = tmp_path / "a-file"
    blocker.write_text("not a folder")
    settings.MEDIA_ROOT = str(blocker / "media")  # type: ignore[attr-defined]
    with pytest.raises(Refused) as refusal:
        receive("a.txt", b"one")
    assert refusal.value.code == "storage"
    assert not StoredFile.objects.exists()


def test_r12_a_disk_that_fills_up_in_the_middle_leaves_nothing(
    receive: Receive, store: Path
) -> None:
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    before = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, limits[1]))
    try:
        with pytest.raises(Refused) as refusal:
            receive("a.txt", b"x" * 900_000)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
        signal.signal(signal.SIGXFSZ, before)
    assert refusal.value.code == "storage"
    assert kept(store) == []


def test_bytes_that_a_rollback_left_are_swept_after_a_day(receive: Receive, store: Path) -> None:
    stays = receive("stays.txt", b"one")
    with transaction.atomic():
        receive("goes.txt", b"two")
        transaction.set_rollback(True)
    assert len(kept(store)) == 2
    assert services.sweep_orphans() == 0
    for path in kept(store):
        os.utime(path, (time.time() - 90_000,) * 2)
    assert services.sweep_orphans() == 1
    (left,) = kept(store)
    assert left.name == stays.pk.hex


def test_what_the_store_could_not_delete_long_ago_is_swept_later(
    receive: Receive, store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with time_machine.travel(dt.datetime(2020, 2, 3, 12, tzinfo=dt.UTC), tick=False):
        named = receive("stays.txt", b"one")
    left = store / "2020" / "02" / "03" / "left"
    left.write_bytes(b"x")
    (store / "2020" / "notes").mkdir()
    for path in kept(store):
        os.utime(path, (time.time() - 90_000,) * 2)
    monkeypatch.setattr(uploads, "OLDER_GROUPS", 1)
    assert services.sweep_orphans() == 1
    assert [path.name for path in kept(store)] == [named.pk.hex]


def test_every_older_folder_is_checked_once_a_week() -> None:
    week = [clock.now() + dt.timedelta(hours=hour) for hour in range(7 * 24)]
    for folder in ("2020/02/03", "2026/11/28"):
        assert sum(uploads.is_checked_at(folder, moment) for moment in week) == 1


def test_a_file_can_be_examined_without_being_kept(db: None, store: Path) -> None:
    fine = SimpleUploadedFile("a.pdf", corpus.pdf())
    wrong = SimpleUploadedFile("a.pdf", b"MZ")
    assert services.examine(fine) == []
    assert [problem.code for problem in services.examine(wrong)] == ["mismatch"]
    assert kept(store) == []


def test_u8_a_large_word_document_opens_within_its_limits(receive: Receive) -> None:
    picture = b"\x89PNG\r\n\x1a\n" + random.Random(7).randbytes(3_000_000)
    content = corpus.rezip(corpus.word(), {"word/media/image1.png": picture})
    assert receive("large.docx", content).size > 2_900_000
