"""Messages wait in the queue, the pool and the list of management like all other work (M4, M5)."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.urls import reverse

from core import clock
from core.access import for_user
from core.errors import NotVisible
from core.staff_work import WaitsFor, kind
from identity.models import User
from messages_app.models import Thread
from messages_app.services import threads
from messages_app.states import ThreadStatus
from reviews import services
from reviews.models import WorkItem, WorkMark
from reviews.selectors.marks import marks_of
from reviews.selectors.pool import pool
from reviews.selectors.queue import all_open_work, complete, portfolio, queue_of
from reviews.to_do import dates_for
from security_models.models import SecurityModel
from security_models.services import handover
from tests.factories.messages import answer, looked_after, staff_access, write
from tests.factories.people import UserFactory
from tests.factories.profile import access_to
from tests.factories.trade import make_account, make_model
from tests.reviews.test_pages import signed_in, words_of
from tests.statements import at_most

pytestmark = pytest.mark.django_db


def items() -> list[Any]:
    """What waits in threads, as management lists it."""
    found = list(all_open_work().filter(kind="message").order_by("received_at"))
    complete(found)
    return found


def snooze(specialist: Any, thread: Thread) -> None:
    until = clock.today() + dt.timedelta(days=9)
    services.snooze(
        actor=specialist, kind="message", item_id=thread.pk, until=until, reason="On leave."
    )


def submitted(model: SecurityModel) -> None:
    SecurityModel.objects.filter(pk=model.pk).update(first_submitted_on=clock.today())


def test_m4_a_message_of_a_company_waits_until_it_is_answered_or_closed() -> None:
    _model, officer, specialist = looked_after()
    thread = write(officer, "Change of ownership")
    answer(officer, thread, "One more thing.")
    [item] = items()
    assert (item.waits_for, item.due_on, item.received_on) == (
        WaitsFor.PROGRAM,
        None,
        clock.today(),
    )
    assert (item.words.size, item.words.note) == ("2 messages", "Change of ownership")
    assert kind("message").url(item).endswith(f"/messages/{thread.pk}")
    assert kind("message").next_step(item).action
    answer(specialist, thread)
    assert items() == []
    answer(officer, thread)
    thread.refresh_from_db()
    threads.close(actor=specialist, thread_id=thread.pk, version=thread.version)
    assert items() == []


def test_m4_an_inquiry_waits_for_the_company_and_is_due_when_its_time_to_reply_ends() -> None:
    _model, officer, specialist = looked_after()
    write(specialist, "Only a remark")
    thread = write(specialist, "Which locks?", is_inquiry=True)
    [item] = items()
    assert item.waits_for == WaitsFor.PARTNER
    assert item.due_on == clock.clock("message_reply").due(clock.today())
    assert not kind("message").next_step(item).action
    answer(officer, thread)
    assert [(one.waits_for, one.due_on) for one in items()] == [(WaitsFor.PROGRAM, None)]


def test_an_item_is_as_old_as_the_oldest_message_without_an_answer() -> None:
    _model, officer, _specialist = looked_after()
    first, second = write(officer, "First"), write(officer, "Second")
    for thread, days in ((first, 5), (second, 2)):
        day = clock.today() - dt.timedelta(days=days)
        Thread.objects.filter(pk=thread.pk).update(waits_since=day)
    answer(officer, first, "Are you there?")
    found = items()
    assert [one.words.note for one in found] == ["First", "Second"]
    received = [clock.program_date(one.received_at) for one in found]
    assert received == [one.received_on for one in found]


def test_p11_an_inquiry_is_in_the_calendar_of_its_specialist_without_its_subject() -> None:
    model, _officer, specialist = looked_after()
    write(specialist, "Secret locks", is_inquiry=True)
    [date] = [one for one in dates_for(for_user(specialist.user)) if "message" in one.key]
    assert date.security_model_id == model.pk
    assert "Secret" not in repr(date)


def test_m5_messages_of_a_partner_without_a_specialist_are_in_the_pool_with_three_fields() -> None:
    model = make_model(make_account("Quarrel Lane Traders"))
    write(access_to(model), "Who looks after us?")
    assert list(pool()) == []
    assert [one.words.note for one in items()] == ["Who looks after us?"]
    submitted(model)
    page = signed_in(UserFactory.create(staff_role="scss")).get(reverse("reviews:pool"))
    assert [row.partner for row in page.context["rows"]] == ["Quarrel Lane Traders"]
    assert "Who looks after us?" not in words_of(page)
    export = signed_in(UserFactory.create(staff_role="scss")).get(
        reverse("reviews:pool"), {"export": "csv"}
    )
    assert b"Who looks after us?" not in export.content
    specialist = UserFactory.create(staff_role="scss")
    services.claim(actor=for_user(specialist), model_id=model.pk)
    assert [one.kind for one in queue_of(portfolio(for_user(specialist)))] == ["message"]


def test_a_message_is_pinned_and_snoozed_like_any_item() -> None:
    _model, officer, specialist = looked_after()
    thread = write(officer)
    services.pin(actor=specialist, kind="message", item_id=thread.pk, pinned=True)
    snooze(specialist, thread)
    marks = marks_of(specialist)
    assert marks.pinned == marks.snoozed == {("message", thread.pk)}
    client = signed_in(specialist.user)
    assert client.get(reverse("reviews:queue")).context["rows"] == []
    _other, _officer, stranger = looked_after("Bramble and Finch")
    with pytest.raises(NotVisible):
        snooze(stranger, thread)


def test_what_the_company_writes_wakes_a_snoozed_thread_and_what_colleagues_write_does_not() -> (
    None
):
    model, officer, specialist = looked_after()
    thread, other = write(officer), write(officer, "Another")
    for one in (thread, other):
        snooze(specialist, one)
    services.pin(actor=specialist, kind="message", item_id=thread.pk, pinned=True)
    manager = staff_access(model, UserFactory.create(staff_role="management"))
    answer(manager, other, is_inquiry=True)
    assert len(marks_of(specialist).snoozed) == 2
    answer(officer, thread)
    marks = marks_of(specialist)
    assert marks.snoozed == {("message", other.pk)}
    assert marks.pinned == {("message", thread.pk)}
    answer(officer, other)
    assert WorkMark.objects.get().item_id == thread.pk


def test_r6_a_colleague_who_covers_has_the_threads_in_the_queue_and_answers_them() -> None:
    model, officer, specialist = looked_after()
    thread = write(officer)
    cover = UserFactory.create(staff_role="scss", first_name="Jonah", last_name="Tidewell")
    with pytest.raises(NotVisible):
        answer(staff_access(model, cover), thread)
    _cover(specialist.user, cover)
    page = signed_in(cover).get(reverse("reviews:queue"))
    assert [row.covers for row in page.context["rows"]] == [f"For {specialist.name}"]
    assert signed_in(cover).get(page.context["rows"][0].url).status_code == 200
    answer(staff_access(model, cover), thread)
    thread.refresh_from_db()
    assert thread.status == ThreadStatus.PARTNER


def _cover(staff: User, cover: User) -> None:
    manager = for_user(UserFactory.create(staff_role="management"))
    until = clock.today() + dt.timedelta(days=3)
    handover.set_absence(actor=manager, staff_id=staff.pk, until=until, cover_id=cover.pk)


def test_words_of_messages_take_one_statement_however_many() -> None:
    _model, officer, _specialist = looked_after()
    for n in range(3):
        write(officer, f"Thread {n}")
    rows = list(WorkItem.objects.filter(kind="message").defer("size"))
    with at_most(1):
        kind("message").describe(rows)
