"""What SVI sends to the systems of companies: never more than their pages show (SVI5, ADR 26)."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.utils.translation import gettext_lazy

from core.tenancy import as_seen_by
from security_models.models import SecurityModel
from svi.models import Monitored, Monitoring, SeenType, StatusNews
from svi.states import LISTED, SharedStatus
from webhooks.models import Event
from webhooks.providers import Kind
from webhooks.services.emitting import emit

STATUS_CHANGED = "svi.status_changed"
REQUEST_RECEIVED = "svi.request_received"
REQUEST_DECIDED = "svi.request_decided"


def status_changed(monitoring: Monitoring, news: StatusNews) -> None:
    """A partner became Certified or Not Certified as one business type (SVI7)."""
    emit(
        STATUS_CHANGED,
        model=monitoring.monitor,
        subject=monitoring.pk,
        data=lambda: _status(monitoring, news),
    )


def request_received(monitoring: Monitoring, asking: SecurityModel, asked: SecurityModel) -> None:
    """A company asks to be monitored; or to monitor, which ``asks_to_monitor`` says then."""
    direction = {"asks_to_monitor": True} if monitoring.asked_by_monitor else {}
    emit(
        REQUEST_RECEIVED,
        model=asked,
        subject=monitoring.pk,
        data=lambda: {
            **_about(monitoring, asked, asking),
            "note": monitoring.note,
            "asked_at": _moment(monitoring.asked_at),
            **direction,
        },
    )


def request_decided(
    monitoring: Monitoring, deciding: SecurityModel, told: SecurityModel, decision: str
) -> None:
    """The company that was asked has decided: accepted, declined, revoked or removed; or a company
    ``stopped`` to monitor, or ``ended`` its agreement.
    """
    emit(
        REQUEST_DECIDED,
        model=told,
        subject=monitoring.pk,
        data=lambda: {
            **_about(monitoring, told, deciding),
            "decision": decision,
            "decided_at": _moment(monitoring.status_at),
        },
    )


def _about(monitoring: Monitoring, own: SecurityModel, other: SecurityModel) -> dict[str, Any]:
    company = other.trade_account
    return {
        "monitoring_id": str(monitoring.pk),
        "security_model_id": str(own.pk),
        "partner": {"name": company.name, "doing_business_as": company.doing_business_as},
    }


def _status(monitoring: Monitoring, news: StatusNews) -> dict[str, Any] | None:
    """What the company may see of the change, read through its own view; None: nothing now."""
    mine = {"security_model_id": monitoring.monitor_id}
    with as_seen_by(monitoring.monitor_id):
        partner = Monitored.objects.filter(pk=monitoring.pk, **mine).first()
        kinds = SeenType.objects.filter(monitoring_id=monitoring.pk, **mine)
        kind = kinds.filter(type_account_id=news.type_account_id).first()
    if partner is None or kind is None:
        return None
    return {
        "monitoring_id": str(monitoring.pk),
        "security_model_id": str(monitoring.monitor_id),
        "partner": {"name": partner.name, "doing_business_as": partner.doing_business_as},
        "reference": partner.reference,
        "business_type": kind.business_type_id,
        "business_type_name": kind.name,
        "account_number": kind.number,
        "status": SharedStatus.of(news.is_certified).value,
        "since": news.on.isoformat(),
    }


def _moment(at: dt.datetime) -> str:
    return at.astimezone(dt.UTC).isoformat(timespec="milliseconds")


def _still_sees(event: Event) -> bool:
    """Whether the company sees a status of this partner now."""
    if event.security_model_id is None or event.subject is None:
        return False
    with as_seen_by(event.security_model_id):
        seen = SeenType.objects.filter(monitoring_id=event.subject)
        return seen.filter(security_model_id=event.security_model_id).exists()


def _still_listed(event: Event) -> bool:
    """Whether the request stands on the list of the company."""
    listed = Monitoring.objects.filter(status__in=LISTED)
    return event.subject is not None and listed.filter(pk=event.subject).exists()


KINDS = [
    Kind(STATUS_CHANGED, gettext_lazy("The status of a partner changed"), _still_sees),
    Kind(REQUEST_RECEIVED, gettext_lazy("A company asks to be monitored"), _still_listed),
    Kind(REQUEST_DECIDED, gettext_lazy("A company decided on your request")),
]
