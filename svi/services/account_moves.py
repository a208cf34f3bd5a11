"""What a merge or a split says about SVI: everything goes with its C-TPAT account (T9, SVI3)."""

from __future__ import annotations

import uuid
from collections.abc import Sequence

from django.db.models import Q
from django.utils.translation import gettext as _

from core.account_moves import Effect, Mover, Plan
from core.text import filled
from security_models.models import SecurityModel
from svi.models import Monitoring
from svi.states import MonitoringStatus


def preview(plan: Plan) -> Sequence[Effect]:
    """The open requests of the C-TPAT accounts that go. The other company of each is not named: who
    monitors whom is read only by those who work in these accounts (SVI7).
    """
    going = SecurityModel.objects.filter(trade_account_id=plan.source)
    if not plan.closes:
        going = going.filter(pk__in=plan.models)
    ours = {one.pk: one.reference for one in going.order_by("started_at", "pk")}
    concerned = Q(monitored__in=ours) | Q(monitor__in=ours)
    rows = Monitoring.objects.filter(concerned, status=MonitoringStatus.PENDING)
    found = list(rows.order_by("asked_at", "pk"))
    names = tuple(_named(one, ours) for one in found)
    askers = tuple(one.asked_by_id if one.asker_id in ours else None for one in found)
    words = _("Open SVI requests that go along")
    return [Effect("svi_requests", words, names, asked_by=askers)] if names else []


def _named(row: Monitoring, ours: dict[uuid.UUID, str]) -> str:
    if row.asker_id in ours:
        return filled(_("%(account)s has asked a company"), account=ours[row.asker_id])
    return filled(_("%(account)s was asked by a company"), account=ours[row.asked_id])


#: Rows of SVI name only C-TPAT accounts, and go where these go.
MOVER = Mover(app="svi", tables={}, preview=preview)
