"""Reminds those who decide a request, before it is due and once after (clocks.csv)."""

from __future__ import annotations

import datetime as dt

from core.days import day
from identity.selectors.user_state import management
from notifications.services.sending import still_to_remind
from operations import page_links
from operations.models import TradeAccountRequest
from operations.services.both_sides import administrators, requester, tell


def remind_administrators(request: TradeAccountRequest, due_on: dt.date, offset: int) -> bool:
    """Remind the Company Administrators of the other account; the requester learns that it waits,
    and can withdraw it.
    """
    others = administrators(request.other_id)
    key = f"request-waits:{request.pk}:{due_on}:{offset}"
    mine = [one for one in requester(request) if one.email not in {p.email for p in others}]
    if request.other_id is None or not still_to_remind(key, [*others, *mine]):
        return False
    about = {"due_date": day(due_on), "other": request.other_name, "once_key": key}
    code = "request.trade_waiting"
    tell(code, request, request.other_id, others, decides=True, **about)
    tell(code, request, request.asking_id, mine, decides=False, **about)
    return True


def remind_management(request: TradeAccountRequest, due_on: dt.date, offset: int) -> bool:
    """Remind management of a request that waits."""
    people = management(None)
    key = f"request-management:{request.pk}:{due_on}:{offset}"
    if not still_to_remind(key, people):
        return False
    url = page_links.for_staff(request)
    code = "request.management_waiting"
    tell(code, request, request.asking_id, people, url=url, due_date=day(due_on), once_key=key)
    return True
