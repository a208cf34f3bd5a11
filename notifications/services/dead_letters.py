"""Emails that were given up are tried again, by someone who has mended the cause."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import dataclass

from django.db import transaction

from audit.services import PROGRAM, record
from core import clock
from core.access import Access
from core.jobs import enqueue
from notifications import selectors
from notifications.models import Outbox, OutboxState
from notifications.policies import P

#: So many are announced to the workers at once; the sweep sends the others.
ANNOUNCED = 100


@dataclass(frozen=True)
class TriedAgain:
    """How many emails wait again, and how many of those asked for can't be sent: they were not
    given up, or their text or address is gone.
    """

    waiting: int = 0
    left: int = 0


@transaction.atomic
def try_again(*, actor: Access, mail_ids: Iterable[uuid.UUID]) -> TriedAgain:
    """Send emails again that were given up.

    An email with a link that lets its holder in has lost its text (``holds_secret``): its person
    asks for a new link. However often it is called, each waits once.
    """
    actor.require(P.LOOK_AFTER_MAIL)
    asked = list(mail_ids)
    rows = selectors.can_be_sent_again(Outbox.objects.select_for_update().filter(pk__in=asked))
    found = list(rows.order_by("pk").values_list("pk", "kind"))
    ids = [pk for pk, _kind in found]
    if ids:
        Outbox.objects.filter(pk__in=ids, state=OutboxState.DEAD).update(
            state=OutboxState.PENDING,
            attempts=0,
            next_attempt_at=clock.now(),
            came_back_at=None,
        )
        kinds = ", ".join(sorted({kind for _pk, kind in found}))
        record("notifications.sent_again", actor=actor, scope=PROGRAM, count=len(ids), kinds=kinds)
    for pk in ids[:ANNOUNCED]:
        enqueue("notifications.tasks.deliver", pk)
    return TriedAgain(len(ids), len(asked) - len(ids))
