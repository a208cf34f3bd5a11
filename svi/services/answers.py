"""The company that was asked accepts, declines, revokes and removes, one by one or many (SVI4)."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from core import clock
from core.access import Access
from core.errors import NotVisible, Problem, Refused, refuse
from security_models.models import SecurityModel
from svi.checks.participation import participation_problems
from svi.machine import MONITORING
from svi.models import Monitoring
from svi.selectors.participation import participation
from svi.services import webhook_events
from svi.services.both_sides import (
    companies_named,
    lock_consents,
    move,
    record_other,
    record_own,
    require_manager,
    tell_other,
)
from svi.states import MonitoringStatus

#: How many partners are answered at once; each is told and recorded by itself.
MOST_AT_ONCE = 100
#: Move -> what the record calls it, and the notice to the other company.
_SAID = {
    "accept": ("accepted", "svi.request_answered"),
    "decline": ("declined", "svi.request_answered"),
    "revoke": ("revoked", "svi.revoked"),
    "remove": ("removed", ""),
}


@dataclass(frozen=True)
class Answered:
    """Which partners were answered, and why others were not, by name."""

    done: tuple[str, ...]
    refused: tuple[tuple[str, str], ...]


@transaction.atomic
def answer(
    *, actor: Access, model: SecurityModel, monitoring_id: uuid.UUID, what: str
) -> Monitoring:
    """Answer one partner: accept, decline, revoke or remove. The same answer again does nothing.

    Raises NotVisible for what does not stand on the account's list, and Refused in words: the state
    has changed, or the account takes part in SVI no longer.
    """
    require_manager(actor, model)
    row = _one(model, monitoring_id)
    if row.status == MONITORING.moves[what].target:
        return row
    lock_consents([row.monitored_id, row.monitor_id])
    row = _locked(model, [monitoring_id])[0]
    refuse(_problems(model, what))
    _apply(actor, model, row, what, companies_named([row.monitored_id])[row.monitored_id])
    return row


@transaction.atomic
def answer_many(
    *, actor: Access, model: SecurityModel, monitoring_ids: Collection[uuid.UUID], what: str
) -> Answered:
    """The same for many partners: each by itself, so that one refusal keeps back no other.

    What does not stand on the account's list is passed over.
    """
    require_manager(actor, model)
    if len(monitoring_ids) > MOST_AT_ONCE:
        words = _("Choose at most %(most)s partners at once.") % {"most": MOST_AT_ONCE}
        raise Refused("too_many", [Problem("too_many", words)])
    there = Monitoring.objects.filter(pk__in=monitoring_ids, monitor=model)
    lock_consents({model.pk, *there.values_list("monitored_id", flat=True)})
    rows = _locked(model, monitoring_ids)
    named = companies_named([row.monitored_id for row in rows])
    problems = list(_problems(model, what))
    done, refused = [], []
    for row in rows:
        other = named[row.monitored_id]
        name = other.trade_account.name
        try:
            with transaction.atomic():
                refuse(problems)
                _apply(actor, model, row, what, other)
            done.append(name)
        except Refused as refusal:
            refused.append((name, " ".join(str(one.message) for one in refusal.problems)))
    return Answered(tuple(done), tuple(refused))


def _one(model: SecurityModel, monitoring_id: uuid.UUID) -> Monitoring:
    row = Monitoring.objects.filter(pk=monitoring_id, monitor=model).first()
    if row is None:
        raise NotVisible("monitoring")
    return row


def _locked(model: SecurityModel, ids: Collection[uuid.UUID]) -> list[Monitoring]:
    rows = Monitoring.objects.select_for_update(of=("self",), no_key=True)
    return list(rows.filter(pk__in=ids, monitor=model).order_by("pk"))


def _apply(
    actor: Access, model: SecurityModel, row: Monitoring, what: str, other: SecurityModel
) -> None:
    """One answer, recorded and told on both sides."""
    was = row.status
    changes: dict[str, Any] = {"accepted_at": clock.now()} if what == "accept" else {}
    move(what, row, actor, **changes)
    said, notice = _SAID[what]
    record_own(said, actor, row, model, other)
    record_other(said, row, model, other)
    if what == "remove" and was == MonitoringStatus.ACCEPTED:
        notice = "svi.revoked"
    webhook_events.request_decided(row, model, other, said)
    if notice:
        is_accepted = what == "accept"
        more = {"is_accepted": is_accepted} if notice == "svi.request_answered" else {}
        tell_other(notice, model, other, can_ask=what == "remove", **more)


def _problems(model: SecurityModel, what: str) -> Iterator[Problem]:
    """Accepting needs participation (SVI1); turning away is always possible."""
    if what == "accept":
        yield from participation_problems(participation(model))
