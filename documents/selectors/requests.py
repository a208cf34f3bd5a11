"""Reads requests for documents, as far as the actor may see them (D6)."""

from __future__ import annotations

import datetime as dt
import uuid
from collections import Counter
from collections.abc import Sequence
from typing import Any

from django.db.models import QuerySet

from core import clock
from core.access import Access
from core.compiled import any_of
from core.errors import NotVisible
from documents.models import Document, DocumentRequest, PlaceTag
from documents.selectors.documents import LONG_OVER, documents_in, of_open_account
from documents.states import DocumentStatus, PlaceKind, RequestStatus
from identity.states import StaffRole
from security_models.models import SecurityModel
from security_models.selectors.workplaces import accounts_worked_in


def requests_worked_on(
    access: Access, trade_account_id: uuid.UUID | None = None
) -> QuerySet[DocumentRequest]:
    """The requests to the accounts in which the actor works, each with its account and type."""
    rows = _whole(DocumentRequest.objects.all())
    if access.is_staff and StaffRole.MANAGEMENT in access.roles and trade_account_id is None:
        return rows
    # Read first: ids reach the index of each account, a subquery of ids does not.
    accounts = accounts_worked_in(access, trade_account_id)
    return rows.filter(any_of("security_model", list(accounts.values_list("pk", flat=True))))


def requests_to(model: SecurityModel) -> QuerySet[DocumentRequest]:
    """The requests to one account, each with its account and type."""
    return _whole(DocumentRequest.objects.filter(security_model=model))


def request_of(model: SecurityModel, request_id: uuid.UUID) -> DocumentRequest:
    """One request to the account of the page. Raises NotVisible for any other id."""
    found = requests_to(model).filter(pk=request_id).first()
    if found is None:
        raise NotVisible("document request")
    return found


def documents_for(request: DocumentRequest) -> list[Document]:
    """What was added for a request, in this order; what is in the trash is not there any longer."""
    tags = PlaceTag.objects.filter(
        security_model=request.security_model_id, kind=PlaceKind.REQUEST, key=str(request.pk)
    )
    rows = documents_in(request.security_model).filter(pk__in=tags.values("document"))
    rows = rows.exclude(status=DocumentStatus.IN_TRASH)
    return list(rows.order_by("created_at", "pk"))


def add_numbers(requests: Sequence[Any]) -> None:
    """Add to the requests of a page how many documents each has, as ``documents``: one query."""
    keys = [str(one.pk) for one in requests]
    models = [one.security_model_id for one in requests]
    tags = PlaceTag.objects.filter(
        any_of("security_model", models), kind=PlaceKind.REQUEST, key__in=keys
    )
    numbers = Counter(tags.values_list("key", flat=True))
    for one in requests:
        one.documents = numbers[str(one.pk)]


def open_requests(latest: dt.date) -> QuerySet[DocumentRequest]:
    """The requests without an answer that are due until that day, or were within a month, without
    those of closed accounts.
    """
    rows = DocumentRequest.objects.filter(
        of_open_account(),
        status=RequestStatus.OPEN,
        due_on__range=(clock.today() - LONG_OVER, latest),
    )
    return rows.select_related("security_model__trade_account").order_by("due_on", "pk")


def _whole(rows: QuerySet[DocumentRequest]) -> QuerySet[DocumentRequest]:
    return rows.select_related("security_model__trade_account", "type")
