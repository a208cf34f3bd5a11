"""Previews of documents: pictures behind the right to the file, and what pages say (U-8)."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from audit.models import Event
from core.access import Access
from documents import page_links
from documents.models import Document, DocumentVersion
from documents.services import versions
from files.models import FileText, Preview, StoredFile
from files.states import RenderState, ScanState
from tests.factories import public_documents as made
from tests.factories.documents import add, file_of
from tests.factories.messages import looked_after
from tests.factories.previews import drawn
from tests.factories.trade import make_account, make_contact, make_member, make_model
from tests.files import corpus

pytestmark = pytest.mark.django_db


def browser(access: Access) -> Client:
    return browser_of(access.user)


def browser_of(user: Any) -> Client:
    client = Client()
    client.force_login(user, backend="identity.backends.PasswordBackend")
    return client


def picture_of(version: DocumentVersion, number: int = 1, *, is_staff: bool = False) -> str:
    model = version.security_model
    return page_links.pictures_of(version, model, is_staff=is_staff)(number)


def page_of(document: Document, query: str = "", *, is_staff: bool = False) -> str:
    return page_links.page_of(document, is_staff=is_staff) + query


def read(response: Any) -> bytes:
    return b"".join(response)


@pytest.fixture
def officer() -> Access:
    """The Officer of an account with a specialist."""
    return looked_after()[1]


@pytest.fixture
def pages(officer: Access) -> Document:
    """A document of three pages, drawn."""
    document = add(officer, content=corpus.pages(3), name="plan.pdf")
    drawn(document.newest.file)
    return document


def test_u8_a_page_is_a_picture_with_words_and_the_next_one_is_a_link(
    officer: Access, pages: Document
) -> None:
    here = browser(officer)
    first = here.get(page_of(pages)).content.decode()
    assert "Page 1 of 3." in first and 'alt="Page 1 of 3 of “Seal procedure”"' in first
    assert "?page=2#preview" in first and "Previous page" not in first
    last = here.get(page_of(pages, "?page=99")).content.decode()
    assert "Page 3 of 3." in last and "?page=2#preview" in last and "Next page" not in last
    assert picture_of(pages.newest, 3) in last


def test_u6_a_picture_is_inert_and_a_png(officer: Access, pages: Document) -> None:
    answer = browser(officer).get(picture_of(pages.newest))
    assert read(answer).startswith(b"\x89PNG")
    assert answer["Content-Type"] == "image/png" and answer["Content-Disposition"] == "inline"
    assert answer["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Cross-Origin-Resource-Policy"] == "same-origin"
    assert "no-store" in answer["Cache-Control"]


def test_u8_turning_pages_is_one_viewing_in_the_audit(officer: Access, pages: Document) -> None:
    here = browser(officer)
    here.get(page_of(pages))
    assert not Event.objects.filter(kind="files.previewed").exists()
    for number in (1, 2, 3):
        here.get(picture_of(pages.newest, number))
    event = Event.objects.get(kind="files.previewed")
    assert (event.actor_id, event.subject_id) == (officer.user_id, pages.newest.file_id)


def test_u8_a_text_on_the_page_is_a_viewing_too(officer: Access) -> None:
    document = add(officer, content=b"<b>Gates & seals</b>", name="gates.txt")
    drawn(document.newest.file)
    shown = browser(officer).get(page_of(document)).content.decode()
    assert "&lt;b&gt;Gates &amp; seals&lt;/b&gt;" in shown
    assert "There are no pictures of this kind of file. This is its text" in shown
    assert Event.objects.filter(kind="files.previewed").count() == 1


def test_d4_an_old_version_keeps_its_own_preview(officer: Access, pages: Document) -> None:
    old = pages.newest
    new = versions.add_file(
        actor=officer,
        model=officer.security_model,
        document_id=pages.pk,
        version=pages.version,
        upload=file_of(corpus.pages(1), "plan.pdf"),
        key=DocumentVersion().pk,
    )
    here = browser(officer)
    assert "once the file is checked for malware" in here.get(page_of(pages)).content.decode()
    assert here.get(picture_of(new)).status_code == 404
    shown = here.get(page_links.preview_of(old, old.security_model, is_staff=False))
    assert "Page 1 of 3." in shown.content.decode()


@pytest.mark.parametrize("state", [ScanState.QUARANTINED, ScanState.INFECTED])
def test_d5_no_picture_of_what_is_not_clean(
    officer: Access, pages: Document, state: ScanState
) -> None:
    StoredFile.objects.filter(pk=pages.newest.file_id).update(state=state)
    assert browser(officer).get(picture_of(pages.newest)).status_code == 404


def test_r6_the_tenant_next_door_finds_no_picture(officer: Access, pages: Document) -> None:
    stranger = make_contact(make_model(make_account("Next Door")))
    there = stranger.security_model
    here = browser_of(stranger.membership.user)
    assert here.get(picture_of(pages.newest)).status_code == 404
    own_path = page_links.pictures_of(pages.newest, there, is_staff=False)(1)
    moved = own_path.replace(str(pages.security_model_id), str(there.pk))
    assert here.get(moved).status_code == 404
    assert here.get(picture_of(pages.newest, is_staff=True)).status_code in {403, 404}
    member = make_member(officer.security_model.trade_account).user
    assert browser_of(member).get(picture_of(pages.newest)).status_code == 403


def test_d6_the_specialist_sees_the_same_pages() -> None:
    _model, officer, specialist = looked_after()
    document = add(officer, content=corpus.pages(2), name="plan.pdf")
    drawn(document.newest.file)
    shown = browser(specialist).get(page_of(document, is_staff=True))
    assert "Page 1 of 2." in shown.content.decode()
    assert browser(specialist).get(picture_of(document.newest, is_staff=True)).status_code == 200


def test_a_changed_picture_is_not_sent(officer: Access, pages: Document) -> None:
    preview = Preview.objects.get(file=pages.newest.file_id)
    Preview.objects.filter(pk=preview.pk).update(pages=[{**preview.pages[0], "sha256": "0" * 64}])
    assert browser(officer).get(picture_of(pages.newest)).status_code == 503
    assert not Event.objects.filter(kind="files.previewed").exists()


@pytest.mark.parametrize(
    ("state", "problem", "words", "waits"),
    [
        (RenderState.PENDING, "", "The preview is being drawn.", True),
        (RenderState.PENDING, "away", "takes longer than usual", True),
        (RenderState.FAILED, "too_large", "too large once it is unpacked", False),
        (RenderState.FAILED, "unfinished", "could not be drawn", False),
        (RenderState.FAILED, "away", "could not be drawn", False),
        (RenderState.READY, "", "This file has no pages to show.", False),
    ],
)
def test_u8_the_page_says_how_far_the_worker_is(
    officer: Access, state: RenderState, problem: str, words: str, waits: bool
) -> None:
    document = add(officer, content=corpus.pdf(), name="plan.pdf")
    drawn(document.newest.file)
    said: dict[str, Any] = {"state": state, "problem": problem, "pages": []}
    Preview.objects.filter(file=document.newest.file).update(**said)
    shown = browser(officer).get(page_of(document)).content.decode()
    assert words in shown
    assert ('hx-trigger="every 3s"' in shown) == waits


def test_d1_a_public_document_is_seen_by_its_readers_and_counted_as_opened() -> None:
    document = made.published()
    version = made.version_of(document)
    drawn(version.file)
    member = make_member(make_account()).user
    here = browser_of(member)
    page = f"/documents/public/{version.pk}"
    assert "Page 1 of 1." in here.get(f"{page}/preview").content.decode()
    for _again in range(2):
        assert here.get(f"{page}/pages/1").status_code == 200
    assert document.readers.count() == 1
    assert Event.objects.filter(kind="files.previewed").count() == 1
    draft = made.version_of(made.draft())
    drawn(draft.file)
    assert here.get(f"/documents/public/{draft.pk}/pages/1").status_code == 404
    assert here.get(f"/documents/public/{draft.pk}/preview").status_code == 404


def test_d5_malware_found_later_takes_pictures_and_text_with_it(officer: Access) -> None:
    from files.services.scans import _block_all

    document = add(officer, content=b"secret gate", name="gate.txt")
    drawn(document.newest.file)
    assert FileText.objects.exists()
    _block_all(document.newest.file, "Eicar")
    assert not FileText.objects.exists() and not Preview.objects.exists()
