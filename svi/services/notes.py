"""Keeps what a company notes for itself about partners that it monitors."""

from __future__ import annotations

import uuid
from collections.abc import Collection

from django.db import transaction
from django.utils.translation import gettext as _

from audit.services import model_scope, record
from core import clock
from core.access import Access
from core.concurrency import save_versioned
from core.errors import Problem, Refused, Stale
from core.ids import new_id
from security_models.models import SecurityModel
from svi.models import Monitoring, PartnerNote
from svi.selectors.relations import monitored_partner, owners_for
from svi.services.both_sides import require_manager
from svi.states import MonitoringStatus


@transaction.atomic
def save_note(
    *,
    actor: Access,
    model: SecurityModel,
    monitoring_id: uuid.UUID,
    version: int,
    reference: str,
    owner_id: uuid.UUID | None,
    tells: bool,
) -> PartnerNote:
    """Save the own notes about a partner. Raises Stale if a colleague was faster, and Refused if
    the owner is not a contact.
    """
    require_manager(actor, model)
    partner = monitored_partner(model, monitoring_id)
    owners = {one.pk: one.name for one in owners_for(model)}
    if owner_id is not None and owner_id not in owners:
        words = _("Choose a contact of this account.")
        raise Refused("owner", [Problem("owner", words, "owner")])
    note = _note(model, monitoring_id)
    if note.version != version:
        raise Stale(note)
    saved = save_versioned(
        note,
        expected=version,
        reference=reference.strip(),
        owner_id=owner_id,
        owner_name=owners.get(owner_id, "") if owner_id is not None else "",
        is_silent=not tells,
    )
    record(
        "svi.noted",
        actor=actor,
        scope=model_scope(model.pk),
        subject=("svi_monitoring", monitoring_id),
        company=partner.name,
    )
    return saved


@transaction.atomic
def mark_verified(
    *, actor: Access, model: SecurityModel, monitoring_ids: Collection[uuid.UUID]
) -> int:
    """Note that these partners were checked today; how many. Others are passed over."""
    require_manager(actor, model)
    rows = Monitoring.objects.filter(
        pk__in=monitoring_ids, monitor=model, status=MonitoringStatus.ACCEPTED
    )
    ids = list(rows.values_list("pk", flat=True))
    today = clock.today()
    PartnerNote.objects.bulk_create(
        [
            PartnerNote(pk=new_id(), security_model=model, monitoring_id=pk, verified_on=today)
            for pk in ids
        ],
        update_conflicts=True,
        unique_fields=["monitoring"],
        update_fields=["verified_on"],
    )
    if ids:
        record("svi.verified", actor=actor, scope=model_scope(model.pk), count=len(ids))
    return len(ids)


def _note(model: SecurityModel, monitoring_id: uuid.UUID) -> PartnerNote:
    """The row of the notes; the first save of a partner makes it."""
    note, _is_new = PartnerNote.objects.get_or_create(
        monitoring_id=monitoring_id, defaults={"security_model": model}
    )
    return note
