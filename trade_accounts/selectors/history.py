"""What happened in a trade account, and before in the accounts that it came from (T9)."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import Exists, OuterRef, Q, QuerySet

from audit.models import Event, ScopeKind
from audit.selectors import Entry, events_read_by, timeline
from core.access import Access
from core.tenancy import beyond_tenants
from trade_accounts.models import TradeAccount
from trade_accounts.providers.reactions import past_scopes

EVENTS_A_PAGE = 50
#: What one act records in several accounts is written within this time.
AT_ONCE = dt.timedelta(seconds=5)


def history_page(access: Access, number: Any) -> tuple[Page[Event], list[Entry]]:
    """One page of the history of the current account, newest first.

    Events of an account that was merged into it belong to it; of one from which it was split, and
    of C-TPAT accounts that went to another one, those until then. What was recorded in several of
    them at once is read once.
    """
    account: TradeAccount = access.trade_account
    past = [scope for scopes in past_scopes(account) for scope in scopes]
    if not past:
        return _read(_events(access, Q(scope_id=account.pk)), number)
    belongs = Q(scope_id=account.pk)
    for scope_id, until in past:
        earlier = Q(scope_id=scope_id)
        belongs |= earlier & Q(at__lte=until) if until is not None else earlier
    with beyond_tenants("What happened before a merge or a split is read in both accounts."):
        return _read(
            _events(access, belongs).exclude(~Q(scope_id=account.pk) & _twin(account, belongs)),
            number,
        )


def _twin(account: TradeAccount, belongs: Q) -> Q:
    """Whether the same was recorded at the same time in another of the accounts that are read
    together: the reader's own account counts first.
    """
    same = Event.objects.filter(
        belongs,
        kind=OuterRef("kind"),
        subject_id=OuterRef("subject_id"),
        at__gte=OuterRef("at") - AT_ONCE,
        at__lte=OuterRef("at") + AT_ONCE,
        scope_kind=ScopeKind.TRADE_ACCOUNT,
    ).exclude(scope_id=OuterRef("scope_id"))
    counts_first = Q(scope_id=account.pk) | Q(scope_id__lt=OuterRef("scope_id"))
    return Q(Exists(same.filter(counts_first)))


def _events(access: Access, belongs: Q) -> QuerySet[Event]:
    kinds = [ScopeKind.TRADE_ACCOUNT, ScopeKind.SECURITY_MODEL]
    return events_read_by(access).filter(belongs, scope_kind__in=kinds)


def _read(events: QuerySet[Event], number: Any) -> tuple[Page[Event], list[Entry]]:
    page = Paginator(events, EVENTS_A_PAGE).get_page(number)
    return page, list(timeline(list(page.object_list)))
