"""Rows of the list of partners, and the next step for a partner, in words."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from core.access import Access
from core.staff_work import kind
from core.text import filled
from identity.asking import Asking
from reviews.models import WorkItem
from reviews.selectors.partner import Partner
from security_models.policies import P
from security_models.selectors.who_decides import Act, may_decide
from security_models.services import staff
from security_models.states import BusinessTypeStatus


@dataclass(frozen=True)
class PartnerLine:
    """One line of the list of partners; ``types`` are (name, number, status, words of the
    status).
    """

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
    """Why the specialist of a row is not available, and who covers; empty if they are available."""
    words = ""
    if row.staff_disabled:
        words = _("Disabled")
    elif row.staff_away_until is not None:
        words = _("Away until %(day)s") % {"day": date_format(row.staff_away_until, "M j, Y")}
    if words and row.staff_cover:
        return filled(_("%(why)s. %(name)s covers"), why=words, name=row.staff_cover)
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


def next_step(partner: Partner, access: Access, vetting: Asking) -> dict[str, str]:
    """The next step for a partner and who takes it, for the head of the partner page.

    Whoever cannot decide ``vetting`` asks for it there.
    """
    if partner.waiting:
        return _next_of(partner.waiting[0])
    waits = [one for one in partner.types if one.account.profile_approved_on is not None]
    if partner.is_applicant and waits and access.has(P.VET):
        answer = may_decide(access, partner.model, Act.VETTING)
        if answer.needs_another:
            text = staff.needs_another_vetter(answer.who_else)
            return {"title": _("Someone else decides vetting"), "text": text, **_ask(vetting)}
        return {
            "title": _("Decide vetting"),
            "text": _("The security profile is approved. Passing vetting certifies the partner."),
            "href": reverse("reviews:vetting", args=[partner.model.pk]),
            "action": _("Vetting"),
        }
    if partner.is_applicant and waits:
        text = _("The security profile is approved. Certification follows when vetting is passed.")
        return {"title": _("Management decides"), "text": text, **_ask(vetting)}
    return _assign_next(partner, access)


def _assign_next(partner: Partner, access: Access) -> dict[str, str]:
    """Nothing waits: a partner whose specialist is disabled needs another one."""
    specialist = partner.assignment.staff if partner.assignment else None
    if specialist is not None and specialist.disabled_at is not None and access.has(P.ASSIGN):
        words = _("%(name)s is disabled. Choose who looks after this partner.")
        return {
            "title": _("Assign another specialist"),
            "text": filled(words, name=specialist.name),
            "href": reverse("reviews:assignment", args=[partner.model.pk]),
            "action": _("Reassign"),
        }
    return {"title": "", "text": "", "href": "", "action": ""}


def _ask(act: Asking) -> dict[str, str]:
    if not act.can_ask:
        return {"href": "", "action": ""}
    return {"href": act.url, "action": act.label}


def _next_of(item: WorkItem) -> dict[str, str]:
    of = kind(item.kind)
    step = of.next_step(item)
    url = of.url(item) if step.action else ""
    return {"title": step.title, "text": step.text, "href": url, "action": step.action}
