"""Documents are found by what they say, in every script, by those who may read them (D3)."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.http import QueryDict
from django.urls import reverse

from core import tenancy
from core.access import Access, for_user
from core.tenancy import on_behalf_of
from documents.listings import library_listing
from documents.listings.library import Reading
from documents.listings.public import reader_listing
from documents.models import Document
from documents.presentation.rows import document_rows
from documents.presentation.snippets import snippet
from documents.selectors.documents import documents_of
from documents.selectors.public_library import versions_in
from documents.selectors.search import texts_with
from documents.services import tags
from documents.states import Library
from files.models import FileText, StoredFile
from files.states import ScanState
from tests.factories import public_documents as made
from tests.factories.documents import add
from tests.factories.messages import looked_after
from tests.factories.models import access_to
from tests.factories.people import UserFactory
from tests.factories.previews import drawn
from tests.factories.trade import make_account, make_contact, make_member, make_model
from tests.files import corpus

pytestmark = pytest.mark.django_db


def said(actor: Access, title: str, text: str, **more: Any) -> Document:
    """A document whose file says that, read by the worker."""
    document = add(actor, title, content=text.encode(), name="said.txt", **more)
    drawn(document.newest.file)
    return document


def listing(actor: Access, *models: Any) -> Any:
    accounts = [actor.security_model, *models]
    return library_listing(Reading(actor, accounts, [], []))


def found(actor: Access, q: str, *models: Any) -> list[str]:
    query = QueryDict(mutable=True)
    query["q"] = q
    page = listing(actor, *models).show(documents_of(actor), query)
    return sorted(one.title for one in page.page)


@pytest.fixture
def people() -> tuple[Access, Access, Access]:
    """The Officer of an account, a colleague and the specialist."""
    model, officer, specialist = looked_after()
    return officer, access_to(model, make_contact(model).membership.user), specialist


@pytest.mark.parametrize(
    ("text", "typed"),
    [
        ("Every container gets a bolt seal.", "BOLT seal"),
        ("Zażółć gęślą jaźń", "zazolc"),
        ("所有集装箱在离开仓库前必须检查封条。", "检查封条"),
        ("コンテナの封印を確認する", "封印"),
        ("봉인 번호를 기록한다", "번호"),
        ("ตรวจสอบตราประทับทุกวัน", "ตราประทับ"),
        ("проверка пломб каждый день", "Пломб"),
        ("فحص الأختام كل يوم", "الأختام"),
        ("सील की जाँच रोज़ होती है", "जाँच"),
        ("Full－width ＳＥＡＬ", "seal"),
    ],
)
def test_d3_text_in_every_script_is_found_inside_files(people: Any, text: str, typed: str) -> None:
    officer, colleague, specialist = people
    said(officer, "One", text)
    said(officer, "Two", "Something else")
    for actor in (officer, colleague, specialist):
        assert found(actor, typed) == ["One"]


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (corpus.pages(2, "Gate log of Laredo"), "log.pdf"),
        (corpus.word("Gate log of Laredo"), "log.docx"),
        (corpus.sheet("Gate log of Laredo"), "log.xlsx"),
        (b"Gate log of Laredo", "log.txt"),
    ],
)
def test_d3_the_text_of_each_kind_of_file_is_found(people: Any, content: bytes, name: str) -> None:
    officer, _colleague, _specialist = people
    document = add(officer, "Untold", content=content, name=name)
    drawn(document.newest.file)
    assert found(officer, "laredo gate") == ["Untold"]
    assert found(officer, "laredo fence") == []


def test_d3_words_may_stand_in_title_tag_and_text_together(people: Any) -> None:
    officer, colleague, specialist = people
    document = said(officer, "Yard plan", "Fence and lights")
    shared: dict[str, Any] = {"actor": officer, "model": officer.security_model}
    tags.tag_documents(documents=[document.pk], word="audit", shared=True, **shared)
    tags.tag_documents(documents=[document.pk], word="weakness", shared=False, **shared)
    assert found(officer, "yard audit fence weakness") == ["Yard plan"]
    for other in (colleague, specialist):
        assert found(other, "yard audit fence") == ["Yard plan"]
        assert found(other, "weakness") == found(other, "yard weakness") == []


def test_d3_a_consultant_finds_in_all_own_accounts_and_in_no_other(people: Any) -> None:
    officer, _colleague, _specialist = people
    second, third = (make_model(make_account(name)) for name in ("Second", "Third"))
    make_contact(second, user=officer.user)
    said(officer, "Here", "customs bond")
    said(access_to(second, officer.user), "There", "customs bond")
    said(access_to(third), "Next door", "customs bond")
    assert found(officer, "bond", second) == ["Here", "There"]
    # Even a list that was handed an account of others finds nothing there.
    assert found(officer, "bond", second, third) == ["Here", "There"]


def test_i4_the_database_shows_a_partner_no_text_next_door(people: Any) -> None:
    officer, _colleague, _specialist = people
    said(officer, "Here", "ours")
    said(access_to(make_model(make_account("Next Door"))), "There", "theirs")
    with on_behalf_of(for_user(officer.user)):
        assert [one.text for one in FileText.objects.all()] == ["ours"]


def test_d3_a_snippet_marks_what_was_searched_for_and_is_escaped(people: Any, client: Any) -> None:
    officer, _colleague, _specialist = people
    said(officer, "Rules", "Before <script> the Séal number is read aloud.")
    client.force_login(officer.user, backend="identity.backends.PasswordBackend")
    page = client.get("/documents/?q=seal").content.decode()
    assert "Before &lt;script&gt; the <mark" in page and ">Séal</mark> number" in page


def test_d5_no_snippet_of_a_file_that_is_not_clean(people: Any) -> None:
    officer, _colleague, _specialist = people
    document = said(officer, "Rules", "seal numbers")
    rows = list(documents_of(officer))
    file = document.newest.file
    assert texts_with([file], "seal") == {file.pk: "seal numbers"}
    StoredFile.objects.filter(pk=file.pk).update(state=ScanState.INFECTED)
    file.refresh_from_db()
    assert texts_with([file], "seal") == {}
    assert len(rows) == 1


def test_d3_a_snippet_costs_one_statement_however_many_rows(
    people: Any, django_assert_num_queries: Any
) -> None:
    officer, _colleague, _specialist = people
    for number in range(4):
        said(officer, f"Rules {number}", "seal numbers")
    query = QueryDict(mutable=True)
    query["q"] = "seal"
    rows = list(listing(officer).show(documents_of(officer), query).page)
    with django_assert_num_queries(1):
        shown = document_rows(officer, rows, "seal")
    assert all(row.snippet for row in shown)


def test_d1_a_public_document_is_found_by_its_text_by_its_readers_only() -> None:
    document = made.published(library="ctpat")
    FileText.objects.create(
        file=made.version_of(document).file,
        scope_kind="program",
        text="Counterfeit bolts",
        words="counterfeit bolts",
        read_at=document.created_at,
    )
    contact = make_contact(make_model(make_account())).membership.user
    member = make_member(make_account()).user
    query = QueryDict(mutable=True)
    query["q"] = "counterfeit"
    for user, titles in ((contact, ["Seal guide"]), (member, [])):
        reader = for_user(user)
        with on_behalf_of(reader):
            rows = versions_in(reader, Library.CONTACTS)
            page = reader_listing(None, []).show(rows, query).page
            assert [one.title for one in page] == titles
            assert FileText.objects.count() == len(titles)


def test_d3_staff_see_where_a_public_document_says_it(client: Any) -> None:
    document = made.published(library="ctpat")
    FileText.objects.create(
        file=made.version_of(document).file,
        scope_kind="program",
        text="Counterfeit bolts",
        words="counterfeit bolts",
        read_at=document.created_at,
    )
    staff = UserFactory.create(staff_role="management")
    client.force_login(staff, backend="identity.backends.PasswordBackend")
    page = client.get(reverse("documents:public-documents"), {"q": "counterfeit"})
    [(_document, pieces)] = page.context["rows"]
    assert [one.words for one in pieces if one.is_marked] == ["Counterfeit"]
    assert ">Counterfeit</mark> bolts" in page.content.decode()


# --- snippets -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "typed", "marked"),
    [
        ("The bolt seal", "SEAL bolt", ["bolt", "seal"]),
        ("zażółć", "zazolc", []),
        ("gęślą", "gesla", ["gęślą"]),
        ("检查封条", "封条", ["封条"]),
        ("봉인 번호", "번호", ["번호"]),
        ("a.b", ".", ["."]),
        ("nothing", "seal", []),
        ("anything", "   ", []),
        ("anything", "\u0301", []),
    ],
)
def test_d3_a_snippet_marks_words_as_they_are_written(
    text: str, typed: str, marked: list[str]
) -> None:
    assert [one.words for one in snippet(text, typed) if one.is_marked] == marked


def test_d3_a_snippet_of_a_long_text_is_short() -> None:
    pieces = snippet("x " * 5_000 + "seal " + "y " * 5_000, "seal")
    assert (pieces[0].words, pieces[-1].words) == ("… ", " …")
    assert len("".join(one.words for one in pieces)) < 260


# --- plans ----------------------------------------------------------------------------------------


def plan(actor: Access, model: Any) -> str:
    tenancy.bind(actor)
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
    search_box = next(one for one in listing(actor).filters if one.key == "q")
    return str(
        search_box.apply(Document.objects.filter(security_model=model), "mulberry").explain()
    )


@pytest.mark.parametrize("who", ["officer", "specialist"])
def test_d3_a_search_reads_no_text_of_other_accounts(people: Any, who: str) -> None:
    """Not even where a word is common: the texts of an account are found by its id."""
    officer, _colleague, specialist = people
    actor = officer if who == "officer" else specialist
    said_plan = plan(actor, officer.security_model)
    # Which of the two ways is cheaper depends on the sizes of the tables.
    by_account_or_file = ("file_text_scope", "files_filetext_file_id_key")
    assert any(one in said_plan for one in by_account_or_file), said_plan
    for table in ("files_filetext", "documents_document", "documents_tagging"):
        assert f"Seq Scan on {table}" not in said_plan, said_plan
    assert "portal_folded" not in said_plan, "what is compared was folded as it was written"


def test_d3_a_new_title_and_description_are_found_and_the_old_are_not(people: Any) -> None:
    officer, *_others = people
    document = add(officer, "Gate plan")
    Document.objects.filter(pk=document.pk).update(title="Žluťoučký kůň", description="Łódź")
    assert found(officer, "zlutoucky lodz") == ["Žluťoučký kůň"]
    assert found(officer, "zlutuocky") == ["Žluťoučký kůň"]
    assert found(officer, "gate") == []
