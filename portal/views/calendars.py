"""The calendar of due dates, which calendar programs read without a session."""

from __future__ import annotations

from django.http import Http404, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_safe

from core import tenancy
from core.access import for_user
from core.call_limits import too_often
from core.contributions import dates_of
from core.web import PortalRequest, as_preferred, public
from identity.services import calendar_holder
from portal.calendar_file import calendar_file

#: Each calendar, and each network address that asks for unknown ones, may ask so often.
CALLS_A_MINUTE = 120


@require_safe
@never_cache
@public
@sensitive_variables("token")
def feed(request: PortalRequest, token: str) -> HttpResponse:
    """The due dates of what the person of this address may see now.

    Unknown, replaced and switched off addresses answer alike, and so do those of people who may do
    nothing at the moment.
    """
    found = calendar_holder(token)
    caller = found.pk if found is not None else request.access.ip
    if too_often(f"calendar:{caller}", CALLS_A_MINUTE):
        return HttpResponse(status=429, headers={"Retry-After": "60"})
    if found is None:
        raise Http404
    access = for_user(
        found.user, via="calendar", ip=request.access.ip, request_id=request.access.request_id
    )
    tenancy.bind(access)
    with as_preferred(access):
        content = calendar_file(dates_of(access), reminds=found.reminds)
    return HttpResponse(content, content_type="text/calendar; charset=utf-8")
