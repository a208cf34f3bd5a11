"""Tells management and operators of records that differ, and emails statements about records."""

from __future__ import annotations

from collections.abc import Sequence

from django.conf import settings
from django.urls import reverse

from audit.models import Anchor
from audit.scopes import PROGRAM
from audit.selectors import Found, open_differences
from core import clock
from notifications.providers.kinds import Recipient, operators
from notifications.services.sending import notify
from portal.differing_records import named

#: An email names at most this many; the page lists all.
MOST_NAMED = 20


def tell_of_differences(found: Sequence[Found], of_check: bool) -> None:
    """One email, and a notice in the portal, for what was found together.

    A check finds as much as was changed, step by step: it sends at most one email an hour.
    """
    notify(
        "operations.record_differs",
        scope=PROGRAM,
        to=operators(),
        about=PROGRAM,
        url=reverse("portal:records"),
        named="; ".join(
            f"{words} ({one.what.label}; {one.of_table} {one.row_id})"
            for one, words in named(found[:MOST_NAMED]).items()
        ),
        more=max(0, len(found) - MOST_NAMED) or "",
        differ=open_differences().count() if of_check else "",
        once_key=f"operations.record_differs:{clock.now():%Y-%m-%d %H}" if of_check else "",
    )


def mail_statement(anchor: Anchor) -> None:
    """Email the signed statement of a day to those who keep it outside the database."""
    notify(
        "operations.records_statement",
        scope=PROGRAM,
        to=[Recipient(address) for address in settings.RECORDS_EMAIL],
        day=anchor.day,
        statement=anchor.statement,
        signature=anchor.signature,
    )
