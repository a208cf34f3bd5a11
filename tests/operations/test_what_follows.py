"""What else ends, moves and is told when a request is carried out (T8, T9, N2)."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse

from change_requests.states import ChangeStatus
from core.errors import Refused
from core.tenancy import bind
from notifications.models import Notification, Outbox
from operations.models import TradeAccountRequest
from operations.services import deciding, drafts
from operations.services.plans import effects_of
from operations.states import RequestStatus
from tests.factories import change_requests
from tests.factories.models import make_address
from tests.factories.operations import (
    REASON,
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
from tests.factories.trade import assign, make_account, make_member, make_model
from trade_accounts.models import Membership, TradeAccount
from trade_accounts.selectors import history_page
from trade_accounts.states import MembershipState, MembershipType

pytestmark = pytest.mark.django_db


def client_of(user: Any) -> Client:
    client = Client(SERVER_NAME="localhost")
    client.force_login(user, backend="identity.backends.PasswordBackend")
    return client


def effects(request: TradeAccountRequest) -> dict[str, tuple[str, ...]]:
    return {one.code: one.names or () for one in effects_of(request)}


def third_account(asker: Any, name: str = "Halfmoon Logistics") -> TradeAccount:
    account = make_account(name)
    make_member(account, asker, MembershipType.COMPANY_ADMINISTRATOR)
    return account


def text_of(user: Any, page: str, account: TradeAccount, **more: Any) -> str:
    url = reverse(f"operations:{page}", kwargs={"trade_id": account.pk, **more})
    return client_of(user).get(url).content.decode()


# --- other requests -------------------------------------------------------------------------------


def test_t9_a_merge_names_the_open_requests_that_it_ends_and_tells_who_asked() -> None:
    survivor, closing, asker = two_accounts()
    third = third_account(asker)
    other = sent("link", third, asker, closing)
    request = sent("merge", survivor, asker, closing)
    named = f"Link {closing.name} below {third.name} ({other.reference})"
    assert effects(request)["requests_ended"] == (named,)
    agreed(request)
    other.refresh_from_db()
    assert other.status == RequestStatus.ENDED
    told = Notification.objects.filter(user_id=asker.pk, subject__contains="no longer possible")
    assert told.get().account == third.name


def test_t8_a_link_ends_the_other_link_of_its_subsidiary_and_names_no_stranger() -> None:
    top, below, asker = two_accounts()
    third = third_account(asker)
    other = sent("link", third, asker, below)
    request = sent("link", top, asker, below)
    assert effects(request)["requests_ended"] == (f"Link ({other.reference})",)
    agreed(request)
    other.refresh_from_db()
    assert other.status == RequestStatus.ENDED
    with pytest.raises(Refused):
        agreed(other)


def test_t8_a_link_leaves_requests_that_are_still_possible() -> None:
    top, below, asker = two_accounts()
    other = sent("link", top, asker, third_account(asker))
    request = sent("link", top, asker, below)
    assert "requests_ended" not in effects(request)
    agreed(request)
    other.refresh_from_db()
    assert other.status == RequestStatus.ADMINISTRATOR


def test_t9_a_delink_ends_a_merge_at_the_level_that_is_left() -> None:
    top, one, asker = two_accounts()
    two = third_account(asker)
    for below in (one, two):
        TradeAccount.objects.filter(pk=below.pk).update(parent=top)
    merge = sent("merge", two, asker, one)
    request = sent("delink", one, one.created_by, top, head_id=top.pk)
    assert effects(request)["requests_ended"] == (f"Merge ({merge.reference})",)
    agreed(request, asker)
    merge.refresh_from_db()
    assert merge.status == RequestStatus.ENDED


def test_t9_drafts_that_name_a_closed_account_are_gone_and_their_writers_told() -> None:
    survivor, closing, asker = two_accounts()
    member = closing.created_by
    drafts.start(actor=entering(closing, member), kind="split")
    third = third_account(asker)
    drafted("link", third, asker, closing)
    agreed(sent("merge", survivor, asker, closing), member)
    assert not TradeAccountRequest.objects.filter(status="draft").exists()
    told = Notification.objects.filter(kind="request.draft_ended")
    assert {(one.user_id, one.account) for one in told} == {
        (member.pk, survivor.name), (asker.pk, third.name)
    }  # fmt: skip
    for notice in told:
        person = member if notice.user_id == member.pk else asker
        assert client_of(person).get(notice.url).status_code == 200


# --- other apps -----------------------------------------------------------------------------------


def test_t9_change_requests_are_named_and_who_asked_is_told_that_they_moved() -> None:
    survivor, closing, asker = two_accounts()
    model = make_model(closing)
    change = change_requests.number_row(model)
    type(change).objects.filter(pk=change.pk).update(
        status=ChangeStatus.OPEN, asked_by_id=closing.created_by_id
    )
    request = agreed(sent("merge", survivor, asker, closing))
    [name] = effects(request)["change_requests"]
    assert name.startswith(change.reference)
    approved(request)
    notice = Notification.objects.get(kind="request.items_touched")
    assert notice.user_id == closing.created_by_id and change.reference in notice.body


def test_t3_a_request_for_the_name_that_loses_its_specialist_is_said_and_told() -> None:
    account = make_account()
    model = make_model(account)
    boss = management().user
    change = change_requests.name_row(account, model)
    type(change).objects.filter(pk=change.pk).update(
        status=ChangeStatus.OPEN, asked_by_id=account.created_by_id
    )
    request = sent(
        "split", account, account.created_by, new_name="Thistlewick Toys", model_ids=[model.pk]
    )
    [name] = effects(request)["change_requests_handed_over"]
    assert change.reference in name
    approved(request)
    told = Notification.objects.filter(kind="request.items_touched")
    assert [one.user_id for one in told] == [account.created_by_id]
    assert (
        Outbox.objects.filter(kind="account.change_unassigned", to_address=boss.email).exists()
        or Notification.objects.filter(kind="account.change_unassigned", user_id=boss.pk).exists()
    )


def test_t9_an_invitation_that_moves_or_ends_is_said_and_its_inviter_told() -> None:
    survivor, closing, asker = two_accounts()
    invited = make_member(closing, state=MembershipState.INVITED)
    both = UserFactory.create()
    make_member(survivor, both)
    twice = make_member(closing, both, state=MembershipState.INVITED)
    Membership.objects.filter(pk__in=[invited.pk, twice.pk]).update(
        added_by_id=closing.created_by_id
    )
    request = sent("merge", survivor, asker, closing)
    found = effects(request)
    assert any(invited.name in one for one in found["users"])
    assert found["invitations_ended"] == (twice.name,)
    agreed(request)
    notice = Notification.objects.get(kind="request.items_touched")
    assert notice.user_id == closing.created_by_id
    assert invited.name in notice.body and twice.name in notice.body


# --- notices --------------------------------------------------------------------------------------


def test_n2_subjects_name_the_operation_and_both_companies_also_if_names_are_long() -> None:
    one, two = "Quillfeather Trading and Forwarding of Texas " * 3, "Larkspur 货运 Freight " * 6
    top, below, asker = two_accounts(one.strip(), two.strip())
    agreed(sent("merge", top, asker, below))
    for subject in Notification.objects.values_list("subject", flat=True):
        if "was merged into it" not in subject:
            assert "Merge of" in subject
            assert "Larkspur" in subject and "Quillfeather" in subject
    assert Notification.objects.filter(subject__endswith="carried out").exists()


def test_n2_a_notice_belongs_to_the_account_of_its_reader_and_opens_there() -> None:
    top, below, asker = two_accounts()
    other = below.created_by
    agreed(sent("link", top, asker, below))
    mine = Notification.objects.filter(user_id=asker.pk, kind="request.decided").get()
    theirs = Notification.objects.filter(user_id=other.pk, kind="request.decided").get()
    assert (mine.account, theirs.account) == (top.name, below.name)
    for user, notice in ((asker, mine), (other, theirs)):
        assert client_of(user).get(notice.url).status_code == 200


def test_t9_everyone_of_a_closed_account_is_told_where_everything_is() -> None:
    survivor, closing, asker = two_accounts()
    member = make_member(closing).user
    assert member is not None
    agreed(sent("merge", survivor, asker, closing))
    told = Notification.objects.filter(kind="request.account_closed")
    assert {one.user_id for one in told} == {member.pk, closing.created_by_id, asker.pk}
    notice = told.get(user_id=member.pk)
    assert notice.account == survivor.name and closing.name in notice.subject
    assert "Old links" in notice.body
    assert client_of(member).get(notice.url).status_code == 200
    outside = make_member(survivor).user
    assert outside is not None and not told.filter(user_id=outside.pk).exists()


# --- history --------------------------------------------------------------------------------------


def test_t9_after_a_merge_each_event_of_a_request_is_read_once() -> None:
    survivor, closing, asker = two_accounts()
    make_model(closing)
    request = agreed(sent("merge", survivor, asker, closing))
    approved(request)
    with transaction.atomic():
        reader = entering(survivor, survivor.created_by)
        bind(reader)
        _page, entries = history_page(reader, None)
    said = [str(one.what) for one in entries if request.reference in str(one.what)]
    assert len(said) == len(set(said)) == 4, said


def test_t9_a_request_between_two_closed_accounts_is_read_once_too() -> None:
    second, first, asker = two_accounts()
    linked = agreed(sent("link", second, asker, first))
    agreed(sent("delink", first, first.created_by, second, head_id=second.pk), asker)
    agreed(sent("merge", second, asker, first))
    third = third_account(asker)
    agreed(sent("merge", third, asker, second), asker)
    with transaction.atomic():
        reader = entering(third, third.created_by)
        bind(reader)
        _page, entries = history_page(reader, None)
    said = [str(one.what) for one in entries if linked.reference in str(one.what)]
    assert len(said) == len(set(said)) == 3, said


# --- split ----------------------------------------------------------------------------------------


def test_t9_a_split_says_below_which_account_the_new_one_stands() -> None:
    top, account, asker = two_accounts()
    agreed(sent("link", top, asker, account))
    owner, address = account.created_by, make_address(account)
    draft = drafted("split", account, owner, new_name="Thistlewick Toys", address_ids=[address.pk])
    words = f"The new account stands below {top.name}, as {account.name} does."
    assert words in [str(one.what) for one in effects_of(draft)]
    places = {"operation_id": draft.pk}
    assert words in text_of(owner, "step", account, **places, operation_step="name")
    page = text_of(owner, "step", account, **places, operation_step="check")
    assert words in page and "Split the account now" in page and "Send the request" not in page
    done = deciding.send(actor=entering(account, owner), request_id=draft.pk, shown=shown(draft))
    where = {"trade_id": account.pk, **places}
    answer = client_of(owner).get(reverse("operations:request", kwargs=where))
    assert [one.name for one in answer.context["picture"].after] == [top.name]
    new = reverse("operations:manage", kwargs={"trade_id": done.new_account_id})
    assert f'href="{new}"' in answer.content.decode()
    notice = Notification.objects.get(user_id=owner.pk, subject__startswith="Split of")
    assert "done at once" in notice.body


def test_t9_who_does_not_work_in_the_new_account_gets_no_link_to_it() -> None:
    account = make_account()
    left = make_member(account).user
    done = sent("split", account, account.created_by, new_name="Thistlewick Toys")
    assert done.new_account_id is not None
    page = text_of(left, "request", account, operation_id=done.pk)
    assert str(done.new_account_id) not in page.replace(str(done.pk), "")


# --- words and limits -----------------------------------------------------------------------------


def returned() -> tuple[TradeAccountRequest, TradeAccount, Any]:
    top, below, asker = two_accounts()
    make_model(below)
    request = agreed(sent("link", top, asker, below))
    deciding.return_for_more(actor=management(), request_id=request.pk, reason="Since when?")
    return request, top, asker


def test_t8_the_answer_has_the_question_in_sight_and_is_not_called_a_reason() -> None:
    request, top, asker = returned()
    places = {"operation_id": request.pk}
    page = text_of(asker, "act", top, **places, operation_act="answer")
    assert "Since when?" in page and "Your answer to the question" in page
    page = text_of(asker, "request", top, **places)
    assert "Question of management" in page


def test_t8_withdraw_is_never_the_first_button() -> None:
    request, top, asker = returned()
    url = reverse("operations:request", kwargs={"trade_id": top.pk, "operation_id": request.pk})
    page = client_of(asker).get(url)
    assert [one for one, _w, _u in page.context["acts"]] == ["answer", "withdraw"]
    withdraw = page.content.decode().split("acts/withdraw")[1].split(">")[0]
    assert "usa-button--outline" in withdraw


def test_p5_a_stale_choice_of_an_account_is_told_in_words_that_fit() -> None:
    top, below, asker = two_accounts()
    draft = drafts.start(actor=entering(top, asker), kind="merge")
    drafts.save(
        actor=entering(top, asker), request_id=draft.pk, expected=draft.version, reason=REASON
    )
    places = {"trade_id": top.pk, "operation_id": draft.pk, "operation_step": "second"}
    answer = client_of(asker).post(
        reverse("operations:step", kwargs=places),
        {"account": str(below.pk), "version": draft.version},
    )
    assert answer.status_code == 409
    assert "Your choice here is still marked" in answer.content.decode()


def test_t8_an_account_sends_so_many_requests_a_day(settings: Any) -> None:
    settings.ACCOUNT_REQUESTS_A_DAY = 1
    top, below, asker = two_accounts()
    sent("link", top, asker, below)
    another = make_member(top, type=MembershipType.COMPANY_ADMINISTRATOR).user
    assert another is not None
    with pytest.raises(Refused) as refusal:
        sent("split", top, another, new_name="Thistlewick Toys")
    assert refusal.value.code == "too_many_today"


def test_t8_a_person_sends_so_many_requests_a_day_from_all_accounts(settings: Any) -> None:
    settings.ACCOUNT_REQUESTS_A_DAY = 1
    top, below, asker = two_accounts()
    sent("link", top, asker, below)
    third = third_account(asker)
    draft = drafted("split", third, asker, new_name="Toys", address_ids=[make_address(third).pk])
    places = {"trade_id": third.pk, "operation_id": draft.pk, "operation_step": "check"}
    url = reverse("operations:step", kwargs=places)
    answer = client_of(asker).post(url, {"shown": shown(draft)})
    assert answer.status_code == 422
    assert "You can send 1 requests a day" in answer.content.decode()


# --- specialists ----------------------------------------------------------------------------------


def test_t8_who_recommended_reads_the_request_after_the_account_went_elsewhere() -> None:
    top, below, asker = two_accounts()
    model = make_model(top)
    specialist = client_of(assign(model))
    request = agreed(sent("link", top, asker, below))
    places = {"model_id": model.pk, "operation_id": request.pk}
    url = reverse("operations:recommend", kwargs=places)
    assert specialist.post(url, {"supports": "yes", "text": "It is true."}).status_code == 302
    approved(sent("split", top, asker, new_name="Thistlewick Toys", model_ids=[model.pk]))
    page = specialist.get(url)
    assert page.status_code == 200 and "It is true." in page.content.decode()
    assert not page.context["may_recommend"]
    refused = specialist.post(url, {"supports": "no", "text": "Again."})
    assert refused.status_code == 404 and request.recommendations.count() == 1


def test_t8_a_specialist_who_has_not_recommended_does_not_read_it_there() -> None:
    top, below, asker = two_accounts()
    model = make_model(top)
    request = agreed(sent("link", top, asker, below))
    approved(sent("split", top, asker, new_name="Thistlewick Toys", model_ids=[model.pk]))
    model.refresh_from_db()
    places = {"model_id": model.pk, "operation_id": request.pk}
    answer = client_of(assign(model)).get(reverse("operations:recommend", kwargs=places))
    assert answer.status_code == 404


def test_t9_a_specialist_reads_what_an_account_that_was_closed_had_asked() -> None:
    survivor, closing, asker = two_accounts()
    model = make_model(closing)
    request = sent("link", third_account(asker), asker, closing)
    approved(agreed(sent("merge", survivor, asker, closing)))
    places = {"model_id": model.pk, "operation_id": request.pk}
    model.refresh_from_db()
    answer = client_of(assign(model)).get(reverse("operations:recommend", kwargs=places))
    assert answer.status_code == 200
