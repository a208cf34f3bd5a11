"""Reads the models that an actor sees, and what belongs to a model."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from django.db.models import Prefetch, QuerySet

from audit.models import What
from audit.selectors import Altered, Found, once_altered
from core import clock
from core.access import Access, strip_prefix
from core.compiled import Compiled
from security_models import grants
from security_models.facts.model_facts import Facts
from security_models.models import (
    BusinessTypeAccount,
    Contact,
    SecurityModel,
    SecurityModelGrant,
    StaffAssignment,
)
from security_models.policies import shown_status
from security_models.selectors.model_facts import facts_of_rows, with_facts
from security_models.states import ContactRole
from trade_accounts.models import TradeAccountGrant
from trade_accounts.states import MembershipState


def visible(access: Access, trade_account_id: uuid.UUID | None = None) -> QuerySet[SecurityModel]:
    """The models in whose account the actor is a member, or in which they hold a role (R6).

    Annotated with ``model_roles`` and ``account_roles``. A member without a contact role sees only
    name, type and status, so callers use :func:`entered` before they show more.
    """
    return _visible(access.user_id, *_bounds(access, trade_account_id).values())


def _bounds(access: Access, trade_account_id: uuid.UUID | None) -> dict[str, uuid.UUID]:
    """The trade accounts to which a question is bound: that of the page, and that of a key."""
    bounds = {"asked": trade_account_id, "only": access.only_trade_account_id}
    return {name: bound for name, bound in bounds.items() if bound is not None}


def _visible(user_id: Any, *bounds: uuid.UUID) -> QuerySet[SecurityModel]:
    mine = {"user_id": user_id, "user__is_active": True}
    held = SecurityModelGrant.objects.filter(**mine).values("content_object_id")
    accounts = TradeAccountGrant.objects.filter(**mine).values("content_object_id")
    below = SecurityModel.objects.filter(trade_account_id__in=accounts).values("pk")
    # A union, because "or" would read every model of the program to find a few.
    models = grants.with_roles_of(user_id).filter(pk__in=held.union(below))
    for bound in bounds:
        models = models.filter(trade_account_id=bound)
    return models.order_by("trade_account__name", "started_at", "pk")


def entered(access: Access, model: Any) -> Access:
    """The actor with a model from :func:`visible` loaded as the root; no queries."""
    roles = strip_prefix(model.model_roles) | strip_prefix(model.account_roles)
    return access.to("security_model", model, roles)


def models_of(access: Access, trade_account_id: uuid.UUID | None = None) -> list[SecurityModel]:
    """The models that the actor sees, with their business types loaded: two queries."""
    types = BusinessTypeAccount.objects.select_related("business_type")
    loaded = Prefetch("business_types", types.order_by("business_type__position"))
    return list(visible(access, trade_account_id).prefetch_related(loaded))


def facts_for(access: Access, trade_account_id: uuid.UUID | None = None) -> list[Facts]:
    """The facts of the models that the actor sees: two queries, shared while a page is built."""
    return access.once(("facts", trade_account_id), lambda: _read_facts(access, trade_account_id))


def _read_facts(access: Access, trade_account_id: uuid.UUID | None) -> list[Facts]:
    bounds = _bounds(access, trade_account_id)
    rows = _visible_with_facts(clock.today(), tuple(bounds)).rows(user_id=access.user_id, **bounds)
    return facts_of_rows(rows)


@lru_cache(maxsize=8)
def _visible_with_facts(_day: dt.date, bounds: tuple[str, ...]) -> Compiled[SecurityModel]:
    """The question of :func:`facts_for` on a program day."""

    def make(user_id: Any, **ids: Any) -> QuerySet[SecurityModel]:
        return with_facts(_visible(user_id, *ids.values()))

    return Compiled(make, **dict.fromkeys(("user_id", *bounds), uuid.UUID))


def business_types_of(model: SecurityModel) -> list[BusinessTypeAccount]:
    """The business types of a model, in the order of the program's list.

    ``shown_status`` is the status as it is shown: Lapsed from its day on. Raises Altered if a
    number or date is not what was written (P8).
    """
    rows = BusinessTypeAccount.objects.filter(security_model=model)
    rows = rows.select_related("business_type", "run").annotate(shown_status=shown_status())
    return list(require_dates(rows.order_by("business_type__position")))


def require_dates(types: QuerySet[BusinessTypeAccount]) -> Sequence[BusinessTypeAccount]:
    """Business types, if their numbers and dates are what was written; otherwise raises Altered."""
    return _compared(list(types.annotate(altered=once_altered(BusinessTypeAccount))))


def dated_types(model_id: uuid.UUID) -> Sequence[BusinessTypeAccount]:
    """The business types of a model that were ever certified, compared in the same way."""
    return _compared(_DATED.rows(model_id=model_id))


def _dated(model_id: Any) -> QuerySet[BusinessTypeAccount]:
    types = BusinessTypeAccount.objects.filter(security_model=model_id, certified_on__isnull=False)
    return types.annotate(altered=once_altered(BusinessTypeAccount))


_DATED = Compiled(_dated, model_id=uuid.UUID)


def _compared(rows: list[Any]) -> Sequence[BusinessTypeAccount]:
    table = BusinessTypeAccount._meta.db_table
    if found := [Found(table, str(one.pk), What.ALTERED) for one in rows if one.altered]:
        raise Altered(found)
    return rows


def current_assignment(model: SecurityModel) -> StaffAssignment | None:
    """The current assignment of a model, if any."""
    rows = StaffAssignment.objects.filter(security_model=model, ended_at=None)
    return rows.select_related("staff").first()


def of_status(models: QuerySet[Any], status: str) -> QuerySet[Any]:
    """Narrow models to those with a business type whose shown status is this."""
    types = BusinessTypeAccount.objects.annotate(shown=shown_status()).filter(shown=status)
    return models.filter(pk__in=types.values("security_model_id"))


def contacts_of(model: SecurityModel) -> list[Contact]:
    """All contacts of a model, invited ones too, with their people, by name."""
    return list(by_name(Contact.objects.filter(security_model=model)))


def by_name(rows: QuerySet[Contact]) -> QuerySet[Contact]:
    """Contacts with their people, by name."""
    rows = rows.select_related("membership__user")
    return rows.order_by("membership__last_name", "membership__first_name", "pk")


def officers_of(model: SecurityModel) -> list[Contact]:
    """The Officers who count because they have accepted (R4)."""
    return [
        contact
        for contact in contacts_of(model)
        if contact.role == ContactRole.OFFICER
        and contact.membership.state == MembershipState.ACTIVE
    ]


def unfinished(latest_start: dt.date) -> QuerySet[SecurityModel]:
    """Applications started on or before a day, not submitted and not lapsed."""
    return SecurityModel.objects.filter(
        started_on__lte=latest_start, first_submitted_on=None, lapsed_on=None
    ).order_by("started_on", "pk")
