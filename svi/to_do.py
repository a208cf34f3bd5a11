"""The requests that wait for an answer, as tasks of the contacts (N2, SVI4)."""

from __future__ import annotations

import uuid
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.db.models import Count, Min, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core import clock
from core.access import Access
from core.compiled import Compiled
from core.contributions import Task
from security_models.models import SecurityModel
from security_models.presentation.account_words import account_words
from security_models.selectors.workplaces import accounts_of_contact
from svi import page_links
from svi.states import MonitoringStatus


def tasks_for(access: Access, trade_account_id: uuid.UUID | None) -> list[Task]:
    """One task for each account with requests that wait; one query, and one more where companies
    may ask to monitor others.
    """
    if access.user_id is None or access.is_staff:
        return []
    bounds = {"asked": trade_account_id, "only": access.only_trade_account_id}
    ids = {name: bound for name, bound in bounds.items() if bound is not None}
    found = _question(False, tuple(ids)).rows(user_id=access.user_id, **ids)
    tasks = [_task(one) for one in found]
    if settings.SVI_BOTH_DIRECTIONS:
        found = _question(True, tuple(ids)).rows(user_id=access.user_id, **ids)
        tasks += [_task_to_share(one) for one in found]
    return tasks


@lru_cache(maxsize=8)
def _question(by_monitor: bool, bounds: tuple[str, ...]) -> Compiled[SecurityModel]:
    requests = "asked_to_share" if by_monitor else "asked_to_monitor"

    def make(user_id: Any, **ids: Any) -> QuerySet[SecurityModel]:
        accounts = accounts_of_contact(user_id)
        for bound in ids.values():
            accounts = accounts.filter(trade_account=bound)
        waiting: dict[str, Any] = {
            f"{requests}__status": MonitoringStatus.PENDING,
            f"{requests}__asked_by_monitor": by_monitor,
        }
        rows = accounts.filter(**waiting)
        rows = rows.annotate(requests=Count(requests), first=Min(f"{requests}__asked_at"))
        return rows.select_related("trade_account").order_by("first", "pk")

    return Compiled(make, **dict.fromkeys(("user_id", *bounds), uuid.UUID))


def _task(model: Any) -> Task:
    words = ngettext(
        "Answer a monitoring request", "Answer %(n)s monitoring requests", model.requests
    )
    url = page_links.monitored_of(model) + "?status=pending"
    return _task_of(model, f"svi-requests-{model.pk}", words, url)


def _task_to_share(model: Any) -> Task:
    words = ngettext(
        "Answer a request to see your status",
        "Answer %(n)s requests to see your status",
        model.requests,
    )
    url = page_links.monitors_of(model) + "?status=pending"
    return _task_of(model, f"svi-requests-to-see-{model.pk}", words, url)


def _task_of(model: Any, key: str, words: str, url: str) -> Task:
    return Task(
        key=key,
        title=words % {"n": model.requests},
        url=url,
        account_name=model.trade_account.name,
        trade_account_id=model.trade_account_id,
        security_model_id=model.pk,
        note=account_words(model),
        who=_("Any contact"),
        since=clock.program_date(model.first),
        position=88,
        kind="svi",
        count=model.requests,
    )
