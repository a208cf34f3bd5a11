"""Each defence of requests has a test that fails without it (T8, T9, G1)."""

from __future__ import annotations

import pytest

from audit.models import Event
from core.errors import NotAllowed, NotVisible, Refused
from notifications.models import Notification
from operations.models import TradeAccountRequest
from operations.selectors.requests import request_of
from operations.services import deciding, drafts
from operations.services.locking import problems_now
from operations.states import RequestStatus
from security_models import grants as model_grants
from tests.factories.models import make_address
from tests.factories.operations import (
    agreed,
    approved,
    drafted,
    entering,
    management,
    sent,
    two_accounts,
)
from tests.factories.trade import make_account, make_member, make_model
from trade_accounts.models import Membership, TradeAccount
from trade_accounts.states import MembershipState, MembershipType, SetUp

pytestmark = pytest.mark.django_db


def codes(request: TradeAccountRequest) -> list[str]:
    return [one.code for one in problems_now(request)]


def waiting() -> TradeAccountRequest:
    """A link that waits for management."""
    top, below, asker = two_accounts()
    make_model(below)
    return agreed(sent("link", top, asker, below))


def test_t8_a_second_click_on_send_changes_nothing() -> None:
    top, below, asker = two_accounts()
    request = sent("link", top, asker, below)
    actor = entering(top, asker)
    again = deciding.send(actor=actor, request_id=request.pk, shown="")
    assert again.status == RequestStatus.ADMINISTRATOR and again.version == request.version


def test_t8_management_cannot_approve_what_has_become_impossible() -> None:
    request = waiting()
    other = make_account("Halfmoon Logistics")
    assert request.lower_id is not None
    TradeAccount.objects.filter(pk=request.lower_id).update(parent=other)
    with pytest.raises(Refused) as refusal:
        approved(request)
    assert refusal.value.code == "not_top"


def test_t8_a_recommendation_is_written_while_management_decides() -> None:
    request = waiting()
    model = make_model(request.asking)
    deciding.decline(actor=management(), request_id=request.pk, reason="No such group.")
    actor = management().to("security_model", model, ())
    with pytest.raises(Refused) as refusal:
        deciding.recommend(actor=actor, request_id=request.pk, supports=True, text="It is real.")
    assert refusal.value.code == "wrong_state"


def test_t8_nobody_recommends_through_the_account_of_a_stranger() -> None:
    request = waiting()
    stranger = make_model(make_account("Old Kettle Packaging"))
    actor = management().to("security_model", stranger, ())
    with pytest.raises(NotVisible):
        deciding.recommend(actor=actor, request_id=request.pk, supports=True, text="It is real.")


def test_t8_a_partner_recommends_nothing() -> None:
    request = waiting()
    model = make_model(request.asking)
    actor = model_grants.enter(entering(request.asking, request.asked_by), model.pk)
    with pytest.raises(NotAllowed):
        deciding.recommend(actor=actor, request_id=request.pk, supports=True, text="It is real.")


def test_t9_an_account_that_is_being_set_up_is_not_split() -> None:
    account = make_account()
    draft = drafted("split", account, account.created_by, new_name="Toys")
    TradeAccount.objects.filter(pk=account.pk).update(set_up=SetUp.OPEN)
    assert "unfinished" in codes(draft)


def test_t9_the_new_account_of_a_split_has_a_name() -> None:
    account = make_account()
    address = make_address(account)
    draft = drafted("split", account, account.created_by, address_ids=[address.pk])
    assert codes(draft) == ["name"]


def test_t8_both_accounts_are_chosen_before_a_request_is_sent() -> None:
    top, _below, asker = two_accounts()
    assert codes(drafted("merge", top, asker)) == ["choose"]


def test_t9_what_was_carried_out_is_kept_as_it_was_shown() -> None:
    top, below, asker = two_accounts()
    request = sent("merge", top, asker, below)
    done = agreed(request)
    assert done.outcome is not None
    assert {"closed", "users", "unchanged"} <= {one["code"] for one in done.outcome}


def test_t8_both_accounts_have_in_their_record_what_was_done() -> None:
    top, below, asker = two_accounts()
    agreed(sent("link", top, asker, below))
    applied = Event.objects.filter(kind="operations.applied")
    assert set(applied.values_list("scope_id", flat=True)) == {top.pk, below.pk}


def test_r6_the_other_company_reads_who_asks_as_a_company_not_as_a_person() -> None:
    top, below, asker = two_accounts()
    sent("link", top, asker, below)
    told = Event.objects.get(kind="operations.asked", scope_id=below.pk)
    own = Event.objects.get(kind="operations.asked", scope_id=top.pk)
    assert (own.actor_id, own.actor_name) == (asker.pk, asker.name)
    assert (told.actor_id, told.actor_name, told.reason) == (None, "", top.name)


def test_n2_who_has_left_both_accounts_gets_no_notice_about_a_draft() -> None:
    survivor, closing, asker = two_accounts()
    member = closing.created_by
    drafts.start(actor=entering(closing, member), kind="split")
    request = sent("merge", survivor, asker, closing)
    other = make_member(closing, type=MembershipType.COMPANY_ADMINISTRATOR).user
    gone = Membership.objects.filter(trade_account=closing, user=member)
    gone.update(state=MembershipState.ENDED)
    agreed(request, other)
    assert not Notification.objects.filter(kind="request.draft_ended").exists()


def test_t8_one_account_is_not_two() -> None:
    top, _below, asker = two_accounts()
    draft = drafted("link", top, asker)
    draft.other, draft.head = top, top
    assert "same" in codes(draft)


def test_t9_a_closed_account_takes_part_in_nothing() -> None:
    top, below, asker = two_accounts()
    draft = drafted("link", top, asker, below)
    TradeAccount.objects.filter(pk=below.pk).update(
        merged_into=make_account("Halfmoon Logistics"), closed_at=below.created_at
    )
    assert "closed" in codes(draft)


def test_t8_what_is_linked_already_is_told_so() -> None:
    top, below, asker = two_accounts()
    draft = drafted("link", top, asker, below)
    TradeAccount.objects.filter(pk=below.pk).update(parent=top)
    assert codes(draft) == ["linked"]


def test_t9_only_what_is_linked_is_delinked() -> None:
    top, below, asker = two_accounts()
    draft = drafted("delink", top, asker, below, head_id=top.pk)
    assert codes(draft) == ["not_linked"]


def test_t8_the_other_account_does_not_see_a_draft_that_names_it() -> None:
    top, below, asker = two_accounts()
    draft = drafted("link", top, asker, below)
    with pytest.raises(NotVisible):
        request_of(entering(below, below.created_by), draft.pk)
    with pytest.raises(NotVisible):
        request_of(entering(below, asker), draft.pk)


def test_t8_what_was_sent_is_neither_changed_nor_thrown_away() -> None:
    top, below, asker = two_accounts()
    request = sent("link", top, asker, below)
    actor = entering(top, asker)
    with pytest.raises(Refused):
        drafts.save(actor=actor, request_id=request.pk, expected=request.version, reason="x" * 40)
    with pytest.raises(Refused):
        drafts.discard(actor=actor, request_id=request.pk)
    assert TradeAccountRequest.objects.filter(pk=request.pk).exists()
