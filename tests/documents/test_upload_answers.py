"""Files that a script sends one by one, and uploads that break off (D2, U-2)."""

from __future__ import annotations

import hashlib
import io
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.handlers.wsgi import WSGIHandler
from django.db import connection
from django.test import Client
from django.urls import reverse

from core.ids import new_id
from documents.models import Document
from documents.services import moves, versions
from files.models import StoredFile
from files.upload_handlers import whole_bodies
from security_models.models import SecurityModel
from tests.factories.documents import add, file_of
from tests.factories.messages import looked_after
from tests.factories.models import access_to

pytestmark = pytest.mark.django_db


@pytest.fixture
def person() -> tuple[Client, SecurityModel]:
    """An officer at a browser, and the account."""
    model, officer, _specialist = looked_after()
    client = Client()
    client.force_login(officer.user)
    return client, model


def sent(person: tuple[Client, SecurityModel], file: SimpleUploadedFile | None, **more: Any) -> Any:
    """The answer to the script for one file."""
    client, model = person
    data: dict[str, Any] = {
        "account": str(model.pk),
        "form_key": str(new_id()),
        "type_code": "seal_procedure",
        **({"file": file} if file is not None else {}),
        **more,
    }
    headers = {"Accept": "application/json"}
    return client.post(reverse("documents:upload"), data, headers=headers)


def test_d2_a_file_sent_by_itself_is_added_and_its_page_is_named(
    person: tuple[Client, SecurityModel],
) -> None:
    said = sent(person, file_of(b"gate", "gate.txt")).json()
    document = Document.objects.get(title="gate.txt")
    assert said["outcome"] == "added"
    assert str(document.pk) in said["url"]
    assert "checked for malware" in said["words"]


def test_u2_the_hash_made_while_a_file_came_in_is_that_of_what_is_stored(
    person: tuple[Client, SecurityModel],
) -> None:
    content = b"The gate is checked at each change of shift.\n" * 5_000
    sent(person, file_of(content, "gate.txt"))
    stored = StoredFile.objects.get(name="gate.txt")
    with default_storage.open(stored.storage_key) as kept:
        assert kept.read() == content
    said = (stored.size, stored.sha256)
    assert said == (len(content), hashlib.sha256(content).hexdigest())


def test_d2_the_same_content_is_offered_instead_of_a_second_document(
    person: tuple[Client, SecurityModel],
) -> None:
    sent(person, file_of(b"gate", "gate.txt"))
    said = sent(person, file_of(b"gate", "copy.txt")).json()
    assert said["outcome"] == "already"
    assert "gate.txt" in said["words"]
    assert said["url"]
    assert Document.objects.count() == 1


@pytest.mark.parametrize("past", ["archived", "older"])
def test_d2_content_that_is_archived_or_older_says_where_and_is_added_if_that_is_wanted(
    person: tuple[Client, SecurityModel], past: str
) -> None:
    _client, model = person
    document = add(access_to(model), "Gate", content=b"gate")
    here: dict[str, Any] = {"actor": access_to(model), "model": model, "document_id": document.pk}
    if past == "archived":
        moves.move_document(move="archive", **here)
    else:
        new = file_of(b"new gate", "gate.txt")
        versions.add_file(version=document.version, upload=new, key=new_id(), **here)
    said = sent(person, file_of(b"gate", "gate.txt")).json()
    assert said["outcome"] == "already" and str(document.pk) in said["url"]
    assert ("in the archive" if past == "archived" else "older version") in said["words"]
    assert "Add it anyway" in said["words"]
    assert sent(person, file_of(b"gate", "gate.txt"), anyway="on").json()["outcome"] == "added"
    assert Document.objects.count() == 2
    assert sent(person, file_of(b"gate", "gate.txt"), anyway="on").json()["outcome"] == "already"


def test_d2_the_same_file_of_the_same_form_sent_again_is_the_same_document(
    person: tuple[Client, SecurityModel],
) -> None:
    """The answer to the first may have been lost."""
    key = str(new_id())
    both = [sent(person, file_of(b"gate", "gate.txt"), form_key=key).json() for _time in range(2)]
    assert both[0] == both[1]
    assert Document.objects.count() == 1


def test_u1_a_refused_file_says_why(person: tuple[Client, SecurityModel]) -> None:
    said = sent(person, file_of(b"MZ", "gate.exe")).json()
    assert (said["outcome"], said["url"]) == ("refused", "")
    assert "gate.exe" in said["words"]


@pytest.mark.parametrize(
    "more", [{"type_code": ""}, {"account": ""}, {"of": "2", "title": "Gates"}]
)
def test_d2_what_is_wrong_with_the_rest_of_the_form_comes_as_its_page(
    person: tuple[Client, SecurityModel], more: dict[str, str]
) -> None:
    answer = sent(person, file_of(b"gate", "gate.txt"), **more)
    assert answer.status_code == 422
    assert b"data-upload" in answer.content
    assert not Document.objects.exists()


def test_d2_the_limits_are_said_beside_the_field(person: tuple[Client, SecurityModel]) -> None:
    page = person[0].get(reverse("documents:upload")).content.decode()
    assert f"Up to {settings.UPLOAD_FILES_AT_ONCE} files at once" in page
    assert "up to 25 MB" in page


@pytest.mark.parametrize("share", [0.1, 0.5, 0.99])
def test_u2_an_upload_that_breaks_off_leaves_no_document_and_no_file(
    person: tuple[Client, SecurityModel],
    share: float,
    store: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # A request of its own would end with its connection, and with it the test's transaction.
    monkeypatch.setattr(connection, "close", lambda: None)
    client, model = person
    fields = {"account": model.pk, "form_key": new_id(), "type_code": "seal_procedure"}
    part = '--b\r\nContent-Disposition: form-data; name="{}"{}\r\n\r\n'
    body = "".join(f"{part.format(name, '')}{value}\r\n" for name, value in fields.items())
    body += part.format("file", '; filename="gate.txt"') + "gate " * 50_000 + "\r\n--b--\r\n"
    assert _status(client, body, len(body)).startswith("302")
    assert Document.objects.count() == 1
    before = sorted(store.rglob("*"))
    body = body.replace("gate ", "seal ")
    status = _status(client, body[: int(len(body) * share)], len(body))
    assert status[0] in "45"
    assert (Document.objects.count(), StoredFile.objects.count()) == (1, 1)
    assert sorted(store.rglob("*")) == before


def _status(client: Client, body: str, announced: int) -> str:
    """What the portal answers to a body that may end before its announced length."""
    found: list[str] = []
    token = "t" * 32
    cookies = "; ".join(f"{one.key}={one.value}" for one in client.cookies.values())
    environ = {
        **client._base_environ(),  # type: ignore[attr-defined]
        "REQUEST_METHOD": "POST",
        "PATH_INFO": reverse("documents:upload"),
        "CONTENT_TYPE": "multipart/form-data; boundary=b",
        "CONTENT_LENGTH": str(announced),
        "HTTP_COOKIE": f"{cookies}; {settings.CSRF_COOKIE_NAME}={token}",
        "HTTP_X_CSRFTOKEN": token,
        "wsgi.input": io.BytesIO(body.encode()),
    }
    answer: Any = whole_bodies(WSGIHandler())(
        environ, lambda status, _headers: found.append(status)
    )
    b"".join(answer)
    return found[0]


def test_u2_more_files_than_a_form_takes_are_refused_in_words_and_what_was_typed_stays(
    client: Client,
) -> None:
    model, officer, _specialist = looked_after()
    client.force_login(officer.user)
    files = [SimpleUploadedFile(f"log-{number}.txt", b"log") for number in range(6)]
    form = {"form_key": str(new_id()), "account": str(model.pk), "type_code": "seal_log"}
    form |= {"description": "封条", "title": "", "language": ""}
    answer = client.post(reverse("documents:upload"), {**form, "file": files})
    assert answer.status_code == 422
    assert "at most 5 files" in answer.content.decode() and "封条" in answer.content.decode()
    assert not StoredFile.objects.exists()
