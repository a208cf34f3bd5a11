"""A forgotten password (U6)."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from core.crypto import secret_hash
from core.web import PortalRequest, public

LINK = "recovery"


@require_safe
@never_cache
@public
def link(request: PortalRequest, token: str) -> HttpResponse:
    """A mailed link: its secret leaves the address; nothing is used up by opening it."""
    request.session.cycle_key()
    request.session[LINK] = {"link": secret_hash(token), "proved_at": None}
    return redirect("identity:sign-in")
