"""What a request would do, exactly: the plan, its preview, and the hash that decisions name."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _

from core.account_moves import Effect, Plan, blockers, preview
from core.crypto import content_hash
from core.errors import Problem
from core.tenancy import beyond_tenants
from core.text import filled
from operations.models import TradeAccountRequest
from operations.presentation.words import place_words, title_words
from operations.selectors.parties import parent_name
from operations.services.ending import ended_by
from operations.states import Operation
from security_models.services.account_moves import used_by
from trade_accounts.models import Address, Membership, TradeAccount
from trade_accounts.states import MembershipState


def plan_of(request: TradeAccountRequest) -> Plan | None:
    """Which rows a merge or a split moves; None for a link or a delink, which move none.

    A split copies what its C-TPAT accounts need, chosen or not, and the requester.
    """
    if request.kind == Operation.MERGE and request.lower_id and request.head_id:
        return Plan(source=request.lower_id, target=request.head_id, closes=True)
    if request.kind != Operation.SPLIT:
        return None
    members, used = used_by(request.model_ids)
    chosen = Address.objects.filter(pk__in=request.address_ids, removed_at=None)
    addresses = used.union(chosen.values_list("pk", flat=True))
    return Plan(
        source=request.asking_id,
        # The id of the account that is founded is that of its request: known before, used once.
        target=request.pk,
        closes=False,
        models=tuple(sorted(request.model_ids)),
        addresses=tuple(sorted(addresses)),
        members=tuple(sorted({*request.member_ids, *members, *_founder_ids(request)})),
    )


def founder_of(request: TradeAccountRequest) -> Membership | None:
    """The membership of the requester in the account that is split."""
    rows = Membership.objects.filter(
        trade_account=request.asking_id,
        user_id=request.asked_by_id,
        state=MembershipState.ACTIVE,
    )
    return rows.select_related("user").first()


def _founder_ids(request: TradeAccountRequest) -> set[uuid.UUID]:
    founder = founder_of(request)
    return {founder.pk} if founder is not None else set()


@beyond_tenants("Both sides of a request see what exactly would happen before they decide.")
def effects_of(request: TradeAccountRequest) -> list[Effect]:
    """Everything that would happen, the places in the hierarchy first."""
    plan = plan_of(request)
    moved = preview(plan) if plan is not None else []
    return [*_placed(request), *moved, *_ending(request), *_after(request)]


@beyond_tenants("What must be settled first is said to both sides of a request.")
def unsettled(request: TradeAccountRequest) -> list[Problem]:
    """What the apps whose rows would move want to have settled first."""
    plan = plan_of(request)
    return blockers(plan) if plan is not None else []


def _placed(request: TradeAccountRequest) -> Sequence[Effect]:
    head, lower = request.head_name, request.lower_name
    if request.kind == Operation.LINK:
        below = TradeAccount.objects.filter(parent_id=request.lower_id).count()
        note = _("%(n)s accounts below it come along.") % {"n": below} if below else ""
        words = filled(_("%(lower)s is placed below %(head)s"), lower=lower, head=head)
        return [Effect("placed", words, note=note)]
    if request.kind == Operation.DELINK:
        words = filled(_("%(lower)s is a top account again"), lower=lower)
        return [Effect("placed", words, note=_("What is below it stays below it."))]
    if request.kind == Operation.MERGE:
        words = filled(_("%(lower)s is closed"), lower=lower)
        note = filled(_("Its addresses open %(head)s from then on."), head=head)
        return [Effect("closed", words, note=note)]
    words = filled(_("%(name)s is founded"), name=request.new_name)
    note = _("With the company information of the account that is split, which you can change.")
    place = place_words(request, parent_name(request))
    return [Effect("founded", words, note=note), Effect("place", place)]


def _ending(request: TradeAccountRequest) -> Sequence[Effect]:
    """The open requests that would end, by reference; by their accounts only in a merge or a split,
    because elsewhere the other side does not know with whom a company plans what.
    """
    names = tuple(_named(one, request) for one in ended_by(request))
    words = _("Open requests that end, because they are no longer possible")
    return [Effect("requests_ended", words, names)] if names else []


def _named(other: TradeAccountRequest, request: TradeAccountRequest) -> str:
    is_known = request.kind in {Operation.MERGE, Operation.SPLIT}
    what = title_words(other) if is_known else str(other.get_kind_display())
    return filled("%(what)s (%(reference)s)", what=what, reference=other.reference)


def _after(request: TradeAccountRequest) -> Sequence[Effect]:
    if request.kind in {Operation.LINK, Operation.DELINK}:
        return [
            Effect("rights", _("Nobody gets or loses a right, and nothing is moved")),
            Effect("history", _("Both accounts keep the request in their history")),
        ]
    unchanged = _(
        "Account numbers, dates, statuses, versions, signatures and history stay as they are"
    )
    return [Effect("unchanged", unchanged)]


def hash_of(request: TradeAccountRequest, effects: Sequence[Effect]) -> str:
    """The hash of what a page shows: whoever sends or decides, means exactly this."""
    asked = [request.head_name, request.lower_name, request.new_name, request.reason]
    return content_hash([str(request.pk), request.kind, *asked, written(effects)])


def written(effects: Sequence[Effect]) -> list[dict[str, Any]]:
    """Effects as they are kept with an applied request."""
    return [
        {
            "code": one.code,
            "what": str(one.what),
            "names": None if one.names is None else [*one.names],
            "note": str(one.note),
        }
        for one in effects
    ]
