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
from operations.models import TradeAccountRequest
from operations.policies import P
from operations.selectors.requests import drafts_of, request_of
from operations.services.locking import locked_request
from operations.services.starting import reasons_against
from operations.states import RequestStatus


@transaction.atomic
def start(*, actor: Access, kind: str) -> TradeAccountRequest:
    """Begin a request, or continue with the one that was begun. Refused, in the words of the page
    Manage, where there is nothing to choose.
    """
    actor.require(P.ASK)
    account = actor.trade_account
    existing = drafts_of(actor).get(kind)
    if existing is not None:
        return existing
    refuse(reasons_against(actor)[kind])
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
