"""The life of a change request: the same for the company name and for numbers (T3, S3)."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from audit.machine import Machine, move
from audit.scopes import Scope, account_scope, model_scope
from change_requests.models import ChangeRequest
from change_requests.policies import P
from change_requests.states import ChangeStatus as S
from core.access import Access
from core.errors import Problem


def scope_of(request: ChangeRequest) -> Scope:
    """The name belongs to the trade account, numbers to their C-TPAT account."""
    if request.is_of_name or request.security_model_id is None:
        return account_scope(request.trade_account_id)
    return model_scope(request.security_model_id)


def _by_those_concerned(request: ChangeRequest, access: Access) -> Iterator[Problem]:
    """Numbers are asked for by contacts, who are more than members."""
    if not request.is_of_name and not access.has(P.ASK_NUMBERS):
        yield Problem("not_yours", _("Only contacts of the C-TPAT account can do this."))


def _not_ones_own(request: ChangeRequest, access: Access) -> Iterator[Problem]:
    """G1: nobody decides a request of their own making."""
    if access.user_id in {request.started_by_id, request.asked_by_id}:
        words = _("You asked for this change yourself. Another person must decide.")
        yield Problem("own", words)


CHANGE = Machine(
    "change_request",
    S,
    scope_of,
    [
        move(
            "send",
            gettext_lazy("Send to CBP"),
            [S.DRAFT, S.RETURNED],
            S.OPEN,
            P.ASK,
            _by_those_concerned,
        ),
        move(
            "withdraw",
            gettext_lazy("Withdraw"),
            [S.DRAFT, S.OPEN, S.RETURNED],
            S.WITHDRAWN,
            P.ASK,
            _by_those_concerned,
        ),
        move(
            "return",
            gettext_lazy("Return for more"),
            [S.OPEN],
            S.RETURNED,
            P.DECIDE,
            _not_ones_own,
        ),
        move("approve", gettext_lazy("Approve"), [S.OPEN], S.APPROVED, P.DECIDE, _not_ones_own),
        move("decline", gettext_lazy("Decline"), [S.OPEN], S.DECLINED, P.DECIDE, _not_ones_own),
    ],
)
