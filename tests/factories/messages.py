"""Threads between a company and its specialist, written by the services."""

from __future__ import annotations

from typing import Any

from core.access import Access, for_user
from core.ids import new_id
from messages_app.models import Message, Thread
from messages_app.selectors.threads import reader_of, unread_threads
from messages_app.services import threads
from security_models import grants
from security_models.models import SecurityModel
from tests.factories.profile import access_to
from tests.factories.trade import assign, make_account, make_model


def looked_after(name: str = "Thistlewick Home Goods") -> tuple[SecurityModel, Access, Access]:
    """A model with the access of its Officer and of its specialist."""
    model = make_model(make_account(name))
    specialist = assign(model)
    return model, access_to(model), staff_access(model, specialist)


def staff_access(model: SecurityModel, staff: Any) -> Access:
    """The access of a member of staff in a model."""
    return grants.enter(for_user(staff), model.pk)


def write(actor: Access, subject: str = "Change of ownership", **more: Any) -> Thread:
    """A new thread by one side."""
    more = {"form_key": new_id(), "body": "Our parent company changes on January 1.", **more}
    return threads.send_new(actor=actor, subject=subject, **more)


def answer(actor: Access, thread: Thread, body: str = "Thank you.", **more: Any) -> Message:
    """A reply to a thread as it is now."""
    thread.refresh_from_db()
    more = {"form_key": new_id(), "version": thread.version, **more}
    return threads.reply(actor=actor, thread_id=thread.pk, body=body, **more)


def unread_count(access: Access) -> int:
    """How many threads the header shows to a person as unread."""
    return unread_threads(access.user_id, reader_of(access)).count()
