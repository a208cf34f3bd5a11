"""The fifth tab: proof of one's own status for outsiders, made, listed, emailed and revoked."""

from __future__ import annotations

import uuid
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core.errors import Refused
from core.jws import can_state
from core.text import filled
from core.web import PortalRequest, exported, requires
from files.views.inert_download import rendering_response
from security_models.selectors.workplaces import entered_chosen
from svi import page_links
from svi.checks.participation import participation_problems
from svi.checks.proofs import MOST_SENT
from svi.forms.proofs import ProofForm
from svi.listings.proofs import proof_listing
from svi.models import StatusProof
from svi.policies import P
from svi.selectors.participation import participation
from svi.selectors.proofs import proof_of, proofs_of, public_path, shown_status, state_of
from svi.services import proofs as services
from svi.services.statements import STATEMENT_TYPE, signed_statement
from svi.states import ProofState
from svi.views.tabs import account_chips, asking_account, own_accounts, tab_context
from trade_accounts.policies import P as AccountP


@require_safe
@requires(AccountP.VIEW)
def proofs(request: PortalRequest, trade_id: uuid.UUID) -> HttpResponse:
    """The list."""
    accounts = own_accounts(request, trade_id)
    page = proof_listing(accounts).show(proofs_of(accounts), request.GET)
    if kind := request.GET.get("export"):
        return exported(page, kind, "proofs-of-status")
    by_id = {one.pk: one for one in accounts}
    context = {
        **tab_context(trade_id, accounts, "proofs", "V-11"),
        "page": page,
        "rows": [
            (one, page_links.proof_page(by_id[one.security_model_id], one.pk)) for one in page.page
        ],
        "new_url": page_links.new_proof(accounts[0]),
    }
    return render(request, "svi/proofs.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(AccountP.VIEW)
def new_proof(request: PortalRequest, trade_id: uuid.UUID) -> HttpResponse:
    """Say who asked for proof, and make it."""
    accounts = own_accounts(request, trade_id)
    model = asking_account(request, accounts)
    form = ProofForm.of(request)
    if form.is_bound:
        inside = entered_chosen(request.access, accounts, str(model.pk))
        made = form.run(
            lambda data: services.make_proof(
                actor=inside or request.access,
                model=model,
                form_key=data["form_key"],
                recipient=data["recipient"],
                email=data["email"],
                days=data["days"],
            )
        )
        if made is not None:
            _say_made(request, made)
            return redirect(page_links.proof_page(model, made.pk))
    context = {
        **tab_context(trade_id, accounts, "proofs", "V-12"),
        "form": form,
        "model": model,
        "account_choices": account_chips(accounts, model),
        "blockers": list(participation_problems(participation(model))),
        "agreement_url": page_links.agreement_of(model),
        "back": page_links.proofs_of(model),
        "proofs_a_day": settings.SVI_PROOFS_A_DAY,
    }
    return render(request, "svi/proof_new.html", context, status=form.status)


@require_safe
@requires(P.MANAGE)
def proof(
    request: PortalRequest, trade_id: uuid.UUID, model_id: uuid.UUID, proof_id: uuid.UUID
) -> HttpResponse:
    """One proof: its address, its letter, its signed statement, and what outsiders see now."""
    return _page(request, proof_of(request.access.security_model, proof_id))


@require_safe
@requires(P.MANAGE)
def letter(
    request: PortalRequest, trade_id: uuid.UUID, model_id: uuid.UUID, proof_id: uuid.UUID
) -> HttpResponseBase:
    """The letter, once the worker has made it."""
    return rendering_response(request, proof_of(request.access.security_model, proof_id).letter)


@require_safe
@requires(P.MANAGE)
def statement(
    request: PortalRequest, trade_id: uuid.UUID, model_id: uuid.UUID, proof_id: uuid.UUID
) -> HttpResponse:
    """The status now, signed, to hand on; none of a proof that ended."""
    model = request.access.security_model
    found = proof_of(model, proof_id)
    if state_of(found) != ProofState.VALID or not can_state():
        return _page(request, found, status=409)
    text = signed_statement(found, shown_status(model))
    response = HttpResponse(text, content_type=f"application/{STATEMENT_TYPE}")
    name = f"status-{found.reference}.jwt"
    response["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
    return response


@require_POST
@requires(P.MANAGE)
def send(
    request: PortalRequest, trade_id: uuid.UUID, model_id: uuid.UUID, proof_id: uuid.UUID
) -> HttpResponse:
    """Email the address once more."""
    model = request.access.security_model
    try:
        sent = services.send_proof(actor=request.access, model=model, proof_id=proof_id)
    except Refused as refusal:
        return _page(request, proof_of(model, proof_id), refusal.problems, status=422)
    words = _("The address of this proof is sent to %(email)s.")
    messages.success(request, filled(words, email=sent.email))
    return redirect(page_links.proof_page(model, proof_id))


@require_http_methods(["GET", "HEAD", "POST"])
@requires(P.MANAGE)
def revoke(
    request: PortalRequest, trade_id: uuid.UUID, model_id: uuid.UUID, proof_id: uuid.UUID
) -> HttpResponse:
    """Confirm that a proof ends, and end it."""
    model = request.access.security_model
    found = proof_of(model, proof_id)
    if request.method == "POST":
        services.revoke_proof(actor=request.access, model=model, proof_id=proof_id)
        messages.success(request, _("The proof is revoked. Its address no longer shows a status."))
    if request.method == "POST" or found.revoked_at is not None:
        return redirect(page_links.proof_page(model, proof_id))
    context = {
        "proof": found,
        "back": page_links.proof_page(model, proof_id),
        "page_code": "V-14",
    }
    return render(request, "svi/proof_revoke.html", context)


def _page(
    request: PortalRequest, found: StatusProof, problems: Any = (), status: int = 200
) -> HttpResponse:
    model = request.access.security_model
    state = state_of(found)
    is_valid = state == ProofState.VALID
    context = {
        "proof": found,
        "model": model,
        "state": state,
        "is_valid": is_valid,
        "address": f"{settings.SITE_URL}{public_path(found)}" if is_valid else "",
        "shown": shown_status(model),
        "can_state": is_valid and can_state(),
        "can_send": is_valid and bool(found.email) and found.times_sent < MOST_SENT,
        "links": page_links.acts_on_proof(model, found.pk),
        "problems": problems,
        "back": page_links.proofs_of(model),
        "page_code": "V-13",
    }
    return render(request, "svi/proof.html", context, status=status)


def _say_made(request: PortalRequest, made: StatusProof) -> None:
    words = _("The proof for %(recipient)s is made.")
    if made.email:
        words = _("The proof for %(recipient)s is made, and its address is sent to %(email)s.")
    messages.success(request, filled(words, recipient=made.recipient, email=made.email))
