"""ZIP files of documents: what is in them, for whom, and how long (D1, D3, D5, U-5, U-6)."""

from __future__ import annotations

import hashlib
import io
import subprocess
import zipfile
from pathlib import Path
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.test import Client
from django.urls import reverse

from audit.models import Event
from core import clock
from core.access import Access
from core.errors import NotVisible, Refused
from core.ids import new_id
from documents.checks.archive_names import ArchiveNames, safe_part
from documents.models import Document, Package
from documents.presentation.package_index import HASHES, INDEX
from documents.services import package_making, package_parts, packages
from documents.services.packages import Entry, request_package
from documents.states import PackageState
from files.models import StoredFile
from files.services import made
from files.states import ScanState
from notifications.models import Outbox
from security_models import grants
from tests.factories.documents import add
from tests.factories.messages import looked_after
from tests.factories.models import access_to
from tests.factories.trade import make_account, make_contact, make_model

pytestmark = pytest.mark.django_db


def asked(actor: Access, *documents: Document, folder: str = "") -> Package:
    return request_package(
        actor=actor,
        title="Seals",
        entries=[Entry(one.newest, folder) for one in documents],
        key=new_id(),
    )


def made_of(actor: Access, *documents: Document, folder: str = "") -> Package:
    package = asked(actor, *documents, folder=folder)
    package_making.make_package(package.pk)
    package.refresh_from_db()
    return package


def opened(package: Package) -> zipfile.ZipFile:
    assert package.file is not None
    with default_storage.open(package.file.storage_key) as content:
        return zipfile.ZipFile(io.BytesIO(content.read()))


def signed_in(actor: Access) -> Client:
    client = Client()
    client.force_login(actor.user)
    return client


def page(package: Package, name: str = "zip") -> str:
    return reverse(f"documents:{name}", args=[package.pk])


# --- what is in it --------------------------------------------------------------------------------


def test_d5_a_zip_has_the_bytes_that_were_uploaded_an_index_and_hashes_that_can_be_checked(
    tmp_path: Path,
) -> None:
    _model, officer, _specialist = looked_after()
    documents = add(officer, "封条程序"), add(officer, "Yard plan")
    package = made_of(officer, *documents, folder="2.3")
    assert package.state == PackageState.READY and package.done == package.total == 2
    archive = opened(package)
    assert archive.testzip() is None
    assert archive.namelist() == ["2.3/封条程序.txt", "2.3/Yard plan.txt", INDEX, HASHES]
    assert archive.read("2.3/Yard plan.txt") == b"Yard plan\n"
    index = archive.read(INDEX).decode()
    for said in ("封条程序", "Yard plan", str(documents[0].type), officer.name, "2.3"):
        assert said in index
    there = tmp_path / "unpacked"
    archive.extractall(there)
    subprocess.run(["sha256sum", "-c", "--strict", HASHES], cwd=there, check=True)


def test_d5_what_changed_is_missing_or_blocked_is_listed_and_not_put_in() -> None:
    _model, officer, _specialist = looked_after()
    good, changed, missing, blocked = (add(officer, f"Number {n}") for n in range(4))
    key = changed.newest.file.storage_key
    default_storage.delete(key)
    default_storage.save(key, io.BytesIO(b"Something else\n"))
    default_storage.delete(missing.newest.file.storage_key)
    StoredFile.objects.filter(pk=blocked.newest.file_id).update(state=ScanState.INFECTED)
    package = made_of(officer, good, changed, missing, blocked)
    assert package.state == PackageState.READY and package.left_out == 3
    assert opened(package).namelist() == ["Number 0.txt", INDEX, HASHES]
    index = opened(package).read(INDEX).decode()
    assert all(f"Number {n}" in index for n in range(4))
    answer = signed_in(officer).get(page(package)).content.decode()
    assert all(one.title in answer for one in (changed, missing, blocked))
    assert "not what was uploaded" in answer and "missing" in answer


def test_d5_content_that_changes_between_check_and_reading_makes_no_zip(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    _model, officer, _specialist = looked_after()
    monkeypatch.setattr(
        package_parts, "open_unaltered", lambda _file, *_facts: io.BytesIO(b"Forged\n")
    )
    package = made_of(officer, add(officer))
    assert package.state == PackageState.PENDING and package.file is None


def test_a_zip_of_a_hundred_files_is_never_held_in_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    """What was read and is not yet written is at most two pieces, however much there is."""
    _model, officer, _specialist = looked_after()
    size, count = 3 * package_making.CHUNK, 100
    document = add(officer, "Large", content=b"x" * size)
    read = written = most = 0

    class Source(io.BytesIO):
        def read(self, length: int | None = -1) -> bytes:
            nonlocal read, most
            assert length is not None and 0 < length <= package_making.CHUNK
            chunk = super().read(length)
            read += len(chunk)
            most = max(most, read - written)
            return chunk

    class Store:
        @staticmethod
        def save(key: str, content: Any) -> str:
            nonlocal written
            for chunk in content.chunks():
                written += len(chunk)
            return key

    monkeypatch.setattr(made, "default_storage", Store)
    monkeypatch.setattr(package_parts, "open_unaltered", lambda _file, *_facts: Source(b"x" * size))
    package = made_of(officer, *[document] * count)
    assert package.state == PackageState.READY
    assert read == count * size and package.file is not None and package.file.size > read
    assert most <= 2 * package_making.CHUNK


# --- names ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("../../etc/passwd", "etc passwd"),
        ("C:\\x\\y.pdf", "C x y.pdf"),
        ("invoice\u202egnp.exe", "invoicegnp.exe"),
        ("a\x00b\nc.txt", "ab c.txt"),
        ("CON.txt", "_CON.txt"),
        ("aux", "_aux"),
        ("lpt1.tar.gz", "_lpt1.tar.gz"),
        ("ends with dots...", "ends with dots"),
        (" . ", "_"),
        ("封条.pdf", "封条.pdf"),
        ("می‌خواهم.txt", "می‌خواهم.txt"),
        ('what? "yes" <no>|*.txt', "what yes no.txt"),
    ],
)
def test_u5_names_are_safe_on_every_system_in_every_script(name: str, safe: str) -> None:
    assert safe_part(name) == safe


def test_u5_names_are_bounded_and_each_is_there_once() -> None:
    names = ArchiveNames(INDEX)
    paths = [names.path("2.3", "封" * 300 + ".pdf") for _ in range(3)]
    paths += [names.path("", "Index.HTML"), names.path("", "Ä.txt"), names.path("", "a\u0308.txt")]
    assert len({one.casefold() for one in paths}) == 6
    assert all(len(part.encode()) <= 200 for one in paths for part in one.split("/"))
    assert all(one.endswith(".pdf") for one in paths[:3])
    assert INDEX not in {one.casefold() for one in paths}


# --- for whom -------------------------------------------------------------------------------------


def test_d1_nobody_else_finds_a_zip_neither_a_colleague_nor_the_specialist_nor_next_door() -> None:
    model, officer, specialist = looked_after()
    package = made_of(officer, add(officer))
    colleague = access_to(model, user=make_contact(model).membership.user)
    next_door = access_to(make_model(make_account("Next Door")))
    for other in (colleague, specialist, next_door):
        client = signed_in(other)
        assert client.get(page(package)).status_code == 404
        assert client.get(page(package, "zip-file")).status_code == 404
        assert client.post(page(package), {"delete": "1"}).status_code == 404
        with pytest.raises(NotVisible):
            packages.stop_package(actor=other, package_id=package.pk)
    assert Package.objects.filter(pk=package.pk).exists()


def test_d1_rights_are_asked_for_each_document_while_it_is_made() -> None:
    """What the person may not read is left out, whatever the wish says."""
    _model, officer, _specialist = looked_after()
    theirs = add(access_to(make_model(make_account("Next Door"))), "Theirs")
    package = made_of(officer, add(officer, "Ours"), theirs)
    made = opened(package)
    assert made.namelist() == ["Ours.txt", INDEX, HASHES]
    assert package.left_out == 1
    shown = signed_in(officer).get(page(package)).content.decode()
    for text in (made.read(INDEX).decode(), shown):
        assert "Theirs" not in text and "You can no longer read" in text


def test_d1_i6_rights_are_asked_again_at_each_download() -> None:
    model, officer, _specialist = looked_after()
    package = made_of(officer, add(officer))
    client = signed_in(officer)
    answer = client.get(page(package, "zip-file"))
    assert answer.status_code == 200 and answer["Content-Type"] == "application/zip"
    content = b"".join(answer)
    assert package.file is not None
    assert hashlib.sha256(content).hexdigest() == package.file.sha256
    assert Event.objects.filter(kind="documents.package_downloaded").count() == 1
    model.contacts.all().delete()
    grants.sync(model)
    answer = client.get(page(package, "zip-file"))
    assert answer.status_code == 302
    assert Event.objects.filter(kind="documents.package_downloaded").count() == 1


def test_p8_the_record_names_no_account_whose_documents_were_left_out() -> None:
    """Whoever lost an account before the ZIP file was made has downloaded nothing of it."""
    ours, officer, _specialist = looked_after()
    theirs, next_door, _other = looked_after("Next Door")
    contact = make_contact(theirs, officer.user)
    package = asked(officer, add(officer, "Ours"), add(next_door, "Theirs"))
    contact.delete()
    contact.membership.delete()
    grants.sync(theirs)
    package_making.make_package(package.pk)
    answer = signed_in(officer).get(page(package, "zip-file"))
    assert answer.status_code == 200
    event = Event.objects.get(kind="documents.package_downloaded")
    assert event.scope_id == ours.pk and event.data["count"] == 1


def test_d5_a_zip_with_a_document_that_was_blocked_since_is_not_handed_out() -> None:
    _model, officer, _specialist = looked_after()
    document = add(officer)
    package = made_of(officer, document)
    StoredFile.objects.filter(pk=document.newest.file_id).update(state=ScanState.INFECTED)
    with pytest.raises(Refused, match="no longer"):
        packages.open_package(actor=officer, package_id=package.pk)


def test_d5_a_person_who_was_disabled_meanwhile_gets_nothing() -> None:
    _model, officer, _specialist = looked_after()
    package = asked(officer, add(officer))
    type(officer.user).objects.filter(pk=officer.user_id).update(disabled_at=clock.now())
    package_making.make_package(package.pk)
    package.refresh_from_db()
    assert opened(package).namelist() == [INDEX, HASHES] and package.left_out == 1


# --- how long, how many ---------------------------------------------------------------------------


def test_one_is_made_for_a_person_at_a_time_and_two_clicks_make_one() -> None:
    _model, officer, _specialist = looked_after()
    document, key = add(officer), new_id()
    for _click in range(2):
        request_package(actor=officer, title="x", entries=[Entry(document.newest)], key=key)
    assert Package.objects.count() == 1
    with pytest.raises(Refused, match="being made"):
        asked(officer, document)


def test_a_person_keeps_a_few_and_an_empty_wish_is_refused() -> None:
    _model, officer, _specialist = looked_after()
    document = add(officer)
    for _one in range(packages.MOST_KEPT):
        made_of(officer, document)
    with pytest.raises(Refused, match="Delete one"):
        asked(officer, document)
    packages.delete_package(actor=officer, package_id=Package.objects.all()[0].pk)
    with pytest.raises(Refused, match="no document"):
        asked(officer)


def test_stopping_ends_it_at_the_next_document_leaves_no_file_and_it_can_be_repeated(
    monkeypatch: pytest.MonkeyPatch, store: Path
) -> None:
    _model, officer, _specialist = looked_after()
    package = asked(officer, add(officer, "One"), add(officer, "Two"))
    there = {one for one in store.rglob("*") if one.is_file()}
    before = package_making._note_progress

    def stopped(row: Package, done: int) -> None:
        packages.stop_package(actor=officer, package_id=row.pk)
        before(row, done)

    monkeypatch.setattr(package_making, "_note_progress", stopped)
    package_making.make_package(package.pk)
    package.refresh_from_db()
    assert package.state == PackageState.STOPPED and package.file is None
    assert {one for one in store.rglob("*") if one.is_file()} == there
    monkeypatch.undo()
    packages.repeat_package(actor=officer, package_id=package.pk)
    package_making.make_package(package.pk)
    package.refresh_from_db()
    assert package.state == PackageState.READY and len(opened(package).namelist()) == 4


def test_r11_a_zip_whose_task_was_lost_is_made_by_the_sweep_and_only_once() -> None:
    _model, officer, _specialist = looked_after()
    package = asked(officer, add(officer))
    assert package_making.make_due_packages() == 1
    assert package_making.make_due_packages() == 0
    package_making.make_package(package.pk)
    assert StoredFile.objects.filter(content_type="application/zip").count() == 1


def test_r11_a_worker_that_was_too_slow_ends_once_another_has_the_zip(
    monkeypatch: pytest.MonkeyPatch, store: Path
) -> None:
    _model, officer, _specialist = looked_after()
    package = asked(officer, add(officer))
    there = {one for one in store.rglob("*") if one.is_file()}
    before = package_making._note_progress

    def overtaken(row: Package, done: int) -> None:
        Package.objects.filter(pk=row.pk).update(attempts=row.attempts + 1)
        before(row, done)

    monkeypatch.setattr(package_making, "_note_progress", overtaken)
    package_making.make_package(package.pk)
    package.refresh_from_db()
    assert package.state == PackageState.PENDING and package.file is None and package.done == 0
    assert {one for one in store.rglob("*") if one.is_file()} == there


def test_a_store_that_fails_is_tried_again_and_given_up_after_four_attempts(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    _model, officer, _specialist = looked_after()
    package = asked(officer, add(officer))

    def away(_pieces: Any) -> Any:
        raise OSError("the store is away")

    monkeypatch.setattr(package_making, "write_made", away)
    for _attempt in range(package_making.MOST_ATTEMPTS):
        Package.objects.update(next_attempt_at=clock.now())
        package_making.make_package(package.pk)
    package.refresh_from_db()
    assert package.state == PackageState.FAILED


def test_a_zip_expires_and_the_sweep_deletes_it_with_its_file(store: Path) -> None:
    _model, officer, _specialist = looked_after()
    package = made_of(officer, add(officer))
    with clock.at(package.expires_at):
        with pytest.raises(NotVisible):
            packages.open_package(actor=officer, package_id=package.pk)
        assert packages.sweep_packages() == 1
    assert not Package.objects.exists()
    assert not StoredFile.objects.filter(content_type="application/zip").exists()
    assert Document.objects.exists()


def test_a_zip_that_takes_long_is_announced_and_a_quick_one_is_not() -> None:
    _model, officer, _specialist = looked_after()
    document = add(officer)
    made_of(officer, document)
    assert not Outbox.objects.filter(kind="document.package_ready").exists()
    package = asked(officer, document)
    with clock.at(clock.now() + 2 * package_making.TELLS_AFTER):
        package_making.make_package(package.pk)
    assert Outbox.objects.filter(kind="document.package_ready").count() == 1


def test_the_page_shows_how_far_it_is_and_stops_repeats_and_deletes() -> None:
    _model, officer, _specialist = looked_after()
    package = asked(officer, add(officer))
    client = signed_in(officer)
    answer = client.get(page(package))
    assert "0 of 1" in answer.content.decode() and answer["Retry-After"]
    client.post(page(package), {"stop": "1"})
    package.refresh_from_db()
    assert package.state == PackageState.STOPPED
    client.post(page(package), {"repeat": "1"})
    package.refresh_from_db()
    assert package.state == PackageState.PENDING
    client.post(page(package), {"stop": "1"})
    client.post(page(package), {"delete": "1"})
    assert not Package.objects.exists()
    assert client.get(reverse("documents:zips")).status_code == 200
