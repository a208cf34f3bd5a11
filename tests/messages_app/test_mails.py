"""What a thread causes by email says which account, and nothing of what was written (M4, M5)."""

from __future__ import annotations

import datetime as dt

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from core import clock
from core.access import Access
from core.ids import new_id
from identity.services.digests import sweep_digests
from identity.states import StaffRole
from messages_app.models import Broadcast, Thread
from messages_app.services import broadcasts, drafts, threads
from messages_app.states import REPLY
from messages_app.tasks import INQUIRIES
from notifications.models import Notification, Outbox
from notifications.providers.kinds import known_kinds
from security_models.services import handover
from tests.factories.messages import answer, looked_after, staff_access, write
from tests.factories.people import UserFactory
from tests.factories.trade import make_contact

pytestmark = pytest.mark.django_db

#: Words of subjects, messages, notes and names of files.
WRITTEN = ("Quokka", "Wombat", "Platypus", "Numbat")


def with_file(actor: Access, thread: Thread) -> None:
    """An answer with a file."""
    draft = drafts.save_draft(actor=actor, form_key=new_id(), version=0, body="", thread=thread)
    file = SimpleUploadedFile("numbat.txt", b"Numbat", "text/plain")
    drafts.attach(actor=actor, draft=draft, file=file)
    answer(actor, thread, "The Wombat is attached.", form_key=draft.pk)


def everything_that_a_thread_causes() -> None:
    """Messages of both sides, an inquiry with its reminders, a colleague, a note, a hand-over, a
    message to many, a thread without a specialist, and the digests of all that.
    """
    model, officer, specialist = looked_after()
    colleague = make_contact(model).membership.user
    assert colleague is not None
    said = {"subject": "Quokka", "body": "Wombat"}
    thread = write(officer, **said)
    answer(specialist, thread, "Wombat", is_inquiry=True)
    threads.add_note(
        actor=specialist, thread_id=thread.pk, form_key=new_id(), body="Platypus of the Quokka"
    )
    threads.ask_colleague(actor=officer, thread_id=thread.pk, user_id=colleague.pk)
    reply = clock.clock(REPLY)
    for offset in reply.reminder_offsets:
        with clock.at(reply.due(clock.today()) + dt.timedelta(days=offset)):
            INQUIRIES.run_all()
    with_file(officer, thread)
    other = write(specialist, **said)
    threads.start_inquiry(actor=specialist, thread_id=other.pk)
    many = broadcasts.send_to_many(
        actor=specialist, form_key=new_id(), subject="Quokka", body="Wombat", partners=[model.pk]
    )
    assert broadcasts.work_through(many.pk) == Broadcast.objects.count() == 1
    boss = UserFactory.create(staff_role=StaffRole.MANAGEMENT)
    new = UserFactory.create(staff_role=StaffRole.SCSS)
    seen = {model.pk: specialist.user_id}
    handover.assign_many(actor=staff_access(model, boss), staff_id=new.pk, seen=seen)
    model.assignments.update(ended_at=clock.now())
    write(officer, **said)
    with clock.at(clock.now() + dt.timedelta(days=2)):
        sweep_digests()


def test_m_no_email_or_notice_about_a_thread_says_what_was_written() -> None:
    everything_that_a_thread_causes()
    mails, notices = list(Outbox.objects.all()), list(Notification.objects.all())
    kinds = {one.kind for one in notices}
    assert kinds >= {one.code for one in known_kinds() if one.code.startswith("message.")}
    assert "user.digest" in {one.kind for one in mails}
    said = [f"{one.kind}: {one.subject} {one.text} {one.html}" for one in mails]
    said += [f"{one.kind}: {one.subject} {one.body}" for one in notices]
    found = [
        (word, one[:200]) for one in said for word in WRITTEN if word.casefold() in one.casefold()
    ]
    assert not found
