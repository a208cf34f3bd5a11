"""Addresses of the pages of change requests, for lists, tasks and emails."""

from __future__ import annotations

import uuid
from typing import Any

from change_requests.models import ChangeRequest
from core.links import path_to
from security_models import page_links as model_pages
from security_models.models import SecurityModel


def of_company(request: ChangeRequest, page: str = "") -> str:
    """The page of a request for its company, or one of its further pages (``withdraw``)."""
    end = f"-{page}" if page else ""
    if request.is_of_name:
        named = {"trade_id": request.trade_account_id, "name_change_id": request.pk}
        return path_to(f"change_requests:name{end}", **named)
    ids = {"model_id": request.security_model_id, "change_id": request.pk}
    return path_to(f"change_requests:numbers{end}", trade_id=request.trade_account_id, **ids)


def page_of_numbers(model: SecurityModel, request_id: uuid.UUID) -> str:
    """The page of a request about numbers of an account, for its company."""
    ids = {"model_id": model.pk, "change_id": request_id}
    return path_to("change_requests:numbers", trade_id=model.trade_account_id, **ids)


def of_staff(request: ChangeRequest) -> str:
    """The page of a request for who decides it."""
    if request.security_model_id is None:
        return path_to("change_requests:office", office_change_id=request.pk)
    return staff_page(request.security_model_id, request.pk)


def staff_page(model_id: uuid.UUID, request_id: uuid.UUID) -> str:
    """The page of a request that belongs to the partner of a specialist."""
    return path_to("change_requests:staff", model_id=model_id, staff_change_id=request_id)


def list_of(trade_account_id: uuid.UUID) -> str:
    """The requests of a company."""
    return path_to("change_requests:list", trade_id=trade_account_id)


def new_name(trade_account_id: uuid.UUID) -> str:
    """Where a member asks for another company name."""
    return path_to("change_requests:new-name", trade_id=trade_account_id)


def new_number(model: SecurityModel) -> str:
    """Where a contact asks for one more number."""
    return path_to("change_requests:add-number", trade_id=model.trade_account_id, model_id=model.pk)


def change_of_number(model: SecurityModel, number_id: uuid.UUID) -> str:
    """Where a contact asks for the change of a number."""
    ids = {"model_id": model.pk, "number_id": number_id}
    return path_to("change_requests:change-number", trade_id=model.trade_account_id, **ids)


def numbers_of(model: SecurityModel) -> str:
    """The page with the numbers of an account."""
    return model_pages.url(model, "identifiers")


def company(trade_account_id: uuid.UUID) -> str:
    """The page with the name of a company."""
    return path_to("trade_accounts:company", trade_id=trade_account_id)


def all_requests() -> str:
    """The list for staff."""
    return path_to("change_requests:all")


def proof(request: ChangeRequest, proof_id: uuid.UUID, *, is_staff: bool) -> str:
    """The download of a proof, for either side."""
    ids: dict[str, Any]
    if is_staff and request.security_model_id is None:
        ids = {"office_change_id": request.pk, "office_proof_id": proof_id}
        return path_to("change_requests:office-proof", **ids)
    if is_staff:
        ids = {"model_id": request.security_model_id, "staff_change_id": request.pk}
        return path_to("change_requests:staff-proof", **ids, change_proof_id=proof_id)
    if request.is_of_name:
        ids = {"trade_id": request.trade_account_id, "name_change_id": request.pk}
        return path_to("change_requests:name-proof", **ids, name_proof_id=proof_id)
    ids = {"trade_id": request.trade_account_id, "model_id": request.security_model_id}
    named = {"change_id": request.pk, "change_proof_id": proof_id}
    return path_to("change_requests:numbers-proof", **ids, **named)
