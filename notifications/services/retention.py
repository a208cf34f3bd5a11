"""Deletes the text of emails after a time, and keeps that they were sent (P11)."""

from __future__ import annotations

import datetime as dt
import uuid

from django.utils.translation import gettext_noop as _

from audit.services import note_sweep
from core import clock
from core.access import system
from core.leases import in_time
from core.tenancy import on_behalf_of
from notifications.models import Outbox
from notifications.selectors import with_old_text

#: So many emails are changed in one transaction.
STEP = 500
REASON = _("The automatic deletion of email texts")


def sweep_texts() -> int:
    """Delete text and HTML of emails that were sent or given up longer ago than ``sent_mail``.

    Kept are when, to whom and what kind of email it was, its subject and the error of one that was
    given up. Works in steps, each in its own transaction, until its time is over; the next sweep
    continues.
    """
    before = clock.now() - dt.timedelta(days=clock.clock("sent_mail").length)
    emptied = 0
    for step in in_time(iter(lambda: _step(before), [])):
        emptied += len(step)
    with on_behalf_of(system(REASON)):
        note_sweep("mail_texts", emptied=emptied)
    return emptied


def _step(before: dt.datetime) -> list[uuid.UUID]:
    """Empty some of these emails; return their ids, none if nothing is left."""
    with on_behalf_of(system(REASON)):
        ids = list(with_old_text(before).select_for_update(skip_locked=True)[:STEP])
        Outbox.objects.filter(pk__in=ids).update(text="", html="", unsubscribe_url="")
    return ids
