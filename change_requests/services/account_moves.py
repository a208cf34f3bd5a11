"""What becomes of change requests when trade accounts are merged or split (T9)."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Sequence

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from change_requests.models import ChangeLine, ChangeProof, ChangeRequest
from change_requests.states import WAITING, ChangeKind, ChangeStatus
from core.access import Access
from core.account_moves import Effect, Mover, Plan
from core.errors import Problem
from core.text import filled


def _going(plan: Plan) -> QuerySet[ChangeRequest]:
    """All but a draft for the name of an account that is closed; in a split those about numbers of
    a C-TPAT account that goes.
    """
    rows = ChangeRequest.objects.filter(trade_account_id=plan.source)
    if plan.closes:
        return rows.exclude(kind=ChangeKind.NAME, status=ChangeStatus.DRAFT)
    return rows.filter(kind=ChangeKind.NUMBERS, security_model__in=plan.models)


def preview(plan: Plan) -> Sequence[Effect]:
    """Which requests would move."""
    sent = _going(plan).exclude(status=ChangeStatus.DRAFT).order_by("started_at", "pk")
    names = tuple(sent.values_list("reference", flat=True))
    return [Effect("change_requests", _("Change requests that move"), names)] if names else []


def blockers(plan: Plan) -> Sequence[Problem]:
    """A request for the name of an account that would be closed is decided first."""
    if not plan.closes:
        return ()
    about_name = Q(trade_account_id=plan.source, kind=ChangeKind.NAME, status__in=sorted(WAITING))
    rows = ChangeRequest.objects.filter(about_name).select_related("trade_account")
    words = _("Change request %(reference)s about the name of %(name)s must be decided first.")
    return [
        Problem(
            "change_request",
            filled(words, reference=one.reference, name=one.trade_account.name),
        )
        for one in rows
    ]


def move(plan: Plan, actor: Access) -> None:
    """Move them with lines and proofs. In a split a request for the name stays, and the program
    office decides it if its specialist's account has gone.
    """
    ids = list(_going(plan).values_list("pk", flat=True))
    _move(ids, plan.target)
    if not plan.closes:
        stays = ChangeRequest.objects.filter(
            trade_account_id=plan.source, kind=ChangeKind.NAME, security_model__in=plan.models
        )
        stays.update(security_model=None)


def _move(ids: Collection[uuid.UUID], target: uuid.UUID) -> None:
    for request in ChangeRequest.objects.select_for_update(no_key=True).filter(pk__in=ids):
        request.trade_account_id = target
        request.save(update_fields=["trade_account"])
    ChangeLine.objects.filter(request__in=ids).update(trade_account_id=target)
    ChangeProof.objects.filter(request__in=ids).update(trade_account_id=target)


_SETTLED = "merge: moves, but not a draft for the name; split: numbers go with their C-TPAT account"
MOVER = Mover(
    app="change_requests",
    tables={
        "change_requests_changerequest": _SETTLED,
        "change_requests_changeline": "goes with its request",
        "change_requests_changeproof": "goes with its request; its file stays where it was stored",
    },
    preview=preview,
    blockers=blockers,
    move=move,
)
