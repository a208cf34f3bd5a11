"""The page under the link in each digest: ends digests, and resumes them, without a session.

Opening it changes nothing, because programs open the links of emails, too. The one click of an
email program is a POST with a body of its own (RFC 8058). The secret allows nothing else.
"""

from __future__ import annotations

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_http_methods

from core import tenancy
from core.access import for_user
from core.web import PortalRequest, as_preferred, public
from identity import services
from identity.credentials.unsubscribing import person_of
from identity.selectors.user_state import user_by_id
from notifications.selectors import EVERY_DIGEST, choices_of


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@public
@sensitive_variables("token")
def digests(request: PortalRequest, token: str) -> HttpResponse:
    """Whether this person gets the digest, with the button that changes it.

    Any POST that does not ask to resume ends the digest, whatever the email program sends with it.
    """
    user_id = person_of(token)
    user = user_by_id(user_id) if user_id is not None else None
    if user is None:
        raise Http404
    access = for_user(
        user, via="digest link", ip=request.access.ip, request_id=request.access.request_id
    )
    tenancy.bind(access)
    done = ""
    if request.method == "POST":
        if request.POST.get("resume"):
            done = "resumed" if services.resume_digests(actor=access) else ""
        else:
            done = "ended" if services.end_digests(actor=access) else ""
    ended = EVERY_DIGEST in choices_of(user.pk)
    tenancy.bind(request.access)
    with as_preferred(access):
        context = {"ended": ended, "done": done, "page_code": "AM-52"}
        response = render(request, "identity/digests.html", context)
    response["Referrer-Policy"] = "no-referrer"
    return response
