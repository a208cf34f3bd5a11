"""Tells companies what changed for them: the status of a partner, or its consent (SVI7).

In bounded steps, each one transaction that notes how far it came (core/leases.py). So each company
is told once, however often the task runs.
"""

from __future__ import annotations

import datetime as dt
import logging
import uuid
from functools import partial
from typing import Any

from django.db.models import Exists, OuterRef
from django.utils.translation import gettext

from audit.models import StatusChange
from audit.services import model_scope, note_sweep, record
from core import clock
from core.access import Access, system
from core.days import day
from core.jobs import enqueue
from core.leases import Leases, Step, in_time
from core.tenancy import on_behalf_of
from notifications.services.sending import notify, reaches
from security_models.models import BusinessTypeAccount, SecurityModel
from security_models.states import CERTIFIED_STATUSES, all_ended
from svi import page_links
from svi.models import Monitoring, StatusNews
from svi.selectors.participation import signed_consents
from svi.services import webhook_events
from svi.services.consent import leave
from svi.states import MonitoringStatus, SharedStatus

log = logging.getLogger(__name__)

#: How many companies one step tells.
STEP = 50
LEASE = dt.timedelta(minutes=2)
#: How long one task works; the next one continues.
BUDGET = dt.timedelta(seconds=45)


def _actor() -> Access:
    return system(gettext("Status Verification Interface"))


LEASES = Leases(
    lambda: StatusNews.objects.filter(ended_at=None),
    attempts="attempts",
    due="next_attempt_at",
    length=LEASE,
    actor=_actor,
)


def follow_status(account: BusinessTypeAccount, change: StatusChange) -> None:
    """Keep a change between Certified and Not Certified, to be told to those who monitor.

    Called in the transaction of the change, for accounts that share their status. An account whose
    last type ends without such a change leaves at once: nobody sees another status.
    """
    if not signed_consents().filter(security_model=account.security_model_id).exists():
        return
    is_certified = change.after in CERTIFIED_STATUSES
    if (change.before in CERTIFIED_STATUSES) == is_certified:
        _leave_if_ended(account.security_model)
        return
    news = StatusNews.objects.create(
        security_model_id=account.security_model_id,
        type_account=account,
        is_certified=is_certified,
        at=change.at,
        on=change.on,
        next_attempt_at=clock.now(),
    )
    enqueue("svi.tasks.tell_status", news.pk)


def tell_status(news_id: uuid.UUID | str, budget: dt.timedelta = BUDGET) -> int:
    """Work on one change, if it is due and no other worker has it; how many companies were told."""
    return LEASES.in_steps(news_id, _step, budget=budget, hand_on=_hand_on)


def _step(news_id: uuid.UUID) -> Step:
    """Tell the next companies. After the last one, an account that left the program ends its
    consent.
    """
    with on_behalf_of(_actor()):
        rows = StatusNews.objects.select_for_update(of=("self",))
        news = rows.select_related(
            "security_model__trade_account", "type_account__business_type"
        ).filter(pk=news_id, ended_at=None).first()  # fmt: skip
        if news is None:
            return Step()
        companies = _next(news)
        told = sum(reaches(partial(_tell_change, news, one), str(one.pk)) for one in companies)
        news.told += told
        news.reached = companies[-1].pk if companies else news.reached
        goes_on = len(companies) == STEP
        if not goes_on:
            news.ended_at = clock.now()
            _leave_if_ended(news.security_model)
        news.save(update_fields=["told", "reached", "ended_at"])
        return Step(told, goes_on)


def _next(news: StatusNews) -> list[Monitoring]:
    """The next companies that saw the status when it changed, and see it now: a company that is not
    certified itself sees none (SVI5), so it is not told either.
    """
    own = BusinessTypeAccount.objects.filter(security_model=OuterRef("monitor"))
    rows = Monitoring.objects.filter(
        Exists(own.filter(status__in=CERTIFIED_STATUSES)),
        monitored=news.security_model_id,
        status=MonitoringStatus.ACCEPTED,
        accepted_at__lte=news.at,
    )
    if news.reached is not None:
        rows = rows.filter(pk__gt=news.reached)
    rows = rows.select_related("monitor__trade_account", "note_of_monitor")
    return list(rows.order_by("pk")[:STEP])


def _tell_change(news: StatusNews, row: Monitoring) -> None:
    other, company = row.monitor, news.security_model.trade_account.name
    status = str(SharedStatus.of(news.is_certified).label)
    kind = str(news.type_account.business_type)
    record(
        "svi.status_changed",
        actor=_actor(),
        scope=model_scope(other.pk),
        subject=("svi_monitoring", row.pk),
        company=company,
        type=kind,
        status=status,
    )
    webhook_events.status_changed(row, news)
    note = getattr(row, "note_of_monitor", None)
    if note is not None and note.is_silent:
        return
    notify(
        "svi.status_changed",
        scope=model_scope(other.pk),
        about=other,
        url=page_links.partner_page(other, row.pk),
        account=other.trade_account.name,
        reference=other.reference,
        other_company=company,
        svi_status=SharedStatus.of(news.is_certified).label,
        type=kind,
        since=day(news.on),
    )


def _leave_if_ended(model: SecurityModel) -> None:
    statuses = BusinessTypeAccount.objects.filter(security_model=model)
    if all_ended(list(statuses.values_list("status", flat=True))):
        leave(model=model)


def _hand_on(news: StatusNews) -> None:
    """Give the lease back, so that the next task continues at once."""
    with on_behalf_of(_actor()):
        LEASES.waiting().filter(pk=news.pk, ended_at=None).update(next_attempt_at=clock.now())
        enqueue("svi.tasks.tell_status", news.pk)


# --- the end of a monitoring ----------------------------------------------------------------------


def tell_ends() -> int:
    """Tell the next companies that a partner revoked its agreement; how many were told."""
    with on_behalf_of(_actor()):
        rows = Monitoring.objects.filter(status=MonitoringStatus.ENDED, told_end_at=None)
        waiting = list(
            rows.select_for_update(of=("self",), skip_locked=True)
            .select_related("monitor__trade_account", "monitored__trade_account")
            .order_by("status_at", "pk")[:STEP]
        )
        told = sum(reaches(partial(_tell_end, row), str(row.pk)) for row in waiting)
        done = Monitoring.objects.filter(pk__in=[row.pk for row in waiting])
        done.update(told_end_at=clock.now())
    return told


def _tell_end(row: Monitoring) -> None:
    """Tell the company whose consent still stands."""
    left, other = row.monitored, row.monitor
    if row.ended_by_id == other.pk:
        left, other = other, left
    company = left.trade_account.name
    record(
        "svi.ended",
        actor=_actor(),
        scope=model_scope(other.pk),
        subject=("svi_monitoring", row.pk),
        company=company,
    )
    webhook_events.request_decided(row, left, other, "ended")
    saw = other.pk == row.monitor_id
    more: dict[str, Any] = {"by_agreement": True} if saw else {}
    notify(
        "svi.sharing_ended" if saw else "svi.revoked",
        scope=model_scope(other.pk),
        about=other,
        url=page_links.monitored_of(other) if saw else page_links.monitors_of(other),
        account=other.trade_account.name,
        reference=other.reference,
        other_company=company,
        can_ask=False,
        **more,
    )


def sweep_svi_news() -> int:
    """Continue every change that is due, and tell of ends. Safe at any time."""
    told = 0
    with on_behalf_of(_actor()):
        due = LEASES.due_ids(50)
    for news_id in in_time(due):
        try:
            told += tell_status(news_id, dt.timedelta(seconds=20))
        except Exception:
            log.exception("the change of status %s waits for its next attempt", news_id)
    until = clock.now() + BUDGET
    while (ended := tell_ends()) and clock.now() < until:
        told += ended
    with on_behalf_of(_actor()):
        note_sweep("svi_news", companies=told)
    return told
