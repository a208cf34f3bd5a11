"""Pages of threads: search, filters, marks, documents, a constant number of statements (M1, M2)."""

from __future__ import annotations

import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from audit.services import model_scope
from core import clock
from core.access import Access
from core.ids import new_id
from messages_app.models import Thread
from messages_app.selectors.messages import messages_of
from messages_app.selectors.threads import threads_of
from messages_app.services import readings, threads
from messages_app.services.thread_documents import content_of
from messages_app.states import ThreadKind
from notifications.services.sending import notify
from tests.factories.messages import answer, looked_after, unread_count, write
from tests.factories.trade import make_member
from tests.statements import at_most, counted

pytestmark = pytest.mark.django_db


def browser(access: Access) -> Client:
    client = Client()
    client.force_login(access.user, backend="identity.backends.PasswordBackend")
    return client


def found(client: Client, page: str = "messages_app:inbox", **query: str) -> list[str]:
    rows = client.get(reverse(page), query).context["rows"]
    return [one.subject for one in rows]


def test_m2_a_list_is_searched_by_the_words_of_messages_in_any_script() -> None:
    _model, officer, specialist = looked_after()
    write(officer, "Übergabe", body="Die Plomben fehlen am Tor.")
    write(officer, "印章", body="集装箱的封条编号与清单不符。")
    write(specialist, "Seals", body="Which partner closes these containers?")
    client = browser(officer)
    assert found(client, q="plomben") == ["Übergabe"]
    assert found(client, q="ubergabe") == ["Übergabe"]
    assert found(client, q="封条编号") == ["印章"]
    assert found(client, q="closes partner") == ["Seals"]
    assert found(client, q="nowhere") == []
    assert found(browser(specialist), "messages_app:staff-threads", q="plomben") == ["Übergabe"]


def test_m2_filters_say_whom_a_thread_waits_for_and_what_is_unread() -> None:
    _model, officer, specialist = looked_after()
    write(officer, "Question")
    write(specialist, "Inquiry", is_inquiry=True)
    done = write(specialist, "Done")
    threads.close(actor=specialist, thread_id=done.pk, version=done.version)
    client = browser(officer)
    assert found(client, state="waits_for_program") == ["Question"]
    assert found(client, state="waits_for_partner") == ["Inquiry"]
    assert found(client, state="closed") == ["Done"]
    assert found(client, kind="inquiry") == ["Inquiry"]
    assert found(client, unread="no") == ["Question"]
    assert found(client, sort="subject") == ["Done", "Inquiry", "Question"]


def test_m2_opening_a_thread_reads_it_and_all_of_a_list_can_be_marked() -> None:
    _model, officer, specialist = looked_after()
    first, _second = write(specialist, "First"), write(specialist, "Second")
    client, page = browser(officer), page_of(first)
    client.get(page)
    assert unread_count(officer) == 1
    client.post(reverse("messages_app:inbox"), {"query": "q=Second"})
    assert unread_count(officer) == 0
    form = client.get(page).context["form"]
    typed = {name: form[name].value() for name in ("form_key", "draft_version", "version")}
    client.post(page, {**typed, "body": "", "unread": "1"})
    assert unread_count(officer) == 1


def test_i4_marking_all_as_read_touches_no_thread_of_others() -> None:
    _model, officer, _specialist = looked_after()
    other, stranger, theirs = looked_after("Bramble and Finch")
    write(theirs)
    theirs_alone = reverse("messages_app:threads", args=[other.trade_account_id])
    client = browser(officer)
    assert client.post(theirs_alone).status_code == 404
    client.post(reverse("messages_app:inbox"))
    assert unread_count(stranger) == 1


def test_m2_marking_all_as_read_leaves_what_came_after_the_page_and_says_how_many() -> None:
    _model, officer, specialist = looked_after()
    old, answered = write(specialist, "Old"), write(specialist, "Answered")
    client, inbox = browser(officer), reverse("messages_app:inbox")
    shown = client.get(inbox).content.decode()
    until = re.search('name="until" value="([^"]+)"', shown)
    assert until is not None
    write(specialist, "New")
    answer(specialist, answered)
    page = client.post(inbox, {"query": "", "until": until[1]}, follow=True)
    assert "1 thread is marked as read." in page.content.decode()
    assert found(client, unread="no") == [old.subject]


def test_m2_marking_all_as_read_marks_every_one_with_the_same_statements() -> None:
    _model, officer, specialist = looked_after()
    for number in range(3):
        write(specialist, f"Message {number}")
    threads.close(actor=specialist, thread_id=Thread.objects.latest("pk").pk, version=2)
    readings.mark_unread(actor=officer, thread=Thread.objects.earliest("pk"))
    rows = threads_of(officer)
    with at_most(1):
        assert readings.read_all(actor=officer, rows=rows, until=clock.now()) == 3
    assert unread_count(officer) == 0
    assert readings.read_all(actor=officer, rows=rows, until=clock.now()) == 0
    assert readings.read_all(actor=officer, rows=rows.none(), until=clock.now()) == 0


def test_m2_a_filter_that_is_no_longer_offered_marks_nothing() -> None:
    _model, officer, specialist = looked_after()
    write(specialist)
    client = browser(officer)
    for query in (f"account={new_id()}", "state=gone", "q=" + "x" * 3000):
        page = client.post(reverse("messages_app:inbox"), {"query": query}, follow=True)
        assert "No thread has changed." in page.content.decode()
    assert unread_count(officer) == 1


def page_of(thread: Thread, name: str = "thread") -> str:
    model = thread.security_model
    places = [model.pk, thread.pk]
    if not name.startswith("staff-"):
        places.insert(0, model.trade_account_id)
    return reverse(f"messages_app:{name}", args=places)


def test_m1_a_member_without_a_role_reads_who_the_contacts_are() -> None:
    model, officer, _specialist = looked_after()
    client = Client()
    member = make_member(model.trade_account).user
    assert member is not None
    client.force_login(member, backend="identity.backends.PasswordBackend")
    answer = client.get(reverse("messages_app:threads", args=[model.trade_account_id]))
    assert answer.status_code == 403
    assert officer.name in answer.content.decode()


def test_notes_of_staff_are_on_no_page_search_export_or_document_of_a_partner() -> None:
    _model, officer, specialist = looked_after()
    thread = write(officer, "Question")
    secret = "Ask management before you answer xyzzy."
    threads.add_note(actor=specialist, thread_id=thread.pk, form_key=new_id(), body=secret)
    client, staff = browser(officer), browser(specialist)
    assert secret in staff.get(page_of(thread, "staff-thread")).content.decode()
    assert secret not in client.get(page_of(thread)).content.decode()
    assert found(client, q="xyzzy") == []
    assert found(staff, "messages_app:staff-threads", q="xyzzy") == []
    exported = client.get(reverse("messages_app:inbox"), {"export": "csv"}).content.decode()
    assert "Question" in exported and "xyzzy" not in exported
    assert secret not in str(content_of(thread, messages_of(thread)))


def test_what_the_portal_tells_all_contacts_stands_among_the_messages_and_is_not_answered() -> None:
    model, officer, _specialist = looked_after()
    notify(
        "submission.approved", scope=model_scope(model.pk), about=model, url="/somewhere",
        account="A: B", reference="S-1", accepted=3, criterion_count=3, program="C-TPAT",
    )  # fmt: skip
    thread = Thread.objects.get()
    assert thread.kind == ThreadKind.PORTAL
    assert not thread.subject.startswith("A: B")
    client, page = browser(officer), page_of(thread)
    shown = client.get(page).content.decode()
    assert "/somewhere" in shown and 'name="send"' not in shown
    form = client.get(page).context["form"]
    typed = {name: form[name].value() for name in ("form_key", "draft_version", "version")}
    refused = client.post(page, {**typed, "body": "Thank you", "send": "1"})
    assert refused.status_code == 422
    assert thread.messages.count() == 1


def test_the_document_of_a_thread_names_each_file_with_its_hash() -> None:
    _model, officer, specialist = looked_after()
    thread = write(officer, "Question")
    answer(specialist, thread, "An answer")
    content = content_of(thread, messages_of(thread))
    assert [one["body"] for one in content["messages"]] == [
        "Our parent company changes on January 1.", "An answer",
    ]  # fmt: skip
    assert content == content_of(thread, messages_of(thread))


def test_pages_send_the_same_number_of_statements_however_much_was_written() -> None:
    _model, officer, specialist = looked_after()
    client, staff = browser(officer), browser(specialist)
    first = write(officer, "First")
    pages = [
        (client, reverse("messages_app:inbox")), (client, page_of(first)),
        (staff, reverse("messages_app:staff-threads")), (staff, page_of(first, "staff-thread")),
    ]  # fmt: skip
    before = [sent(*one) for one in pages]
    for number in range(6):
        write(specialist, f"Thread {number}", is_inquiry=True)
        answer(specialist, first)
        answer(officer, first)
    assert [sent(*one) for one in pages] == before


def sent(client: Client, path: str) -> int:
    client.get(path)
    with CaptureQueriesContext(connection) as captured:
        assert client.get(path).status_code == 200
    return len(counted(list(captured.captured_queries)))
