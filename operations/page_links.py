"""Addresses of this app's pages, for tasks, notices and other pages."""

from __future__ import annotations

import uuid

from core.links import path_to
from operations.models import TradeAccountRequest


def manage(trade_id: uuid.UUID) -> str:
    """The page with the operations and the requests of a trade account."""
    return path_to("operations:manage", trade_id=trade_id)


def page_of(request: TradeAccountRequest, trade_id: uuid.UUID) -> str:
    """The page of a request, as one of its accounts sees it."""
    return path_to("operations:request", trade_id=trade_id, operation_id=request.pk)


def step_of(request: TradeAccountRequest, step: str) -> str:
    """A step of a draft."""
    places = {"trade_id": request.asking_id, "operation_id": request.pk}
    return path_to("operations:step", operation_step=step, **places)


def act_on(request: TradeAccountRequest, trade_id: uuid.UUID, act: str) -> str:
    """The page of an act on a request: agree, decline, withdraw, answer."""
    places = {"trade_id": trade_id, "operation_id": request.pk}
    return path_to("operations:act", operation_act=act, **places)


def for_staff(request: TradeAccountRequest) -> str:
    """The page of a request, as staff see it."""
    return path_to("operations:staff-request", office_operation_id=request.pk)


def queue() -> str:
    """Management's list of requests."""
    return path_to("operations:queue")


def approve_many() -> str:
    """The page that approves several requests at once."""
    return path_to("operations:approve-many")


def decide(request: TradeAccountRequest, act: str) -> str:
    """The page of a decision of management: approve, decline, return."""
    return path_to("operations:decide", office_operation_id=request.pk, operation_act=act)
