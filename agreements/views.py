"""Pages of the ceremony (read, certify, prove, done) and of what was signed."""

from __future__ import annotations

import uuid
from typing import Any

from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _

from agreements import selectors, services
from agreements.forms import DeclarationForm
from agreements.models import Ceremony
from agreements.policies import P
from agreements.presentation.agreement_text import as_html
from agreements.providers.signables import Signable, signable
from agreements.states import AgreementKind
from core.errors import Refused
from core.web import PortalRequest, requires
from files.views.inert_download import rendering_response
from identity.forms.proofs import SigningProofForm
from security_models import page_links
from security_models.models import SecurityModel

STEPS = [_("Read"), _("Certify"), _("Confirm that it is you"), _("Done")]


def _signable(kind: str) -> Signable:
    found = signable(kind)
    if found is None:
        raise Http404(kind)
    return found


@requires(P.SIGN)
def read(
    request: PortalRequest, trade_id: uuid.UUID, model_id: uuid.UUID, kind: str
) -> HttpResponse:
    """Step 1: everything to be signed, to read; continuing stores the hash of what was shown."""
    what = _signable(kind)
    problems: Any = ()
    if request.method == "POST":
        try:
            begun = services.begin(
                actor=request.access, signable=what, read_hash=request.POST.get("hash", "")
            )
            return redirect("agreements:certify", trade_id, model_id, kind, begun.pk)
        except Refused as refusal:
            problems = refusal.problems
    offer = selectors.offer(what, access=request.access)
    since = selectors.since_signed(offer)
    signed = since.signature if since is not None and since.is_same else None
    context = {
        "signable": what,
        "since": since,
        "signed": signed,
        "signed_url": services.confirmation_url(offer.model, signed) if signed else "",
        "offer": offer,
        "model": offer.model,
        "texts": [(text, as_html(text)) for text in offer.texts],
        "problems": problems,
        "steps": STEPS,
        "page_code": "S-1",
    }
    return render(request, "agreements/read.html", context, status=409 if problems else 200)


@requires(P.SIGN)
def certify(
    request: PortalRequest,
    trade_id: uuid.UUID,
    model_id: uuid.UUID,
    kind: str,
    ceremony_id: uuid.UUID,
) -> HttpResponse:
    """Step 2: two separate boxes and the name."""
    what = _signable(kind)
    ceremony = selectors.ceremony(ceremony_id, kind, access=request.access)
    if url := _signed_before(ceremony):
        return redirect(url)
    form = DeclarationForm.of(
        request,
        access=request.access,
        certification=what.certification,
        electronic=services.ELECTRONIC_BUSINESS,
    )
    if request.method == "POST":
        declared = form.run(
            lambda data: services.declare(actor=request.access, ceremony=ceremony, **data)
        )
        if declared is not None:
            return redirect("agreements:prove", trade_id, model_id, kind, ceremony_id)
        if url := _signed_before(ceremony):
            return redirect(url)
    context = {"form": form, **_about(request, what, ceremony), "page_code": "S-2"}
    return render(request, "agreements/certify.html", context, status=form.status)


@requires(P.SIGN)
def prove(
    request: PortalRequest,
    trade_id: uuid.UUID,
    model_id: uuid.UUID,
    kind: str,
    ceremony_id: uuid.UUID,
) -> HttpResponse:
    """Step 3: the proofs, then everything is signed in one transaction, or nothing."""
    what = _signable(kind)
    ceremony = selectors.ceremony(ceremony_id, kind, access=request.access)
    if url := _signed_before(ceremony):
        return redirect(url)
    if ceremony.declared_at is None:
        return redirect("agreements:certify", trade_id, model_id, kind, ceremony_id)
    form = SigningProofForm.of(request, user=request.user)
    if request.method == "POST" and (url := _signed_at(request, what, ceremony, form)):
        return redirect(url)
    context = {"form": form, **_about(request, what, ceremony), "page_code": "S-3"}
    return render(request, "agreements/prove.html", context, status=form.status)


def _signed_at(
    request: PortalRequest, what: Signable, ceremony: Ceremony, form: SigningProofForm
) -> str:
    """The address of the confirmation once proved and signed; empty if something was refused.

    The second of two clicks finds its code used by the first, and shows what the first one signed.

    """
    proofs = form.prove(request)
    if proofs is None:
        return _signed_before(ceremony)
    signed = form.run(
        lambda data: services.sign(
            actor=request.access,
            signable=what,
            ceremony=ceremony,
            proofs=proofs,
            user_agent=request.headers.get("User-Agent", ""),
        )
    )
    return signed.url if signed is not None else ""


def _signed_before(ceremony: Ceremony) -> str:
    """The page that shows what a finished ceremony signed, for someone who comes back; or empty."""
    before = selectors.newest_signature(ceremony)
    return services.confirmation_url(ceremony.security_model, before) if before else ""


def _about(request: PortalRequest, what: Signable, ceremony: Ceremony) -> dict[str, Any]:
    return {
        "signable": what,
        "title": what.title(request.access.security_model),
        "ceremony": ceremony,
        "model": request.access.security_model,
        "steps": STEPS,
    }


@requires(P.READ)
def done(
    request: PortalRequest, trade_id: uuid.UUID, model_id: uuid.UUID, signature_id: uuid.UUID
) -> HttpResponse:
    """Step 4: the confirmation; can be opened again and printed."""
    found = selectors.signature(signature_id, access=request.access)
    signed = selectors.require_unaltered(selectors.signed_together(found))
    content = next((one for one in signed if one.kind == found.ceremony.kind), found)
    what = signable(content.kind)
    receipt = what.receipt(content) if what is not None else ""
    context = {
        "signature": found,
        "signed": signed,
        "title": content.name,
        "reference": receipt or request.access.security_model.reference,
        "model": request.access.security_model,
        "steps": STEPS,
        "next": _next(what, request.access.security_model),
        "page_code": "S-4",
    }
    return render(request, "agreements/done.html", context)


def _next(what: Signable | None, model: SecurityModel) -> dict[str, Any]:
    """What the confirmation offers next: usually to follow the review."""
    if what is not None and what.next_step is not None:
        return what.next_step(model)
    return {
        "title": _("Follow the review"),
        "url": page_links.glance(model),
        "action": _("Open the C-TPAT account"),
    }


@requires(P.READ)
def signed_list(request: PortalRequest, trade_id: uuid.UUID, model_id: uuid.UUID) -> HttpResponse:
    """What was signed for this model, and the reader's own consent."""
    model = request.access.security_model
    signatures = selectors.require_unaltered(selectors.signatures_of(model, access=request.access))
    context = {"signatures": signatures, "model": model, "page_code": "S-5"}
    return render(request, "agreements/list.html", context)


@requires(P.READ)
def signed_detail(
    request: PortalRequest, trade_id: uuid.UUID, model_id: uuid.UUID, signature_id: uuid.UUID
) -> HttpResponse:
    """One signature with the text as it was signed (A5: can always be read)."""
    found = selectors.signature(signature_id, access=request.access)
    context = {
        "signature": found,
        "model": request.access.security_model,
        "html": as_html(found.text) if found.text else "",
        "page_code": "S-6",
    }
    return render(request, "agreements/detail.html", context)


@requires(P.READ)
def copy_of_record(
    request: PortalRequest, trade_id: uuid.UUID, model_id: uuid.UUID, signature_id: uuid.UUID
) -> HttpResponseBase:
    """The copy of record as PDF, or the page that says it is being prepared."""
    found = selectors.signature(signature_id, access=request.access)
    if found.copy_of_record is None:
        raise Http404("no copy of record")
    return rendering_response(request, found.copy_of_record)


@requires(P.READ)
def text(
    request: PortalRequest, trade_id: uuid.UUID, model_id: uuid.UUID, kind: str
) -> HttpResponse:
    """A text in force, to read before anything is signed."""
    if kind not in AgreementKind.values:
        raise Http404(kind)
    found = selectors.unaltered_text(AgreementKind(kind))
    context = {
        "text": found,
        "html": as_html(found),
        "model": request.access.security_model,
        "page_code": "S-7",
    }
    return render(request, "agreements/text.html", context)
