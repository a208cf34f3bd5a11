"""Tags: each person's own words, seen by nobody else; shared ones of an account (D3)."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from django.http import QueryDict

from core.access import Access
from core.errors import NotAllowed, NotVisible, Refused
from core.tenancy import on_behalf_of
from documents.listings import library_listing
from documents.listings.library import Reading
from documents.models import Document, Tag, Tagging
from documents.selectors.documents import documents_of
from documents.selectors.tags import tags_of, tags_to_change, words_to_choose
from documents.services import tags
from tests.factories.documents import add
from tests.factories.messages import looked_after
from tests.factories.models import access_to
from tests.factories.trade import make_account, make_contact, make_model

pytestmark = pytest.mark.django_db


def tag(actor: Access, document: Document, word: str, *, shared: bool = False) -> int:
    return tags.tag_documents(
        actor=actor,
        model=actor.security_model,
        documents=[document.pk],
        word=word,
        shared=shared,
    )


def words(actor: Access, document: Document) -> list[str]:
    return [one.word for one in tags_of(actor, [document.pk]).get(document.pk, [])]


def found(actor: Access, **query: str) -> list[str]:
    reading = Reading(
        actor, [actor.security_model], [], words_to_choose(actor, [actor.security_model])
    )
    asked = QueryDict(mutable=True)
    asked.update(query)
    page = library_listing(reading).show(documents_of(actor), asked)
    return sorted(one.title for one in page.page)


def id_of(word: str) -> uuid.UUID:
    return Tag.objects.get(word=word).pk


@pytest.fixture
def people() -> tuple[Access, Access, Access]:
    """The Officer of an account, a colleague and the specialist."""
    model, officer, specialist = looked_after()
    return officer, access_to(model, make_contact(model).membership.user), specialist


def test_d3_nobody_sees_the_words_of_another_person(people: Any) -> None:
    officer, colleague, specialist = people
    document = add(officer)
    tag(officer, document, "weak point")
    assert words(officer, document) == ["weak point"]
    for other in (colleague, specialist):
        assert words(other, document) == []
        assert words_to_choose(other, [other.security_model]) == []
        for filtered in ("q", "all", "any"):
            assert found(other, **{filtered: "weak point"}) == []
        assert found(other, tag="weak point") == [document.title], "an unknown tag filters nothing"
        with pytest.raises(NotVisible):
            tags.untag_documents(
                actor=other,
                model=other.security_model,
                documents=[document.pk],
                tag_id=id_of("weak point"),
            )


def test_d3_the_database_shows_a_partner_no_tag_of_a_colleague(people: Any) -> None:
    officer, colleague, _specialist = people
    document = add(officer)
    tag(officer, document, "mine")
    tag(officer, document, "ours", shared=True)
    with on_behalf_of(colleague):
        assert [one.word for one in Tag.objects.all()] == ["ours"]
        assert Tagging.objects.count() == 1


def test_d3_shared_words_are_for_contacts_and_specialist_and_staff_change_none(people: Any) -> None:
    officer, colleague, specialist = people
    document = add(officer)
    tag(officer, document, "audit 2026", shared=True)
    assert words(colleague, document) == words(specialist, document) == ["audit 2026"]
    with pytest.raises(NotAllowed):
        tag(specialist, document, "ours", shared=True)
    with pytest.raises(NotAllowed):
        tags.untag_documents(
            actor=specialist,
            model=specialist.security_model,
            documents=[document.pk],
            tag_id=id_of("audit 2026"),
        )


def test_d3_the_same_word_in_other_letters_is_the_same_tag(people: Any) -> None:
    officer, _colleague, _specialist = people
    document = add(officer)
    for word in ("Énergie", "energie", "  ÉNERGIE "):
        tag(officer, document, word)
    assert words(officer, document) == ["Énergie"]


@pytest.mark.parametrize("word", ["", " \u200b", "x" * 61, "a, b"])
def test_a_word_that_is_no_tag_is_refused_at_its_field(people: Any, word: str) -> None:
    officer, _colleague, _specialist = people
    with pytest.raises(Refused) as refusal:
        tag(officer, add(officer), word)
    assert [one.field for one in refusal.value.problems] == ["word"]
    assert not Tag.objects.exists()


def test_d3_documents_are_found_by_any_or_by_all_of_several_words(people: Any) -> None:
    officer, _colleague, _specialist = people
    both, one = add(officer, "Both"), add(officer, "One")
    add(officer, "None")
    tag(officer, both, "审计")
    tag(officer, both, "seals")
    tag(officer, one, "Seals")
    assert found(officer, all="审计, SEALS") == ["Both"]
    assert found(officer, any="审计, SEALS") == ["Both", "One"]
    assert found(officer, tag="seals") == ["Both", "One"]
    assert found(officer, q="审计") == ["Both"]


def test_a_tag_that_no_document_carries_is_forgotten(people: Any) -> None:
    officer, _colleague, _specialist = people
    document = add(officer)
    tag(officer, document, "once")
    taken = {"actor": officer, "model": officer.security_model, "documents": [document.pk]}
    assert tags.untag_documents(tag_id=id_of("once"), **taken) == 1
    assert not Tag.objects.exists()


def test_d3_a_word_becomes_another_in_all_accounts_and_merges_only_when_asked(people: Any) -> None:
    officer, colleague, _specialist = people
    first, second = add(officer, "First"), add(officer, "Second")
    tag(officer, first, "old")
    tag(officer, second, "old")
    tag(officer, second, "new")
    tag(colleague, first, "old")
    old = Tag.objects.get(word="old", user=officer.user_id).pk
    with pytest.raises(Refused, match="Merge"):
        tags.rename_tag(actor=officer, tag_id=old, to="New", merge=False)
    assert words(officer, first) == ["old"]
    tags.rename_tag(actor=officer, tag_id=old, to="New", merge=True)
    assert words(officer, first) == words(officer, second) == ["new"]
    assert words(colleague, first) == ["old"]
    with pytest.raises(NotVisible):
        tags.rename_tag(actor=officer, tag_id=id_of("old"), to="x", merge=False)
    with pytest.raises(NotVisible):
        tags.delete_tag(actor=officer, tag_id=id_of("old"))


def test_d3_a_document_next_door_is_not_tagged(people: Any) -> None:
    officer, _colleague, _specialist = people
    there = add(access_to(make_model(make_account("Next Door"))))
    with pytest.raises(NotVisible):
        tag(officer, there, "mine")
    assert not Tag.objects.exists()


def test_d3_an_own_word_has_one_row_for_all_accounts_and_goes_from_all(people: Any) -> None:
    officer, colleague, specialist = people
    second = make_model(make_account("Second"))
    make_contact(second, user=officer.user)
    here, there = add(officer), add(access_to(second, officer.user))
    tag(officer, here, "audit")
    tag(access_to(second, officer.user), there, "Audit")
    tag(officer, here, "ours", shared=True)
    listed = [(one.word, one.is_shared, one.carried) for one in tags_to_change(officer)]
    assert listed == [("audit", False, 2), ("ours", True, 1)]
    assert [one.word for one in tags_to_change(colleague)] == ["ours"]
    assert tags_to_change(specialist) == []
    tags.delete_tag(actor=officer, tag_id=id_of("audit"))
    assert [one.word for one in Tag.objects.all()] == ["ours"]
    with pytest.raises(NotVisible):
        tags.delete_tag(actor=specialist, tag_id=id_of("ours"))
    tags.delete_tag(actor=colleague, tag_id=id_of("ours"))
    assert not Tag.objects.exists() and Document.objects.count() == 2
