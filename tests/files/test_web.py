"""What browsers get: safe files, the waiting page, upload errors at the field (U-6)."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.template import Context, Template
from django.test import Client

from audit.models import Event
from audit.services import Scope
from core.access import Access, system
from core.ids import new_id
from files import services
from files.models import Rendering, StoredFile
from files.states import RenderState, ScanState
from notifications.models import Outbox
from tests.files import corpus
from tests.files.conftest import Receive

pytestmark = pytest.mark.urls("tests.files.urls")


@pytest.fixture
def browser(actor: Access, client: Client) -> Client:
    """A signed-in browser."""
    client.force_login(actor.user)
    return client


def _clean(file: StoredFile) -> StoredFile:
    StoredFile.objects.filter(pk=file.pk).update(state=ScanState.CLEAN)
    return file


def _body(response: Any) -> bytes:
    return b"".join(response.streaming_content)


def test_u6_a_download_is_an_attachment_that_nothing_runs(
    browser: Client, receive: Receive
) -> None:
    file = _clean(receive("Señal “3”; a.pdf", corpus.pdf()))
    response = browser.get(f"/read/{file.pk}")
    assert response.status_code == 200
    body = _body(response)
    assert body.startswith(b"%PDF-") and len(body) == file.size
    assert response["Content-Disposition"].startswith("attachment; filename*=utf-8''Se%C3%B1al")
    assert response["Content-Type"] == "application/pdf"
    assert response["Content-Length"] == str(file.size)
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert response["Cross-Origin-Resource-Policy"] == "same-origin"
    assert "no-store" in response["Cache-Control"]


def test_u6_an_upload_is_never_shown_inside_the_portal(browser: Client, receive: Receive) -> None:
    file = _clean(receive("a.pdf", corpus.pdf()))
    response = browser.get(f"/read/{file.pk}/inline")
    assert response["Content-Disposition"].startswith("attachment")
    _body(response)


def test_a_document_of_the_portal_may_be_shown_inside_it(browser: Client, receive: Receive) -> None:
    file = _clean(receive("a.pdf", corpus.pdf(), uploader=system("renderings")))
    response = browser.get(f"/read/{file.pk}/inline")
    assert response["Content-Disposition"].startswith("inline")
    assert "sandbox" not in response["Content-Security-Policy"]
    _body(response)


def test_u6_a_web_server_in_front_may_send_the_bytes(
    browser: Client, receive: Receive, settings: Any
) -> None:
    settings.X_ACCEL_PREFIX = "/internal/"
    file = _clean(receive("a.txt", b"gate"))
    response = browser.get(f"/read/{file.pk}")
    assert response["X-Accel-Redirect"] == f"/internal/{file.storage_key}"
    assert response.content == b""
    assert response["Content-Type"] == "text/plain; charset=utf-8"
    assert response["Content-Disposition"] == 'attachment; filename="a.txt"'


def test_u6_a_download_is_recorded_with_the_hash(
    browser: Client, receive: Receive, actor: Access
) -> None:
    file = _clean(receive("a.txt", b"gate"))
    _body(browser.get(f"/read/{file.pk}"))
    event = Event.objects.get(kind="files.downloaded")
    assert event.actor_id == actor.user_id
    assert event.subject_id == file.pk
    assert event.data["sha256"] == file.sha256


@pytest.mark.parametrize(
    "state", [ScanState.QUARANTINED, ScanState.INFECTED, ScanState.UNSCANNABLE]
)
def test_d5_nothing_but_a_clean_file_can_be_opened(
    browser: Client, receive: Receive, state: ScanState
) -> None:
    file = receive("a<b>.txt", b"secret gate code")
    StoredFile.objects.filter(pk=file.pk).update(state=state, state_reason="it is locked")
    response = browser.get(f"/read/{file.pk}")
    assert response.status_code == 409
    page = response.content.decode()
    assert "a&lt;b&gt;.txt" in page and "<b>.txt" not in page
    assert "secret gate code" not in page
    assert str(state.label) in page
    assert not Event.objects.filter(kind="files.downloaded").exists()


def test_r12_a_store_that_does_not_answer_is_a_page_and_no_download(
    browser: Client, receive: Receive, settings: Any
) -> None:
    file = _clean(receive("a.txt", b"gate"))
    settings.MEDIA_ROOT = "/nowhere/at/all"
    response = browser.get(f"/read/{file.pk}")
    assert response.status_code == 503
    assert "is not responding" in response.content.decode()
    assert not Event.objects.filter(kind="files.downloaded").exists()


def _overwrite(file: StoredFile, content: bytes) -> None:
    path = Path(default_storage.path(file.storage_key))
    path.chmod(0o640)
    path.write_bytes(content)


@pytest.mark.parametrize("front", ["", "/internal/"], ids=["python", "web server"])
@pytest.mark.parametrize("stored", [b"gate code 1234 changed", b"gate code 4321", b""])
def test_p8_a_stored_file_that_changed_is_not_sent_and_operators_are_told_once(
    browser: Client, receive: Receive, settings: Any, front: str, stored: bytes
) -> None:
    settings.X_ACCEL_PREFIX, settings.OPERATORS_EMAIL = front, ["night@example.com"]
    file = _clean(receive("a.txt", b"gate code 1234"))
    _overwrite(file, stored)
    for _twice in range(2):
        response = browser.get(f"/read/{file.pk}")
        assert response.status_code == 503
        assert "X-Accel-Redirect" not in response
        page = response.content.decode()
        assert "differs from the one that was uploaded" in page and "gate code" not in page
    assert not Event.objects.filter(kind="files.downloaded").exists()
    mail = Outbox.objects.get(kind="operations.file_changed")
    assert mail.to_address == "night@example.com" and str(file.pk) in mail.text


def test_p8_nobody_is_asked_for_a_document_that_the_portal_made(
    browser: Client, receive: Receive
) -> None:
    made = receive("a.txt", b"gate code 1234")
    made.pk, made.storage_key, made.uploaded_by_id = new_id(), "made", None
    made.state = ScanState.CLEAN
    made.save(force_insert=True)
    default_storage.save("made", ContentFile(b"changed"))
    words = " ".join(browser.get(f"/read/{made.pk}").content.decode().split())
    assert "differs from the document that the portal made" in words
    assert "uploaded it" not in words


def _document(scope: Scope, state: str) -> Rendering:
    row = services.request_rendering(kind="copy", title="Summary", scope=scope, content={"a": 1})
    Rendering.objects.filter(pk=row.pk).update(state=state)
    return row


@pytest.fixture
def copy_kind(monkeypatch: pytest.MonkeyPatch) -> None:
    """A kind of document."""
    from files.providers import document_kinds

    monkeypatch.setitem(document_kinds._kinds, "copy", document_kinds.Kind("copy", "pdf/base.html"))


@pytest.mark.usefixtures("copy_kind")
def test_a5_a_document_that_could_not_be_made_yet_says_so_and_that_it_is_tried_again(
    browser: Client, scope: Scope
) -> None:
    row = _document(scope, RenderState.PENDING)
    Rendering.objects.filter(pk=row.pk).update(error="/srv took too long", attempts=1)
    response = browser.get(f"/document/{row.pk}")
    assert response.status_code == 202
    assert response["Retry-After"] == "60"
    page = response.content.decode()
    assert "keeps trying until the document is ready" in page
    assert "/srv" not in page
    assert "We notified the portal" not in page
    Rendering.objects.filter(pk=row.pk).update(attempts=2)
    assert "We notified the portal" in browser.get(f"/document/{row.pk}").content.decode()


@pytest.mark.usefixtures("copy_kind")
def test_a_document_in_the_making_asks_again_without_scripts(browser: Client, scope: Scope) -> None:
    row = _document(scope, RenderState.PENDING)
    response = browser.get(f"/document/{row.pk}")
    assert response.status_code == 202
    assert response["Retry-After"] == "3"
    page = response.content.decode()
    assert re.search(r'<noscript>\s*<meta http-equiv="refresh" content="3">\s*</noscript>', page)
    assert 'data-ask-again="3"' in page
    assert "Being prepared" in page
    services.render(row.pk)
    made = browser.get(f"/document/{row.pk}")
    assert made.status_code == 200
    assert _body(made).startswith(b"%PDF-")


@pytest.mark.usefixtures("copy_kind")
def test_a_document_that_could_not_be_made_says_so_and_can_be_tried_again(
    browser: Client, scope: Scope
) -> None:
    row = _document(scope, RenderState.FAILED)
    response = browser.get(f"/document/{row.pk}")
    assert response.status_code == 503
    page = response.content.decode()
    assert "refresh" not in page.split("<body")[0].split("<title")[0].replace("refreshOn", "")
    assert f"/document/{row.pk}?again=1" in page
    again = browser.get(f"/document/{row.pk}?again=1")
    assert again.status_code == 302 and again["Location"] == f"/document/{row.pk}"
    assert browser.get(f"/document/{row.pk}").status_code == 202


def test_an_upload_through_a_form_is_kept(browser: Client) -> None:
    upload = SimpleUploadedFile("gate.pdf", corpus.pdf(), "application/x-msdownload")
    response = browser.post("/take", {"title": "Gate", "file": upload})
    assert response.status_code == 200
    assert StoredFile.objects.get().content_type == "application/pdf"


@pytest.mark.parametrize("name", ["empty.pdf", "program.pdf", "program.exe", "locked.pdf"])
def test_a_refused_upload_is_an_error_beside_its_field_and_keeps_what_was_typed(
    browser: Client, name: str
) -> None:
    upload = SimpleUploadedFile(name, corpus.bad()[name][0])
    response = browser.post("/take", {"title": "Gate", "file": upload})
    assert response.status_code == 422
    assert list(response.json()["errors"]) == ["file"]
    assert response.json()["title"] == "Gate"


def test_no_file_at_all_is_an_error_beside_its_field(browser: Client) -> None:
    response = browser.post("/take", {"title": "Gate"})
    assert response.json()["errors"] == {"file": ["Choose a file."]}


def test_u2_26_megabytes_are_an_error_beside_the_field(browser: Client) -> None:
    upload = SimpleUploadedFile("large.pdf", b"%PDF-" + bytes(26 * 1024 * 1024))
    response = browser.post("/take", {"title": "Gate", "file": upload})
    assert response.status_code == 422
    (words,) = response.json()["errors"]["file"]
    assert "larger than 25 MB" in words
    assert response.json()["title"] == "Gate"


def test_u5_path_parts_and_marks_in_a_posted_name_are_gone(browser: Client) -> None:
    body = (
        b'--b\r\nContent-Disposition: form-data; name="title"\r\n\r\nGate\r\n'
        b'--b\r\nContent-Disposition: form-data; name="file"; '
        b'filename="..\\\\..\\\\C:\\\\x/../inv\xe2\x80\xaeecio.txt"\r\n\r\ngate\r\n--b--\r\n'
    )
    response = browser.post("/take", body, content_type="multipart/form-data; boundary=b")
    assert response.status_code == 200
    assert StoredFile.objects.get().name == "invecio.txt"


def test_a_row_of_files_links_only_what_can_be_opened(receive: Receive) -> None:
    file = receive("a&b.txt", b"gate")
    template = Template("{% load file_states %}{% file_row file '/there' show_hash=True %}")
    page = template.render(Context({"file": file}))
    assert "/there" not in page and "Checking" in page and "a&amp;b.txt" in page
    assert file.sha256 in page
    file.state = ScanState.CLEAN
    assert 'href="/there"' in template.render(Context({"file": file}))
