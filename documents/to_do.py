"""What requests for documents add to tasks and due dates of a company (N2, D6)."""

from __future__ import annotations

import uuid
from functools import lru_cache
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from core import clock
from core.access import Access
from core.compiled import Compiled
from core.contributions import DueDate, Task
from core.text import filled
from documents import page_links
from documents.models import DocumentRequest
from documents.selectors.documents import of_open_account
from documents.states import RequestStatus
from security_models.presentation.account_words import account_words
from security_models.selectors.workplaces import accounts_of_contact


def tasks_for(access: Access, trade_account_id: uuid.UUID | None) -> list[Task]:
    """The open requests to the accounts in which the reader is a contact; one query."""
    return [_task(one) for one in _open(access, trade_account_id)]


def dates_for(access: Access) -> list[DueDate]:
    """Until when documents are asked for; the same query."""
    return [_due_date(one) for one in _open(access, None)]


def _open(access: Access, trade_account_id: uuid.UUID | None) -> list[DocumentRequest]:
    if access.user_id is None or access.is_staff:
        return []
    bounds = {"asked": trade_account_id, "only": access.only_trade_account_id}
    ids = {name: bound for name, bound in bounds.items() if bound is not None}
    key = ("open requests for documents", trade_account_id)
    return access.once(key, lambda: _question(tuple(ids)).rows(user_id=access.user_id, **ids))


@lru_cache(maxsize=4)
def _question(bounds: tuple[str, ...]) -> Compiled[DocumentRequest]:
    def make(user_id: Any, **ids: Any) -> QuerySet[DocumentRequest]:
        accounts = accounts_of_contact(user_id)
        for bound in ids.values():
            accounts = accounts.filter(trade_account=bound)
        rows = DocumentRequest.objects.filter(
            of_open_account(),
            security_model__in=accounts.values("pk"),
            status=RequestStatus.OPEN,
        )
        return rows.select_related("security_model__trade_account").order_by("due_on", "pk")

    return Compiled(make, **dict.fromkeys(("user_id", *bounds), uuid.UUID))


def _task(request: DocumentRequest) -> Task:
    model = request.security_model
    return Task(
        key=f"document-request-{request.pk}",
        title=_words(request),
        url=page_links.request_page(request, is_staff=False),
        account_name=model.trade_account.name,
        trade_account_id=model.trade_account_id,
        security_model_id=model.pk,
        note=account_words(model),
        who=_("Any contact"),
        due=request.due_on,
        since=clock.program_date(request.asked_at),
        position=85,
    )


def _due_date(request: DocumentRequest) -> DueDate:
    model = request.security_model
    return DueDate(
        f"document-request-{request.pk}",
        request.due_on,
        clock.program_date(request.asked_at),
        _words(request),
        page_links.request_page(request, is_staff=False),
        model.trade_account.name,
        model.pk,
    )


def _words(request: DocumentRequest) -> str:
    return filled(_("Upload “%(title)s” for CBP"), title=request.title)
