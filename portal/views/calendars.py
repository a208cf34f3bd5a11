"""The calendar of due dates, which programs read without a session, and one date as a file."""

from __future__ import annotations

from django.http import Http404, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_safe

from core import tenancy
from core.access import for_user
from core.call_limits import too_often
from core.contributions import dates_of
from core.web import PortalRequest, as_preferred, public, signed_in
from identity.services import calendar_holder
from portal.calendar_file import calendar_file

#: Each calendar, and each network address that asks for unknown ones, may ask so often.
CALLS_A_MINUTE = 120


@require_safe
@never_cache
@signed_in
def due_date(request: PortalRequest, key: str) -> HttpResponse:
    """One due date of the reader as a file that calendar programs open; it does not follow later
    changes.
    """
    found = next((one for one in dates_of(request.access) if one.key == key), None)
    if found is None:
        raise Http404
    answer = HttpResponse(
        calendar_file([found], reminds=True), content_type="text/calendar; charset=utf-8"
    )
    answer["Content-Disposition"] = f'attachment; filename="due-{found.on.isoformat()}.ics"'
    return answer


@require_safe
@never_cache
@public
@sensitive_variables("token")
def feed(request: PortalRequest, token: str) -> HttpResponse:
    """The due dates of what the person of this address may see now, of the accounts they chose.

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
        wanted = found.accounts
        dates = [
            one for one in dates_of(access) if wanted is None or one.security_model_id in wanted
        ]
        content = calendar_file(dates, reminds=found.reminds)
    return HttpResponse(content, content_type="text/calendar; charset=utf-8")
