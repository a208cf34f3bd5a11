"""A request is recorded and told in both accounts, whoever acts."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext as _

from audit.services import account_scope, record
from core.access import Access, system
from core.tenancy import beyond_tenants
from identity.selectors.user_state import recipient
from notifications.providers.kinds import Recipient
from notifications.services.sending import notify
from operations import page_links
from operations.machine import REQUEST
from operations.models import TradeAccountRequest
from operations.presentation.words import asked_words, named_words, subject_words
from trade_accounts.models import TradeAccount
from trade_accounts.selectors.people import administrators_of


@beyond_tenants("What was decided about two accounts stands in the record of both.")
def record_in_both(what: str, request: TradeAccountRequest, actor: Access, **data: Any) -> None:
    """Record what was done to a request in each account that it concerns. The other company reads
    the name of the account that acts, not of the person.
    """
    about = {"what": asked_words(request), "reference": request.reference, **data}
    own = _side_of(request, actor)
    for account_id in _sides(request):
        by = actor if account_id == own or own is None else _by_company(request, own)
        _record(f"operations.{what}", request, by, account_id, about)


@beyond_tenants("The status of a request lies in the record of the account that asks.")
def move(
    name: str, request: TradeAccountRequest, actor: Access, reason: str = "", **changes: Any
) -> None:
    """Make a move on a locked request; each one makes a new version."""
    changes["version"] = request.version + 1
    REQUEST.apply(name, request, actor=actor, reason=reason, **changes)


def _record(
    code: str, request: TradeAccountRequest, by: Access, account_id: uuid.UUID, about: Any
) -> None:
    record(
        code,
        actor=by,
        scope=account_scope(account_id),
        subject=("trade_account_request", request.pk),
        **about,
    )


def _side_of(request: TradeAccountRequest, actor: Access) -> uuid.UUID | None:
    """The account for which a partner acts; None for staff and the system."""
    account = actor.roots.get("trade_account")
    return account.pk if account is not None and not actor.is_staff else None


def _by_company(request: TradeAccountRequest, account_id: uuid.UUID) -> Access:
    is_asking = account_id == request.asking_id
    return system(request.asking_name if is_asking else request.other_name)


def _sides(request: TradeAccountRequest) -> list[uuid.UUID]:
    """The accounts that it concerns; a new one after its split."""
    ids = (request.asking_id, request.other_id, request.new_account_id)
    return [one for one in ids if one is not None]


@beyond_tenants("The Company Administrators of the other account are told.")
def administrators(account_id: uuid.UUID | None) -> list[Recipient]:
    """The Company Administrators of an account, to be told."""
    if account_id is None:
        return []
    account = TradeAccount.objects.get(pk=account_id)
    return [recipient(one) for one in administrators_of(account)]


@beyond_tenants("A notice belongs to the account of those who get it.")
def tell(
    code: str,
    request: TradeAccountRequest,
    account_id: uuid.UUID,
    people: Iterable[Recipient],
    *,
    url: str = "",
    **more: Any,
) -> None:
    """Notify people of one of the accounts about a request; the page is that account's, and the
    notice is found under its name.
    """
    notify(
        code,
        scope=account_scope(account_id),
        to=people,
        url=url or page_links.page_of(request, account_id),
        reference=request.reference,
        what=asked_words(request),
        operation=subject_words(request),
        named=named_words(request),
        company=request.asking_name,
        account=name_now(account_id),
        **more,
    )


def requester(request: TradeAccountRequest) -> list[Recipient]:
    """The person who made the request."""
    return [recipient(request.asked_by)]


def tell_decided(request: TradeAccountRequest, decision: str, *, is_at_once: bool = False) -> None:
    """Notify the requester and the Company Administrators of both accounts what became of it;
    ``is_at_once``: nobody had to decide.
    """
    mine = requester(request)
    known = {one.email for one in mine}
    asking = [one for one in administrators(request.asking_id) if one.email not in known]
    about: dict[str, Any] = {"decision": decision, "is_at_once": is_at_once}
    home = lives_on(request.asking_id)
    tell("request.decided", request, home, [*mine, *asking], **about)
    if request.other_id is None:
        return
    known |= {one.email for one in asking}
    others = [one for one in administrators(request.other_id) if one.email not in known]
    if others:
        there = lives_on(request.other_id)
        tell("request.decided", request, there, others, **about)


@beyond_tenants("What an account became is looked up for a notice.")
def lives_on(account_id: uuid.UUID) -> uuid.UUID:
    """The account, or the one into which it was merged."""
    now = TradeAccount.objects.values_list("merged_into_id", flat=True).get(pk=account_id)
    return now or account_id


def name_now(account_id: uuid.UUID) -> str:
    """The name of an account, for its notices."""
    return TradeAccount.objects.values_list("name", flat=True).get(pk=account_id)


def decision_words(move: str) -> str:
    """What became of a request, for the subject of an email."""
    return {
        "agree": _("agreed, and with management now"),
        "apply": _("carried out"),
        "refuse": _("declined"),
        "decline": _("declined by management"),
        "return": _("returned for more"),
        "withdraw": _("withdrawn"),
        "end": _("no longer possible"),
    }[move]
