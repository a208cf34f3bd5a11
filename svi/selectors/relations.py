"""Reads monitoring from one's own side, through the views of the database (SVI4-SVI6)."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Case, Count, F, Lookup, Q, QuerySet, When

from core import clock, search
from core.errors import NotVisible
from core.tenancy import beyond_tenants
from identity.models import User
from security_models.models import SecurityModel
from svi.models import Monitor, Monitored, Monitoring, SeenChange, SeenType, StatusNews
from svi.selectors.proofs import valid_counts
from svi.states import BLOCKING, LISTED, MonitoringStatus
from trade_accounts.states import MembershipState

#: A company is asked so often within this time, whatever became of the requests: each sends emails,
#: and one that is withdrawn at once can't be declined.
MOST_ASKED = 3
ASKED_WITHIN = dt.timedelta(days=30)


@dataclass(frozen=True)
class Numbers:
    """How much ends with a consent: companies that see one's status, companies whose status one
    sees, entries on lists altogether, and proofs of status that outsiders have.
    """

    see_status: int = 0
    are_seen: int = 0
    total: int = 0
    proofs: int = 0


def numbers_of(model: SecurityModel) -> Numbers:
    """What stands on the lists of an account; three queries."""
    return numbers_of_each([model]).get(model.pk, Numbers())


def numbers_of_each(models: Iterable[SecurityModel]) -> dict[uuid.UUID, Numbers]:
    """What stands on the lists of each account; three queries."""
    accounts = list(models)
    ids = [one.pk for one in accounts]
    proofs = valid_counts(accounts)
    seen = _counted("monitored_id", ids)
    sees = _counted("monitor_id", ids)
    return {
        pk: Numbers(
            see_status=seen.get(pk, (0, 0))[0],
            are_seen=sees.get(pk, (0, 0))[0],
            total=seen.get(pk, (0, 0))[1] + sees.get(pk, (0, 0))[1],
            proofs=proofs.get(pk, 0),
        )
        for pk in ids
    }


def _counted(side: str, ids: Collection[uuid.UUID]) -> dict[uuid.UUID, tuple[int, int]]:
    """Accepted monitoring and all entries, by the account on one side."""
    rows = Monitoring.objects.filter(status__in=LISTED, **{f"{side}__in": ids})
    accepted = Count("pk", filter=Q(status=MonitoringStatus.ACCEPTED))
    counted = rows.values(side).annotate(shared=accepted, every=Count("pk")).order_by(side)
    return {row[side]: (row["shared"], row["every"]) for row in counted}


def monitored_by(models: Iterable[SecurityModel]) -> QuerySet[Monitored]:
    """The partners that these accounts monitor, or that have asked for it."""
    return Monitored.objects.filter(security_model_id__in=[one.pk for one in models])


def monitors_of(models: Iterable[SecurityModel]) -> QuerySet[Monitor]:
    """The partners that monitor these accounts, or that were asked to."""
    return Monitor.objects.filter(security_model_id__in=[one.pk for one in models])


def monitored_partner(model: SecurityModel, monitoring_id: uuid.UUID) -> Monitored:
    """One partner that an account monitors. Raises NotVisible otherwise."""
    found = monitored_by([model]).filter(pk=monitoring_id).first()
    if found is None:
        raise NotVisible("monitoring")
    return found


def former_monitoring(
    model: SecurityModel, monitoring_id: uuid.UUID, *, is_asked: bool
) -> Monitoring:
    """A monitoring that once stood on a list of the account, which was asked (``is_asked``) or has
    asked. Raises NotVisible otherwise.
    """
    row = Monitoring.objects.filter(pk=monitoring_id).first()
    if row is None or (row.asked_id if is_asked else row.asker_id) != model.pk:
        raise NotVisible("monitoring")
    return row


def types_seen(rows: Sequence[Any]) -> dict[tuple[uuid.UUID, uuid.UUID], list[SeenType]]:
    """The types of the other company with their status, by monitoring and one's own account."""
    found: dict[tuple[uuid.UUID, uuid.UUID], list[SeenType]] = {}
    seen = SeenType.objects.filter(
        monitoring_id__in={row.pk for row in rows},
        security_model_id__in={row.security_model_id for row in rows},
    )
    for one in seen.order_by("name", "number"):
        found.setdefault((one.monitoring_id, one.security_model_id), []).append(one)
    return found


def changes_seen(rows: Sequence[Any]) -> dict[tuple[uuid.UUID, uuid.UUID], list[SeenChange]]:
    """The changes of status that one sees of partners, oldest first, by monitoring and one's own
    account; one query.
    """
    found: dict[tuple[uuid.UUID, uuid.UUID], list[SeenChange]] = {}
    seen = SeenChange.objects.filter(
        monitoring_id__in={row.pk for row in rows},
        security_model_id__in={row.security_model_id for row in rows},
    )
    for one in seen.order_by("at", "pk"):
        found.setdefault((one.monitoring_id, one.security_model_id), []).append(one)
    return found


def lost_since(models: Iterable[SecurityModel], day: dt.date) -> QuerySet[Monitored]:
    """Partners that these accounts monitor, of which a business type became Not Certified on this
    day or later, and which are not certified now (SVI7).
    """
    lost = monitored_by(models).filter(partner_id__in=_companies_lost_since(day))
    return lost.filter(is_certified=False).order_by("name", "pk")


@beyond_tenants("Which companies lost a status lately narrows one's own list; it is not shown.")
def _companies_lost_since(day: dt.date) -> list[uuid.UUID]:
    """There are few in the whole program, so that this costs less than looking at each partner."""
    rows = StatusNews.objects.filter(is_certified=False, on__gte=day)
    return list(rows.values_list("security_model_id", flat=True).distinct())


def newest_with(
    model: SecurityModel, partners: Iterable[uuid.UUID], *, to_monitor: bool = False
) -> dict[uuid.UUID, Monitoring]:
    """The newest monitoring of an account by each of these companies; the account monitors them if
    ``to_monitor``.
    """
    own, other = ("monitor", "monitored") if to_monitor else ("monitored", "monitor")
    rows = Monitoring.objects.filter(**{own: model, f"{other}__in": list(partners)})
    newest = rows.order_by(f"{other}_id", "-asked_at", "-pk").distinct(f"{other}_id")
    return {getattr(row, f"{other}_id"): row for row in newest}


def closed_to(model: SecurityModel, partners: Collection[uuid.UUID]) -> set[uuid.UUID]:
    """Which of these companies an account can't ask now, whichever way: they block it until they
    remove it (SVI4), or it asked them :data:`MOST_ASKED` times within :data:`ASKED_WITHIN`.
    """
    asked = Monitoring.objects.filter(_asked_by(model, partners))
    lately = Q(asked_at__gte=clock.now() - ASKED_WITHIN)
    other = Case(When(asked_by_monitor=True, then=F("monitored_id")), default=F("monitor_id"))
    counted = asked.annotate(other_id=other).values("other_id").order_by("other_id")
    found = counted.annotate(
        blocks=Count("pk", filter=Q(status__in=BLOCKING)), often=Count("pk", filter=lately)
    )
    return {row["other_id"] for row in found if row["blocks"] or row["often"] >= MOST_ASKED}


def _asked_by(model: SecurityModel, partners: Collection[uuid.UUID]) -> Q:
    """What the account has asked these companies, whichever way."""
    return Q(monitored=model, monitor__in=partners, asked_by_monitor=False) | Q(
        monitor=model, monitored__in=partners, asked_by_monitor=True
    )


def asked_since(trade_account_id: uuid.UUID, since: dt.datetime) -> int:
    """How many companies were asked since an instant by the accounts of a company."""
    # Not joined: an account of another company has no row for the reader.
    own = SecurityModel.objects.filter(trade_account=trade_account_id).values("pk")
    to_be = Q(monitored__in=own, asked_by_monitor=False)
    to_see = Q(monitor__in=own, asked_by_monitor=True)
    return Monitoring.objects.filter(to_be | to_see, asked_at__gte=since).count()


def pending_count(models: Iterable[SecurityModel]) -> int:
    """How many requests to monitor wait for an answer of these accounts; one query."""
    ids = [one.pk for one in models]
    rows = Monitoring.objects.filter(monitor__in=ids, asked_by_monitor=False)
    return rows.filter(status=MonitoringStatus.PENDING).count()


def pending_to_see_count(models: Iterable[SecurityModel]) -> int:
    """How many requests to see the status of these accounts wait for an answer; one query."""
    ids = [one.pk for one in models]
    rows = Monitoring.objects.filter(monitored__in=ids, asked_by_monitor=True)
    return rows.filter(status=MonitoringStatus.PENDING).count()


def owners_for(model: SecurityModel) -> list[User]:
    """Who can look after partners: contacts of the account who have accepted, by name (R4)."""
    people = User.objects.filter(
        memberships__state=MembershipState.ACTIVE, memberships__contacts__security_model=model
    )
    return sorted(people.distinct(), key=lambda one: one.name)


def with_number(part: str) -> Lookup:
    """A condition: the partner of a monitoring shares an account number with this part."""
    numbered = SeenType.objects.filter(search.contains_number(part, "number"))
    return search.one_of_found(numbered.values("monitoring_id"))


def with_one_of_the_numbers(numbers: Collection[str]) -> Lookup:
    """A condition: the partner of a monitoring shares one of these account numbers."""
    numbered = SeenType.objects.filter(number__in=numbers)
    return search.one_of_found(numbered.values("monitoring_id"))
