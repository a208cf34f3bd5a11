"""Reads change requests, as far as the actor may see them."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Collection, Iterator, Sequence
from typing import Any

from django.db.models import Case, Q, QuerySet, When

from change_requests.models import ChangeLine, ChangeProof, ChangeRequest
from change_requests.policies import P
from change_requests.states import UNFINISHED, WAITING, ChangeKind, ChangeStatus
from core.access import Access
from core.compiled import any_of
from core.errors import NotVisible
from security_models.models import SecurityModel
from security_models.selectors.workplaces import accounts_of_contact, accounts_worked_in
from trade_accounts.models import TradeAccount


def _whole() -> QuerySet[ChangeRequest]:
    return ChangeRequest.objects.select_related("trade_account", "security_model__trade_account")


def requests_of_company(access: Access, account: TradeAccount) -> QuerySet[ChangeRequest]:
    """The requests of a company that the reader may see: those about its name, and those about the
    numbers of the C-TPAT accounts in which the reader is a contact. Drafts that were discarded are
    left out.
    """
    models = list(accounts_worked_in(access, account.pk).values_list("pk", flat=True))
    numbers = Q(any_of("security_model", models), kind=ChangeKind.NUMBERS)
    rows = _whole().filter(Q(kind=ChangeKind.NAME) | numbers, trade_account=account)
    return rows.exclude(status=ChangeStatus.WITHDRAWN, round=0)


def requests_for_staff(access: Access) -> QuerySet[ChangeRequest]:
    """The requests that were sent to the actor: for a specialist those of their partners, for
    management all.
    """
    rows = _whole().filter(round__gt=0)
    if access.has(P.DECIDE_FOR_OFFICE):
        return rows
    models = list(accounts_worked_in(access).values_list("pk", flat=True))
    return rows.filter(any_of("security_model", models))


def name_request(account: TradeAccount, request_id: uuid.UUID) -> ChangeRequest:
    """A request about the name of the company of the page. Raises NotVisible for any other id."""
    rows = _whole().filter(kind=ChangeKind.NAME, trade_account=account)
    return _one(rows, request_id)


def number_request(model: SecurityModel, request_id: uuid.UUID) -> ChangeRequest:
    """A request about numbers of the account of the page. Raises NotVisible for any other id."""
    rows = _whole().filter(kind=ChangeKind.NUMBERS, security_model=model)
    return _one(rows, request_id)


def request_of_partner(model: SecurityModel, request_id: uuid.UUID) -> ChangeRequest:
    """A request that was sent to who looks after a partner. Raises NotVisible for any other id."""
    return _one(_whole().filter(security_model=model, round__gt=0), request_id)


def request_of_office(request_id: uuid.UUID) -> ChangeRequest:
    """A request that only the program office can decide. Raises NotVisible for any other id."""
    return _one(_whole().filter(security_model=None, round__gt=0), request_id)


def _one(rows: QuerySet[ChangeRequest], request_id: uuid.UUID) -> ChangeRequest:
    found = rows.filter(pk=request_id).first()
    if found is None:
        raise NotVisible("change request")
    return found


def unfinished_name_request(account: TradeAccount) -> ChangeRequest | None:
    """The request about the name that is not over; there is at most one."""
    rows = ChangeRequest.objects.filter(kind=ChangeKind.NAME, trade_account=account)
    return rows.filter(status__in=UNFINISHED).first()


def draft_of_numbers(model: SecurityModel) -> ChangeRequest | None:
    """The draft that contacts of an account add changes of numbers to, if there is one."""
    rows = ChangeRequest.objects.filter(kind=ChangeKind.NUMBERS, security_model=model)
    return rows.filter(status=ChangeStatus.DRAFT).first()


def lines_of(request: ChangeRequest) -> list[ChangeLine]:
    """The lines of a request, oldest first."""
    return list(in_order(request.lines.all()))


def in_order(rows: Any) -> Any:
    """Lines with their kinds, oldest first."""
    return rows.select_related("type", "type_before").order_by("added_at", "pk")


def add_lines(requests: Sequence[Any]) -> None:
    """Add to the requests of a page their lines, as ``shown_lines``: one query."""
    found: dict[Any, list[ChangeLine]] = {one.pk: [] for one in requests}
    for line in in_order(ChangeLine.objects.filter(any_of("request", list(found)))):
        found[line.request_id].append(line)
    for one in requests:
        one.shown_lines = found[one.pk]


def proofs_of(request: ChangeRequest) -> list[ChangeProof]:
    """The proofs that were not taken out, oldest first."""
    rows = request.proofs.filter(removed_at=None).select_related("file")
    return list(rows.order_by("added_at", "pk"))


def proof_of(request: ChangeRequest, proof_id: uuid.UUID) -> ChangeProof:
    """A proof of a request. Raises NotVisible for any other id."""
    found = next((one for one in proofs_of(request) if one.pk == proof_id), None)
    if found is None:
        raise NotVisible("proof")
    return found


def waiting_for(keys: Collection[str], but: uuid.UUID | None = None) -> list[ChangeLine]:
    """Lines of other requests that wait for a change of the same fields."""
    rows = ChangeLine.objects.filter(key__in=list(keys), waits=True).exclude(request=but)
    return list(rows.select_related("request"))


def waiting_to_enter(model: SecurityModel, hashes: Collection[str]) -> QuerySet[ChangeLine]:
    """Lines of waiting requests of an account that would enter one of these numbers."""
    rows = ChangeLine.objects.filter(waits=True, request__security_model=model)
    return rows.filter(value_hash__in=list(hashes)).select_related("request")


def waiting_numbers(model: SecurityModel) -> list[tuple[uuid.UUID, uuid.UUID]]:
    """The numbers of an account with a request that waits for their change, as (number, request);
    one query.
    """
    rows = ChangeLine.objects.filter(waits=True, request__security_model=model)
    rows = rows.exclude(identifier_id=None)
    found = rows.values_list("identifier_id", "request_id")
    return [(number, request) for number, request in found if number is not None]


def waiting_in_company(user_id: Any, account_id: Any) -> QuerySet[ChangeRequest]:
    """The requests of a company that are sent and not decided, as far as a member sees them."""
    own = Q(security_model__in=accounts_of_contact(user_id).order_by().values("pk"))
    rows = ChangeRequest.objects.filter(
        Q(kind=ChangeKind.NAME) | own, trade_account=account_id, status__in=sorted(WAITING)
    )
    return rows.order_by()


def returned_to_company(accounts: Any, models: Any) -> QuerySet[ChangeRequest]:
    """The requests that these trade accounts and C-TPAT accounts must complete."""
    of_name = Q(kind=ChangeKind.NAME, trade_account__in=accounts)
    of_numbers = Q(kind=ChangeKind.NUMBERS, security_model__in=models)
    rows = _whole().filter(of_name | of_numbers, status=ChangeStatus.RETURNED)
    return rows.order_by("status_at", "pk")


def undecided(latest_start: dt.date) -> Iterator[ChangeRequest]:
    """The requests that were sent until that day and wait for a decision."""
    rows = _whole().filter(status=ChangeStatus.OPEN, asked_on__lte=latest_start)
    yield from rows.order_by("asked_on", "pk")


def newest_of_partner(
    model: SecurityModel, most: int
) -> list[tuple[ChangeRequest, list[ChangeLine]]]:
    """The newest requests that were sent to who looks after a partner, with their lines; those that
    wait come first.
    """
    is_over = Case(When(status__in=sorted(WAITING), then=0), default=1)
    rows = _whole().filter(security_model=model, round__gt=0)
    found: list[Any] = list(rows.order_by(is_over, "-status_at", "pk")[:most])
    add_lines(found)
    return [(one, one.shown_lines) for one in found]
