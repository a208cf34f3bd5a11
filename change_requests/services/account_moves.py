"""What becomes of change requests when trade accounts are merged or split (T9)."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Sequence

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from change_requests.models import ChangeLine, ChangeProof, ChangeRequest
from change_requests.presentation.change_words import short_words
from change_requests.selectors.requests import lines_of
from change_requests.services.telling import tell_staff
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
    """Which requests would move, and which would lose their specialist."""
    moving = _going(plan).exclude(status=ChangeStatus.DRAFT)
    words = _("Change requests that move")
    effects = [_effect("change_requests", words, moving)]
    if not plan.closes:
        losing = _handed_over(plan).filter(status__in=sorted(WAITING))
        words = _("Change requests that stay, and that the program office decides")
        note = _("Their specialist looks after a C-TPAT account that moves.")
        effects.append(_effect("change_requests_handed_over", words, losing, note))
    return [one for one in effects if one.names]


def _effect(code: str, words: str, rows: QuerySet[ChangeRequest], note: str = "") -> Effect:
    found = list(rows.order_by("started_at", "pk"))
    about: dict[ChangeRequest, list[ChangeLine]] = {one: lines_of(one) for one in found}
    return Effect(
        code,
        words,
        tuple(_named(one, lines) for one, lines in about.items()),
        note,
        tuple(one.asked_by_id if one.status in WAITING else None for one in found),
    )


def _named(request: ChangeRequest, lines: Sequence[ChangeLine]) -> str:
    words = {"reference": request.reference, "what": short_words(request, lines)}
    return filled("%(reference)s (%(what)s)", **words)


def _handed_over(plan: Plan) -> QuerySet[ChangeRequest]:
    """In a split: requests for the name whose specialist's C-TPAT account goes."""
    return ChangeRequest.objects.filter(
        trade_account_id=plan.source, kind=ChangeKind.NAME, security_model__in=plan.models
    )


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
        losing = list(_handed_over(plan))
        _handed_over(plan).update(security_model=None)
        for request in losing:
            request.security_model = None
            if request.status == ChangeStatus.OPEN:
                tell_staff(request)


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
