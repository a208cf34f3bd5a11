"""The error pages."""

from __future__ import annotations

import sys

from django.contrib import messages
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from core import tenancy
from core.api.errors import MEDIA_TYPE, problem_document
from core.text import filled
from core.web import access_of, page_behind
from identity.views.browser_session import keep_own_form

#: How many seconds to wait before trying again, if the database did not answer.
RETRY_SECONDS = 10


def _for_programs(request: HttpRequest, code: str, words: str, http: int) -> HttpResponse | None:
    """The answer if no view of the API could give its own; None outside the API."""
    if not request.path.startswith("/api/"):
        return None
    more = {"request_id": getattr(request, "request_id", "")}
    body = problem_document(code, words, http, **more)
    return JsonResponse(body, status=http, content_type=MEDIA_TYPE)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """400."""
    if answer := _for_programs(
        request, "bad_request", _("The portal can't read this request."), 400
    ):
        return answer
    return render(request, "errors/400.html", status=400)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """404, the same for what does not exist and for what this person may not know of (R6)."""
    words = _("There is nothing at this address that you can read.")
    if answer := _for_programs(request, "not_found", words, 404):
        return answer
    if hasattr(request, "access"):
        return render(request, "errors/404.html", status=404)
    # There was no view to identify the reader, so the page keeps the reader's navigation.
    request.access = access_of(request)  # type: ignore[attr-defined]
    with tenancy.on_behalf_of(request.access):  # type: ignore[attr-defined]
        return render(request, "errors/404.html", status=404)


def server_error(request: HttpRequest) -> HttpResponse:
    """500, or 503 while the database does not answer. Does not mention the cause, and uses neither
    the database nor the navigation.
    """
    if is_away(sys.exc_info()[1]):
        return unavailable(request)
    words = _("Something went wrong here. Nothing was changed. Try again later.")
    if answer := _for_programs(request, "fault", words, 500):
        return answer
    reference = getattr(request, "request_id", "")
    page = render_to_string("errors/500.html", {"request_id": reference})
    return HttpResponse(page, status=500)


def is_away(error: BaseException | None) -> bool:
    """Whether a fault means that the database cannot be reached or accepts no connections."""
    while error is not None:
        if isinstance(error, InterfaceError):
            return True
        if isinstance(error, OperationalError):
            code = getattr(error.__cause__, "pgcode", None)
            # No code: there was no connection, or it broke. 08 connection, 53 resources, 57P start
            # and stop (SQLSTATE classes of PostgreSQL).
            return code is None or code[:2] in {"08", "53"} or code[:3] == "57P"
        error = error.__cause__ or error.__context__
    return False


def unavailable(request: HttpRequest) -> HttpResponse:
    """503 with the time after which to try again, as a page or as a problem document."""
    words = _("The portal cannot reach its database. Nothing was changed. Try again in a minute.")
    answer = _for_programs(request, "unavailable", words, 503)
    if answer is None:
        answer = HttpResponse(render_to_string("errors/503.html"), status=503)
    answer["Retry-After"] = str(RETRY_SECONDS)
    answer["Cache-Control"] = "no-store"
    return answer


def altered(request: HttpRequest, *, copy_is_right: bool) -> HttpResponse:
    """503 for a record that differs from what was signed or recorded: it is not shown.

    Partners are sent to their copy of record, unless that is what differs.
    """
    words = _("This record differs from what was signed or recorded, so it is not shown.")
    answer = _for_programs(request, "altered", words, 503)
    if answer is None:
        access = getattr(request, "access", None) or access_of(request)
        request.access = access  # type: ignore[attr-defined]
        with tenancy.on_behalf_of(access):
            context = {"copy_is_right": copy_is_right}
            answer = render(request, "errors/altered.html", context, status=503)
    answer["Cache-Control"] = "no-store"
    return answer


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403 for a form that did not come from this browser session."""
    what = _(
        "This form is out of date because someone has signed in or out in this "
        "browser since you opened it. Go back to copy what you typed, reload the "
        "page, and send it again."
    )
    user = getattr(request, "user", None)
    if user is not None and keep_own_form(request):
        words = _(
            "You signed in again in the meantime, so nothing was saved. Here is what you typed."
        )
        messages.info(request, words)
        return redirect(page_behind(request))
    if user is not None and user.is_authenticated:
        here = filled(_("%(name)s is signed in here."), name=user.name)
        what = f"{here} {what}"
    return render(request, "errors/403.html", {"what": what, "stale_form": True}, status=403)
