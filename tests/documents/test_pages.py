"""Pages of the Partner Library: uploads, lists, and what nobody may see (D1, D2, D6)."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from core.ids import new_id
from documents.models import Document, DocumentVersion, PlaceTag
from documents.services import tags
from documents.states import DocumentStatus, PlaceKind
from security_models.models import SecurityModel
from tests.factories.documents import add, file_of
from tests.factories.messages import looked_after
from tests.factories.models import access_to
from tests.factories.trade import make_account, make_contact, make_model
from tests.statements import counted

pytestmark = pytest.mark.django_db


def signed_in(user: Any) -> Client:
    client = Client()
    client.force_login(user)
    return client


def inside(model: SecurityModel, name: str, **more: Any) -> str:
    kwargs = {"trade_id": model.trade_account_id, "model_id": model.pk, **more}
    return reverse(f"documents:{name}", kwargs=kwargs)


def upload(client: Client, model: SecurityModel, *files: SimpleUploadedFile, **more: Any) -> Any:
    data = {
        "account": str(model.pk),
        "form_key": str(new_id()),
        "type_code": "seal_procedure",
        "file": list(files),
        **more,
    }
    return client.post(reverse("documents:upload"), data)


def test_d2_several_files_become_documents_with_type_and_account() -> None:
    model, officer, _specialist = looked_after()
    answer = upload(signed_in(officer.user), model, file_of(b"a", "ä.txt"), file_of(b"b", "文.txt"))
    assert answer.status_code == 302
    found = Document.objects.filter(security_model=model, type="seal_procedure")
    assert {one.title for one in found} == {"ä.txt", "文.txt"}


def test_one_refused_file_stops_no_other_and_says_why() -> None:
    model, officer, _specialist = looked_after()
    files = file_of(b"good", "good.txt"), file_of(b"MZ", "bad.exe"), file_of(b"", "empty.pdf")
    answer = upload(signed_in(officer.user), model, *files, description="All of them")
    assert answer.status_code == 422
    body = answer.content.decode()
    assert "bad.exe" in body and "empty.pdf" in body and "All of them" in body
    assert [one.title for one in Document.objects.all()] == ["good.txt"]


def test_what_is_there_already_is_offered_instead_of_a_second_copy() -> None:
    model, officer, _specialist = looked_after()
    document = add(officer, "First", content=b"same")
    answer = upload(signed_in(officer.user), model, file_of(b"same", "second.txt"))
    assert answer.status_code == 422
    page = inside(model, "document", document_id=document.pk)
    assert page in answer.content.decode()
    assert Document.objects.count() == 1


def test_r8_a_form_that_is_sent_twice_uploads_once() -> None:
    model, officer, _specialist = looked_after()
    client, key = signed_in(officer.user), str(new_id())
    for _click in range(2):
        upload(client, model, file_of(b"once", "once.txt"), form_key=key)
    assert DocumentVersion.objects.count() == 1


@pytest.mark.parametrize(
    ("more", "field"),
    [({"type_code": ""}, "type_code"), ({"file": []}, "file"), ({"account": ""}, "account")],
)
def test_what_is_missing_is_said_and_nothing_is_stored(more: Any, field: str) -> None:
    model, officer, _specialist = looked_after()
    make_contact(make_model(make_account("Second")), user=officer.user)
    answer = upload(signed_in(officer.user), model, file_of(b"a", "a.txt"), **more)
    assert answer.status_code == 422 and field in answer.context["form"].errors
    assert not Document.objects.exists()


def test_d1_an_account_next_door_takes_no_upload_of_a_stranger() -> None:
    _model, officer, _specialist = looked_after()
    there = make_model(make_account("Next Door"))
    answer = upload(signed_in(officer.user), there, file_of(b"a", "a.txt"))
    assert answer.status_code == 422
    assert not Document.objects.exists()


def test_d1_the_library_shows_only_accounts_in_which_the_reader_is_a_contact() -> None:
    _model, officer, _specialist = looked_after()
    add(officer, "Ours")
    add(access_to(make_model(make_account("Next Door"))), "Theirs")
    body = signed_in(officer.user).get(reverse("documents:library")).content.decode()
    assert "Ours" in body and "Theirs" not in body


def test_the_statements_of_the_library_do_not_grow_with_its_documents() -> None:
    model, officer, _specialist = looked_after()
    client = signed_in(officer.user)
    page = reverse("documents:account-library", args=[model.trade_account_id])
    taken = []
    for more in (1, 5):
        for number in range(more):
            document = add(officer, f"{more} {number}")
            tags.tag_documents(
                actor=officer, model=model, documents=[document.pk], word="x", shared=False
            )
        client.get(page)
        with CaptureQueriesContext(connection) as captured:
            client.get(page)
        taken.append(len(counted(list(captured.captured_queries))))
    assert taken[0] == taken[1]


def test_d2_a_file_of_a_message_is_in_the_library_with_its_place() -> None:
    model, officer, _specialist = looked_after()
    client = signed_in(officer.user)
    new = reverse("messages_app:new")
    client.post(
        new,
        {
            "account": str(model.pk),
            "form_key": str(new_id()),
            "draft_version": "0",
            "subject": "Seals",
            "body": "Here they are.",
            "file": file_of(b"list", "list.txt"),
            "send": "1",
        },
    )
    [document] = Document.objects.all()
    assert document.title == "list.txt"
    assert [str(place) for place in document.places.all()] == ["Message"]
    body = client.get(inside(model, "document", document_id=document.pk)).content.decode()
    assert "Message “Seals”" in body


def test_a_colleagues_change_in_between_is_shown_and_what_was_typed_stays() -> None:
    model, officer, _specialist = looked_after()
    document = add(officer)
    client, page = signed_in(officer.user), inside(model, "edit", document_id=document.pk)
    typed = {"type_code": "seal_procedure", "version": "1"}
    assert client.post(page, {**typed, "title": "First"}).status_code == 302
    answer = client.post(page, {**typed, "title": "Second"})
    assert answer.status_code == 409
    body = answer.content.decode()
    assert "First" in body and 'value="Second"' in body


def test_removing_a_tag_keeps_the_word_that_is_being_typed() -> None:
    model, officer, _specialist = looked_after()
    document = add(officer)
    client, page = signed_in(officer.user), inside(model, "tags", document_id=document.pk)
    client.post(page, {"word": "old"})
    [tag] = document.taggings.all()
    answer = client.post(page, {"remove": str(tag.tag_id), "word": "half typed"})
    assert "half typed" in answer.content.decode()
    assert not document.taggings.exists()


def test_a_document_that_was_deleted_can_return_from_its_page() -> None:
    model, officer, _specialist = looked_after()
    document = add(officer)
    page = inside(model, "delete", document_id=document.pk)
    client = signed_in(officer.user)
    assert client.post(page).status_code == 302
    document.refresh_from_db()
    assert document.status == DocumentStatus.IN_TRASH
    assert (
        "Return" in client.get(inside(model, "document", document_id=document.pk)).content.decode()
    )


def test_a_contact_filters_for_every_type_that_the_list_can_show() -> None:
    _model, officer, specialist = looked_after()
    add(officer, "Ours")
    add(specialist, "Letter on certification", type_code="program_letter")
    shown = signed_in(officer.user).get(reverse("documents:library"), {"type": "program_letter"})
    assert [row.title for row in shown.context["rows"]] == ["Letter on certification"]


def test_criteria_stand_in_the_order_of_their_numbers() -> None:
    _model, officer, _specialist = looked_after()
    document = add(officer)
    for code in ("9.15", "10.1", "9.8"):
        PlaceTag.objects.create(
            security_model=officer.security_model,
            document=document,
            kind=PlaceKind.PROFILE,
            key=code,
            tagged_at=document.created_at,
        )
    (row,) = signed_in(officer.user).get(reverse("documents:library")).context["rows"]
    codes = [one.word.rpartition(" ")[2] for one in row.tags]
    assert codes == ["9.8", "9.15", "10.1"]


def test_a_file_name_that_is_the_title_is_not_said_twice() -> None:
    _model, officer, _specialist = looked_after()
    add(officer, "seals.txt", name="seals.txt")
    shown = signed_in(officer.user).get(reverse("documents:library")).content.decode()
    assert "<bdi>seals.txt</bdi>" not in shown


def test_a_form_that_is_refused_says_that_its_files_have_to_be_chosen_again() -> None:
    model, officer, _specialist = looked_after()
    client = signed_in(officer.user)
    words = "Choose your files again."
    refused = upload(client, model, file_of(), type_code="")
    assert refused.status_code == 422
    assert words in refused.content.decode()
    assert words not in upload(client, model, type_code="").content.decode()
    assert words not in client.get(reverse("documents:upload")).content.decode()
