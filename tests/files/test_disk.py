"""An upload that lies on the disk of the store already is not copied; whatever else is."""

from __future__ import annotations

import io
import os
import stat
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from core import bounded
from files.checks import pdf
from files.upload_handlers import Disk, Incoming
from tests.files.corpus import pdf as blank_pdf

Take = Callable[[bytes], Any]


@pytest.fixture
def incoming() -> Iterator[Callable[[bytes], Any]]:
    """Makes complete uploads; closed when the test ends."""
    opened = []

    def take_in(content: bytes) -> Any:
        handler = Incoming()
        handler.new_file("file", "a.pdf", "application/pdf", len(content), None, None)
        handler.receive_data_chunk(content, 0)
        opened.append(handler.file_complete(len(content)))
        return opened[-1]

    yield take_in
    for one in opened:
        one.close()


@pytest.fixture(autouse=True)
def store(settings: Any, tmp_path: Path) -> Path:
    """An empty store of this test's own."""
    settings.MEDIA_ROOT = str(tmp_path)
    return tmp_path


def test_u5_an_upload_on_the_disk_of_the_store_only_gets_its_name(
    store: Path, incoming: Take
) -> None:
    upload = incoming(b"%PDF-1.7 content")
    assert default_storage.save("2026/11/28/one", upload) == "2026/11/28/one"
    path = store / "2026/11/28/one"
    assert path.read_bytes() == b"%PDF-1.7 content"
    assert os.path.samestat(path.stat(), os.fstat(upload.file.fileno()))
    assert stat.S_IMODE(path.stat().st_mode) == 0o640


def test_u2_an_upload_that_is_not_kept_leaves_no_name_on_the_disk(
    store: Path, incoming: Take
) -> None:
    upload = incoming(b"%PDF-1.7 content")
    upload.close()
    assert list(store.iterdir()) == []


def test_a_name_that_is_taken_keeps_its_file(store: Path, incoming: Take) -> None:
    default_storage.save("one", ContentFile(b"first"))
    kept = Disk()._save("one", incoming(b"second"))
    assert (store / "one").read_bytes() == b"first"
    assert (store / kept).read_bytes() == b"second"


def test_an_upload_from_another_disk_is_copied(
    store: Path, monkeypatch: pytest.MonkeyPatch, incoming: Take
) -> None:
    def refuse(*args: Any, **kwargs: Any) -> None:
        raise OSError("Invalid cross-device link")

    monkeypatch.setattr("files.upload_handlers.os.link", refuse)
    default_storage.save("one", incoming(b"%PDF-1.7 content"))
    assert (store / "one").read_bytes() == b"%PDF-1.7 content"


def test_where_files_without_names_do_not_exist_uploads_are_kept(
    store: Path, monkeypatch: pytest.MonkeyPatch, incoming: Take
) -> None:
    really = os.open

    def without(path: Any, flags: int, *args: Any, **kwargs: Any) -> int:
        if flags & os.O_TMPFILE == os.O_TMPFILE:
            raise OSError("Operation not supported")
        return really(path, flags, *args, **kwargs)

    monkeypatch.setattr("files.upload_handlers.os.open", without)
    default_storage.save("one", incoming(b"%PDF-1.7 content"))
    assert (store / "one").read_bytes() == b"%PDF-1.7 content"


def test_u1_a_pdf_is_checked_where_it_lies(monkeypatch: pytest.MonkeyPatch, incoming: Take) -> None:
    monkeypatch.setattr(pdf, "_copied", lambda *args, **kwargs: pytest.fail("it was copied"))
    assert list(pdf.problems(incoming(blank_pdf()), "a.pdf")) == []


def test_u1_a_child_that_may_not_open_it_gets_a_copy(
    monkeypatch: pytest.MonkeyPatch, incoming: Take
) -> None:
    def nowhere(file: Any, path: Path) -> bool:
        path.symlink_to("/nowhere")
        return True

    monkeypatch.setattr(pdf, "_pointed_to", nowhere)
    assert list(pdf.problems(incoming(blank_pdf()), "a.pdf")) == []


def test_u2_a_child_that_fails_is_not_asked_twice(
    monkeypatch: pytest.MonkeyPatch, incoming: Take
) -> None:
    asked = []

    def fail(*args: Any) -> None:
        asked.append(args)
        raise bounded.ChildFailed("RuntimeError: no")

    monkeypatch.setattr("files.checks.pdf.bounded.run", fail)
    assert len(list(pdf.problems(incoming(blank_pdf()), "a.pdf"))) == 1
    assert len(asked) == 1


def test_u1_content_in_memory_is_copied_to_the_child() -> None:
    assert list(pdf.problems(io.BytesIO(blank_pdf()), "a.pdf")) == []
