"""Open threads move with their partner to a new specialist, and both sides are told (M4)."""

from __future__ import annotations

from typing import Any

import pytest

from core.access import for_user
from core.errors import NotVisible
from core.ids import new_id
from identity.models import User
from messages_app.models import Message, Thread
from messages_app.selectors.messages import messages_of
from messages_app.selectors.threads import threads_of
from messages_app.services import threads
from messages_app.services.handovers import say_who_comes
from messages_app.services.readings import read_now
from messages_app.states import Side, ThreadStatus
from notifications.models import Outbox
from security_models.models import SecurityModel
from security_models.services import handover, staff
from tests.factories.messages import answer, looked_after, staff_access, unread_count, write
from tests.factories.people import UserFactory
from tests.statements import at_most

pytestmark = pytest.mark.django_db


@pytest.fixture
def wilhelmina() -> User:
    """The new specialist."""
    return UserFactory.create(staff_role="scss", first_name="Wilhelmina", last_name="Osei")


def boss() -> Any:
    return for_user(UserFactory.create(staff_role="management"))


def lines() -> list[Message]:
    return list(Message.objects.filter(side=Side.PORTAL, thread__kind="conversation"))


def mail_to(user: User, kind: str) -> str:
    return Outbox.objects.get(kind=kind, to_address=user.email).text


def test_m4_open_threads_go_to_the_new_specialist_and_say_so(wilhelmina: User) -> None:
    model, officer, former = looked_after()
    waiting, closed = write(officer, "Waiting"), write(officer, "Closed")
    answer(former, closed, close=True)
    staff.assign(actor=boss(), model_id=model.pk, staff_id=wilhelmina.pk)
    [line] = lines()
    assert line.thread == waiting
    assert "Wilhelmina Osei now looks after" in line.body
    assert "1 open thread" in mail_to(wilhelmina, "assignment.changed")
    assert "go along" in mail_to(officer.user, "assignment.changed")
    new = staff_access(model, wilhelmina)
    assert waiting in threads_of(new)
    assert waiting not in threads_of(former)
    answer(new, waiting)
    with pytest.raises(NotVisible):
        answer(staff_access(model, former.user), waiting)


def test_the_line_is_unread_for_nobody_and_changes_nothing_of_the_thread(wilhelmina: User) -> None:
    model, officer, former = looked_after()
    thread = write(former, "Which locks?", is_inquiry=True)
    read_now(officer, thread)
    before = Thread.objects.filter(pk=thread.pk).values().get()
    staff.assign(actor=boss(), model_id=model.pk, staff_id=wilhelmina.pk)
    assert Thread.objects.filter(pk=thread.pk).values().get() == before
    listed = [one for one in threads_of(officer) if one.pk == thread.pk]
    assert [getattr(one, "is_unread", None) for one in listed] == [False]
    assert thread.is_open_inquiry
    threads.reply(
        actor=officer, thread_id=thread.pk, form_key=new_id(), body="x", version=thread.version
    )
    assert unread_count(staff_access(model, wilhelmina)) == 1
    assert [one.side for one in messages_of(thread)] == [Side.PARTNER, Side.PORTAL, Side.PROGRAM]


def test_what_the_portal_said_by_itself_gets_no_line(wilhelmina: User) -> None:
    model, _officer, _former = looked_after()
    Thread.objects.create(
        security_model=model, kind="portal", subject="x", status=ThreadStatus.CLOSED,
        opened_at="2026-01-01T00:00Z", last_message_at="2026-01-01T00:00Z", last_side=Side.PORTAL,
        waits_since="2026-01-01",
    )  # fmt: skip
    staff.assign(actor=boss(), model_id=model.pk, staff_id=wilhelmina.pk)
    assert lines() == []


def test_claiming_from_the_pool_says_who_comes(wilhelmina: User) -> None:
    model, officer, _former = looked_after()
    model.assignments.update(ended_at=model.started_at)
    SecurityModel.objects.filter(pk=model.pk).update(first_submitted_on=model.started_on)
    write(officer)
    staff.claim(actor=for_user(wilhelmina), model_id=model.pk)
    assert len(lines()) == 1
    staff.claim(actor=for_user(wilhelmina), model_id=model.pk)
    assert len(lines()) == 1


def test_the_email_about_many_partners_counts_all_their_open_threads(wilhelmina: User) -> None:
    seen = {}
    for name in ("Alder Imports", "Birch Drayage"):
        model, officer, former = looked_after(name)
        SecurityModel.objects.filter(pk=model.pk).update(first_submitted_on=model.started_on)
        write(officer), write(officer, "Another")
        seen[model.pk] = former.user_id
    handover.assign_many(actor=boss(), staff_id=wilhelmina.pk, seen=seen)
    assert "4 open threads" in mail_to(wilhelmina, "assignment.received")
    assert len(lines()) == 4
    handover.assign_many(actor=boss(), staff_id=wilhelmina.pk, seen=seen)
    assert len(lines()) == 4


def test_a_hand_over_of_many_partners_writes_with_two_statements(wilhelmina: User) -> None:
    models = []
    for name in ("Alder Imports", "Birch Drayage", "Cedar Brokers"):
        model, officer, _former = looked_after(name)
        write(officer), write(officer, "Another")
        models.append(model)
    with at_most(2):
        counted = say_who_comes(models, wilhelmina)
    assert dict(counted) == {model.pk: 2 for model in models}
