"""Threads: who writes, whom they wait for, and what is never lost or shown to others (M1-M5)."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from core import clock
from core.errors import NotAllowed, NotVisible, Refused, Stale
from core.ids import new_id
from identity.models import User
from messages_app.models import InternalNote, Message, Thread
from messages_app.selectors.messages import messages_of, notes_of
from messages_app.selectors.threads import thread_of, threads_of
from messages_app.services import threads
from messages_app.services.readings import mark_unread, read_now
from messages_app.states import ThreadStatus
from messages_app.tasks import INQUIRIES
from notifications.models import Notification, Outbox
from security_models.models import SecurityModel, StaffAbsence
from tests.factories.messages import answer, looked_after, staff_access, unread_count, write
from tests.factories.people import UserFactory
from tests.factories.profile import access_to
from tests.factories.trade import make_contact, make_member
from trade_accounts.states import MembershipState

pytestmark = pytest.mark.django_db


def person(model: SecurityModel) -> User:
    """A further contact of the account."""
    user = make_contact(model).membership.user
    assert user is not None
    return user


def mails(kind: str) -> list[str]:
    return sorted(Outbox.objects.filter(kind=kind).values_list("to_address", flat=True))


def test_m3_a_message_of_a_contact_waits_for_the_program_and_tells_the_specialist() -> None:
    _model, officer, specialist = looked_after()
    thread = write(officer)
    assert thread.status == ThreadStatus.PROGRAM
    assert mails("message.received_staff") == [specialist.user.email]
    [message] = messages_of(thread)
    assert (message.author_name, message.author_role) == (officer.name, "Officer")


def test_m4_an_answer_of_the_specialist_waits_for_all_contacts_of_the_account() -> None:
    model, officer, specialist = looked_after()
    colleague = person(model)
    thread = write(officer)
    answer(specialist, thread)
    thread.refresh_from_db()
    assert thread.status == ThreadStatus.PARTNER
    assert mails("message.received") == sorted([officer.user.email, colleague.email])


def test_m5_without_a_specialist_a_message_waits_for_the_program_office() -> None:
    model, _officer, _specialist = looked_after()
    model.assignments.update(ended_at=clock.now())
    thread = write(access_to(model))
    assert thread.status == ThreadStatus.PROGRAM
    manager = staff_access(model, UserFactory.create(staff_role="management"))
    assert thread in threads_of(manager)


@pytest.mark.parametrize("there_is", ["none", "disabled"])
def test_m5_management_is_told_once_while_a_thread_without_a_specialist_waits(
    there_is: str,
) -> None:
    model, _officer, specialist = looked_after()
    manager = UserFactory.create(staff_role="management")
    UserFactory.create(staff_role="management", disabled_at=clock.now())
    if there_is == "none":
        model.assignments.update(ended_at=clock.now())
    else:
        User.objects.filter(pk=specialist.user_id).update(disabled_at=clock.now())
    officer = access_to(model)
    thread = write(officer, body="Our secret plans")
    for _storm in range(3):
        answer(officer, thread)
    told = Notification.objects.filter(kind="message.unassigned")
    assert [one.user_id for one in told] == [manager.pk]
    assert "secret" not in told[0].subject + told[0].body
    assert told[0].url == reverse("messages_app:staff-thread", args=[model.pk, thread.pk])
    assert not mails("message.received_staff")
    with clock.at(clock.now() + dt.timedelta(days=1)):
        answer(staff_access(model, manager), thread)
        answer(officer, thread)
    assert told.all().count() == 2


def test_m5_a_colleague_who_covers_is_told_instead_of_management() -> None:
    _model, officer, specialist = looked_after()
    cover = UserFactory.create(staff_role="scss")
    until = clock.today() + dt.timedelta(days=9)
    StaffAbsence.objects.create(
        staff=specialist.user, cover=cover, until_on=until, recorded_at=clock.now()
    )
    User.objects.filter(pk=specialist.user_id).update(disabled_at=clock.now())
    UserFactory.create(staff_role="management")
    write(officer)
    assert cover.email in mails("message.received_staff") and not mails("message.unassigned")


def test_m2_threads_come_newest_first_and_unread_for_each_person_alone() -> None:
    model, officer, specialist = looked_after()
    colleague = access_to(model, make_contact(model).membership.user)
    first, second = write(specialist, "First"), write(specialist, "Second")
    listed: list[Any] = list(threads_of(officer).order_by("-last_message_at"))
    assert [one.subject for one in listed] == ["Second", "First"]
    assert [one.is_unread for one in listed] == [True, True]
    read_now(officer, first)
    assert unread_count(officer) == 1
    assert unread_count(colleague) == 2
    mark_unread(actor=officer, thread=first)
    assert unread_count(officer) == 2
    assert unread_count(specialist) == 0
    answer(officer, second)
    assert (unread_count(officer), unread_count(specialist)) == (1, 1)


def test_m2_what_was_written_before_a_person_became_a_contact_is_not_unread() -> None:
    model, _officer, specialist = looked_after()
    write(specialist)
    newcomer = access_to(model, make_contact(model).membership.user)
    row: Any = threads_of(newcomer).get()
    assert row.is_unread is False


def test_m1_a_member_without_a_role_writes_nothing_and_a_former_contact_reads_nothing() -> None:
    model, officer, _specialist = looked_after()
    thread = write(officer)
    member = access_to(model, make_member(model.trade_account).user)
    with pytest.raises(NotAllowed):
        write(member)
    contact = make_contact(model)
    former = access_to(model, contact.membership.user)
    assert thread in threads_of(former)
    answer(former, thread, "I leave the company.")
    contact.membership.state = MembershipState.ENDED
    contact.membership.save()
    assert list(threads_of(former)) == []
    assert "I leave the company." in [one.body for one in messages_of(thread)]


def test_m1_another_company_and_another_specialist_find_no_thread() -> None:
    _model, officer, _specialist = looked_after()
    thread = write(officer)
    _other, stranger, their_specialist = looked_after("Bramble and Finch")
    for access in (stranger, their_specialist):
        assert list(threads_of(access)) == []
        with pytest.raises(NotVisible):
            thread_of(access, thread.pk)
        for act in (threads.close, threads.reply):
            given: dict[str, Any] = {"actor": access, "thread_id": thread.pk, "version": 1}
            given |= {"form_key": new_id(), "body": "x"} if act is threads.reply else {}
            with pytest.raises(NotVisible):
                act(**given)


def test_a_key_of_another_companys_message_is_refused() -> None:
    _model, officer, _specialist = looked_after()
    thread = write(officer)
    _other, stranger, _theirs = looked_after("Bramble and Finch")
    with pytest.raises(Refused):
        write(stranger, form_key=thread.pk)


def test_sending_twice_sends_once() -> None:
    _model, officer, specialist = looked_after()
    key = new_id()
    thread = write(officer, form_key=key)
    assert write(officer, form_key=key) == thread
    reply_key = new_id()
    answer(specialist, thread, form_key=reply_key)
    answer(specialist, thread, form_key=reply_key)
    assert Message.objects.count() == 2
    assert mails("message.received") == [officer.user.email]


def test_an_answer_that_was_typed_while_another_came_is_stale_and_not_sent() -> None:
    _model, officer, specialist = looked_after()
    thread = write(officer)
    seen = thread.version
    answer(specialist, thread)
    with pytest.raises(Stale):
        answer_at(officer, thread, seen)
    with pytest.raises(Stale):
        threads.close(actor=officer, thread_id=thread.pk, version=seen)
    assert Message.objects.count() == 2


def answer_at(actor: Any, thread: Thread, version: int) -> Message:
    return threads.reply(
        actor=actor, thread_id=thread.pk, form_key=new_id(), body="x", version=version
    )


def test_a_closed_thread_is_open_again_when_somebody_writes() -> None:
    _model, officer, specialist = looked_after()
    thread = write(officer)
    answer(specialist, thread, close=True)
    thread.refresh_from_db()
    assert thread.status == ThreadStatus.CLOSED
    answer(officer, thread)
    thread.refresh_from_db()
    assert thread.status == ThreadStatus.PROGRAM


def test_an_inquiry_runs_until_the_company_answers_and_only_the_program_ends_it_otherwise() -> None:
    _model, officer, specialist = looked_after()
    with pytest.raises(NotAllowed):
        write(officer, is_inquiry=True)
    thread = write(specialist, is_inquiry=True)
    assert thread.is_open_inquiry
    with pytest.raises(Refused):
        threads.close(actor=officer, thread_id=thread.pk, version=thread.version)
    answer(specialist, thread, "One more thing.")
    thread.refresh_from_db()
    assert thread.is_open_inquiry
    answer(officer, thread)
    thread.refresh_from_db()
    assert (thread.is_open_inquiry, thread.replied_on) == (False, clock.today())
    again = write(specialist, is_inquiry=True)
    threads.close(actor=specialist, thread_id=again.pk, version=again.version)
    again.refresh_from_db()
    assert not again.is_open_inquiry


def test_p11_an_inquiry_is_reminded_of_on_its_days_once_and_not_after_the_answer() -> None:
    _model, officer, specialist = looked_after()
    start = clock.today()
    thread = write(specialist, is_inquiry=True)
    sent = []
    for days in (0, 29, 30, 30, 60, 76, 87, 90, 91, 92):
        with clock.at(start + dt.timedelta(days=days)):
            INQUIRIES.run()
        sent.append(len(mails("message.inquiry_waiting")))
    assert sent == [0, 0, 1, 1, 2, 3, 4, 4, 5, 5]
    with clock.at(start + dt.timedelta(days=95)):
        answer(officer, thread)
    second = write(specialist, is_inquiry=True)
    answer(officer, second)
    with clock.at(start + dt.timedelta(days=40)):
        INQUIRIES.run()
    assert len(mails("message.inquiry_waiting")) == 5


def test_notes_of_staff_exist_for_no_partner_and_no_specialist_of_others() -> None:
    _model, officer, specialist = looked_after()
    thread = write(officer)
    note = threads.add_note(
        actor=specialist, thread_id=thread.pk, form_key=new_id(), body="Ask management."
    )
    assert notes_of(specialist, thread) == [note]
    assert notes_of(officer, thread) == []
    with pytest.raises(NotAllowed):
        threads.add_note(actor=officer, thread_id=thread.pk, form_key=new_id(), body="x")
    assert InternalNote.objects.get().body not in [one.body for one in messages_of(thread)]


def test_d5_what_was_sent_cannot_be_changed() -> None:
    _model, officer, _specialist = looked_after()
    write(officer)
    for change in ({"body": "Something else"}, {"author_name": "Nobody"}):
        with pytest.raises((IntegrityError, Exception)), transaction.atomic():
            Message.objects.update(**change)


def test_a_colleague_is_asked_who_is_a_contact() -> None:
    model, officer, _specialist = looked_after()
    thread = write(officer)
    colleague = person(model)
    stranger = UserFactory.create()
    with pytest.raises(Refused):
        threads.ask_colleague(actor=officer, thread_id=thread.pk, user_id=stranger.pk)
    threads.ask_colleague(actor=officer, thread_id=thread.pk, user_id=colleague.pk)
    assert mails("message.colleague_asked") == [colleague.email]
    threads.ask_colleague(actor=officer, thread_id=thread.pk, user_id=None)
    assert Thread.objects.get().colleague is None
