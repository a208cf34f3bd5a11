"""A request that is being prepared: one of a kind for each person and account, kept until sent."""

from __future__ import annotations

import uuid
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from core import clock
from core.access import Access
from core.concurrency import save_versioned
from core.errors import Problem, refuse
from core.ids import new_reference
from operations.checks.preconditions import asker_problems, standing_problems
from operations.models import TradeAccountRequest
from operations.policies import P
from operations.selectors.parties import parties
from operations.selectors.requests import draft_of, request_of
from operations.services.locking import locked_request
from operations.states import Operation, RequestStatus


@transaction.atomic
def start(*, actor: Access, kind: str) -> TradeAccountRequest:
    """Begin a request, or continue with the one that was begun. Refused while the account is being
    set up, and to delink or split also for those who are not its Company Administrator.
    """
    actor.require(P.ASK)
    account = actor.trade_account
    existing = draft_of(actor, kind)
    if existing is not None:
        return existing
    asking = parties([account.pk], actor.user_id)[account.pk]
    refuse(standing_problems(asking))
    if kind in {Operation.DELINK, Operation.SPLIT}:
        refuse(asker_problems(kind, asking, None))
    return TradeAccountRequest.objects.create(
        reference=new_reference("R"),
        kind=kind,
        asking=account,
        asking_name=account.name,
        asked_by=actor.user,
        asked_by_name=actor.name,
        started_at=clock.now(),
    )


@transaction.atomic
def save(
    *, actor: Access, request_id: uuid.UUID, expected: int, **values: Any
) -> TradeAccountRequest:
    """Save a step. Raises Stale if another tab saved since; refused once the request was sent."""
    actor.require(P.ASK)
    draft = _own_draft(actor, request_id)
    return save_versioned(draft, expected=expected, **values)


@transaction.atomic
def discard(*, actor: Access, request_id: uuid.UUID) -> None:
    """Throw a draft away; nobody was told of it."""
    actor.require(P.ASK)
    _own_draft(actor, request_id).delete()


def _own_draft(actor: Access, request_id: uuid.UUID) -> TradeAccountRequest:
    """The reader's draft, locked."""
    request_of(actor, request_id)
    draft = locked_request(request_id)
    if draft.status != RequestStatus.DRAFT:
        refuse([Problem("sent", _("This request was sent already."))])
    return draft
