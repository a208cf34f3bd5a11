"""What else ends or moves when a request is carried out, and who is told (T8, T9)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _

from audit.services import account_scope
from core.access import Access
from core.account_moves import Effect
from core.text import filled
from identity.models import User
from identity.selectors.user_state import recipient
from notifications.services.sending import notify
from operations import page_links
from operations.models import TradeAccountRequest
from operations.presentation.words import named_words
from operations.services.both_sides import (
    decision_words,
    lives_on,
    name_now,
    record_in_both,
    tell,
    tell_decided,
)
from operations.services.both_sides import move as make_move
from operations.services.ending import drafts_of_account, ended_by
from trade_accounts.models import Membership
from trade_accounts.states import MembershipState


def members_of(request: TradeAccountRequest) -> list[User]:
    """Who works in the account that a merge closes; read before anyone is moved."""
    if request.kind != "merge":
        return []
    rows = Membership.objects.filter(
        trade_account=request.lower_id, state=MembershipState.ACTIVE, user__isnull=False
    )
    return [one.user for one in rows.select_related("user").order_by("pk") if one.user]


def tell_members(request: TradeAccountRequest, people: Sequence[User]) -> None:
    """Everyone of a closed account learns where everything is now, also those who decided."""
    if request.head_id is not None and people:
        told = [recipient(one) for one in people]
        tell("request.account_closed", request, request.head_id, told, closed=request.lower_name)


def others_that_end(request: TradeAccountRequest) -> list[TradeAccountRequest]:
    """The requests that end with this one, locked; their accounts are locked already."""
    ids = [one.pk for one in ended_by(request)]
    rows = TradeAccountRequest.objects.select_for_update(of=("self",), no_key=True)
    return list(rows.filter(pk__in=ids).select_related("asked_by").order_by("pk"))


def end_others(
    request: TradeAccountRequest, others: Sequence[TradeAccountRequest], actor: Access
) -> None:
    """Close requests that are no longer possible, and drafts of a closed account; say why."""
    why = filled(_("%(what)s is carried out"), what=named_words(request))
    for other in others:
        make_move("end", other, actor, why, waits_since=None)
        record_in_both("ended", other, actor, why=why)
        tell_decided(other, decision_words("end"))
    if request.kind == "merge" and request.lower_id is not None:
        for draft in drafts_of_account(request.lower_id):
            _discard(draft, request)


def _discard(draft: TradeAccountRequest, request: TradeAccountRequest) -> None:
    """A draft that names a closed account can't be finished; its writer is told, if still there."""
    home = lives_on(draft.asking_id)
    works_there = Membership.objects.filter(
        trade_account=home, user=draft.asked_by_id, state=MembershipState.ACTIVE
    )
    if works_there.exists():
        notify(
            "request.draft_ended",
            scope=account_scope(home),
            to=[recipient(draft.asked_by)],
            url=page_links.manage(home),
            kind=str(draft.get_kind_display()),
            named=named_words(request),
            closed=request.lower_name,
            account=name_now(home),
        )
    draft.delete()


def tell_askers(request: TradeAccountRequest, effects: Sequence[Effect]) -> None:
    """Whoever asked for something that was still open reads what became of it."""
    lines: dict[Any, list[str]] = {}
    for effect in effects:
        for name, asker in zip(effect.names or (), effect.asked_by, strict=False):
            if asker is not None:
                line = filled("%(what)s: %(name)s", what=str(effect.what), name=name)
                lines.setdefault(asker, []).append(line)
    home = lives_on(request.asking_id)
    for user in User.objects.filter(pk__in=lines).order_by("pk"):
        told = [recipient(user)]
        tell("request.items_touched", request, home, told, lines=lines[user.pk])
