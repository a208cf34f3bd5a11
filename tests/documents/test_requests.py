"""Requests for documents: staff ask until a day, and an upload answers (D6)."""

from __future__ import annotations

import datetime as dt
import hashlib
from typing import Any

import pytest
from django.core import mail
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from audit.models import Event, StatusChange
from core import clock
from core.access import Access
from core.contributions import dates_of, tasks_of
from core.errors import NotAllowed, NotVisible, Refused
from core.ids import new_id
from core.tenancy import on_behalf_of
from documents import page_links
from documents.checks.details import Details
from documents.checks.requests import Wanted
from documents.machine import REQUEST
from documents.models import Document, DocumentRequest
from documents.presentation.choices import document_choices
from documents.providers.uses import uses_of
from documents.selectors.requests import documents_for, requests_worked_on
from documents.services import requests as services
from documents.services import versions
from documents.services.moves import move_document
from documents.states import PlaceKind, RequestStatus
from documents.tasks import REQUESTS
from files.models import StoredFile
from files.scanners import Outcome, Verdict
from files.services import scans
from notifications.models import Notification
from security_models.models import BusinessTypeAccount, SecurityModel
from security_models.states import BusinessTypeStatus
from tests.factories.document_requests import ask
from tests.factories.documents import add, file_of
from tests.factories.messages import looked_after
from tests.factories.profile import make_type
from tests.factories.scanned import scanned
from tests.statements import counted

pytestmark = pytest.mark.django_db


@pytest.fixture
def sides() -> tuple[SecurityModel, Access, Access]:
    """An account, its Officer and its specialist."""
    return looked_after()


def upload(actor: Access, request: DocumentRequest, content: bytes = b"log", **more: Any) -> Any:
    return services.answer_request(
        actor=actor,
        model=actor.security_model,
        request_id=request.pk,
        form_key=more.pop("form_key", new_id()),
        upload=file_of(content, "log.txt"),
        details=Details("", "seal_log"),
    )


def choose(actor: Access, request: DocumentRequest, version_id: Any) -> Any:
    return services.answer_request(
        actor=actor,
        model=actor.security_model,
        request_id=request.pk,
        form_key=new_id(),
        version_id=version_id,
    )


def kinds(code: str) -> int:
    return Notification.objects.filter(kind=code).count()


# --- asking ---------------------------------------------------------------------------------------


def test_d6_a_request_is_a_task_and_a_due_date_of_every_contact(sides: Any) -> None:
    model, officer, specialist = sides
    request = ask(specialist)
    [task] = [one for one in tasks_of(officer, model.trade_account_id) if "document" in one.key]
    assert task.mine and task.due == request.due_on and str(request.pk) in task.url
    [date] = [one for one in dates_of(officer) if str(request.pk) in one.key]
    assert date.on == request.due_on
    assert kinds("document.requested") == 1
    assert Event.objects.get(kind="documents.requested").data["title"] == "Seal log"
    assert not tasks_of(specialist, None)


def test_d6_two_clicks_make_one_request(sides: Any) -> None:
    model, _officer, specialist = sides
    key, wanted = new_id(), Wanted("Seal log", clock.today())
    for _click in range(2):
        services.ask_for_document(actor=specialist, model=model, form_key=key, wanted=wanted)
    assert DocumentRequest.objects.count() == 1 and kinds("document.requested") == 1


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"title": "\u2003"}, "title"),
        ({"title": "x" * 201}, "title"),
        ({"why": "x" * 2001}, "why"),
        ({"type_code": "validation_report"}, "type_code"),
        ({"type_code": "a\x00b"}, "type_code"),
        ({"due_on": dt.date(2020, 1, 1)}, "due_on"),
    ],
)
def test_d6_what_cannot_be_asked_is_refused_at_its_field(
    sides: Any, said: dict[str, Any], field: str
) -> None:
    model, _officer, specialist = sides
    wanted = Wanted(**{"title": "Log", "due_on": clock.today(), **said})
    with pytest.raises(Refused) as refused:
        services.ask_for_document(actor=specialist, model=model, form_key=new_id(), wanted=wanted)
    assert [one.field for one in refused.value.problems] == [field]
    assert not DocumentRequest.objects.exists()


def test_d6_only_staff_of_the_account_ask(sides: Any) -> None:
    model, officer, specialist = sides
    wanted = Wanted("Log", clock.today())
    with pytest.raises(NotAllowed):
        services.ask_for_document(actor=officer, model=model, form_key=new_id(), wanted=wanted)
    other, _officer, _specialist = looked_after("Other")
    with pytest.raises(NotVisible):
        services.ask_for_document(actor=specialist, model=other, form_key=new_id(), wanted=wanted)


# --- answering ------------------------------------------------------------------------------------


def test_d6_an_upload_answers_and_the_document_carries_the_place(sides: Any) -> None:
    model, officer, specialist = sides
    request = ask(specialist)
    done = upload(officer, request)
    assert done.status == RequestStatus.ANSWERED
    [document] = documents_for(done)
    place = document.places.get()
    assert (place.kind, place.key) == (PlaceKind.REQUEST, str(request.pk))
    [use] = uses_of(officer, [document.newest.pk])
    assert "Seal log" in use.words and str(request.pk) in use.url
    assert not [one for one in tasks_of(officer, model.trade_account_id) if "document" in one.key]
    assert kinds("document.request_answered") == 1


def test_d6_two_clicks_add_one_document_and_notify_once(sides: Any) -> None:
    _model, officer, specialist = sides
    request, key = ask(specialist), new_id()
    for _click in range(2):
        upload(officer, request, form_key=key)
    assert Document.objects.count() == 1 and kinds("document.request_answered") == 1
    assert StatusChange.objects.filter(thing="document_request", move="answer").count() == 1


def test_d6_a_document_of_the_library_answers_too(sides: Any) -> None:
    _model, officer, specialist = sides
    document = add(officer)
    choose(officer, request := ask(specialist), document.current_id)
    assert documents_for(request) == [document] and Document.objects.count() == 1


def test_d2_a_file_that_is_there_already_is_that_document(sides: Any) -> None:
    _model, officer, specialist = sides
    document = add(officer, content=b"same")
    upload(officer, request := ask(specialist), b"same")
    assert documents_for(request) == [document] and StoredFile.objects.count() == 1


def test_d6_an_answer_is_what_was_uploaded_and_not_a_newer_version_or_an_archived_one(
    sides: Any,
) -> None:
    model, officer, specialist = sides
    replaced, archived = add(officer, content=b"January"), add(officer, content=b"February")
    versions.add_file(
        actor=officer,
        model=model,
        document_id=replaced.pk,
        version=replaced.version,
        upload=file_of(b"March", "log.txt"),
        key=new_id(),
    )
    move_document(actor=officer, model=model, document_id=archived.pk, move="archive")
    request = ask(specialist)
    for content in (b"January", b"February", b"January"):
        upload(officer, request, content)
    found = [one.newest.file.sha256 for one in documents_for(request)]
    assert found == [hashlib.sha256(one).hexdigest() for one in (b"January", b"February")]


def test_s2_a_document_of_another_company_answers_nothing(sides: Any) -> None:
    _model, officer, specialist = sides
    _other_model, other, _other_specialist = looked_after("Other")
    with on_behalf_of(other):
        foreign = add(other)
    request = ask(specialist)
    for version_id in (foreign.current_id, new_id(), None):
        with pytest.raises(Refused, match="Choose a file"):
            choose(officer, request, version_id)
    with pytest.raises(NotVisible):
        upload(other, request)
    assert DocumentRequest.objects.get().status == RequestStatus.OPEN


def test_d6_who_asks_does_not_answer(sides: Any) -> None:
    _model, _officer, specialist = sides
    with pytest.raises(Refused, match="Only contacts"):
        upload(specialist, ask(specialist))
    assert not Document.objects.exists()


def test_d6_a_refused_file_leaves_the_request_open_and_nothing_behind(sides: Any) -> None:
    _model, officer, specialist = sides
    request = ask(specialist)
    with pytest.raises(Refused):
        upload(officer, request, b"")
    assert DocumentRequest.objects.get().status == RequestStatus.OPEN
    assert not StoredFile.objects.exists() and not Document.objects.exists()


def test_d6_more_can_be_added_to_an_answer(sides: Any) -> None:
    _model, officer, specialist = sides
    request = ask(specialist)
    upload(officer, request)
    upload(officer, request, b"second")
    assert len(documents_for(request)) == 2 and kinds("document.request_answered") == 2
    assert StatusChange.objects.filter(thing="document_request", move="answer").count() == 1


# --- a file that is blocked -----------------------------------------------------------------------


def found_bad(document: Document, outcome: Outcome = Outcome.INFECTED) -> None:
    """What the check does once a scanner has said so."""
    file = StoredFile.objects.get(pk=document.newest.file_id)
    scans._settle(file, Verdict(outcome, "EICAR"))


@pytest.mark.parametrize("outcome", [Outcome.INFECTED, Outcome.UNSCANNABLE])
def test_d5_a_request_whose_answer_is_blocked_is_open_again_as_a_fresh_one(
    sides: Any, outcome: Outcome
) -> None:
    model, officer, specialist = sides
    request = ask(specialist)
    [document] = documents_for(upload(officer, request))
    found_bad(document, outcome)
    again = DocumentRequest.objects.get()
    assert (again.status, again.due_on) == (RequestStatus.OPEN, request.due_on)
    [task] = [one for one in tasks_of(officer, model.trade_account_id) if "document" in one.key]
    assert str(request.pk) in task.url
    assert kinds("document.requested") == 2
    event = Event.objects.get(kind="documents.request_reopened")
    assert event.data["document"] == document.title and event.actor_id is None
    assert StatusChange.objects.filter(thing="document_request", move="reopen").count() == 1
    for actor in (officer, specialist):
        client = Client()
        client.force_login(actor.user)
        shown = client.get(page_links.request_page(again, is_staff=actor.is_staff))
        assert "EICAR" in shown.content.decode()
    assert upload(officer, request, b"clean").status == RequestStatus.ANSWERED


def test_d5_a_clean_copy_that_is_found_infected_later_opens_the_request_with_a_new_day(
    sides: Any,
) -> None:
    _model, officer, specialist = sides
    request = ask(specialist)
    [document] = documents_for(upload(officer, request))
    scanned(document.newest.file_id)
    with clock.at(request.due_on + dt.timedelta(days=400)):
        found_bad(document)
        again = DocumentRequest.objects.get()
        assert again.status == RequestStatus.OPEN and again.due_on > clock.today()


def test_d5_a_new_file_of_the_document_that_is_blocked_opens_the_request(sides: Any) -> None:
    model, officer, specialist = sides
    document = add(officer)
    request = choose(officer, ask(specialist), document.current_id)
    here = {"actor": officer, "model": model, "document_id": document.pk}
    new = versions.add_file(
        version=document.version, upload=file_of(b"new", "new.txt"), key=new_id(), **here
    )
    found_bad(new.document)
    request.refresh_from_db()
    assert request.status == RequestStatus.OPEN
    versions.restore_version(number=1, **here)
    with pytest.raises(Refused, match="blocked"):
        versions.restore_version(number=2, **here)


def test_d5_a_request_with_another_document_that_can_be_opened_stays_answered(sides: Any) -> None:
    _model, officer, specialist = sides
    request = ask(specialist)
    first, second = (
        documents_for(upload(officer, request, content))[-1] for content in (b"1", b"2")
    )
    found_bad(first)
    assert DocumentRequest.objects.get().status == RequestStatus.ANSWERED
    found_bad(second)
    assert DocumentRequest.objects.get().status == RequestStatus.OPEN


def test_d5_a_canceled_request_and_one_next_door_stay_as_they_are(sides: Any) -> None:
    model, officer, specialist = sides
    request = ask(specialist)
    [document] = documents_for(upload(officer, request))
    here = {"actor": specialist, "model": model, "request_id": request.pk}
    services.ask_again(reason="March is missing", due_on=clock.today(), **here)
    services.cancel_request(reason="Not needed", **here)
    _other, stranger, other_specialist = looked_after("Other")
    theirs = upload(stranger, ask(other_specialist), b"theirs")
    found_bad(document)
    assert DocumentRequest.objects.get(pk=request.pk).status == RequestStatus.CANCELED
    assert DocumentRequest.objects.get(pk=theirs.pk).status == RequestStatus.ANSWERED


def test_d5_what_was_blocked_while_it_was_chosen_answers_nothing(
    sides: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    _model, officer, specialist = sides
    request, document = ask(specialist), add(officer)

    def chosen(*_args: Any) -> Document:
        found_bad(document)
        return document

    monkeypatch.setattr(services, "_chosen", chosen)
    with pytest.raises(Refused, match="blocked just now"):
        choose(officer, request, document.current_id)
    assert DocumentRequest.objects.get().status == RequestStatus.OPEN


@pytest.mark.parametrize("who", [1, 2])
def test_d5_no_person_makes_the_move_of_the_check(sides: Any, who: int) -> None:
    _model, officer, specialist = sides
    request = upload(officer, ask(specialist))
    with pytest.raises(Refused, match="by itself"):
        REQUEST.apply("reopen", request, actor=sides[who])


# --- again, and no longer -------------------------------------------------------------------------


def test_d6_staff_ask_again_with_a_reason_that_the_company_reads(sides: Any) -> None:
    model, officer, specialist = sides
    request = ask(specialist)
    upload(officer, request)
    here = {"actor": specialist, "model": model, "request_id": request.pk}
    with pytest.raises(Refused, match="reason"):
        services.ask_again(reason=" ", due_on=clock.today(), **here)
    again = services.ask_again(reason="March is missing", due_on=clock.today(), **here)
    assert again.status == RequestStatus.OPEN and again.said == "March is missing"
    assert kinds("document.requested") == 2
    assert tasks_of(officer, model.trade_account_id)
    services.ask_again(reason="March is missing", due_on=clock.today(), **here)
    assert kinds("document.requested") == 2
    with pytest.raises(Refused):
        services.ask_again(reason="Again", due_on=clock.today(), **here)


def test_d6_a_canceled_request_takes_no_answer_and_two_clicks_cancel_once(sides: Any) -> None:
    model, officer, specialist = sides
    request = ask(specialist)
    for _click in range(2):
        services.cancel_request(
            actor=specialist, model=model, request_id=request.pk, reason="Not needed"
        )
    assert kinds("document.request_canceled") == 1
    with pytest.raises(Refused, match="canceled"):
        upload(officer, request)
    assert not Document.objects.exists()


@pytest.mark.parametrize("act", ["ask_again", "cancel_request"])
def test_d6_contacts_neither_ask_again_nor_cancel(sides: Any, act: str) -> None:
    model, officer, specialist = sides
    more = {"due_on": clock.today()} if act == "ask_again" else {}
    with pytest.raises(NotAllowed):
        getattr(services, act)(
            actor=officer, model=model, request_id=ask(specialist).pk, reason="x", **more
        )


# --- the clock ------------------------------------------------------------------------------------


def test_d6_contacts_are_reminded_before_and_after_the_day_and_not_once_answered(
    sides: Any,
) -> None:
    _model, officer, specialist = sides
    request = ask(specialist)
    for days, reminded in ((-8, 0), (-7, 1), (-7, 1), (-1, 2), (0, 2), (1, 3), (2, 3)):
        with clock.at(request.due_on + dt.timedelta(days=days)):
            REQUESTS.run_all()
        assert kinds("document.request_due") == reminded, days
    upload(officer, request)
    with clock.at(request.due_on + dt.timedelta(days=9)):
        REQUESTS.run_all()
    assert kinds("document.request_due") == 3


def test_p11_nobody_is_reminded_of_a_request_to_an_account_that_is_closed(sides: Any) -> None:
    model, officer, specialist = sides
    request = ask(specialist)
    ended = make_type(model)
    BusinessTypeAccount.objects.filter(pk=ended.pk).update(status=BusinessTypeStatus.WITHDRAWN)
    with clock.at(request.due_on):
        REQUESTS.run_all()
    assert kinds("document.request_due") == 0
    assert not [one for one in tasks_of(officer, model.trade_account_id) if "document" in one.key]


# --- lists and pages ------------------------------------------------------------------------------


def test_d6_each_reads_the_requests_of_accounts_they_work_in(sides: Any) -> None:
    _model, officer, specialist = sides
    _other, stranger, other_specialist = looked_after("Other")
    mine, theirs = ask(specialist), ask(other_specialist)
    for actor, seen in (
        (officer, mine),
        (specialist, mine),
        (stranger, theirs),
        (other_specialist, theirs),
    ):
        assert list(requests_worked_on(actor)) == [seen]


def test_a_list_of_requests_asks_the_same_for_any_number_of_rows(sides: Any, client: Any) -> None:
    _model, officer, specialist = sides
    ask(specialist)
    client.force_login(officer.user)
    page = reverse("documents:requests")
    client.get(page)
    with CaptureQueriesContext(connection) as few:
        client.get(page)
    for number in range(5):
        ask(specialist, f"Log {number}")
    with CaptureQueriesContext(connection) as many:
        assert client.get(page).content.count(b"<tr>") > 5
    assert len(counted(many.captured_queries)) == len(counted(few.captured_queries))


def test_what_was_typed_stays_when_a_request_is_refused(sides: Any, client: Any) -> None:
    model, _officer, specialist = sides
    client.force_login(specialist.user)
    page = reverse("documents:staff-request-new", args=[model.pk])
    typed = {"form_key": str(new_id()), "title": "Журнал пломб", "why": "三", "due_on": "yesterday"}
    answer = client.post(page, typed)
    assert answer.status_code == 422
    shown = answer.content.decode()
    assert "Журнал пломб" in shown and "三" in shown and "yesterday" in shown


def test_no_email_about_a_request_says_what_it_is_needed_for(
    sides: Any, django_capture_on_commit_callbacks: Any
) -> None:
    _model, _officer, specialist = sides
    with django_capture_on_commit_callbacks(execute=True):
        ask(specialist, why="Because of the case in Laredo")
    assert all("Laredo" not in one.body for one in mail.outbox)


def test_d6_the_list_shows_what_waits_first_and_of_it_what_is_due_first(sides: Any) -> None:
    _model, officer, specialist = sides
    days = {"Answered": 1, "Later": 9, "Sooner": 2}
    asked = {
        name: ask(specialist, name, due_on=clock.today() + dt.timedelta(days=n))
        for name, n in days.items()
    }
    upload(officer, asked["Answered"])
    client = Client()
    client.force_login(officer.user)
    shown = client.get(reverse("documents:requests"))
    assert [row.title for row, _due, _url in shown.context["rows"]] == [
        "Sooner",
        "Later",
        "Answered",
    ]


def test_two_documents_of_one_title_are_told_apart_where_one_is_chosen(sides: Any) -> None:
    model, officer, _specialist = sides
    add(officer, "Seal log", content=b"1", name="march.txt")
    add(officer, "Seal log", content=b"2", name="april.txt", type_code="other")
    words = [words for _pk, words in document_choices(model, 500)]
    assert len(set(words)) == 2
    assert all(one.startswith("Seal log – ") for one in words)
    assert any("march.txt" in one for one in words) and any("Other" in one for one in words)
