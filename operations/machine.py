"""The life of a request to change trade accounts (domain 3; T8, T9)."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from audit.machine import Machine, move
from audit.scopes import Scope, account_scope
from core.access import Access
from core.errors import Problem
from core.text import filled
from operations.models import TradeAccountRequest
from operations.policies import P
from operations.states import WAITING
from operations.states import RequestStatus as S


def _scope(request: TradeAccountRequest) -> Scope:
    """Its record lies with the account that asks; the other one gets events."""
    return account_scope(request.asking_id)


def _by_the_requester(request: TradeAccountRequest, access: Access) -> Iterator[Problem]:
    """Only who made the request continues with it."""
    if access.user_id != request.asked_by_id:
        words = _("Only %(name)s, who made the request, can do this.")
        yield Problem("not_yours", filled(words, name=request.asked_by_name))


def _by_the_other_account(request: TradeAccountRequest, access: Access) -> Iterator[Problem]:
    """T8: a Company Administrator of the account that did not ask decides."""
    account = access.roots.get("trade_account")
    if account is None or account.pk != request.other_id:
        yield Problem("not_yours", _("A Company Administrator of the other account decides."))


def _by_who_asks(request: TradeAccountRequest, access: Access) -> Iterator[Problem]:
    """The requester takes a request back, or a Company Administrator of the account that asks."""
    account = access.roots.get("trade_account")
    if account is None or account.pk != request.asking_id:
        yield Problem("not_yours", _("Only the account that asks can withdraw the request."))
    elif access.user_id != request.asked_by_id and not access.has(P.DECIDE):
        words = _("Only %(name)s or a Company Administrator can withdraw the request.")
        yield Problem("not_yours", filled(words, name=request.asked_by_name))


def _not_by_the_requester(request: TradeAccountRequest, access: Access) -> Iterator[Problem]:
    """G1: nobody decides an own request."""
    if access.user_id is not None and access.user_id == request.asked_by_id:
        yield Problem("own_request", _("Nobody decides their own request."))


REQUEST = Machine(
    "trade_account_request",
    S,
    _scope,
    [
        move(
            "send",
            gettext_lazy("Send the request"),
            [S.DRAFT],
            S.ADMINISTRATOR,
            P.ASK,
            _by_the_requester,
        ),
        move(
            "send_to_management",
            gettext_lazy("Send the request"),
            [S.DRAFT],
            S.MANAGEMENT,
            P.ASK,
            _by_the_requester,
        ),
        move("carry_out", gettext_lazy("Split"), [S.DRAFT], S.APPLIED, P.ASK, _by_the_requester),
        move(
            "agree",
            gettext_lazy("Agree"),
            [S.ADMINISTRATOR],
            S.MANAGEMENT,
            P.DECIDE,
            _by_the_other_account,
        ),
        move(
            "agree_and_apply",
            gettext_lazy("Agree"),
            [S.ADMINISTRATOR],
            S.APPLIED,
            P.DECIDE,
            _by_the_other_account,
        ),
        move(
            "refuse",
            gettext_lazy("Decline"),
            [S.ADMINISTRATOR],
            S.DECLINED,
            P.DECIDE,
            _by_the_other_account,
        ),
        move(
            "approve",
            gettext_lazy("Approve"),
            [S.MANAGEMENT],
            S.APPLIED,
            P.APPROVE,
            _not_by_the_requester,
        ),
        move(
            "decline",
            gettext_lazy("Decline"),
            [S.MANAGEMENT],
            S.DECLINED,
            P.APPROVE,
            _not_by_the_requester,
        ),
        move(
            "return",
            gettext_lazy("Return for more"),
            [S.MANAGEMENT],
            S.RETURNED,
            P.APPROVE,
            _not_by_the_requester,
        ),
        move(
            "answer",
            gettext_lazy("Send the answer"),
            [S.RETURNED],
            S.MANAGEMENT,
            P.ASK,
            _by_the_requester,
        ),
        move("withdraw", gettext_lazy("Withdraw"), WAITING, S.WITHDRAWN, P.ASK, _by_who_asks),
        move("end", gettext_lazy("End"), WAITING, S.ENDED, None),
    ],
)
