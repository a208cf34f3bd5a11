"""Signs and revokes the consent to share a status; what depends on it ends with it (SVI1, SVI2)."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.db.models import F, Q
from django.utils.translation import gettext

from agreements.models import Signature
from audit.services import model_scope, record
from core import clock
from core.access import Access, system
from core.tenancy import beyond_tenants
from notifications.services.sending import notify
from security_models.models import SecurityModel
from svi import page_links
from svi.machine import CONSENT, MONITORING
from svi.models import Consent, Monitoring
from svi.selectors.relations import Numbers, numbers_of
from svi.services.proofs import end_proofs
from svi.states import ConsentStatus, MonitoringStatus


@transaction.atomic
def sign_consent(*, actor: Access, model: SecurityModel, signature: Signature | None) -> Consent:
    """Share the status of an account from now on; an earlier end revives nothing (SVI2)."""
    now = clock.now()
    changes: dict[str, Any] = {
        "status_at": now,
        "status_by_name": actor.name,
        "signature": signature,
    }
    row = Consent.objects.select_for_update(no_key=True).filter(security_model=model).first()
    if row is None:
        row = Consent.objects.create(security_model=model, **changes)
        CONSENT.begin(row, actor=actor)
    else:
        CONSENT.apply("sign", row, actor=actor, version=row.version + 1, **changes)
    record("svi.consented", actor=actor, scope=model_scope(model.pk))
    return row


@transaction.atomic
def revoke_consent(*, actor: Access, model: SecurityModel, signature: Signature) -> Numbers:
    """End the consent, every monitoring of the account in both directions, and its proofs, at once.

    Returns how many ended. The other companies are told by a sweep, each once (SVI7).
    """
    return _end(actor, model, "revoke", signature)


@transaction.atomic
def leave(*, model: SecurityModel) -> Numbers:
    """The same for an account that left the program: its agreements have ended (SVI2)."""
    return _end(system(gettext("The account left the program")), model, "leave", None)


def _end(actor: Access, model: SecurityModel, how: str, signature: Signature | None) -> Numbers:
    row = Consent.objects.select_for_update(no_key=True).filter(security_model=model).first()
    if row is None or row.status != ConsentStatus.SIGNED:
        return Numbers()
    numbers = numbers_of(model)
    CONSENT.apply(
        how,
        row,
        actor=actor,
        status_at=clock.now(),
        status_by_name=actor.name,
        signature=signature,
        version=row.version + 1,
    )
    _end_monitoring(actor, model)
    end_proofs(by=actor.name or str(actor.reason), model=model)
    record(
        "svi.consent_revoked",
        actor=actor,
        scope=model_scope(model.pk),
        monitors=numbers.see_status,
    )
    notify(
        "svi.agreement_revoked",
        scope=model_scope(model.pk),
        about=model,
        url=page_links.agreement_of(model),
        account=model.trade_account.name,
        reference=model.reference,
        entries=numbers.total,
    )
    return numbers


@beyond_tenants("A monitoring that ends stands on the lists of both companies.")
def _end_monitoring(actor: Access, model: SecurityModel) -> None:
    """End every monitoring of an account; a constant number of statements.

    Companies that saw a status, or whose status was seen, are told of it by the sweep.
    """
    now = clock.now()
    rows = Monitoring.objects.filter(Q(monitor=model) | Q(monitored=model))
    about: dict[str, Any] = {
        "actor": actor,
        "status_at": now,
        "ended_by_id": model.pk,
        "version": F("version") + 1,
    }
    shared = rows.filter(status=MonitoringStatus.ACCEPTED)
    MONITORING.apply_to_all("end", shared, **about)
    MONITORING.apply_to_all("end", rows, told_end_at=now, **about)
