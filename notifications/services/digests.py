"""Writes the daily digest: one email that names what is new, by company, and nothing of its
content.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from django.conf import settings
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from audit.services import person_scope
from core import clock
from notifications.facts.subjects import in_subject
from notifications.models import Notification
from notifications.providers.kinds import DAILY_DIGEST, Recipient
from notifications.selectors import EVERY_DIGEST, choices_of, for_digest
from notifications.services.sending import write_mail

#: When a digest is sent, in its reader's time zone.
SENT_AT = dt.time(8)
#: A digest names so many notices; the portal has the others.
NAMED = 50


@dataclass(frozen=True)
class Addresses:
    """Where the links of a digest go: all notices, one notice, and the page that ends digests."""

    every: str
    one: Callable[[uuid.UUID], str]
    stop: str


@transaction.atomic
def write_digest(*, to: Recipient, until: dt.datetime, addresses: Addresses) -> bool:
    """Write the digest of a person for the local day of ``until``; return whether it was written.

    It names the notices that came until then, waited for it and were not read in the portal since.
    If nothing is left to name, or the person is disabled or has ended digests, there is none, and
    these notices wait no longer. A second worker finds their rows locked, and the day written.
    """
    waiting = for_digest().filter(user_id=to.user_id, created_at__lte=until)
    rows = list(
        waiting.select_for_update(skip_locked=True)
        .only("pk", "subject", "account", "read_at")
        .order_by("account", "created_at", "pk")
    )
    if not rows:
        return False
    unread = [one for one in rows if one.read_at is None]
    if unread and not to.is_disabled and EVERY_DIGEST not in choices_of(to.user_id):
        written = write_mail(
            DAILY_DIGEST,
            scope=person_scope(to.user_id),
            to=to,
            once_key=f"digest:{to.user_id}:{until.date().isoformat()}",
            url=addresses.every,
            unsubscribe_url=f"{settings.SITE_URL}{addresses.stop}",
            **_content(unread, to, addresses),
        )
        if written is None:  # another digest of this day: these wait for tomorrow's
            return False
    else:
        written = None
    done = Notification.objects.filter(pk__in=[one.pk for one in rows])
    done.update(digested_at=clock.now())
    return written is not None


def _content(notices: list[Notification], to: Recipient, addresses: Addresses) -> dict[str, object]:
    accounts = sorted({one.account for one in notices if one.account})
    with translation.override(to.language):
        count = ngettext("%(n)d notice", "%(n)d notices", len(notices)) % {"n": len(notices)}
        name = _("Partner Portal")
        if len(accounts) > 1:
            name = ngettext("%(n)d account", "%(n)d accounts", len(accounts)) % {"n": len(accounts)}
        elif accounts and all(one.account for one in notices):
            name = accounts[0]
    return {
        "account": name,
        "notice_count": count,
        "unread_count": len(notices),
        "groups": _groups(notices[:NAMED], addresses),
        "more_count": max(len(notices) - NAMED, 0),
        "stop_link": f"{settings.SITE_URL}{addresses.stop}",
    }


def _groups(notices: Iterable[Notification], addresses: Addresses) -> list[dict[str, object]]:
    """Subjects and links by company; what is about none comes last."""
    groups: dict[str, list[tuple[str, str]]] = {}
    for one in sorted(notices, key=lambda notice: not notice.account):
        told = (
            one.subject.removeprefix(f"{in_subject(one.account)}: ") if one.account else one.subject
        )
        link = f"{settings.SITE_URL}{addresses.one(one.pk)}"
        groups.setdefault(one.account, []).append((told[:1].upper() + told[1:], link))
    return [{"account": name, "notices": told} for name, told in groups.items()]
