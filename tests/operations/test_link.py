"""Linking and delinking trade accounts: who asks, who decides, what must hold (T8-T11)."""

from __future__ import annotations

import pytest

from core.errors import NotAllowed, NotVisible, Refused
from operations.models import TradeAccountRequest
from operations.services import deciding, drafts
from operations.states import RequestStatus
from tests.factories.operations import (
    agreed,
    approved,
    drafted,
    entering,
    management,
    sent,
    shown,
    two_accounts,
)
from tests.factories.people import UserFactory
from tests.factories.trade import make_account, make_member, make_model
from trade_accounts.models import TradeAccount
from trade_accounts.selectors import accounts_of
from trade_accounts.states import MembershipType, SetUp

pytestmark = pytest.mark.django_db


def parent_of(account: TradeAccount) -> TradeAccount | None:
    return TradeAccount.objects.get(pk=account.pk).parent


def refused(call: object, *args: object, **kwargs: object) -> list[str]:
    with pytest.raises(Refused) as refusal:
        call(*args, **kwargs)  # type: ignore[operator]
    return [one.code for one in refusal.value.problems]


def test_t8_two_accounts_without_a_security_model_are_linked_once_the_other_side_agrees() -> None:
    top, below, asker = two_accounts()
    request = agreed(sent("link", top, asker, below))
    assert request.status == RequestStatus.APPLIED
    assert parent_of(below) == top and parent_of(top) is None


def test_t8_with_a_security_model_management_decides_after_the_other_side() -> None:
    top, below, asker = two_accounts()
    make_model(below)
    request = agreed(sent("link", top, asker, below))
    assert request.status == RequestStatus.MANAGEMENT and parent_of(below) is None
    assert approved(request).status == RequestStatus.APPLIED
    assert parent_of(below) == top


def test_t8_a_security_model_below_one_of_both_needs_management_too() -> None:
    top, below, asker = two_accounts()
    make_model(make_account("Old Kettle Packaging", parent=below))
    assert agreed(sent("link", top, asker, below)).status == RequestStatus.MANAGEMENT


def test_t8_the_requester_may_ask_from_the_account_where_they_are_only_a_user() -> None:
    first, second, asker = two_accounts()
    request = sent("link", second, asker, first, head_id=first.pk)
    assert request.status == RequestStatus.ADMINISTRATOR
    assert agreed(request, asker).status == RequestStatus.APPLIED
    assert parent_of(second) == first


def test_t8_the_requester_must_be_a_user_of_both_accounts() -> None:
    top, below, _asker = two_accounts()
    stranger = UserFactory.create()
    make_member(top, stranger, MembershipType.COMPANY_ADMINISTRATOR)
    draft = drafted("link", top, stranger, below)
    actor = entering(top, stranger)
    assert refused(deciding.send, actor=actor, request_id=draft.pk, shown=shown(draft)) == [
        "not_in_both"
    ]


def test_t8_the_requester_must_administer_one_of_both() -> None:
    top, below, _asker = two_accounts()
    user = UserFactory.create()
    make_member(top, user)
    make_member(below, user)
    draft = drafted("link", top, user, below)
    actor = entering(top, user)
    codes = refused(deciding.send, actor=actor, request_id=draft.pk, shown=shown(draft))
    assert codes == ["administrator"]


def test_t8_only_an_administrator_of_the_other_account_agrees() -> None:
    top, below, asker = two_accounts()
    request = sent("link", top, asker, below)
    with pytest.raises(NotAllowed):
        deciding.agree(actor=entering(below, asker), request_id=request.pk, shown=shown(request))
    codes = refused(
        deciding.agree, actor=entering(top, asker), request_id=request.pk, shown=shown(request)
    )
    assert codes == ["not_yours"]


def test_t8_a_subsidiary_has_no_second_parent() -> None:
    top, below, asker = two_accounts()
    TradeAccount.objects.filter(pk=below.pk).update(parent=make_account("Halfmoon Logistics"))
    draft = drafted("link", top, asker, below)
    codes = refused(
        deciding.send, actor=entering(top, asker), request_id=draft.pk, shown=shown(draft)
    )
    assert codes == ["not_top"]


def test_t8_no_account_is_linked_to_itself_or_below_its_own_subsidiary() -> None:
    top, below, asker = two_accounts()
    agreed(sent("link", top, asker, below))
    draft = drafted("link", below, asker, top, head_id=below.pk)
    codes = refused(
        deciding.send, actor=entering(below, asker), request_id=draft.pk, shown=shown(draft)
    )
    assert set(codes) == {"not_top", "cycle"}


def test_t8_an_account_that_is_being_set_up_is_not_linked() -> None:
    top, below, asker = two_accounts()
    TradeAccount.objects.filter(pk=below.pk).update(set_up=SetUp.OPEN)
    draft = drafted("link", top, asker, below)
    codes = refused(
        deciding.send, actor=entering(top, asker), request_id=draft.pk, shown=shown(draft)
    )
    assert codes == ["unfinished"]


def test_t8_a_child_that_was_linked_elsewhere_meanwhile_stops_the_request() -> None:
    top, below, asker = two_accounts()
    request = sent("link", top, asker, below)
    TradeAccount.objects.filter(pk=below.pk).update(parent=make_account("Halfmoon Logistics"))
    codes = refused(
        deciding.agree,
        actor=entering(below, below.created_by),
        request_id=request.pk,
        shown=shown(request),
    )
    assert codes == ["not_top"]
    assert TradeAccountRequest.objects.get().status == RequestStatus.ADMINISTRATOR


def test_t8_what_has_changed_since_it_was_shown_is_not_decided() -> None:
    top, below, asker = two_accounts()
    request = sent("merge", top, asker, below)
    seen = shown(request)
    make_member(below)
    actor = entering(below, below.created_by)
    assert refused(deciding.agree, actor=actor, request_id=request.pk, shown=seen) == ["changed"]


def test_t8_a_reason_is_detailed() -> None:
    top, below, asker = two_accounts()
    draft = drafted("link", top, asker, below, reason="Please.")
    codes = refused(
        deciding.send, actor=entering(top, asker), request_id=draft.pk, shown=shown(draft)
    )
    assert codes == ["reason"]


def test_t8_the_same_is_asked_once_at_a_time_from_either_side() -> None:
    top, below, asker = two_accounts()
    sent("link", top, asker, below)
    other = below.created_by
    make_member(top, other)
    draft = drafted("link", below, other, top, head_id=top.pk)
    codes = refused(
        deciding.send, actor=entering(below, other), request_id=draft.pk, shown=shown(draft)
    )
    assert codes == ["asked"]


def test_t8_the_requester_withdraws_while_it_is_open() -> None:
    top, below, asker = two_accounts()
    request = sent("link", top, asker, below)
    done = deciding.withdraw(actor=entering(top, asker), request_id=request.pk)
    assert done.status == RequestStatus.WITHDRAWN
    assert "wrong_state" in refused(agreed, request)


def test_t8_the_other_account_does_not_withdraw_and_strangers_see_nothing() -> None:
    top, below, asker = two_accounts()
    request = sent("link", top, asker, below)
    there = entering(below, below.created_by)
    assert refused(deciding.withdraw, actor=there, request_id=request.pk) == ["not_yours"]
    stranger = make_account("Old Kettle Packaging")
    with pytest.raises(NotVisible):
        deciding.withdraw(actor=entering(stranger, stranger.created_by), request_id=request.pk)


def test_t8_a_draft_is_seen_by_its_writer_alone() -> None:
    top, below, asker = two_accounts()
    draft = drafted("link", top, asker, below)
    with pytest.raises(NotVisible):
        deciding.withdraw(actor=entering(top, top.created_by), request_id=draft.pk)


def test_g1_who_recommended_does_not_decide() -> None:
    top, below, asker = two_accounts()
    model = make_model(below)
    request = agreed(sent("link", top, asker, below))
    boss = management()
    deciding.recommend(
        actor=boss.to("security_model", model, ()),
        request_id=request.pk,
        supports=True,
        text="The group is real.",
    )
    codes = refused(deciding.approve, actor=boss, request_id=request.pk, shown=shown(request))
    assert codes == ["recommended"]
    assert approved(request).status == RequestStatus.APPLIED


def test_t8_management_returns_and_the_requester_answers() -> None:
    top, below, asker = two_accounts()
    make_model(below)
    request = agreed(sent("link", top, asker, below))
    deciding.return_for_more(actor=management(), request_id=request.pk, reason="Since when?")
    actor = entering(top, asker)
    done = deciding.answer(actor=actor, request_id=request.pk, text="Since March 3, 2026.")
    assert done.status == RequestStatus.MANAGEMENT
    assert approved(request).status == RequestStatus.APPLIED


def test_t8_management_declines_with_a_reason() -> None:
    top, below, asker = two_accounts()
    make_model(below)
    request = agreed(sent("link", top, asker, below))
    done = deciding.decline(actor=management(), request_id=request.pk, reason="No such group.")
    assert done.status == RequestStatus.DECLINED and parent_of(below) is None


def test_t11_a_link_gives_nobody_any_right() -> None:
    top, below, asker = two_accounts()
    member = below.created_by
    agreed(sent("link", top, asker, below))
    tree = accounts_of(entering(below, member))
    assert [(one.name, one.plain) for one in tree] == [(top.name, True)]
    with pytest.raises(NotVisible):
        entering(top, member)


def test_t9_a_delink_makes_the_subsidiary_a_top_account_again() -> None:
    top, below, asker = two_accounts()
    agreed(sent("link", top, asker, below))
    request = sent("delink", below, below.created_by, top, head_id=top.pk)
    assert agreed(request, top.created_by).status == RequestStatus.APPLIED
    assert parent_of(below) is None


def test_t9_only_an_administrator_asks_to_delink() -> None:
    top, below, asker = two_accounts()
    agreed(sent("link", top, asker, below))
    codes = refused(drafts.start, actor=entering(below, asker), kind="delink")
    assert codes == ["administrator"]
