"""Emails about messages. They say which account, and nothing of what was written."""

from __future__ import annotations

import datetime as dt

from audit.services import model_scope
from core import clock
from core.access import Access
from identity.models import User
from identity.selectors.user_state import recipient
from identity.states import StaffRole
from messages_app import page_links
from messages_app.facts.inquiries import reply_by
from messages_app.models import Message, Thread
from messages_app.states import Side
from notifications.providers.kinds import kind, resolve
from notifications.services.sending import notify, still_to_remind
from security_models.states import ContactRole


def role_words(actor: Access) -> str:
    """The actor's role at this moment: in the account, or on the staff."""
    if actor.is_staff:
        return str(StaffRole(actor.user.staff_role).label)
    return next((str(one.label) for one in ContactRole if one.value in actor.roles), "")


def sent(actor: Access, thread: Thread, message: Message) -> None:
    """Tell the other side that there is a message: all contacts, or the specialist (M4). Without a
    specialist who is available, management (M5).
    """
    model = thread.security_model
    if message.side == Side.PROGRAM:
        waits_for_partner(thread)
        return
    people = resolve(kind("message.received_staff").recipients, model)
    if all(one.is_disabled for one in people):
        _waits_for_office(thread)
        return
    notify(
        "message.received_staff",
        scope=model_scope(model.pk),
        to=people,
        url=page_links.staff_page(thread),
        account=model.trade_account.name,
        reference=model.reference,
    )


def _waits_for_office(thread: Thread) -> None:
    """Tell management of a thread that nobody looks after, once while it waits (M5)."""
    model = thread.security_model
    notify(
        "message.unassigned",
        scope=model_scope(model.pk),
        about=model,
        url=page_links.staff_page(thread),
        once_key=f"message.unassigned:{thread.pk}:{thread.waits_since}",
        account=model.trade_account.name,
        reference=model.reference,
    )


def remind(thread: Thread, last_day: dt.date, offset: int) -> bool:
    """Remind the contacts and Officers of an inquiry, once for each offset; whether someone was
    reminded.
    """
    model = thread.security_model
    once = f"message.inquiry_waiting:{thread.pk}:{thread.inquiry_on}:{offset}"
    people = resolve(kind("message.inquiry_waiting").recipients, model)
    if not still_to_remind(once, people):
        return False
    sent = notify(
        "message.inquiry_waiting",
        scope=model_scope(model.pk),
        to=people,
        url=page_links.partner_page(thread, model),
        once_key=once,
        account=model.trade_account.name,
        reference=model.reference,
        due_date=last_day,
        since=thread.inquiry_on,
        is_late=clock.today() > last_day,
    )
    return bool(sent)


def waits_for_partner(thread: Thread) -> None:
    """Tell the contacts that there is a message, and by when an inquiry waits for the answer."""
    model = thread.security_model
    notify(
        "message.received",
        scope=model_scope(model.pk),
        about=model,
        url=page_links.partner_page(thread, model),
        account=model.trade_account.name,
        reference=model.reference,
        reply_by=reply_by(thread),
    )


def asked_colleague(actor: Access, thread: Thread, colleague: User) -> None:
    """Tell a contact that a colleague asks them to take care of a thread."""
    model = thread.security_model
    notify(
        "message.colleague_asked",
        scope=model_scope(model.pk),
        to=[recipient(colleague)],
        url=page_links.partner_page(thread, model),
        account=model.trade_account.name,
        reference=model.reference,
        asker=actor.name,
    )
