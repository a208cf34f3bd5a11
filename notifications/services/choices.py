"""Saves how people want their notices: at once, with the daily digest, or only in the portal."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping

from django.db import models, transaction

from core import clock
from notifications.models import Choice, Notification, Outbox
from notifications.providers.kinds import DAILY_DIGEST, Kind, Recipient, kind
from notifications.selectors import EVERY_DIGEST, choices_of, for_digest
from notifications.services.sending import mail_notice
from notifications.states import OutboxState, Way


@transaction.atomic
def save_choices(
    *, user_id: uuid.UUID, ways: Mapping[str, str], among: Iterable[Kind]
) -> dict[str, Way]:
    """Save how a person wants the kinds in ``among``; return those that have changed.

    A way that a kind does not have leaves the kind as it was, so what is mandatory stays on. What
    waits for the digest and is now wanted only here stays in the portal.
    """
    before = choices_of(user_id)
    changed: dict[str, Way] = {}
    for one in among:
        was = one.way_for(before.get(one.code, ""))
        if ways.get(one.code) in one.ways and (way := Way(ways[one.code])) != was:
            changed[one.code] = way
    usual = [code for code, way in changed.items() if way == kind(code).default]
    Choice.objects.filter(user_id=user_id, kind__in=usual).delete()
    Choice.objects.bulk_create(
        [
            Choice(user_id=user_id, kind=code, way=way)
            for code, way in changed.items()
            if code not in usual
        ],
        update_conflicts=True,
        unique_fields=["user_id", "kind"],
        update_fields=["way"],
    )
    only_here = [code for code, way in changed.items() if way is Way.ONLY_HERE]
    _waiting(user_id).filter(kind__in=only_here).update(way=Way.ONLY_HERE)
    return changed


@transaction.atomic
def stop_digests(to: Recipient) -> bool:
    """End the daily digest of a person; return whether it was on.

    What would wait for it stays in the portal from now on. What is mandatory is sent by itself,
    also what waits already. A digest that is not sent yet is not sent.
    """
    stop = Choice(user_id=to.user_id, kind=EVERY_DIGEST, way=Way.ONLY_HERE)
    Choice.objects.bulk_create([stop], ignore_conflicts=True)
    if not Choice.objects.filter(pk=stop.pk).exists():
        return False
    waiting = list(_waiting(to.user_id).select_for_update())  # a digest in the making ends first
    written = Outbox.objects.filter(kind=DAILY_DIGEST, scope_id=to.user_id)
    written.filter(state=OutboxState.PENDING).update(
        state=OutboxState.ONLY_HERE, text="", html="", unsubscribe_url=""
    )
    for notice in waiting:
        if not kind(notice.kind).mandatory:
            notice.way = Way.ONLY_HERE
        elif notice.read_at is None:
            mail_notice(notice, to)
        notice.digested_at = clock.now()
        notice.save(update_fields=["way", "digested_at"])
    return True


@transaction.atomic
def resume_digests(user_id: uuid.UUID) -> bool:
    """Start the daily digest of a person again, with the same kinds as before; return whether it
    was off.
    """
    return bool(Choice.objects.filter(user_id=user_id, kind=EVERY_DIGEST).delete()[0])


def _waiting(user_id: uuid.UUID) -> models.QuerySet[Notification]:
    return for_digest().filter(user_id=user_id)
