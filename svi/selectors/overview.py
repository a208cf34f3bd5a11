"""Reads the monitoring of a partner for its specialist and for management (R4)."""

from __future__ import annotations

import uuid
from collections.abc import Collection

from django.db.models import Case, F, Q, QuerySet, When

from core.tenancy import beyond_tenants
from security_models.models import SecurityModel
from svi.models import Monitoring


def monitoring_of(model: SecurityModel) -> QuerySet[Monitoring]:
    """What stands on both lists of an account, or once did; ``other_id`` is the other company's
    account.
    """
    rows = Monitoring.objects.filter(Q(monitor=model) | Q(monitored=model))
    other = Case(When(monitor=model, then=F("monitored_id")), default=F("monitor_id"))
    return rows.annotate(other_id=other)


@beyond_tenants("The names on the lists of a partner, which its record has, too; no status.")
def names_of(models: Collection[uuid.UUID]) -> dict[uuid.UUID, str]:
    """The names of the companies of these accounts; one query."""
    rows = SecurityModel.objects.filter(pk__in=models)
    return dict(rows.values_list("pk", "trade_account__name"))
