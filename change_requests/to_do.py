"""What change requests add to the tasks of a company: those that were returned (N2)."""

from __future__ import annotations

import uuid
from functools import lru_cache
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from change_requests import page_links
from change_requests.models import ChangeRequest
from change_requests.selectors.requests import returned_to_company
from core import clock
from core.access import Access
from core.compiled import Compiled
from core.contributions import Task
from core.text import filled
from security_models.presentation.account_words import account_words
from security_models.selectors.workplaces import accounts_of_contact
from trade_accounts.selectors.accounts import accounts_of_member


def tasks_for(access: Access, trade_account_id: uuid.UUID | None) -> list[Task]:
    """The returned requests of the companies and accounts in which the reader works; one query."""
    if access.user_id is None or access.is_staff:
        return []
    bounds = {"asked": trade_account_id, "only": access.only_trade_account_id}
    ids = {name: bound for name, bound in bounds.items() if bound is not None}
    rows = _question(tuple(ids)).rows(user_id=access.user_id, **ids)
    return [_task(one) for one in rows]


@lru_cache(maxsize=4)
def _question(bounds: tuple[str, ...]) -> Compiled[ChangeRequest]:
    def make(user_id: Any, **ids: Any) -> QuerySet[ChangeRequest]:
        companies = accounts_of_member(user_id).order_by().values("pk")
        models = accounts_of_contact(user_id).values("pk")
        rows = returned_to_company(companies, models)
        for bound in ids.values():
            rows = rows.filter(trade_account=bound)
        return rows

    return Compiled(make, **dict.fromkeys(("user_id", *bounds), uuid.UUID))


def _task(request: ChangeRequest) -> Task:
    model = None if request.is_of_name else request.security_model
    words = _("Complete the change request %(reference)s and send it again")
    return Task(
        key=f"change-request-{request.pk}",
        title=filled(words, reference=request.reference),
        url=page_links.of_company(request),
        account_name=request.trade_account.name,
        trade_account_id=request.trade_account_id,
        security_model_id=model.pk if model is not None else None,
        note=account_words(model) if model is not None else request.trade_account.name,
        who=_("Any contact") if model is not None else _("Any user of the company"),
        since=clock.program_date(request.status_at),
        position=84,
    )
