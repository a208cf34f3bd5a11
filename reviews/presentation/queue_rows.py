"""Rows of the queue and of all open work, in words; the words of cells that lists share."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core import clock
from core.days import day, due_tone
from core.links import path_to
from core.listing import ListPage
from core.staff_work import WaitsFor, kind
from core.text import filled
from reviews.selectors.queue import Ageing

ME, PARTNER = "me", "partner"
SNOOZED, PINNED = "snoozed", "pinned"

# --- cells ----------------------------------------------------------------------------------------


def item_words(row: Any) -> str:
    """What the item is, with its round: "Application, round 2"."""
    words = str(kind(row.kind).words)
    if row.round == 1:
        return words
    return _("%(kind)s, round %(round)s") % {"kind": words, "round": row.round}


def age_in_days(row: Any) -> int:
    """Program days since something was received."""
    return max(0, (clock.today() - row.received_on).days)


def type_names(row: Any) -> str:
    """The business types of the row, one after another."""
    return ", ".join(one["name"] for one in row.types)


def numbered_types(row: Any) -> str:
    """The business types of the row, each with its account number."""
    return ", ".join(f"{one['number'] or ''} {one['name']}".strip() for one in row.types)


def partner_name(row: Any) -> str:
    """The company that the item belongs to."""
    return row.security_model.trade_account.name


def snooze_words(row: Any) -> str:
    """Until when an item is snoozed, by whom and why; empty if it is not snoozed."""
    words = _("Snoozed by %(name)s until %(day)s: %(reason)s")
    return " ".join(
        filled(
            words,
            name=mark.staff.name,
            day=day(mark.snoozed_until),
            reason=mark.reason,
        )
        for mark in row.marks
        if mark.is_snoozed
    )


def is_pinned(row: Any) -> bool:
    """Whether the reader has pinned the item."""
    return any(mark.pinned_at is not None for mark in row.marks)


def state_words(row: Any) -> str:
    """The state of an item with its notes, for an export."""
    pinned = _("Pinned") if is_pinned(row) else ""
    return "; ".join(words for words in (row.words.state, pinned, snooze_words(row)) if words)


@dataclass(frozen=True)
class QueueLine:
    """One line of the queue in words, with its link."""

    url: str
    item: str
    note: str
    partner: str
    types: str
    changes: str
    received: str
    age: int
    due: str
    due_words: str
    due_tone: str
    status: str
    status_words: str
    is_mine: bool
    covers: str
    anchor: str
    pinned: bool
    snoozed: str
    pin_url: str
    snooze_url: str
    wake_url: str


def queue_rows(rows: Iterable[Any], portfolio: Mapping[uuid.UUID, str] = {}) -> list[QueueLine]:
    """The lines of a page of the queue; ``portfolio`` names the colleague whom the reader covers
    for.
    """
    return [
        _queue_line(row, clock.today(), portfolio.get(row.security_model_id, "")) for row in rows
    ]


def _queue_line(row: Any, today: dt.date, covered: str) -> QueueLine:
    item = {"model_id": row.security_model_id, "kind": row.kind, "item_id": row.id}
    return QueueLine(
        url=kind(row.kind).url(row),
        item=item_words(row),
        note=row.words.note,
        partner=partner_name(row),
        types=numbered_types(row),
        changes=row.words.size,
        received=day(row.received_on),
        age=age_in_days(row),
        due=day(row.due_on) if row.due_on else "",
        due_words=_due_words((row.due_on - today).days) if row.due_on else "",
        due_tone=due_tone((row.due_on - today).days) if row.due_on else "",
        status=row.words.state_code,
        status_words=row.words.state,
        is_mine=row.waits_for == WaitsFor.PROGRAM,
        covers=filled(_("For %(name)s"), name=covered) if covered else "",
        anchor=f"{row.kind}-{row.id}",
        pinned=is_pinned(row),
        snoozed=snooze_words(row),
        pin_url=path_to("reviews:pin", **item),
        snooze_url=path_to("reviews:snooze", **item),
        wake_url=path_to("reviews:wake", **item),
    )


def _due_words(days: int) -> str:
    """How far away the due date is: "in 3 days", "today", "1 day late"."""
    if days == 0:
        return _("today")
    words = (
        ngettext("in %(n)s day", "in %(n)s days", days)
        if days > 0
        else ngettext("%(n)s day late", "%(n)s days late", -days)
    )
    return words % {"n": abs(days)}


def next_url(rows: list[QueueLine]) -> str:
    """The first line of a page that waits for the specialist and is not snoozed; or empty."""
    return next((row.url for row in rows if row.is_mine and not row.snoozed), "")


def queue_lead(ageing: Ageing, partners: int) -> str:
    """The sentence below the heading: "27 items, 148 partners. Monday, Nov 16, 2026."

    Snoozed items are not in the plain list: they are named beside its items, not among them.
    """
    waiting = ageing.total - ageing.snoozed
    items = ngettext("%(n)s item", "%(n)s items", waiting) % {"n": waiting}
    of = ngettext("%(n)s partner", "%(n)s partners", partners) % {"n": partners}
    if ageing.snoozed:
        items = _("%(items)s and %(snoozed)s") % {"items": items, "snoozed": snoozed_words(ageing)}
    if ageing.late:
        late = ngettext("%(n)s late", "%(n)s late", ageing.late) % {"n": ageing.late}
        items = _("%(items)s (%(about)s)") % {"items": items, "about": late}
    today = date_format(clock.today(), "l, M j, Y")
    return _("%(items)s, %(partners)s. %(day)s.") % {"items": items, "partners": of, "day": today}


def snoozed_words(ageing: Ageing) -> str:
    """How many items are snoozed: "2 snoozed items"."""
    words = ngettext("%(n)s snoozed item", "%(n)s snoozed items", ageing.snoozed)
    return words % {"n": ageing.snoozed}


def empty_queue(ageing: Ageing) -> dict[str, str]:
    """What the plain queue says while nothing is in it, with the way onward."""
    if ageing.snoozed:
        words = ngettext(
            "Nothing else waits. %(n)s item is snoozed.",
            "Nothing else waits. %(n)s items are snoozed.",
            ageing.snoozed,
        )
        return {
            "title": words % {"n": ageing.snoozed},
            "why": _("Each returns to your queue on its day. You can bring it back earlier."),
            "href": f"?{urlencode({'marked': SNOOZED})}",
            "action": _("Show snoozed items"),
        }
    why = _(
        "Submissions of partners who are assigned to you appear here. New applications wait in the "
        "pool."
    )
    return {
        "title": _("Your queue is clear."),
        "why": why,
        "href": path_to("reviews:pool"),
        "action": _("Open the pool"),
    }


@dataclass(frozen=True)
class QueueView:
    """A named view of the queue, with how many items it has."""

    label: str
    url: str
    count: int
    current: bool


def queue_views(ageing: Ageing, page: ListPage) -> tuple[QueueView, ...]:
    """Named views of the queue: each is an address, so that you can send it to a colleague."""
    named: list[tuple[str, dict[str, str], int]] = [
        (_("My work"), {}, ageing.total - ageing.snoozed),
        (_("Waiting for me"), {"waiting": ME}, ageing.mine),
        (_("Waiting for the partner"), {"waiting": PARTNER}, ageing.partners),
        (_("Older than 60 days"), {"pressing": "old"}, ageing.old),
        (_("Late"), {"pressing": "late"}, ageing.late),
        (_("Snoozed"), {"marked": SNOOZED}, ageing.snoozed),
    ]
    return tuple(
        QueueView(label, f"?{urlencode(chosen)}", count, page.chosen == chosen)
        for label, chosen, count in named
    )
