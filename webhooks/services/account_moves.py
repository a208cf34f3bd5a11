"""What becomes of webhooks when trade accounts are merged or split (T9)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from core.access import Access
from core.account_moves import Effect, Mover, Plan
from core.text import filled
from webhooks.models import Attempt, Delivery, Endpoint, Event


def preview(plan: Plan) -> Sequence[Effect]:
    """Which addresses would move, or stay."""
    rows = Endpoint.objects.filter(trade_account_id=plan.source).order_by("name", "pk")
    names = tuple(filled("%(name)s (%(host)s)", name=one.name, host=one.host) for one in rows)
    if plan.closes:
        note = _("Each then gets the events of all C-TPAT accounts of the account that stays.")
        return [Effect("webhooks", _("Webhooks that move"), names, note)]
    note = _("They get no more events of the C-TPAT accounts that move.")
    return [Effect("webhooks_staying", _("Webhooks that stay"), names, note)] if names else []


def move(plan: Plan, actor: Access) -> None:
    """Move all of them in a merge. In a split they stay, and an event about an account that has
    moved is withheld from then on, as of a company that no longer shares.
    """
    here = {"trade_account_id": plan.source}
    if not plan.closes:
        Event.objects.filter(**here, security_model__in=plan.models).update(security_model=None)
        return
    for table in (Endpoint, Event, Delivery, Attempt):
        rows: QuerySet[Any] = table._base_manager.filter(**here)
        rows.update(trade_account_id=plan.target)


MOVER = Mover(
    app="webhooks",
    tables={
        "webhooks_endpoint": "merge: moves; split: stays",
        "webhooks_event": "merge: moves; split: stays and forgets a C-TPAT account that has moved",
        "webhooks_delivery": "merge: moves; split: stays",
        "webhooks_attempt": "merge: moves; split: stays",
    },
    preview=preview,
    move=move,
)
