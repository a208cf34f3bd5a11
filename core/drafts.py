"""Tells the browser when a form that it keeps as a draft is saved.

``static/js/drafts.js`` mirrors what is typed and sends the draft's id with the form. The answer
names that id in a short-lived cookie only if every form of the request was accepted. So the browser
deletes a draft only when the server says so.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from core.links import is_inside

#: Fields that the script adds to a form: the draft that it sends, and where to go once it is saved.
DRAFT, THEN = "draft_id", "then"
#: The start of the cookie's name before the id, and how many seconds the next page has to read it.
SAVED, SECONDS = "saved-", 120
_ID = re.compile(r"[0-9a-z]{8,40}")


def sent_forms(request: HttpRequest) -> list[Any]:
    """The forms that this request was bound to, in the order in which the view made them."""
    forms: list[Any] = request.__dict__.setdefault("sent_forms", [])
    return forms


def is_saved(request: HttpRequest, response: HttpResponse) -> bool:
    """Whether the answer means that what was sent was accepted.

    A redirect counts if a form was checked and nothing was refused; a redirect to the sign-in page
    does not. A page counts if a service ran, as for a new API key that is shown once.
    """
    forms = sent_forms(request)
    if not forms or any(form.has_refusals for form in forms):
        return False
    if 300 <= response.status_code < 400:
        return True
    return response.status_code == 200 and any(form.done for form in forms)


class DraftMiddleware:
    """Tells the browser which draft is saved, and redirects to where the writer wanted to go."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Check the answer to a form that was sent."""
        response = self.get_response(request)
        if request.method != "POST" or not is_saved(request, response):
            return response
        draft, then = request.POST.get(DRAFT, ""), request.POST.get(THEN, "")
        if _ID.fullmatch(draft):
            response.set_cookie(
                SAVED + draft,
                "1",
                max_age=SECONDS,
                secure=settings.SESSION_COOKIE_SECURE,
                samesite="Lax",
            )
        if then and response.has_header("Location") and is_inside(then):
            response["Location"] = then
        return response
