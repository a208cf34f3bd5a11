"""The daily digest: sent at 8:00 in the morning of its reader, ended and resumed."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterator

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext_noop as _

from audit.services import note_sweep, person_scope, record
from core import clock
from core.access import Access, system
from core.leases import in_time
from core.tenancy import on_behalf_of
from identity.credentials.unsubscribing import token_for
from identity.models import User
from identity.selectors.user_state import people_by_id, recipient
from identity.services.set_up import locked
from notifications.providers.kinds import Recipient
from notifications.selectors import waiting_for_digest
from notifications.services import choices
from notifications.services.digests import SENT_AT, Addresses, write_digest

REASON = _("The daily digest")
#: So many people are read in one statement.
AT_ONCE = 500


def sweep_digests() -> int:
    """Send the digests that are due; return how many.

    A digest is due if a notice has waited since before the latest 8:00 of its reader. So a run that
    came too late sends one digest for all that was missed, and any further run sends nothing. Each
    is written in its own transaction.
    """
    with on_behalf_of(system(REASON)):
        waiting = waiting_for_digest()
    sent = sum(_send(person, until) for person, until in in_time(_due(waiting)))
    with on_behalf_of(system(REASON)):
        note_sweep("digests", sent=sent)
    return sent


def _due(waiting: list[tuple[uuid.UUID, dt.datetime]]) -> Iterator[tuple[uuid.UUID, dt.datetime]]:
    """Whose digest is due, with the instant until which notices belong to it."""
    for start in range(0, len(waiting), AT_ONCE):
        some = dict(waiting[start : start + AT_ONCE])
        with on_behalf_of(system(REASON)):
            people = people_by_id(some)
        for user_id, since in some.items():
            person = people.get(user_id)
            until = clock.last_time_of_day(SENT_AT, person.time_zone if person else "")
            if since <= until:
                yield user_id, until


def _send(user_id: uuid.UUID, until: dt.datetime) -> bool:
    """Write one digest, to the address and in the language that the person has now."""
    with on_behalf_of(system(REASON)):
        person = people_by_id([user_id]).get(user_id)
        nobody = Recipient("", user_id=user_id, is_disabled=True)
        return write_digest(
            to=nobody if person is None else recipient(person),
            until=until,
            addresses=Addresses(
                every=reverse("identity:notices"),
                one=lambda notice_id: reverse("identity:notice", args=[notice_id]),
                stop=reverse("identity:digests", args=[token_for(user_id)]),
            ),
        )


@transaction.atomic
def end_digests(*, actor: Access) -> bool:
    """End the daily digest of the actor, who may have come by the link in one; return whether it
    was on.
    """
    user = locked(actor)
    ended = choices.stop_digests(recipient(user))
    if ended:
        record("identity.digests_ended", actor=actor, scope=person_scope(user.pk))
    return ended


@transaction.atomic
def resume_digests(*, actor: Access) -> bool:
    """Start the daily digest of the actor again; return whether it was off."""
    user: User = locked(actor)
    resumed = choices.resume_digests(user.pk)
    if resumed:
        record("identity.digests_resumed", actor=actor, scope=person_scope(user.pk))
    return resumed
