"""Asks companies to monitor one's own, and takes requests back (SVI3)."""

from __future__ import annotations

import uuid
from collections.abc import Collection
from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext as _

from core import clock
from core.access import Access
from core.errors import NotVisible, Problem, refuse
from core.text import is_blank
from security_models.models import SecurityModel
from svi.checks.participation import participation_problems
from svi.models import NOTE_LENGTH, DirectoryEntry, Monitoring
from svi.selectors.directory import companies
from svi.selectors.participation import participation
from svi.services import webhook_events
from svi.services.both_sides import (
    begin,
    companies_named,
    lock_consents,
    move,
    record_other,
    record_own,
    require_manager,
    tell_other,
)
from svi.states import LISTED

#: How many companies are asked at once.
MOST_AT_ONCE = 100


@dataclass(frozen=True)
class Asked:
    """Whom a request reached, and who stands on the list already or can no longer be asked."""

    asked: tuple[DirectoryEntry, ...]
    passed: tuple[DirectoryEntry, ...]


@transaction.atomic
def ask_to_be_monitored(
    *, actor: Access, model: SecurityModel, partners: Collection[uuid.UUID], note: str = ""
) -> Asked:
    """Ask these companies to monitor an account. A second click asks nobody twice.

    A company that stands on the account's list already is passed over, and so is one that takes
    part no longer: which of the two it was is not said. Refused without participation (SVI1).
    """
    require_manager(actor, model)
    wanted = set(partners) - {model.pk}
    refuse(_problems(wanted, note))
    consenting = lock_consents({*wanted, model.pk})
    refuse(participation_problems(participation(model)))
    found = [one for one in companies(wanted) if one.pk in consenting]
    named = companies_named([one.pk for one in found])
    listed = Monitoring.objects.filter(monitored=model, monitor__in=named, status__in=LISTED)
    before = set(listed.values_list("monitor_id", flat=True))
    asked = [one for one in found if one.pk not in before]
    for one in asked:
        _ask(actor, model, named[one.pk], note.strip())
    return Asked(tuple(asked), tuple(one for one in found if one.pk in before))


@transaction.atomic
def withdraw(*, actor: Access, model: SecurityModel, monitoring_id: uuid.UUID) -> Monitoring:
    """Take back a request that was not answered."""
    require_manager(actor, model)
    rows = Monitoring.objects.select_for_update(of=("self",), no_key=True)
    row = rows.filter(pk=monitoring_id, monitored=model).first()
    if row is None:
        raise NotVisible("monitoring")
    move("withdraw", row, actor)
    other = companies_named([row.monitor_id])[row.monitor_id]
    record_own("withdrew", actor, row, model, other)
    record_other("withdrawn", row, model, other)
    return row


def _problems(wanted: Collection[uuid.UUID], note: str) -> list[Problem]:
    problems = []
    if not wanted:
        problems.append(Problem("nobody", _("Choose the companies to ask."), "partner"))
    if len(wanted) > MOST_AT_ONCE:
        words = _("Ask at most %(most)s companies at once.") % {"most": MOST_AT_ONCE}
        problems.append(Problem("too_many", words, "partner"))
    if len(note.strip()) > NOTE_LENGTH:
        words = _("The note can have at most %(most)s characters.") % {"most": NOTE_LENGTH}
        problems.append(Problem("too_long", words, "note"))
    return problems


def _ask(actor: Access, model: SecurityModel, other: SecurityModel, note: str) -> None:
    now = clock.now()
    row = Monitoring(
        monitored=model,
        monitor=other,
        status_at=now,
        note="" if is_blank(note) else note,
        asked_at=now,
        asked_by_id=actor.user_id,
        asked_by_name=actor.name,
    )
    row.save(force_insert=True)
    begin(row, actor)
    record_own("asked", actor, row, model, other)
    record_other("asked", row, model, other)
    tell_other("svi.request_received", model, other)
    webhook_events.request_received(row, model, other)
