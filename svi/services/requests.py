"""Asks companies to monitor one's own, or to be monitored, and takes requests back (SVI3)."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterator
from dataclasses import dataclass

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from core import clock
from core.access import Access
from core.concurrency import one_at_a_time
from core.errors import NotVisible, Problem, refuse
from core.text import is_blank
from security_models.models import SecurityModel
from svi.checks.participation import participation_problems
from svi.models import NOTE_LENGTH, DirectoryEntry, Monitoring
from svi.selectors.directory import companies
from svi.selectors.participation import participation
from svi.selectors.relations import asked_since, closed_to
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
from svi.states import LISTED, MonitoringStatus

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

    A company that stands on the account's list already is passed over, and so is one that blocks
    the account, was asked too often lately, or takes part no longer: which of them
    it was is not said. Refused without participation (SVI1), and beyond the requests of a day
    (``SVI_REQUESTS_A_DAY``).
    """
    return _ask_all(actor, model, partners, note, by_monitor=False)


@transaction.atomic
def ask_to_monitor(
    *, actor: Access, model: SecurityModel, partners: Collection[uuid.UUID], note: str = ""
) -> Asked:
    """Ask these companies whether an account may monitor them, in the same way. Raises NotVisible
    unless the program offers that (setting ``SVI_BOTH_DIRECTIONS``).
    """
    if not settings.SVI_BOTH_DIRECTIONS:
        raise NotVisible("svi_both_directions")
    return _ask_all(actor, model, partners, note, by_monitor=True)


def _ask_all(
    actor: Access,
    model: SecurityModel,
    partners: Collection[uuid.UUID],
    note: str,
    by_monitor: bool,
) -> Asked:
    require_manager(actor, model)
    wanted = set(partners) - {model.pk}
    refuse(_problems(wanted, note))
    consenting = lock_consents({*wanted, model.pk})
    refuse(participation_problems(participation(model)))
    found = [one for one in companies(wanted) if one.pk in consenting]
    named = companies_named([one.pk for one in found])
    own, theirs = ("monitor", "monitored") if by_monitor else ("monitored", "monitor")
    listed = Monitoring.objects.filter(
        status__in=LISTED, **{own: model, f"{theirs}__in": list(named)}
    )
    before = set(listed.values_list(f"{theirs}_id", flat=True))
    before |= closed_to(model, list(named))
    asked = [one for one in found if one.pk not in before]
    refuse(_too_many_today(model, len(asked)))
    for one in asked:
        _ask(actor, model, named[one.pk], note.strip(), by_monitor)
    return Asked(tuple(asked), tuple(one for one in found if one.pk in before))


@transaction.atomic
def withdraw(*, actor: Access, model: SecurityModel, monitoring_id: uuid.UUID) -> Monitoring:
    """Take back a request that was not answered; or stop to monitor a company that was asked for
    it, and accepted.
    """
    require_manager(actor, model)
    rows = Monitoring.objects.select_for_update(of=("self",), no_key=True)
    asked = Q(monitored=model, asked_by_monitor=False) | Q(monitor=model, asked_by_monitor=True)
    row = rows.filter(asked, pk=monitoring_id).first()
    if row is None:
        raise NotVisible("monitoring")
    was = row.status
    move("withdraw", row, actor)
    other = companies_named([row.asked_id])[row.asked_id]
    stops = was == MonitoringStatus.ACCEPTED
    record_own("stopped" if stops else "withdrew", actor, row, model, other)
    record_other("stopped" if stops else "withdrawn", row, model, other)
    if stops:
        tell_other("svi.revoked", row, model, other, can_ask=True)
        webhook_events.request_decided(row, model, other, "stopped")
    return row


def _too_many_today(model: SecurityModel, more: int) -> Iterator[Problem]:
    """Refuse what goes beyond the requests that a company makes in a day: each sends emails."""
    most = settings.SVI_REQUESTS_A_DAY
    one_at_a_time(f"svi-requests:{model.trade_account_id}")
    if more and asked_since(model.trade_account_id, clock.day_began()) + more > most:
        words = _("Your company can ask %(most)s companies a day. Ask the others tomorrow.")
        yield Problem("too_many_today", words % {"most": most}, "partner")


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


def _ask(
    actor: Access, model: SecurityModel, other: SecurityModel, note: str, by_monitor: bool
) -> None:
    now = clock.now()
    row = Monitoring(
        monitored=other if by_monitor else model,
        monitor=model if by_monitor else other,
        asked_by_monitor=by_monitor,
        status_at=now,
        note="" if is_blank(note) else note,
        asked_at=now,
        asked_by_id=actor.user_id,
        asked_by_name=actor.name,
    )
    row.save(force_insert=True)
    begin(row, actor)
    said = "asked_to_monitor" if by_monitor else "asked"
    record_own(said, actor, row, model, other)
    record_other(said, row, model, other)
    notice = "svi.request_to_see_received" if by_monitor else "svi.request_received"
    tell_other(notice, row, model, other)
    webhook_events.request_received(row, model, other)
