"""What threads add to tasks and due dates of a company: what waits for its answer (N2)."""

from __future__ import annotations

import uuid
from functools import lru_cache
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext as _

from core.access import Access
from core.compiled import Compiled
from core.contributions import DueDate, Task
from core.text import filled
from messages_app import page_links
from messages_app.facts.inquiries import reply_by
from messages_app.models import Thread
from messages_app.states import ThreadKind, ThreadStatus
from security_models.models import Contact
from security_models.presentation.account_words import account_words
from security_models.selectors.workplaces import accounts_of_contact
from trade_accounts.states import MembershipState


def tasks_for(access: Access, trade_account_id: uuid.UUID | None) -> list[Task]:
    """The threads that wait for the company in which the reader is a contact; one query."""
    return [_task(access, one) for one in _waiting(access, trade_account_id)]


def dates_for(access: Access) -> list[DueDate]:
    """Until when inquiries wait for an answer; the same query."""
    return [_due_date(one) for one in _waiting(access, None) if one.is_open_inquiry]


def _waiting(access: Access, trade_account_id: uuid.UUID | None) -> list[Thread]:
    if access.user_id is None or access.is_staff:
        return []
    bounds = {"asked": trade_account_id, "only": access.only_trade_account_id}
    ids = {name: bound for name, bound in bounds.items() if bound is not None}
    key = ("threads that wait", trade_account_id)
    return access.once(key, lambda: _question(tuple(ids)).rows(user_id=access.user_id, **ids))


@lru_cache(maxsize=4)
def _question(bounds: tuple[str, ...]) -> Compiled[Thread]:
    def make(user_id: Any, **ids: Any) -> QuerySet[Thread]:
        accounts = accounts_of_contact(user_id)
        for bound in ids.values():
            accounts = accounts.filter(trade_account=bound)
        rows = Thread.objects.filter(
            security_model__in=accounts.values("pk"),
            status=ThreadStatus.PARTNER,
            kind=ThreadKind.CONVERSATION,
        )
        rows = rows.select_related("security_model__trade_account", "colleague")
        rows = rows.annotate(is_taken=Exists(_contact_of("colleague")))
        return rows.order_by("waits_since", "pk")

    return Compiled(make, **dict.fromkeys(("user_id", *bounds), uuid.UUID))


def _contact_of(column: str) -> QuerySet[Contact]:
    """The role of the person in a column, while that person is a contact of the account."""
    return Contact.objects.filter(
        security_model=OuterRef("security_model"),
        membership__user=OuterRef(column),
        membership__state=MembershipState.ACTIVE,
    )


def _task(access: Access, thread: Thread) -> Task:
    model, due = thread.security_model, reply_by(thread)
    taken = thread.is_taken  # type: ignore[attr-defined]
    words = _("Answer the inquiry “%(subject)s”") if due else _("Answer “%(subject)s”")
    return Task(
        key=f"thread-{thread.pk}",
        title=filled(words, subject=thread.subject),
        url=page_links.partner_page(thread, model),
        account_name=model.trade_account.name,
        trade_account_id=model.trade_account_id,
        security_model_id=model.pk,
        note=account_words(model),
        who=thread.colleague.name if taken and thread.colleague else _("Any contact"),
        mine=not taken or thread.colleague_id == access.user_id,
        due=due,
        since=thread.waits_since,
        position=90,
    )


def _due_date(thread: Thread) -> DueDate:
    due, since = reply_by(thread), thread.inquiry_on
    assert due is not None and since is not None  # noqa: S101 - asked for open inquiries only
    model = thread.security_model
    return DueDate(
        f"inquiry-{thread.pk}",
        due,
        since,
        filled(_("Answer the inquiry “%(subject)s”"), subject=thread.subject),
        page_links.partner_page(thread, model),
        model.trade_account.name,
        model.pk,
    )
