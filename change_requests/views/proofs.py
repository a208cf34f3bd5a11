"""The files that prove a change request, once they are known to be clean (D5)."""

from __future__ import annotations

import uuid

from django.http.response import HttpResponseBase
from django.views.decorators.http import require_safe

from change_requests.policies import P
from change_requests.selectors.requests import (
    name_request,
    number_request,
    proof_of,
    request_of_office,
    request_of_partner,
)
from core.web import PortalRequest, requires
from files.views.inert_download import serve


@require_safe
@requires(P.ASK)
def of_name(
    request: PortalRequest,
    trade_id: uuid.UUID,
    name_change_id: uuid.UUID,
    name_proof_id: uuid.UUID,
) -> HttpResponseBase:
    """A proof of a request about the name, for the company."""
    found = name_request(request.access.trade_account, name_change_id)
    proof = proof_of(found, name_proof_id)
    return serve(request, proof.file, named_by=[proof])


@require_safe
@requires(P.ASK_NUMBERS)
def of_numbers(
    request: PortalRequest,
    trade_id: uuid.UUID,
    model_id: uuid.UUID,
    change_id: uuid.UUID,
    change_proof_id: uuid.UUID,
) -> HttpResponseBase:
    """A proof of a request about numbers, for the company."""
    found = number_request(request.access.security_model, change_id)
    proof = proof_of(found, change_proof_id)
    return serve(request, proof.file, named_by=[proof])


@require_safe
@requires(P.DECIDE)
def of_partner(
    request: PortalRequest,
    model_id: uuid.UUID,
    staff_change_id: uuid.UUID,
    change_proof_id: uuid.UUID,
) -> HttpResponseBase:
    """A proof of a request, for who decides it."""
    found = request_of_partner(request.access.security_model, staff_change_id)
    proof = proof_of(found, change_proof_id)
    return serve(request, proof.file, named_by=[proof])


@require_safe
@requires(P.DECIDE_FOR_OFFICE)
def of_office(
    request: PortalRequest, office_change_id: uuid.UUID, office_proof_id: uuid.UUID
) -> HttpResponseBase:
    """A proof of a request that management decides."""
    proof = proof_of(request_of_office(office_change_id), office_proof_id)
    return serve(request, proof.file, named_by=[proof])
