"""Reminds the contacts of an account of something in its library that has a day."""

from __future__ import annotations

import datetime as dt

from audit.services import model_scope
from core import clock
from documents.models import Document, DocumentRequest
from notifications.providers.kinds import kind, resolve
from notifications.services.sending import notify, still_to_remind


def remind_contacts(
    code: str, about: Document | DocumentRequest, last_day: dt.date, offset: int, url: str
) -> bool:
    """Remind of ``about``, once for each offset and day; whether someone was reminded."""
    model = about.security_model
    once = f"{code}:{about.pk}:{last_day}:{offset}"
    people = resolve(kind(code).recipients, model)
    if not still_to_remind(once, people):
        return False
    sent = notify(
        code,
        scope=model_scope(model.pk),
        to=people,
        url=url,
        once_key=once,
        account=model.trade_account.name,
        reference=model.reference,
        title=about.title,
        due_date=last_day,
        is_over=clock.today() > last_day,
    )
    return bool(sent)
