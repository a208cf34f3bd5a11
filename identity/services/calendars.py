"""Makes, replaces, reads and ends the secret address of a person's calendar of due dates."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from audit.services import person_scope, record
from core import clock
from core.access import Access
from core.concurrency import made_before
from core.crypto import secret_hash
from core.errors import refusal
from core.ids import new_secret
from identity.models import CalendarFeed
from identity.selectors.user_state import may_act, recipient
from identity.services.set_up import locked
from notifications.services.sending import notify

#: The precision of the last use, so that not every call writes.
USED_EVERY = dt.timedelta(minutes=5)


@transaction.atomic
def make_calendar(
    *,
    actor: Access,
    form_key: uuid.UUID,
    reminds: bool,
    accounts: Sequence[uuid.UUID] | None = None,
) -> tuple[CalendarFeed, str]:
    """Make the actor's calendar address; its secret is returned only this once.

    It shows the dates of these accounts, or of all that the actor may see.
    An address that the actor had before no longer works. The same form sent again returns the
    address without its secret, which is no longer known.
    """
    user = locked(actor)
    existing = made_before(CalendarFeed, form_key, user_id=user.pk)
    if existing is not None:
        return existing, ""
    secret = new_secret()
    replaced, _rows = CalendarFeed.objects.filter(user=user).delete()
    feed = CalendarFeed.objects.create(
        pk=form_key,
        user=user,
        token_hash=secret_hash(secret),
        reminds=reminds,
        accounts=accounts,
        made_at=clock.now(),
    )
    kind = "identity.calendar_renewed" if replaced else "identity.calendar_made"
    record(kind, actor=actor, scope=person_scope(user.pk))
    notify(
        "user.calendar_made",
        scope=person_scope(user.pk),
        to=[recipient(user)],
        url=reverse("identity:calendar"),
        at=clock.now(),
        ip=actor.ip,
        replaced=bool(replaced),
    )
    return feed, secret


@transaction.atomic
def change_calendar(
    *, actor: Access, reminds: bool, accounts: Sequence[uuid.UUID] | None = None
) -> CalendarFeed:
    """Change what the actor's calendar shows; its address stays. Refused if it is off."""
    user = locked(actor)
    feed = CalendarFeed.objects.filter(user=user).first()
    if feed is None:
        raise refusal("off", _("The calendar is off. Make an address first."))
    chosen = list(accounts) if accounts is not None else None
    if (feed.reminds, feed.accounts) != (reminds, chosen):
        feed.reminds, feed.accounts = reminds, chosen
        feed.save(update_fields=["reminds", "accounts"])
        record("identity.calendar_changed", actor=actor, scope=person_scope(user.pk))
    return feed


@transaction.atomic
def end_calendar(*, actor: Access) -> bool:
    """Switch the actor's calendar off: its address answers as an unknown one from now on. Its
    person is told by email.

    Return True, also if it was off already.
    """
    user = locked(actor)
    ended, _rows = CalendarFeed.objects.filter(user=user).delete()
    if ended:
        record("identity.calendar_ended", actor=actor, scope=person_scope(user.pk))
        notify(
            "user.calendar_ended",
            scope=person_scope(user.pk),
            to=[recipient(user)],
            url=reverse("identity:calendar"),
            at=clock.now(),
            ip=actor.ip,
        )
    return True


def calendar_holder(secret: str) -> CalendarFeed | None:
    """The calendar with that secret, with its person, and note that it was read.

    None for an unknown address, and for a person who may do nothing at the moment: disabled, not
    set up, or with an expired password (R7, U4).
    """
    feed = (
        CalendarFeed.objects.select_related("user").filter(token_hash=secret_hash(secret)).first()
    )
    if feed is None or may_act(feed.user) is not None:
        return None
    if feed.last_used_at is None or feed.last_used_at < clock.now() - USED_EVERY:
        CalendarFeed.objects.filter(pk=feed.pk).update(last_used_at=clock.now())
    return feed
