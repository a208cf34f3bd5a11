"""Evidence: upload, choose, remove with undo, download (P2, D2, D5; "Bad input")."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from audit.models import Event
from core.errors import Refused
from documents.checks.details import Details
from documents.models import Document, DocumentVersion
from documents.services import add_document
from files.models import StoredFile
from files.services import scan
from files.states import ScanState
from identity.models import User
from security_models.models import SecurityModel
from security_profile.facts.criterion_answers import TEXT_MAXIMUM
from security_profile.models import EvidenceLink, Response
from security_profile.selectors import overview
from security_profile.services import evidence
from security_profile.services.responses import Draft, save_response
from tests.factories.profile import access_to, make_document, make_type
from tests.factories.trade import make_account, make_model
from tests.files import corpus
from tests.security_profile.test_criterion_page import address, typed

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _store(tmp_path: Path, settings: Any) -> None:
    """Delete the files of these tests afterwards."""
    settings.MEDIA_ROOT = str(tmp_path)


def upload(name: str = "Site visit 2026-09.pdf", content: bytes | None = None) -> Any:
    return SimpleUploadedFile(name, corpus.pdf() if content is None else content)


def attach(pages: Client, model: SecurityModel, file: Any = None, **more: Any) -> Any:
    return pages.post(
        address(model), typed(file=file or upload(), type_code="other", attach="1", **more)
    )


def test_a_file_is_attached_with_the_text_and_named_by_its_place(
    pages: Client, model: SecurityModel
) -> None:
    answer = attach(pages, model)
    assert answer["Location"] == f"{address(model)}#evidence"
    version = DocumentVersion.objects.select_related("document").get()
    assert version.title == "Site visit 2026-09.pdf"
    assert [str(place) for place in version.document.places.all()] == ["Security profile 3.5"]
    assert Response.objects.get().text == "We visit every partner."
    body = pages.get(address(model)).content.decode()
    assert "Site visit 2026-09.pdf" in body
    assert "Checking for viruses" in body
    assert "Checking" in body


def test_p2_a_file_counts_once_it_was_found_clean(pages: Client, model: SecurityModel) -> None:
    attach(pages, model)
    assert overview(model).answer("3.5").lacks_evidence
    StoredFile.objects.update(state=ScanState.CLEAN)
    answer = overview(model).answer("3.5")
    assert answer.is_complete and not answer.lacks_evidence


def test_d5_only_a_clean_file_can_be_read(pages: Client, model: SecurityModel) -> None:
    attach(pages, model)
    link = EvidenceLink.objects.get()
    url = reverse(
        "security_profile:evidence", args=[model.trade_account_id, model.pk, "3.5", link.pk]
    )
    assert url not in pages.get(address(model)).content.decode()
    assert pages.get(url).status_code == 409
    scan(StoredFile.objects.get().pk)
    StoredFile.objects.update(state=ScanState.CLEAN)
    assert url in pages.get(address(model)).content.decode()
    answer: Any = pages.get(url)
    assert answer.status_code == 200
    assert b"".join(answer.streaming_content).startswith(b"%PDF")


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("macro.xlsm", b"PK\x03\x04rest", "can contain macros"),
        ("report.pdf", b"not a pdf at all", "contains something else"),
        ("empty.pdf", b"", "is empty"),
        ("huge.txt", b"a" * (25 * 1024 * 1024 + 1), "25 MB"),
    ],
)
def test_a_refused_file_is_named_beside_the_field_and_the_text_is_saved(
    pages: Client, model: SecurityModel, name: str, content: bytes, words: str
) -> None:
    answer = attach(pages, model, upload(name, content))
    body = answer.content.decode()
    assert answer.status_code == 422
    assert "id_file_error" in body
    assert words in body
    assert "We visit every partner." in body
    assert Response.objects.get().text == "We visit every partner."
    assert not EvidenceLink.objects.exists()


def test_p5_a_file_sent_with_a_text_that_is_refused_is_attached(
    pages: Client, model: SecurityModel
) -> None:
    refused = pages.post(
        address(model), typed("x" * (TEXT_MAXIMUM + 1), file=upload(), type_code="other")
    )
    assert refused.status_code == 422
    assert EvidenceLink.objects.get().document_version.title in refused.content.decode()
    version = refused.context["form"]["version"].value()
    assert pages.post(address(model), typed(version=version, save="1")).status_code == 302


def test_p10_after_a_refused_text_the_page_knows_the_file_that_it_shows(
    pages: Client, model: SecurityModel
) -> None:
    refused = pages.post(
        address(model), typed("x" * (TEXT_MAXIMUM + 1), file=upload(), type_code="other")
    )
    shown = refused.context["form"]["files_shown"].value()
    assert shown == overview(model, fresh=True).answer("3.5").files_hash


def test_d3_a_file_is_never_attached_with_a_type_that_nobody_chose(
    pages: Client, model: SecurityModel
) -> None:
    refused = pages.post(address(model), typed(file=upload(), type_code="nope"))
    assert refused.status_code == 422
    assert not EvidenceLink.objects.exists()


def test_after_a_refused_file_saving_again_is_no_conflict(
    pages: Client, model: SecurityModel
) -> None:
    refused = attach(pages, model, upload("empty.pdf", b""))
    version = refused.context["form"]["version"].value()
    again = pages.post(address(model), typed("More text.", version=version, save="1"))
    assert again.status_code == 302
    assert Response.objects.get().text == "More text."


@pytest.mark.parametrize(
    "name", ["../../etc/report.pdf", "re\u202efdp.exe.pdf", "C:\\x\\report.pdf"]
)
def test_names_are_data_and_never_paths(pages: Client, model: SecurityModel, name: str) -> None:
    assert attach(pages, model, upload(name)).status_code == 302
    title = DocumentVersion.objects.get().title
    assert "/" not in title and "\\" not in title and "\u202e" not in title
    assert title.endswith(".pdf")


@pytest.mark.parametrize("name", ["营业执照.pdf", "رخصة تجارية.pdf", "अनुमति पत्र.pdf"])
def test_a3_a_file_name_in_any_script_is_kept_as_it_came(
    pages: Client, model: SecurityModel, name: str
) -> None:
    assert attach(pages, model, upload(name)).status_code == 302
    version = DocumentVersion.objects.select_related("file").get()
    assert version.title == version.file.name == name
    assert name in pages.get(address(model)).content.decode()


def test_the_same_file_sent_twice_is_one(pages: Client, model: SecurityModel) -> None:
    content = corpus.pdf()
    for version in range(2):
        attach(pages, model, upload(content=content), version=version)
    assert EvidenceLink.objects.count() == DocumentVersion.objects.count() == 1
    assert "This file is already attached" in pages.get(address(model)).content.decode()


def test_d2_a_file_of_another_criterion_is_that_document_with_another_use(
    pages: Client, model: SecurityModel
) -> None:
    content = corpus.pdf()
    attach(pages, model, upload("First.pdf", content=content))
    pages.post(address(model, "3.1"), typed(version=0, file=upload("Second.pdf", content)))
    version = DocumentVersion.objects.get()
    assert version.title == "First.pdf"
    assert {link.response.criterion.code for link in EvidenceLink.objects.all()} == {"3.1", "3.5"}
    assert set(version.document.places.values_list("key", flat=True)) == {"3.1", "3.5"}
    body = pages.get(address(model, "3.1")).content.decode()
    assert "This file is in the Partner Library as “First.pdf”. It is attached." in body


def test_of_documents_with_the_same_content_one_is_attached(
    pages: Client, model: SecurityModel
) -> None:
    content = corpus.pdf()
    attach(pages, model, upload(content=content))
    copy = add_document(
        actor=access_to(model),
        model=model,
        upload=upload("Copy.pdf", content),
        details=Details("Copy.pdf", "other"),
    )
    pages.post(choose_url(model, "3.5"), {"versions": [str(copy.pk)]})
    assert EvidenceLink.objects.filter(response__criterion__code="3.5").count() == 1
    body = pages.get(address(model)).content.decode()
    assert "This file is already attached: “Copy.pdf”." in body


def test_what_is_attached_from_the_library_is_said(pages: Client, model: SecurityModel) -> None:
    made = make_document(model, "Seal log.pdf")
    pages.post(choose_url(model), {"versions": [str(made.pk)]})
    assert "“Seal log.pdf” is attached." in pages.get(address(model)).content.decode()


def test_a_save_says_what_is_still_missing(pages: Client, model: SecurityModel) -> None:
    pages.post(address(model), typed("", version=0, is_ready="on", save="1"))
    body = pages.get(address(model)).content.decode()
    assert "Criterion 3.5 is saved. Still to do: Write a response." in body


def test_a_conflict_over_the_text_does_not_lose_the_file(
    pages: Client, model: SecurityModel, officer: User
) -> None:
    save_response(
        actor=access_to(model, officer), model=model, code="3.5", version=0, draft=Draft("Theirs")
    )
    answer = attach(pages, model)
    assert answer.status_code == 409
    assert "Site visit 2026-09.pdf was attached" in answer.content.decode()
    assert EvidenceLink.objects.count() == 1


def test_remove_keeps_the_text_and_can_be_undone(pages: Client, model: SecurityModel) -> None:
    attach(pages, model)
    link = EvidenceLink.objects.get()
    removed = pages.post(address(model), typed("Kept.", version=1, remove=str(link.pk)))
    page = pages.get(removed["Location"]).content.decode()
    assert "was removed from this criterion" in page
    assert overview(model).answer("3.5").evidence == ()
    assert Response.objects.get().text == "Kept."
    assert DocumentVersion.objects.count() == 1
    pages.post(address(model), typed("Kept.", version=2, restore=str(link.pk)))
    assert len(overview(model).answer("3.5").evidence) == 1
    kinds = Event.objects.filter(kind__startswith="security_profile.evidence_")
    assert list(kinds.order_by("at").values_list("kind", flat=True)) == [
        "security_profile.evidence_added",
        "security_profile.evidence_removed",
        "security_profile.evidence_restored",
    ]


def choose_url(model: SecurityModel, code: str = "3.1") -> str:
    return reverse("security_profile:choose", args=[model.trade_account_id, model.pk, code])


def test_choosing_from_the_library_saves_what_was_typed(
    pages: Client, model: SecurityModel
) -> None:
    answer = pages.post(address(model), typed(choose="1"))
    assert answer["Location"] == choose_url(model, "3.5")
    assert Response.objects.get().text == "We visit every partner."


def test_a_document_is_used_again_without_a_second_upload(
    pages: Client, model: SecurityModel
) -> None:
    attach(pages, model)
    version = DocumentVersion.objects.get()
    assert version.title in pages.get(choose_url(model)).content.decode()
    for _twice in range(2):
        pages.post(choose_url(model), {"versions": [str(version.pk)]})
    assert EvidenceLink.objects.filter(document_version=version).count() == 2
    body = pages.get(address(model)).content.decode()
    assert "Also used in 3.1." in body
    assert version.title not in pages.get(choose_url(model)).content.decode()


def test_nothing_chosen_is_said(pages: Client, model: SecurityModel) -> None:
    make_document(model)
    answer = pages.post(choose_url(model), {})
    assert answer.status_code == 422
    assert "Choose at least one document." in answer.content.decode()


def test_a_blocked_document_is_not_offered(pages: Client, model: SecurityModel) -> None:
    make_document(model, "Bad.pdf", ScanState.INFECTED)
    assert "Bad.pdf" not in pages.get(choose_url(model)).content.decode()


@pytest.mark.parametrize("status", ["archived", "in_trash"])
def test_d4_a_document_that_was_put_away_meanwhile_is_not_attached(
    model: SecurityModel, status: str
) -> None:
    version = make_document(model, "Old.pdf")
    Document.objects.filter(pk=version.document_id).update(status=status)
    with pytest.raises(Refused, match="no longer in the library"):
        evidence.choose_evidence(
            actor=access_to(model), model=model, code="3.5", version_ids=[version.pk]
        )
    assert not EvidenceLink.objects.exists()


def test_another_tenants_document_cannot_be_chosen(
    pages: Client, model: SecurityModel, officer: User
) -> None:
    other = make_model(make_account("Wobblestone Ceramics"), officer)
    make_type(other)
    foreign = make_document(other, "Secret.pdf")
    answer = pages.post(choose_url(model), {"versions": [str(foreign.pk)]})
    assert answer.status_code in {404, 422}
    assert not EvidenceLink.objects.exists()


def test_another_tenants_file_is_not_found(
    pages: Client, model: SecurityModel, officer: User
) -> None:
    other = make_model(make_account("Wobblestone Ceramics"), officer)
    make_type(other)
    version = make_document(other, "Secret.pdf")
    row = save_response(
        actor=access_to(other, officer), model=other, code="3.5", version=0, draft=Draft("x")
    )
    link = EvidenceLink.objects.create(
        security_model=other,
        response=row,
        document_version=version,
        added_at=row.updated_at,
        added_by_name="",
    )
    url = reverse(
        "security_profile:evidence", args=[model.trade_account_id, model.pk, "3.5", link.pk]
    )
    assert pages.get(url).status_code == 404
