"""Acts that touch the security model and its submission at once, in one transaction."""

from __future__ import annotations

import uuid

from django.db import transaction
from django.utils.translation import gettext as _

from core.access import Access
from core.errors import NotVisible, Problem, Refused
from reviews.selectors.pool import is_waiting
from security_models.models import StaffAssignment
from security_models.policies import P
from security_models.services import staff
from security_models.services.roots import lock
from security_profile.services import review


@transaction.atomic
def claim(*, actor: Access, model_id: uuid.UUID) -> StaffAssignment:
    """Take a partner from the pool; only one with an open submission can be taken (R6).

    What was never submitted was never in the pool: NotVisible.
    """
    actor.require(P.SEE_POOL)
    model = lock(model_id)
    if model.first_submitted_on is None:
        raise NotVisible("security_model")
    if not is_waiting(model):
        words = _("This application is no longer in the pool: nothing of it waits for a review.")
        raise Refused("not_waiting", [Problem("not_waiting", words)])
    return staff.claim(actor=actor, model_id=model_id)


@transaction.atomic
def not_accept(*, actor: Access, model_id: uuid.UUID, reasons: str) -> int:
    """Refuse an application and close what was submitted (domain 3). Returns how many types."""
    refused = staff.not_accept(actor=actor, model_id=model_id, reasons=reasons)
    review.close_open(actor=actor, model=refused[0].security_model)
    return len(refused)
