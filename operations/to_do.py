"""Requests that wait for the reader, as tasks: decide, answer, or finish a draft (N2)."""

from __future__ import annotations

import uuid
from typing import Any

from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from core import clock
from core.access import Access
from core.contributions import Task
from core.text import filled
from operations import page_links
from operations.models import TradeAccountRequest
from operations.presentation.words import due_on, title_words
from operations.states import RequestStatus as S
from trade_accounts.models import Membership, TradeAccount
from trade_accounts.states import MembershipState, MembershipType

#: The first step of each operation, where a draft goes on.
_FIRST = {"link": "top", "delink": "linked", "merge": "second", "split": "name"}


def tasks_for(access: Access, trade_account_id: uuid.UUID | None) -> list[Task]:
    """The tasks of one account or of all; one query."""
    if access.user_id is None or access.is_staff:
        return []
    return [_task(row) for row in _waiting(access, trade_account_id)]


def _waiting(access: Access, trade_account_id: uuid.UUID | None) -> QuerySet[Any]:
    administers = Membership.objects.filter(
        trade_account=OuterRef("other"),
        user_id=access.user_id,
        state=MembershipState.ACTIVE,
        type=MembershipType.COMPANY_ADMINISTRATOR,
    )
    to_decide = Q(Exists(administers), status=S.ADMINISTRATOR)
    open_accounts = TradeAccount.objects.filter(closed_at=None)
    own = Q(asked_by=access.user_id, status__in=[S.RETURNED, S.DRAFT], asking__in=open_accounts)
    rows = TradeAccountRequest.objects.filter(to_decide | own)
    for bound in (trade_account_id, access.only_trade_account_id):
        if bound is not None:
            decides_here = Q(other=bound, status=S.ADMINISTRATOR)
            rows = rows.filter(decides_here | Q(asking=bound, status__in=[S.RETURNED, S.DRAFT]))
    return rows.order_by(F("waits_since").asc(nulls_last=True), "pk")


def _task(row: TradeAccountRequest) -> Task:
    decides = row.status == S.ADMINISTRATOR
    account_id, name = row.asking_id, row.asking_name
    if decides and row.other_id is not None:
        account_id, name = row.other_id, row.other_name
    since = row.waits_since or row.started_at
    return Task(
        key=f"operation-{row.pk}",
        title=_title(row),
        url=_url(row, account_id),
        account_name=name,
        trade_account_id=account_id,
        note=row.reference,
        who=_("A Company Administrator") if decides else row.asked_by_name,
        status="returned" if row.status == S.RETURNED else "not_started",
        due=due_on(row),
        since=clock.program_date(since),
        position=95,
    )


def _title(row: TradeAccountRequest) -> str:
    if row.status == S.DRAFT:
        words = _("Finish your request: %(what)s")
        return filled(words, what=str(row.get_kind_display()))
    if row.status == S.RETURNED:
        return filled(_("Answer management: %(what)s"), what=title_words(row))
    return filled(_("Decide a request: %(what)s"), what=title_words(row))


def _url(row: TradeAccountRequest, account_id: uuid.UUID) -> str:
    if row.status == S.DRAFT:
        return page_links.step_of(row, _FIRST[row.kind])
    return page_links.page_of(row, account_id)
