"""Decides change requests, and makes the changes in the same transaction (T3, S3)."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from audit.services import record
from change_requests.facts.lines import as_change
from change_requests.machine import CHANGE, scope_of
from change_requests.models import ChangeLine, ChangeRequest
from change_requests.policies import P
from change_requests.presentation.change_words import all_words
from change_requests.selectors.requests import lines_of
from change_requests.services.locking import lock_request
from change_requests.services.moving import happened, move, settle_lines
from change_requests.services.telling import DECIDED, RETURNED, tell_company
from change_requests.states import ChangeStatus, Decision
from core.access import Access
from core.errors import Stale, refusal, refuse
from core.text import is_blank
from security_models.selectors.who_decides import require_in_charge
from security_models.services.locked_numbers import change_locked_numbers
from trade_accounts.services.company_name import change_name


@transaction.atomic
def decide(
    *, actor: Access, request: ChangeRequest, expected: int, decision: Decision, reason: str
) -> ChangeRequest:
    """Approve and change at once, decline, or return for more; always with a reason.

    Of two who decide at once the first one wins, and the other reads what happened. Refused in
    words if a value is no longer what it was when the change was asked for. Raises Stale if the
    request was sent anew since the page was opened.
    """
    _require_may_decide(actor, request)
    now = lock_request(request)
    if now.status != ChangeStatus.OPEN:
        raise refusal("decided", happened(now))
    refuse(CHANGE.problems(decision, now, actor))
    if now.version != expected:
        raise Stale(now)
    if is_blank(reason):
        raise refusal("reason", _("Give the reason. The company reads it."), "reason")
    lines = lines_of(now)
    if decision == Decision.APPROVE:
        _apply(actor, now, lines)
    move(decision, now, actor, reason, said=reason)
    if decision != Decision.RETURN:
        settle_lines(now)
    _record(actor, now, lines, reason)
    now.trade_account.refresh_from_db(fields=["name"])
    code = RETURNED if decision == Decision.RETURN else DECIDED
    tell_company(now, code, is_approved=decision == Decision.APPROVE)
    return now


def _require_may_decide(actor: Access, request: ChangeRequest) -> None:
    """Asked again inside the transaction: the partner may have been reassigned (R6)."""
    actor.require(P.DECIDE)
    if request.security_model is None:
        actor.require(P.DECIDE_FOR_OFFICE)
    else:
        require_in_charge(actor, request.security_model)


def _apply(actor: Access, request: ChangeRequest, lines: list[ChangeLine]) -> None:
    if not request.is_of_name:
        assert request.security_model is not None  # noqa: S101 - a constraint of the table
        change_locked_numbers(
            actor=actor,
            model=request.security_model,
            changes=[as_change(one) for one in lines],
            request=request.reference,
        )
        return
    for one in lines:
        change_name(
            actor=actor,
            account_id=request.trade_account_id,
            before=one.before_shown,
            after=one.shown,
            request=request.reference,
        )


def _record(actor: Access, request: ChangeRequest, lines: list[ChangeLine], reason: str) -> None:
    changes = {"changes": all_words(lines)} if request.status == ChangeStatus.APPROVED else {}
    record(
        f"change_requests.{request.status}",
        actor=actor,
        scope=scope_of(request),
        subject=("change_request", request.pk),
        request=request.reference,
        reason=reason,
        **changes,
    )
