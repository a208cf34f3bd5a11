"""The entry and the page that all emailed links share."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_http_methods

from core.web import PortalRequest, View, public
from identity.credentials import mailed_links
from identity.forms import LinkForm
from identity.selectors import user_state


def door(code: str) -> View:
    """The address in an email: moves the secret into the session and redirects to a clean address.

    The method does not matter: nothing is used up or changed here, so a post needs no form token,
    and its refusal cannot put the address into a log.
    """

    @csrf_exempt
    @never_cache
    @public
    @sensitive_variables("token")
    def take_in(request: PortalRequest, token: str) -> HttpResponseBase:
        """Move the secret out of the address."""
        link_id = mailed_links.take_in(request, code, token)
        response = redirect(mailed_links.purpose_of(code).path_of(link_id))
        response["Referrer-Policy"] = "no-referrer"
        return response

    return take_in


def link_page(
    code: str,
    *,
    template: str,
    ended: str,
    page_code: str,
    act: Callable[..., Any],
    done: Callable[[Any, Any], HttpResponse],
) -> View:
    """A page that shows a button. The button runs ``act`` on the link, then ``done`` answers.

    ``ended`` is the template for a link that no longer works.
    """

    @require_http_methods(["GET", "HEAD", "POST"])
    @never_cache
    @public
    def page(request: PortalRequest, link_id: uuid.UUID) -> HttpResponseBase:
        """Show the page, and act when its form is sent."""
        held = mailed_links.opened(request, code, link_id)
        if held is None and link_id != mailed_links.UNKNOWN:
            return not_held(request)
        form = LinkForm.of(request)
        if held is not None and request.method == "POST":
            outcome = form.run(lambda _data: act(actor=request.access, token_hash=held.token_hash))
            if outcome is not None:
                return done(request, outcome)
        link = user_state.open_link(held.token_hash, code) if held is not None else None
        context = {"form": form, "link": link, "purpose": code, "page_code": page_code}
        status = form.status if link else 410
        return render(request, template if link else ended, context, status=status)

    return page


def not_held(request: HttpRequest) -> HttpResponse:
    """This browser has not opened the link, has lost it, or keeps no cookies: ask to open
    it again.
    """
    return render(request, "identity/link_not_held.html", {"page_code": "U-25"}, status=410)
