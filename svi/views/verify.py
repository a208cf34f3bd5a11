"""What outsiders open without a sign-in: the status behind the address of a proof, the same as a
signed statement, and the keys to check statements with (ADR 27).
"""

from __future__ import annotations

from django.conf import settings
from django.http import HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control, never_cache
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_safe

from core.api.errors import MEDIA_TYPE, problem_document
from core.call_limits import too_often
from core.jws import can_state, published_keys
from core.web import PortalRequest, public
from svi.facts.proofs import ShownStatus
from svi.models import StatusProof
from svi.selectors.proofs import found_proof
from svi.services.proofs import note_opened
from svi.services.statements import STATEMENT_TYPE, signed_statement

#: How long programs may keep the published keys, in seconds.
KEYS_KEPT = 3600


@require_safe
@never_cache
@public
@sensitive_variables("token")
def verify(request: PortalRequest, token: str) -> HttpResponse:
    """The company, its business types, their status, and as of when; nothing else."""
    status, found = _asked(request, token)
    if found is None:
        return _private(render(request, "svi/verify_none.html", {"code": status}, status=status))
    proof, shown = found
    if request.method == "GET":
        note_opened(proof)
    context = {"shown": shown, "page_code": "V-15"}
    return _private(render(request, "svi/verify.html", context))


@require_safe
@never_cache
@public
@sensitive_variables("token")
def statement(request: PortalRequest, token: str) -> HttpResponse:
    """The same, signed, for programs."""
    status, found = _asked(request, token)
    if found is not None and not can_state():
        status, found = 503, None
    if found is None:
        document = problem_document(_CODES[status], _words(status), status)
        return _private(JsonResponse(document, status=status, content_type=MEDIA_TYPE))
    proof, shown = found
    if request.method == "GET":
        note_opened(proof)
    text = signed_statement(proof, shown)
    return _private(HttpResponse(text, content_type=f"application/{STATEMENT_TYPE}"))


@require_safe
@cache_control(public=True, max_age=KEYS_KEPT)
@public
def keys(request: PortalRequest) -> HttpResponse:
    """The public keys of statements (RFC 7517)."""
    response = JsonResponse(published_keys(), content_type="application/jwk-set+json")
    response["Access-Control-Allow-Origin"] = "*"
    return response


_CODES = {404: "not_found", 410: "ended", 429: "too_often", 503: "no_key"}


def _asked(
    request: PortalRequest, token: str
) -> tuple[int, tuple[StatusProof, ShownStatus] | None]:
    """The valid proof behind an address, or the status with which none is shown: unknown, ended, or
    asked for too often.
    """
    if too_often(f"svi-verify:{request.access.ip}", settings.SVI_VERIFY_CALLS_A_MINUTE):
        return 429, None
    found = found_proof(token)
    if found is None:
        return 404, None
    proof, shown = found
    return (200, (proof, shown)) if shown is not None else (410, None)


def _words(status: int) -> str:
    return {
        404: _("There is no proof at this address."),
        410: _("This proof has ended. Ask the company for a new one."),
        429: _("Too many requests came from your network. Try again in a minute."),
        503: _("This portal signs no statements."),
    }[status]


def _private(response: HttpResponse) -> HttpResponse:
    """Keep the address, which contains a secret, from other sites, search engines and logs: Django
    would log it for each answer from 400 on.
    """
    response._has_been_logged = True  # type: ignore[attr-defined]
    response["Referrer-Policy"] = "no-referrer"
    response["X-Robots-Tag"] = "noindex, nofollow"
    # Programs in other pages may read it: it is open to whoever has the address, without a cookie.
    response["Access-Control-Allow-Origin"] = "*"
    if response.status_code == 429:
        response["Retry-After"] = "60"
    return response
