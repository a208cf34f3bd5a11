"""What a successor takes over in SVI: partners that the person who leaves looks after."""

from __future__ import annotations

from collections import Counter

from django.db.models import F, QuerySet
from django.utils.translation import ngettext

from audit.services import model_scope, record
from core.access import Access
from core.text import filled
from svi.models import PartnerNote
from trade_accounts.providers.handovers import Handover, Passing


def _notes(passing: Passing) -> QuerySet[PartnerNote]:
    rows = PartnerNote.objects.filter(security_model__in=passing.models)
    return rows.filter(owner_id=passing.leaver.user_id)


def _said(passing: Passing) -> list[str]:
    counts = Counter(_notes(passing).values_list("security_model__reference", flat=True))
    return [
        filled(
            ngettext(
                "%(n)s SVI partner of %(reference)s",
                "%(n)s SVI partners of %(reference)s",
                counts[reference],
            ),
            n=counts[reference],
            reference=reference,
        )
        for reference in sorted(counts)
    ]


def _pass_on(passing: Passing, actor: Access) -> None:
    rows, name = _notes(passing), passing.heir.name
    counts = Counter(rows.values_list("security_model_id", flat=True))
    rows.update(owner_id=passing.heir.user_id, owner_name=name[:200], version=F("version") + 1)
    for model_id, count in sorted(counts.items()):
        scope = model_scope(model_id)
        record("svi.owner_replaced", actor=actor, scope=scope, count=count, name=name)


OWNERS = Handover(("svi.PartnerNote.owner_id",), _said, _pass_on)
