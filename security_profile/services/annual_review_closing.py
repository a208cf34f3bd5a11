"""Why an annual review was not done, as management records it (P10)."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.utils.translation import gettext as _

from audit.services import model_scope, record
from core.access import Access
from core.days import day
from core.errors import NotVisible, Stale, refusal
from core.text import is_blank
from security_models.models import SecurityModel
from security_models.policies import P
from security_models.services.roots import lock
from security_profile.facts.annual_reviews import needs_reason
from security_profile.models import AnnualReview
from security_profile.selectors.annual_reviews import review_due_on
from security_profile.selectors.own_records import reason_digest
from security_profile.services.review_rounds import row_of

REASON_MAXIMUM = 2000


@transaction.atomic
def record_reason(
    *, actor: Access, model: SecurityModel, due_on: dt.date, reason: str, seen: str
) -> AnnualReview:
    """Record why the review of a year was not done, or what the specialist recommends.

    Refused unless it is overdue for so long that it is escalated to management, or was not done.
    ``seen`` is the reason that the writer had read: Stale if someone else recorded another one
    since. The same reason again changes nothing.
    """
    actor.require(P.OVERSEE)
    lock(model.pk)
    review = review_due_on(model, due_on)
    if review is None:
        raise NotVisible("annual_review")
    if not needs_reason(review.cycle, review.state, review.today):
        raise refusal("not_late", _("This annual review needs no reason. It is not overdue."))
    if is_blank(reason):
        raise refusal("reason", _("Write why the review was not done."), "reason")
    row = row_of(model, due_on)
    if row.closing_reason == reason:
        return row
    if reason_digest(row) != seen:
        raise Stale(row)
    AnnualReview.objects.filter(pk=row.pk, closing_reason=row.closing_reason).update(
        closing_reason=reason,
        closed_by_name=actor.name,
    )
    row.refresh_from_db()
    record(
        "security_profile.review_not_done",
        actor=actor,
        scope=model_scope(model.pk),
        subject=("annual_review", row.pk),
        due=day(due_on),
        digest=reason_digest(row),
    )
    return row
