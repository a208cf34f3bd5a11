"""The company that was asked accepts, declines, revokes and removes, one by one or many (SVI4)."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet
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
#: Move -> what the record of the own and of the other company calls it, and the notice to the
#: other, if the own company monitors.
_BY_MONITOR = {
    "accept": ("accepted", "accepted", "svi.request_answered"),
    "decline": ("declined", "declined", "svi.request_answered"),
    "revoke": ("revoked", "revoked", "svi.revoked"),
    "remove": ("removed", "removed", ""),
}
#: The same if the own company shares its status, because it was asked to.
_BY_MONITORED = {
    "accept": ("accepted", "shown", "svi.request_answered"),
    "decline": ("declined", "declined", "svi.request_answered"),
    "revoke": ("hid", "hidden", "svi.sharing_ended"),
    "remove": ("removed", "removed", ""),
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
    _apply(actor, model, row, what, companies_named([row.asker_id])[row.asker_id])
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
    there = _asked(model).filter(pk__in=monitoring_ids)
    lock_consents({model.pk, *(row.asker_id for row in there)})
    rows = _locked(model, monitoring_ids)
    named = companies_named([row.asker_id for row in rows])
    problems = list(_problems(model, what))
    done, refused = [], []
    for row in rows:
        other = named[row.asker_id]
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
    row = _asked(model).filter(pk=monitoring_id).first()
    if row is None:
        raise NotVisible("monitoring")
    return row


def _asked(model: SecurityModel) -> QuerySet[Monitoring]:
    """What this account was asked for, from either side."""
    to_monitor = Q(monitor=model, asked_by_monitor=False)
    return Monitoring.objects.filter(to_monitor | Q(monitored=model, asked_by_monitor=True))


def _locked(model: SecurityModel, ids: Collection[uuid.UUID]) -> list[Monitoring]:
    rows = _asked(model).select_for_update(of=("self",), no_key=True)
    return list(rows.filter(pk__in=ids).order_by("pk"))


def _apply(
    actor: Access, model: SecurityModel, row: Monitoring, what: str, other: SecurityModel
) -> None:
    """One answer, recorded and told on both sides."""
    was = row.status
    changes: dict[str, Any] = {"accepted_at": clock.now()} if what == "accept" else {}
    move(what, row, actor, **changes)
    said = _BY_MONITORED if row.asked_by_monitor else _BY_MONITOR
    own_words, other_words, notice = said[what]
    record_own(own_words, actor, row, model, other)
    record_other(other_words, row, model, other)
    if what == "remove" and was == MonitoringStatus.ACCEPTED:
        notice = said["revoke"][2]
    webhook_events.request_decided(row, model, other, _BY_MONITOR[what][0])
    if notice:
        more: dict[str, Any] = {"can_ask": what == "remove"}
        if notice == "svi.request_answered":
            more |= {"is_accepted": what == "accept", "to_see": row.asked_by_monitor}
        if notice == "svi.sharing_ended":
            more |= {"by_agreement": False}
        tell_other(notice, row, model, other, **more)


def _problems(model: SecurityModel, what: str) -> Iterator[Problem]:
    """Accepting needs participation (SVI1); turning away is always possible."""
    if what == "accept":
        yield from participation_problems(participation(model))
