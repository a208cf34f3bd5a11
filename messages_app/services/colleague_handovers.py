"""What a successor takes over in messages: threads that the person who leaves takes care of."""

from __future__ import annotations

from collections import Counter

from django.db.models import QuerySet
from django.utils.translation import ngettext

from audit.services import model_scope, record
from core.access import Access
from core.text import filled
from messages_app.models import Thread
from trade_accounts.providers.handovers import Handover, Passing


def _threads(passing: Passing) -> QuerySet[Thread]:
    rows = Thread.objects.filter(security_model__in=passing.models)
    return rows.filter(colleague=passing.leaver.user_id)


def _said(passing: Passing) -> list[str]:
    counts = Counter(_threads(passing).values_list("security_model__reference", flat=True))
    return [
        filled(
            ngettext(
                "%(n)s thread of messages in %(reference)s",
                "%(n)s threads of messages in %(reference)s",
                counts[reference],
            ),
            n=counts[reference],
            reference=reference,
        )
        for reference in sorted(counts)
    ]


def _pass_on(passing: Passing, actor: Access) -> None:
    found = _threads(passing).order_by("pk").values_list("pk", "security_model_id", "subject")
    threads = list(found)
    _threads(passing).update(colleague=passing.heir.user_id)
    for pk, model_id, title in threads:
        record(
            "messages_app.colleague",
            actor=actor,
            scope=model_scope(model_id),
            subject=("thread", pk),
            title=title,
            name=passing.heir.name,
        )


COLLEAGUES = Handover(("messages_app.Thread.colleague",), _said, _pass_on)
