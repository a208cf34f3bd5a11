"""What happens between two companies is locked, recorded and told on both sides at once.

An act of one company changes what the other sees. So this is the one place of SVI that works beyond
the actor's own companies: it reads the other's consent and name, and writes into its record and its
notices. Nothing that it reads goes back to the actor but what the views show anyway (ADR 25).
"""

from __future__ import annotations

import uuid
from collections.abc import Collection, Mapping
from typing import Any

from django.utils.translation import gettext

from audit.services import model_scope, record
from core import clock
from core.access import Access, system
from core.errors import NotVisible
from core.tenancy import beyond_tenants
from notifications.services.sending import notify
from security_models.models import SecurityModel
from svi import page_links
from svi.machine import MONITORING
from svi.models import Consent, Monitoring, PartnerNote
from svi.policies import P
from svi.states import ConsentStatus

Companies = Mapping[uuid.UUID, SecurityModel]


def require_manager(actor: Access, model: SecurityModel) -> None:
    """Only contacts of the account that is entered act for it (SVI1)."""
    actor.require(P.MANAGE)
    if actor.security_model.pk != model.pk:
        raise NotVisible("security_model")


@beyond_tenants("Whether the other company consents is locked and read; it is not shown.")
def lock_consents(models: Collection[uuid.UUID]) -> set[uuid.UUID]:
    """Which of these accounts consent; nobody can revoke until this transaction ends.

    Locked in the order of the accounts, so that two companies that ask each other do not wait for
    each other.
    """
    rows = Consent.objects.select_for_update(no_key=True).filter(security_model__in=models)
    locked = rows.order_by("security_model_id").values_list("security_model_id", "status")
    return {pk for pk, status in locked if status == ConsentStatus.SIGNED}


@beyond_tenants("The name of the other company, which both see while it is on their lists.")
def companies_named(models: Collection[uuid.UUID]) -> Companies:
    """These accounts with their companies, to be told."""
    rows = SecurityModel.objects.select_related("trade_account").filter(pk__in=models)
    return {one.pk: one for one in rows}


@beyond_tenants("The status of a monitoring lies in the record of the company that decides.")
def begin(monitoring: Monitoring, actor: Access) -> None:
    """Record the beginning of a monitoring. What the monitor noted about the partner at an earlier
    one goes with it: the notes are about the company, not about one request.
    """
    MONITORING.begin(monitoring, actor=actor)
    earlier = PartnerNote.objects.filter(
        monitoring__monitor=monitoring.monitor_id, monitoring__monitored=monitoring.monitored_id
    )
    newest = earlier.order_by("-monitoring__asked_at", "-pk").values("pk")[:1]
    note = PartnerNote.objects.select_for_update(no_key=True).filter(pk__in=newest)
    note.update(monitoring=monitoring)


@beyond_tenants("The status of a monitoring lies in the record of the company that decides.")
def move(name: str, monitoring: Monitoring, actor: Access, **changes: Any) -> None:
    """Make a move on a monitoring that the caller has locked on its own side."""
    now = clock.now()
    changes |= {"status_at": now, "version": monitoring.version + 1}
    MONITORING.apply(name, monitoring, actor=actor, **changes)


def record_own(
    what: str, actor: Access, monitoring: Monitoring, own: SecurityModel, other: SecurityModel
) -> None:
    """Record what the actor's company did."""
    record(
        f"svi.{what}",
        actor=actor,
        scope=model_scope(own.pk),
        subject=("svi_monitoring", monitoring.pk),
        company=other.trade_account.name,
    )


@beyond_tenants("What a company does concerns the other: it stands in its record too.")
def record_other(
    what: str, monitoring: Monitoring, own: SecurityModel, other: SecurityModel
) -> None:
    """Record it for the other company, without the name of a person."""
    record(
        f"svi.was_{what}",
        actor=system(gettext("Status Verification Interface")),
        scope=model_scope(other.pk),
        subject=("svi_monitoring", monitoring.pk),
        company=own.trade_account.name,
    )


@beyond_tenants("The contacts of the other company are told.")
def tell_other(
    code: str, row: Monitoring, own: SecurityModel, other: SecurityModel, **more: Any
) -> None:
    """Notify the contacts of the other company."""
    monitors = row.monitor_id == other.pk
    notify(
        code,
        scope=model_scope(other.pk),
        about=other,
        url=page_links.monitored_of(other) if monitors else page_links.monitors_of(other),
        account=other.trade_account.name,
        reference=other.reference,
        other_company=own.trade_account.name,
        **more,
    )
