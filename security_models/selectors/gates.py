"""Compares what staff decided with what was recorded: assignment, vetting, gates (A5, G1)."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable, Sequence
from itertools import takewhile
from typing import Any

from django.db.models import Model

from audit.models import What
from audit.selectors import (
    Altered,
    Facts,
    Found,
    fact_altered,
    once_altered,
    status_history,
    unaltered,
)
from security_models.models import (
    BusinessTypeAccount,
    SecurityModel,
    StaffAssignment,
    Vetting,
)
from security_models.states import BusinessTypeStatus, VettingResult

#: When vetting was passed, and by whom.
Gate = tuple[dt.date | None, uuid.UUID | None]


def unlike_their_vetting(thing: str) -> Callable[[str, Sequence[str]], list[Found]]:
    """A check of business types: it finds those whose second gate no recorded decision has led to.

    The gate can be taken back, so it has no seal; decisions and status changes have one. ``thing``
    is the name of a business type among the status changes.
    """

    def check(table: str, ids: Sequence[str]) -> list[Found]:
        if table != BusinessTypeAccount._meta.db_table:
            return []
        rows = BusinessTypeAccount.objects.filter(pk__in=ids)
        return [_altered(one) for one in rows if not _is_as_decided(thing, one)]

    return check


def _is_as_decided(thing: str, account: BusinessTypeAccount) -> bool:
    moves = status_history(thing, account.pk)
    began = moves.filter(after=BusinessTypeStatus.APPLICANT).last()
    gate = (account.vetting_passed_on, account.vetting_passed_by_id)
    if began is None:
        return gate == (None, None) or not moves.exists()
    ended = moves.filter(before=BusinessTypeStatus.APPLICANT, at__gte=began.at).first()
    return gate == _decided(account, began.at, ended.at if ended else None)


def _decided(account: BusinessTypeAccount, began: dt.datetime, ended: dt.datetime | None) -> Gate:
    """What was decided while the type was an applicant: the last decision, and the first of those
    that passed it without another result in between.
    """
    vettings = Vetting.objects.filter(
        security_model=account.security_model_id, decided_at__gte=began
    )
    if ended is not None:
        vettings = vettings.filter(decided_at__lte=ended)
    newest = vettings.order_by("-decided_at")
    passed = list(takewhile(lambda one: one.result == VettingResult.PASSED, newest))
    return (passed[-1].decided_on, passed[0].staff_id) if passed else (None, None)


def require_gates(thing: str, accounts: Sequence[BusinessTypeAccount]) -> None:
    """Raise Altered unless both gates of these types of one account are what was decided (G1)."""
    unaltered(
        Facts(BusinessTypeAccount, "id", [one.pk for one in accounts]),
        Facts(Vetting, "security_model_id", sorted({one.security_model_id for one in accounts})),
    )
    if wrong := [_altered(one) for one in accounts if not _is_as_decided(thing, one)]:
        raise Altered(wrong)


def staff_record(
    model: SecurityModel, *, with_vetting: bool
) -> tuple[StaffAssignment | None, list[Vetting]]:
    """The current assignment and, on request, the vetting decisions of a model, newest first.

    Raises Altered if one of them is not what was recorded (A5).
    """
    assigned = model.assignments.filter(ended_at=None).select_related("staff")
    assigned = assigned.annotate(
        altered=fact_altered(StaffAssignment, "pk"), ends=once_altered(StaffAssignment)
    )
    vettings: list[Any] = []
    if with_vetting:
        vetted = model.vettings.select_related("staff").order_by("-decided_at")
        vettings = list(vetted.annotate(altered=fact_altered(Vetting, "pk")))
    assignment: Any = assigned.first()
    found = [_altered(one) for one in vettings if one.altered]
    if assignment is not None and (assignment.altered or assignment.ends):
        found.append(_altered(assignment))
    if found:
        raise Altered(found)
    return assignment, vettings


def _altered(row: Model) -> Found:
    return Found(row._meta.db_table, str(row.pk), What.ALTERED)
