"""Acts on many documents of a list: what they reach, and what becomes of each (D1, D3, D4, D6)."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from audit.models import StatusChange
from core.access import Access
from core.errors import Refused
from core.ids import new_id
from documents.models import Document, Package, Tag, Tagging
from documents.services import moves
from documents.services.bulk import AT_ONCE, Done, Wanted, act_on_documents, undo_on_documents
from documents.states import BulkAct, DocumentStatus
from security_models import grants as model_grants
from security_models.models import Contact
from tests.factories.documents import add
from tests.factories.messages import looked_after
from tests.factories.models import access_to
from tests.factories.trade import make_account, make_contact, make_model
from tests.statements import counted

pytestmark = pytest.mark.django_db
LIBRARY = "/documents/"


def signed_in(actor: Access) -> Client:
    client = Client()
    client.force_login(actor.user)
    return client


def chosen_by(client: Client, path: str = LIBRARY, **posted: Any) -> list[str]:
    """The ids on the page that asks what to do."""
    sent = client.post(path, posted)
    assert sent.status_code == 302, sent.status_code
    answer = client.get(sent["Location"])
    assert answer.status_code == 200, answer.status_code
    return [str(one.pk) for one, _url in answer.context["rows"]]


def done_by(client: Client, *documents: Document, path: str = LIBRARY, **more: Any) -> Any:
    data = {"chosen": ",".join(str(one.pk) for one in documents), "back": path, **more}
    return client.post(path, {"form_key": str(new_id()), **data})


def status_of(document: Document) -> str:
    return Document.objects.get(pk=document.pk).status


# --- what an act reaches --------------------------------------------------------------------------


def test_d3_all_of_the_list_means_all_of_its_filter_and_no_more() -> None:
    _model, officer, _specialist = looked_after()
    seals = {str(add(officer, f"Seal {n}").pk) for n in range(3)}
    add(officer, "Fence")
    client = signed_in(officer)
    assert set(chosen_by(client, query="q=seal", every="1")) == seals
    one = min(seals)
    assert chosen_by(client, query="q=seal", document=[one]) == [one]


def test_d3_a_filter_that_the_list_does_not_know_reaches_nothing() -> None:
    _model, officer, _specialist = looked_after()
    add(officer)
    answer = signed_in(officer).post(LIBRARY, {"query": "type=no-such-type", "every": "1"})
    assert answer.status_code == 302


def test_d1_staff_act_on_documents_of_the_partner_of_the_page_only() -> None:
    model, _officer, specialist = looked_after()
    theirs = add(access_to(make_model(make_account("Next Door"))), "Theirs")
    path = reverse("documents:staff-library", args=[model.pk])
    client = signed_in(specialist)
    refused = done_by(client, theirs, path=path, act=BulkAct.TAG, word="")
    assert refused.status_code == 422 and "Theirs" not in refused.content.decode()
    done_by(client, theirs, path=path, act=BulkAct.ZIP)
    assert not any(one.contents for one in Package.objects.all())


def test_d1_ids_of_the_tenant_next_door_are_not_chosen_and_nothing_happens_to_them() -> None:
    _model, officer, _specialist = looked_after()
    ours = add(officer, "Ours")
    theirs = add(access_to(make_model(make_account("Next Door"))), "Theirs")
    client = signed_in(officer)
    assert chosen_by(client, query="", document=[str(ours.pk), str(theirs.pk)]) == [str(ours.pk)]
    for act in ("tag", "untag", "archive", "zip"):
        done_by(client, theirs, act=act, word="Ours now")
    assert status_of(theirs) == DocumentStatus.IN_LIBRARY
    assert not Tagging.objects.filter(document=theirs).exists()
    assert not Package.objects.exists()


def test_nothing_selected_says_so_and_changes_nothing() -> None:
    _model, officer, _specialist = looked_after()
    add(officer)
    client = signed_in(officer)
    for ids in ([], ["x"], [str(new_id())]):
        answer = client.post(LIBRARY, {"query": "", "document": ids}, follow=True)
        assert "Select at least one document" in answer.content.decode()


def test_the_chosen_documents_cost_the_same_however_many_they_are() -> None:
    _model, officer, _specialist = looked_after()
    client = signed_in(officer)
    statements: list[int] = []
    for n in range(6):
        add(officer, f"Seal {n}")
        if n in {1, 5}:
            with CaptureQueriesContext(connection) as captured:
                chosen_by(client, query="", every="1")
            statements.append(len(counted(list(captured.captured_queries))))
    assert statements[0] == statements[1]


def test_back_and_reload_show_what_was_chosen_again_and_send_nothing() -> None:
    _model, officer, _specialist = looked_after()
    document = add(officer)
    client = signed_in(officer)
    page = client.post(LIBRARY, {"query": "", "document": [str(document.pk)]})["Location"]
    result = done_by(client, document, act="archive")["Location"]
    for _time in range(2):
        assert [one.pk for one, _url in client.get(page).context["rows"]] == [document.pk]
        assert [one["title"] for one in client.get(result).context["rows"]] == [document.title]
    assert StatusChange.objects.filter(thing_id=document.pk, after="archived").count() == 1


def test_d1_the_choice_of_one_session_is_no_page_of_another() -> None:
    _model, officer, _specialist = looked_after()
    document = add(officer)
    page = signed_in(officer).post(LIBRARY, {"query": "", "every": "1"})["Location"]
    second = signed_in(access_to(make_model(make_account("Next Door"))))
    for address in (page, f"{LIBRARY}?chosen=", f"{LIBRARY}?chosen=x"):
        answer = second.get(address, follow=True).content.decode()
        assert "Select the documents in the list again" in answer
        assert document.title not in answer


# --- what becomes of each -------------------------------------------------------------------------


def test_d4_what_can_be_archived_is_archived_and_the_rest_says_why_not() -> None:
    _model, officer, specialist = looked_after()
    ours, from_cbp = add(officer, "Ours"), add(specialist, "From CBP")
    client = signed_in(officer)
    answer = done_by(client, from_cbp, ours, act="archive")
    assert answer.status_code == 302
    assert status_of(ours) == DocumentStatus.ARCHIVED
    assert status_of(from_cbp) == DocumentStatus.IN_LIBRARY
    shown = client.get(reverse("documents:done"))
    assert [one["title"] for one in shown.context["refused"]] == ["From CBP"]
    assert [one["title"] for one in shown.context["rows"]] == ["Ours"]
    assert "Only CBP can archive" in shown.content.decode()
    done_by(client, ours, act="restore", path="/documents/archive")
    assert status_of(ours) == DocumentStatus.IN_LIBRARY


def test_d3_many_documents_of_several_accounts_get_a_tag_and_lose_it() -> None:
    _model, officer, _specialist = looked_after()
    second = make_model(make_account("Second"))
    make_contact(second, user=officer.user)
    first, other = add(officer, "One"), add(access_to(second), "Two")
    client = signed_in(officer)
    done_by(client, first, other, act="tag", word="Audit 2027")
    assert Tagging.objects.filter(user=officer.user, tag__word="Audit 2027").count() == 2
    shown = client.get(reverse("documents:done")).content.decode()
    assert "Add a tag: Audit 2027" in " ".join(shown.split())
    done_by(client, first, other, act="untag", word="audit 2027")
    assert not Tag.objects.exists()


def test_d3_an_own_tag_and_a_shared_one_of_the_same_word_are_told_apart() -> None:
    _model, officer, _specialist = looked_after()
    document = add(officer)
    client = signed_in(officer)
    done_by(client, document, act="tag", word="Locks")
    done_by(client, document, act="tag", word="Locks", shared="on")
    done_by(client, document, act="untag", word="Locks")
    assert [one.is_shared for one in Tag.objects.all()] == [True]


def test_d3_staff_tag_for_themselves_and_never_for_the_contacts() -> None:
    model, officer, specialist = looked_after()
    document = add(officer)
    path = reverse("documents:staff-library", args=[model.pk])
    done_by(signed_in(specialist), document, path=path, act="tag", word="Mine", shared="on")
    assert [one.user_id for one in Tag.objects.all()] == [specialist.user_id]
    done = act_on_documents(
        actor=specialist, documents=[document], wanted=Wanted(BulkAct.TAG, "Ours", shared=True)
    )
    assert "can't change the tags" in done[0].problem


@pytest.mark.parametrize("word", ["", " ", "a,b", "x" * 61])
def test_a_word_that_is_refused_is_said_at_its_field_and_changes_nothing(word: str) -> None:
    _model, officer, _specialist = looked_after()
    document = add(officer)
    answer = done_by(signed_in(officer), document, act="tag", word=word)
    assert answer.status_code == 422 and "word" in answer.context["form"].errors
    assert [str(one.pk) for one, _url in answer.context["rows"]] == [str(document.pk)]
    assert not Tag.objects.exists()


def test_d3_a_word_refused_in_the_second_account_leaves_nothing_in_the_first(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    _model, officer, _specialist = looked_after()
    second = make_model(make_account("Second"))
    make_contact(second, user=officer.user)
    documents = sorted(
        [add(officer, "One"), add(access_to(second), "Two")], key=lambda one: one.security_model_id
    )
    full = documents[1].security_model
    Tag.objects.create(
        security_model=full, user=officer.user, word="Full", made_at=documents[0].created_at
    )
    monkeypatch.setattr("documents.services.tags.MOST_TAGS", 1)
    with pytest.raises(Refused, match="tags already"):
        act_on_documents(actor=officer, documents=documents, wanted=Wanted(BulkAct.TAG, "Another"))
    assert not Tagging.objects.exists()


def test_what_went_to_the_trash_meanwhile_takes_no_tag_and_the_others_do() -> None:
    _model, officer, _specialist = looked_after()
    kept, deleted = add(officer, "Kept"), add(officer, "Deleted")
    model = officer.security_model
    moves.move_document(actor=officer, model=model, document_id=deleted.pk, move="delete")
    client = signed_in(officer)
    done_by(client, kept, deleted, act="tag", word="Locks")
    assert [one.document_id for one in Tagging.objects.all()] == [kept.pk]
    assert "trash" in client.get(reverse("documents:done")).content.decode()


def test_hand_over_a_selection_as_a_zip_with_a_folder_for_each_account() -> None:
    _model, officer, _specialist = looked_after()
    second = make_model(make_account("Second"))
    make_contact(second, user=officer.user)
    first, other = add(officer, "One"), add(access_to(second), "Two")
    answer = done_by(signed_in(officer), first, other, act="zip")
    package = Package.objects.get()
    assert answer["Location"] == reverse("documents:zip", args=[package.pk])
    assert [one["folder"] for one in package.contents] == [
        f"Thistlewick Home Goods {first.security_model.reference}",
        f"Second {second.reference}",
    ]
    answer = done_by(signed_in(officer), first, act="zip")
    assert answer.status_code == 422 and "being made" in answer.content.decode()


def test_an_act_reaches_a_bounded_number_and_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    _model, officer, _specialist = looked_after()
    for n in range(3):
        add(officer, f"Seal {n}")
    monkeypatch.setattr("documents.views.bulk.AT_ONCE", 2)
    answer = signed_in(officer).post(LIBRARY, {"query": "", "every": "1"}, follow=True)
    assert len(answer.context["rows"]) == 2 and "first 2 that match" in answer.content.decode()
    ids = ",".join(str(new_id()) for _ in range(AT_ONCE + 1))
    answer = signed_in(officer).post(LIBRARY, {"chosen": ids, "act": "zip", "form_key": "x"})
    assert answer.status_code == 422


@pytest.mark.parametrize("chosen", ["", "x", "x,y", "\x00"])
def test_a_form_that_was_tampered_with_is_refused_in_words(chosen: str) -> None:
    _model, officer, _specialist = looked_after()
    data = {"chosen": chosen, "act": "archive", "form_key": str(new_id())}
    assert signed_in(officer).post(LIBRARY, data).status_code == 422


# --- taken back -----------------------------------------------------------------------------------


def undone(client: Client, result: str) -> Any:
    """The page that says what was taken back."""
    return client.post(result, follow=True)


def test_an_archive_of_many_is_taken_back_with_one_button_and_once() -> None:
    _model, officer, _specialist = looked_after()
    one, other, before = add(officer, "One"), add(officer, "Other"), add(officer, "Before")
    model = officer.security_model
    moves.move_document(actor=officer, model=model, document_id=before.pk, move="archive")
    client = signed_in(officer)
    result = done_by(client, one, other, before, act="archive")["Location"]
    assert "Undo" in client.get(result).content.decode()
    page = undone(client, result)
    assert {one["title"] for one in page.context["rows"]} == {"One", "Other"}
    assert [status_of(each) for each in (one, other, before)] == [
        DocumentStatus.IN_LIBRARY,
        DocumentStatus.IN_LIBRARY,
        DocumentStatus.ARCHIVED,
    ]
    assert not page.context["can_undo"] and not client.get(result).context["can_undo"]
    moves.move_document(actor=officer, model=model, document_id=one.pk, move="archive")
    assert undone(client, result).redirect_chain[-1] == page.redirect_chain[-1]
    assert status_of(one) == DocumentStatus.ARCHIVED


def test_what_came_back_from_archive_and_trash_goes_back_to_each() -> None:
    _model, officer, _specialist = looked_after()
    archived, deleted = add(officer, "Archived"), add(officer, "Deleted")
    model = officer.security_model
    for document, move in ((archived, "archive"), (deleted, "delete")):
        moves.move_document(actor=officer, model=model, document_id=document.pk, move=move)
    client = signed_in(officer)
    result = done_by(client, archived, deleted, act="restore", path="/documents/archive")
    undone(client, result["Location"])
    assert status_of(archived) == DocumentStatus.ARCHIVED
    assert status_of(deleted) == DocumentStatus.IN_TRASH


def test_what_a_colleague_moved_meanwhile_is_not_taken_back_and_the_rest_is() -> None:
    model, officer, _specialist = looked_after()
    ours, moved = add(officer, "Ours"), add(officer, "Moved")
    client = signed_in(officer)
    result = done_by(client, ours, moved, act="archive")["Location"]
    for move in ("restore", "archive"):
        moves.move_document(actor=officer, model=model, document_id=moved.pk, move=move)
    page = undone(client, result)
    assert [one["title"] for one in page.context["refused"]] == ["Moved"]
    assert "moved again since then" in page.content.decode()
    assert status_of(ours) == DocumentStatus.IN_LIBRARY
    assert status_of(moved) == DocumentStatus.ARCHIVED


def test_d1_undo_asks_for_the_rights_of_now() -> None:
    model, officer, _specialist = looked_after()
    document = add(officer)
    client = signed_in(officer)
    result = done_by(client, document, act="archive")["Location"]
    documents = list(Document.objects.filter(pk=document.pk))
    wanted = Wanted(BulkAct.ARCHIVE)
    moment = documents[0].status_at
    assert moment is not None
    done = [Done(document.pk, undo="restore", at=moment.isoformat())]
    next_door = access_to(make_model(make_account("Next Door")))
    refused = undo_on_documents(actor=next_door, documents=documents, wanted=wanted, done=done)
    assert "no longer there" in refused[0].problem
    assert status_of(document) == DocumentStatus.ARCHIVED
    Contact.objects.filter(security_model=model, membership__user=officer.user).delete()
    model_grants.sync(model)
    undone(client, result)
    assert status_of(document) == DocumentStatus.ARCHIVED


def test_d3_taking_a_tag_back_leaves_it_where_it_was_before() -> None:
    _model, officer, _specialist = looked_after()
    had, fresh = add(officer, "Had"), add(officer, "Fresh")
    client = signed_in(officer)
    done_by(client, had, act="tag", word="Locks")
    result = done_by(client, had, fresh, act="tag", word=" locks ")["Location"]
    undone(client, result)
    assert [one.document_id for one in Tagging.objects.all()] == [had.pk]
    result = done_by(client, had, fresh, act="untag", word="Locks")["Location"]
    assert not Tagging.objects.exists()
    undone(client, result)
    assert [one.document_id for one in Tagging.objects.all()] == [had.pk]


def test_one_archived_document_comes_back_with_one_button() -> None:
    model, officer, _specialist = looked_after()
    document = add(officer)
    moves.move_document(actor=officer, model=model, document_id=document.pk, move="archive")
    client = signed_in(officer)
    at = [model.trade_account_id, model.pk, document.pk]
    page = client.get(reverse("documents:document", args=at))
    assert "Return to the library" in page.content.decode()
    client.post(page.context["return_url"])
    assert status_of(document) == DocumentStatus.IN_LIBRARY
    assert not client.get(reverse("documents:document", args=at)).context["return_url"]
