"""The Summary and the application as a PDF (issue item 10; P3, P8)."""

from __future__ import annotations

import io
import re
from typing import Any

import pdfplumber
import pikepdf
import pytest
from django.test import Client
from django.urls import reverse

from files import services as files
from files.models import Rendering
from security_models.models import SecurityModel
from security_profile.models import Response, Submission
from security_profile.selectors import criteria_of
from security_profile.services.summary import submission_document, working_document
from tests.factories.people import UserFactory
from tests.factories.profile import access_to, answer_all, make_document
from tests.factories.trade import make_account, make_contact, make_model
from tests.security_profile.test_submit import change, reviewed, submit_now

pytestmark = pytest.mark.django_db

LONG = (
    "Señor Muñoz and the Québec team rank every partner: “high”, “medium” or “low”.\n\n"
    "1. Sites are visited each year – two people, one report.\n"
    "2. Seals (ISO 17712) are checked by view, verify, tug & twist; 100 % of <all> loads.\n"
    "• Łódź, Kraków, Ελλάδα, Россия: first waffle office fluff affix. "
) * 12


@pytest.fixture(autouse=True)
def _store(tmp_path: Any, settings: Any) -> None:
    settings.MEDIA_ROOT = str(tmp_path)


def made(rendering: Rendering) -> bytes:
    """The document as the worker makes it."""
    files.render(rendering.pk)
    rendering.refresh_from_db()
    assert rendering.file is not None, rendering.error
    from django.core.files.storage import default_storage

    with default_storage.open(rendering.file.storage_key) as stored:
        return bytes(stored.read())


def squeezed(text: str) -> str:
    """Text without white space, as it is compared."""
    return re.sub(r"\s+", "", text)


def words_of(pdf: bytes) -> str:
    """The text of a PDF without the margins of its pages."""
    with pdfplumber.open(io.BytesIO(pdf)) as document:
        inner = [
            page.within_bbox((0, 60, page.width, page.height - 55)).extract_text() or ""
            for page in document.pages
        ]
    return squeezed("".join(inner))


def test_the_text_of_the_pdf_holds_every_response_typed(ready: SecurityModel) -> None:
    change(ready, "3.5", LONG[:4000].strip())
    text = words_of(made(working_document(ready, access_to(ready))))
    for response in Response.objects.filter(security_model=ready).select_related("criterion"):
        assert squeezed(response.text) in text, response.criterion.code
    for criterion in criteria_of(ready):
        assert squeezed(criterion.entry.statement) in text, criterion.code


def test_the_pdf_is_tagged_and_numbered_and_marked_as_a_draft(ready: SecurityModel) -> None:
    pdf = made(working_document(ready, access_to(ready)))
    with pikepdf.open(io.BytesIO(pdf)) as document:
        assert "/StructTreeRoot" in document.Root
        assert document.Root.Lang == "en"
    with pdfplumber.open(io.BytesIO(pdf)) as document:
        pages = document.pages
        last = pages[-1].extract_text()
    assert f"Page {len(pages)} of {len(pages)}" in last
    assert "DRAFT" in last
    assert ready.reference in last


def test_the_evidence_index_names_every_file_with_its_hash(ready: SecurityModel) -> None:
    text = words_of(made(working_document(ready, access_to(ready))))
    from files.models import StoredFile

    for file in StoredFile.objects.filter(name="Site visit 2026-09.pdf"):
        assert file.sha256 in text


def test_the_same_content_is_one_document(ready: SecurityModel) -> None:
    first, again = (working_document(ready, access_to(ready)) for _twice in range(2))
    assert first.pk == again.pk
    change(ready, "1.2", "Changed.")
    assert working_document(ready, access_to(ready)).pk != first.pk


def test_an_approved_application_is_no_draft(ready: SecurityModel) -> None:
    submission = submit_now(ready)
    assert submission_document(submission, access_to(ready)).content["is_draft"]
    approved = reviewed(submission, {})
    document = submission_document(approved, access_to(ready))
    assert not document.content["is_draft"]
    assert not working_document(ready, access_to(ready)).content["is_draft"]
    text = words_of(made(document))
    assert approved.content_hash in text
    change(ready, "1.2", "Changed after approval.")
    assert working_document(ready, access_to(ready)).content["is_draft"]


# --- pages ----------------------------------------------------------------------------------------


def place(name: str, model: SecurityModel, *more: Any) -> str:
    return reverse(f"security_profile:{name}", args=[model.trade_account_id, model.pk, *more])


def test_p3_the_summary_lists_blockers_first_each_with_its_place(
    client: Client, model: SecurityModel
) -> None:
    client.force_login(model.started_by)
    answer_all(model, skip=("2.3",))
    body = client.get(place("summary", model)).content.decode()
    assert body.index("2.3: write a response") < body.index('id="company"')
    assert place("criterion", model, "2.3") in body
    assert "Choose the Primary address." in body


def test_the_summary_shows_who_can_sign(client: Client, ready: SecurityModel) -> None:
    employee = UserFactory.create()
    make_contact(ready, employee)
    client.force_login(employee)
    body = client.get(place("summary", ready)).content.decode()
    assert "Only an Officer can sign and submit" in body
    assert ready.started_by.name in body
    assert "/sign/application/" not in body
    client.force_login(ready.started_by)
    assert "/sign/application/" in client.get(place("summary", ready)).content.decode()


def test_the_pdf_is_being_prepared_until_the_worker_made_it(
    client: Client, ready: SecurityModel
) -> None:
    client.force_login(ready.started_by)
    assert client.get(place("summary-pdf", ready)).status_code == 202
    made(Rendering.objects.get())
    answer = client.get(place("summary-pdf", ready))
    assert answer.status_code == 200
    assert answer["Content-Type"] == "application/pdf"
    answer.close()


def test_p8_the_submission_page_shows_the_frozen_content(
    client: Client, ready: SecurityModel
) -> None:
    client.force_login(ready.started_by)
    submission = submit_now(ready)
    change(ready, "1.2", "Edited after the submission.")
    body = client.get(place("submission", ready, submission.pk)).content.decode()
    assert submission.reference in body
    assert submission.content_hash in body
    assert "Edited after the submission." not in body
    assert "Withdraw this submission" in body


def test_withdrawing_asks_first(client: Client, ready: SecurityModel) -> None:
    client.force_login(ready.started_by)
    submission = submit_now(ready)
    url = place("withdraw", ready, submission.pk)
    assert "Keep submission" in client.get(url).content.decode()
    assert Submission.objects.get().status == "submitted"
    assert client.post(url)["Location"] == place("summary", ready)
    assert Submission.objects.get().status == "withdrawn"


def test_an_employee_cannot_withdraw_and_sees_who_can(client: Client, ready: SecurityModel) -> None:
    submission = submit_now(ready)
    employee = UserFactory.create()
    make_contact(ready, employee)
    client.force_login(employee)
    answer = client.post(place("withdraw", ready, submission.pk))
    assert answer.status_code == 403
    assert ready.started_by.name in answer.content.decode()


def test_another_tenants_submission_is_not_found(client: Client, ready: SecurityModel) -> None:
    submission = submit_now(ready)
    other = make_model(make_account("Wobblestone Ceramics"))
    client.force_login(other.started_by)
    for name in ("submission", "submission-pdf", "withdraw"):
        assert client.get(place(name, other, submission.pk)).status_code == 404


def test_what_is_signed_can_be_read_before(client: Client, ready: SecurityModel) -> None:
    client.force_login(ready.started_by)
    make_document(ready)
    url = reverse("agreements:read", args=[ready.trade_account_id, ready.pk, "application"])
    body = client.get(url).content.decode()
    assert "3.5: Our compliance team" in body
    assert "1420 Harbor Street" in body
