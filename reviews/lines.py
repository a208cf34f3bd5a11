"""Lines of the lists, and other small things of the workspace, in words."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core import clock
from core.access import Access
from core.links import path_to
from core.listing import ListPage
from core.staff_work import WaitsFor, kind
from core.text import filled
from reviews.models import WorkItem
from reviews.selectors.partner import Partner
from reviews.selectors.queue import Ageing
from security_models.policies import P
from security_models.selectors.deciding import Act, may_decide
from security_models.services import staff
from security_models.states import BusinessTypeStatus, VettingResult
from security_profile.states import SubmissionStatus

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
    """The business types of the row, one after the other."""
    return ", ".join(one["name"] for one in row.types)


def numbered_types(row: Any) -> str:
    """The business types of the row, each with its account number."""
    return ", ".join(f"{one['number'] or ''} {one['name']}".strip() for one in row.types)


def partner_name(row: Any) -> str:
    """The company whose item it is."""
    return row.security_model.trade_account.name


def snooze_words(row: Any) -> str:
    """Until when an item is snoozed, by whom and why; empty if it is not."""
    words = _("Snoozed by %(name)s until %(day)s: %(reason)s")
    return " ".join(
        filled(
            words,
            name=mark.staff.name,
            day=date_format(mark.snoozed_until, "M j, Y"),
            reason=mark.reason,
        )
        for mark in row.marks
        if mark.is_snoozed
    )


def is_pinned(row: Any) -> bool:
    """Whether the reader has pinned the item."""
    return any(mark.pinned_at is not None for mark in row.marks)


def state_words(row: Any) -> str:
    """The state of an item with what is noted on it, for an export."""
    pinned = _("Pinned") if is_pinned(row) else ""
    return "; ".join(words for words in (row.words.state, pinned, snooze_words(row)) if words)


def profile_words(row: Any) -> str:
    """The first gate of an application."""
    if row.profile_done:
        return _("Approved")
    known = row.review_status in SubmissionStatus.values
    return str(SubmissionStatus(row.review_status).label) if known else _("Not submitted")


def vetting_words(row: Any) -> str:
    """The second gate of an application."""
    if row.vetting_done:
        return str(VettingResult.PASSED.label)
    if row.vetting_result not in VettingResult.values:
        return _("Not decided")
    return str(VettingResult(row.vetting_result).label)


@dataclass(frozen=True)
class QueueLine:
    """One line of the queue in words, with its link."""

    url: str
    item: str
    note: str
    partner: str
    types: str
    changes: str
    received: dt.date
    age: int
    due: dt.date | None
    days: int
    days_late: int
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
    """The lines of a page of the queue; ``portfolio`` says for whom the reader stands in."""
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
        received=row.received_on,
        age=age_in_days(row),
        due=row.due_on,
        days=(row.due_on - today).days if row.due_on else 0,
        days_late=(today - row.due_on).days if row.due_on else 0,
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


def next_url(rows: list[QueueLine]) -> str:
    """The first line of a page that waits for the specialist and is not snoozed, or empty."""
    return next((row.url for row in rows if row.is_mine and not row.snoozed), "")


def queue_lead(ageing: Ageing, partners: int) -> str:
    """The sentence below the heading: "27 items from 148 partners. Monday, November 16, 2026"."""
    items = ngettext("%(n)s item", "%(n)s items", ageing.total) % {"n": ageing.total}
    of = ngettext("%(n)s partner", "%(n)s partners", partners) % {"n": partners}
    late = ngettext("%(n)s late", "%(n)s late", ageing.late) % {"n": ageing.late}
    items = _("%(items)s (%(late)s)") % {"items": items, "late": late} if ageing.late else items
    day = date_format(clock.today(), "l, M j, Y")
    return _("%(items)s, %(partners)s. %(day)s.") % {"items": items, "partners": of, "day": day}


def queue_views(ageing: Ageing, page: ListPage) -> list[dict[str, Any]]:
    """Named views of the queue: each is an address, so a colleague can be sent there."""
    named: list[tuple[Any, dict[str, str], int]] = [
        (_("My work"), {}, ageing.total - ageing.snoozed),
        (_("Waiting for me"), {"waiting": ME}, ageing.mine),
        (_("Waiting for the partner"), {"waiting": PARTNER}, ageing.partners),
        (_("Older than 60 days"), {"pressing": "old"}, ageing.old),
        (_("Late"), {"pressing": "late"}, ageing.late),
        (_("Snoozed"), {"marked": SNOOZED}, ageing.snoozed),
    ]
    return [
        {
            "label": label,
            "url": f"?{urlencode(chosen)}",
            "count": count,
            "current": page.chosen == chosen,
        }
        for label, chosen, count in named
    ]


@dataclass(frozen=True)
class PoolLine:
    """One line of the pool: the three fields that everybody may see, and the way to claim it."""

    claim_url: str
    partner: str
    types: str
    age: int


def pool_rows(rows: Iterable[Any]) -> list[PoolLine]:
    """The lines of a page of the pool."""
    return [
        PoolLine(
            reverse("reviews:claim", args=[row.security_model_id]),
            partner_name(row),
            type_names(row),
            age_in_days(row),
        )
        for row in rows
    ]


@dataclass(frozen=True)
class ApplicationLine:
    """One line of the list of applications."""

    model_id: uuid.UUID
    url: str
    partner: str
    reference: str
    types: str
    received: dt.date | None
    age: int
    profile_done: bool
    profile: str
    profile_code: str
    vetting: str
    staff: str


def application_rows(rows: Iterable[Any]) -> list[ApplicationLine]:
    """The lines of a page of the list of applications."""
    return [
        ApplicationLine(
            model_id=row.pk,
            url=reverse("reviews:partner", args=[row.pk]),
            partner=row.account_name,
            reference=row.reference,
            types=type_names(row),
            received=row.received_on,
            age=age_in_days(row),
            profile_done=row.profile_done,
            profile=profile_words(row),
            profile_code="approved" if row.profile_done else row.review_status or "not-started",
            vetting=vetting_words(row),
            staff=row.staff_name,
        )
        for row in rows
    ]


def certified_words(certified: Sequence[tuple[str, str]]) -> str:
    """ "Certified as 12345678.", with the business types where there are several; or empty."""
    if not certified:
        return ""
    numbers = [number for _name, number in certified]
    if len(certified) > 1:
        numbers = [f"{number} ({name})" for name, number in certified]
    return _("Certified as %(numbers)s.") % {"numbers": ", ".join(numbers)}


@dataclass(frozen=True)
class PartnerLine:
    """One line of the list of partners; ``types`` are (name, number, status, words of it)."""

    url: str
    partner: str
    reference: str
    types: list[tuple[str, str, str, str]]
    staff: str
    model_id: uuid.UUID
    why_off: str


def partner_rows(rows: Iterable[Any]) -> list[PartnerLine]:
    """The lines of a page of the list of partners."""
    return [
        PartnerLine(
            url=reverse("reviews:partner", args=[row.pk]),
            partner=row.account_name,
            reference=row.reference,
            types=[
                (one["name"], one["number"] or "", one["status"], status_words(one["status"]))
                for one in row.types
            ],
            staff=row.staff_name,
            model_id=row.pk,
            why_off=why_off(row),
        )
        for row in rows
    ]


def why_off(row: Any) -> str:
    """Why the specialist of a row is not at work, and who stands in; empty if they are at work."""
    words = ""
    if row.staff_disabled:
        words = _("Disabled")
    elif row.staff_away_until is not None:
        words = _("Away until %(day)s") % {"day": date_format(row.staff_away_until, "M j, Y")}
    if words and row.staff_cover:
        return filled(_("%(why)s. %(name)s stands in"), why=words, name=row.staff_cover)
    return words


def status_words(status: str) -> str:
    """The words of a business type's status."""
    return str(BusinessTypeStatus(status).label)


def type_states(row: Any) -> str:
    """The business types of a row with number and status, for an export."""
    return "; ".join(
        ", ".join(
            part for part in (one["name"], one["number"], status_words(one["status"])) if part
        )
        for one in row.types
    )


def application_figures(counts: dict[str, int]) -> list[dict[str, Any]]:
    """How many applications wait for what, each figure leading to its list."""
    words = [
        ("", counts["all"], _("Applications")),
        ("vetting", counts["vetting"], _("Waiting for vetting")),
        ("profile", counts["profile"], _("Waiting for the security profile")),
        ("specialist", counts["specialist"], _("Without a specialist")),
    ]
    return [
        {
            "count": count,
            "label": label,
            "url": f"?waiting={key}" if key else "?",
            "hot": key == "specialist" and count > 0,
        }
        for key, count, label in words
    ]


# --- what is next for a partner -------------------------------------------------------------------


def next_step(partner: Partner, access: Access) -> dict[str, str]:
    """What happens next with a partner and who does it, for the head of the partner page."""
    if partner.waiting:
        return _next_of(partner.waiting[0])
    waits = [one for one in partner.types if one.account.profile_approved_on is not None]
    if partner.is_applicant and waits and access.has(P.VET):
        answer = may_decide(access, partner.model, Act.VETTING)
        if answer.needs_another:
            text = staff.needs_another_vetter(answer.who_else)
            return {"title": _("Somebody else decides vetting"), "text": text, "href": ""}
        return {
            "title": _("Decide vetting"),
            "text": _("The security profile is approved. Passing vetting certifies the partner."),
            "href": reverse("reviews:vetting", args=[partner.model.pk]),
            "action": _("Vetting"),
        }
    if partner.is_applicant and waits:
        text = _("The security profile is approved; certification follows when vetting is passed.")
        return {"title": _("Management decides"), "text": text, "href": "", "action": ""}
    return {"title": "", "text": "", "href": "", "action": ""}


def _next_of(item: WorkItem) -> dict[str, str]:
    of = kind(item.kind)
    step = of.next_step(item)
    url = of.url(item) if step.action else ""
    return {"title": step.title, "text": step.text, "href": url, "action": step.action}
