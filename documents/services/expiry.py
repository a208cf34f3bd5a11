"""Reminds contacts of documents that expire, so that evidence is renewed in time."""

from __future__ import annotations

import datetime as dt

from audit.services import model_scope
from core import clock
from documents import page_links
from documents.models import Document
from notifications.providers.kinds import kind, resolve
from notifications.services.sending import notify, still_to_remind

KIND = "evidence.expiring"


def remind_of_expiry(document: Document, last_day: dt.date, offset: int) -> bool:
    """Remind the contacts of a document that expires, once for each offset and date; whether
    someone was reminded. What the program added is renewed by the program.
    """
    model = document.security_model
    once = f"{KIND}:{document.pk}:{last_day}:{offset}"
    people = resolve(kind(KIND).recipients, model)
    if not still_to_remind(once, people):
        return False
    sent = notify(
        KIND,
        scope=model_scope(model.pk),
        to=people,
        url=page_links.page_of(document, is_staff=False),
        once_key=once,
        account=model.trade_account.name,
        reference=model.reference,
        title=document.title,
        due_date=last_day,
        is_over=clock.today() > last_day,
    )
    return bool(sent)
