"""Tells both sides of a change request, and reminds of its decision. Emails name no numbers."""

from __future__ import annotations

import datetime as dt
from typing import Any

from change_requests import page_links
from change_requests.machine import scope_of
from change_requests.models import ChangeRequest
from change_requests.recipients import company_side, deciding_side
from core import clock
from core.days import day, days_left
from notifications.services.sending import notify, still_to_remind

ASKED, UNASSIGNED = "account.change_asked", "account.change_unassigned"
RETURNED, DECIDED = "account.change_returned", "account.change_decided"
WITHDRAWN, WAITING = "account.change_withdrawn", "account.change_waiting"


def tell_staff(request: ChangeRequest) -> None:
    """Tell who decides that a request waits; management, if no specialist looks after it."""
    people = deciding_side(request)
    code = ASKED if any(one.group == "scss" for one in people) else UNASSIGNED
    _tell(code, request, people, page_links.of_staff(request))


def tell_staff_of_end(request: ChangeRequest) -> None:
    """Tell who would have decided that a request was withdrawn."""
    _tell(WITHDRAWN, request, deciding_side(request), page_links.of_staff(request))


def tell_company(request: ChangeRequest, code: str, **more: Any) -> None:
    """Tell who asked and the Officers, for the name also the administrators."""
    _tell(code, request, company_side(request), page_links.of_company(request), **more)


def remind(request: ChangeRequest, last_day: dt.date, offset: int) -> bool:
    """Remind who decides, once for each offset; whether someone was reminded."""
    once = f"{WAITING}:{request.pk}:{last_day:%y%m%d}:{offset}"
    people = deciding_side(request)
    if not still_to_remind(once, people):
        return False
    today = clock.today()
    sent = notify(
        WAITING,
        scope=scope_of(request),
        to=people,
        url=page_links.of_staff(request),
        once_key=once,
        **_named(request),
        due_date=day(last_day),
        left=days_left(last_day, today),
        is_late=today > last_day,
    )
    return bool(sent)


def _tell(code: str, request: ChangeRequest, to: Any, url: str, **more: Any) -> None:
    notify(code, scope=scope_of(request), to=to, url=url, **_named(request), **more)


def _named(request: ChangeRequest) -> dict[str, Any]:
    """What every notice says of a request."""
    return {
        "account": request.trade_account.name,
        "reference": request.reference,
        "is_of_name": request.is_of_name,
    }
