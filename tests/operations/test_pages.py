"""The pages of operations, walked as their people walk them (screens 6.6)."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from operations.models import TradeAccountRequest
from operations.states import RequestStatus
from tests.factories.models import make_address
from tests.factories.operations import REASON, agreed, sent, two_accounts
from tests.factories.people import UserFactory
from tests.factories.trade import assign, make_account, make_member, make_model
from trade_accounts.models import TradeAccount

pytestmark = pytest.mark.django_db


def client_of(user: Any) -> Client:
    client = Client(SERVER_NAME="localhost")
    client.force_login(user, backend="identity.backends.PasswordBackend")
    return client


def at(page: str, account: TradeAccount, **more: Any) -> str:
    return reverse(f"operations:{page}", kwargs={"trade_id": account.pk, **more})


def step(client: Client, url: str, **values: Any) -> str:
    """Fill in one step; the address of the next one."""
    page = client.get(url)
    assert page.status_code == 200, url
    form = page.context["form"]
    hidden = {field.name: field.value() for field in form.hidden_fields()}
    answer = client.post(url, {**hidden, **values})
    assert answer.status_code == 302, answer.content.decode()[:3000]
    return answer["Location"]


def begin(client: Client, account: TradeAccount, kind: str) -> str:
    return client.post(at("start", account, operation=kind))["Location"]


def test_t8_a_link_is_asked_step_by_step_agreed_and_shown() -> None:
    top, below, asker = two_accounts()
    client = client_of(asker)
    assert client.get(at("manage", top)).status_code == 200
    url = begin(client, top, "link")
    url = step(client, url, account=str(top.pk))
    url = step(client, url, account=str(below.pk))
    url = step(client, url, reason=REASON)
    url = step(client, url)
    page = client.get(url).content.decode()
    request = TradeAccountRequest.objects.get()
    assert request.status == RequestStatus.ADMINISTRATOR and request.reference in page
    assert below.created_by.name in page
    there = client_of(below.created_by)
    url = at("act", below, operation_id=request.pk, operation_act="agree")
    step(there, url)
    request.refresh_from_db()
    assert request.status == RequestStatus.APPLIED
    below.refresh_from_db()
    assert below.parent == top


def test_t8_a_merge_is_approved_by_management_and_opens_in_the_survivor() -> None:
    survivor, closing, asker = two_accounts()
    make_model(closing)
    client = client_of(asker)
    url = begin(client, survivor, "merge")
    url = step(client, url, account=str(closing.pk))
    url = step(client, url, account=str(survivor.pk))
    url = step(client, url, reason=REASON)
    step(client, url)
    request = TradeAccountRequest.objects.get()
    step(
        client_of(closing.created_by),
        at("act", closing, operation_id=request.pk, operation_act="agree"),
    )
    boss = client_of(UserFactory.create(staff_role="management"))
    assert request.reference in boss.get(reverse("operations:queue")).content.decode()
    places = {"office_operation_id": request.pk}
    assert boss.get(reverse("operations:staff-request", kwargs=places)).status_code == 200
    step(boss, reverse("operations:decide", kwargs={**places, "operation_act": "approve"}))
    old = at("request", closing, operation_id=request.pk)
    answer = client_of(closing.created_by).get(old, follow=True)
    assert answer.status_code == 200
    assert answer.redirect_chain[0][0] == at("request", survivor, operation_id=request.pk)


def test_t9_a_split_is_asked_step_by_step() -> None:
    account = make_account()
    model = make_model(account)
    address = make_address(account)
    client = client_of(account.created_by)
    url = begin(client, account, "split")
    url = step(client, url, new_name="Thistlewick 玩具")
    assert f'value="{address.pk}"' in client.get(url).content.decode()
    url = step(client, url, model_ids=[str(model.pk)], address_ids=[str(address.pk)])
    url = step(client, url, reason=REASON)
    step(client, url)
    request = TradeAccountRequest.objects.get()
    assert request.status == RequestStatus.MANAGEMENT and request.model_ids == [model.pk]


def test_t9_a_delink_is_asked_step_by_step() -> None:
    top, below, asker = two_accounts()
    agreed(sent("link", top, asker, below))
    client = client_of(below.created_by)
    url = begin(client, below, "delink")
    url = step(client, url, account=str(top.pk))
    url = step(client, url, reason=REASON)
    step(client, url)
    request = TradeAccountRequest.objects.get(kind="delink")
    assert request.head == top and request.status == RequestStatus.ADMINISTRATOR


def test_t8_accounts_that_cannot_be_chosen_say_why() -> None:
    top, below, asker = two_accounts()
    TradeAccount.objects.filter(pk=below.pk).update(parent=make_account("Halfmoon Logistics"))
    make_member(make_account("Old Kettle Packaging"), asker)
    client = client_of(asker)
    url = begin(client, top, "link")
    url = step(client, url, account=str(top.pk))
    page = client.get(url)
    assert "is a subsidiary already" in page.content.decode()
    draft = TradeAccountRequest.objects.get()
    posted = client.post(url, {"account": str(below.pk), "version": draft.version})
    assert posted.status_code == 422


def test_p5_a_stale_tab_of_a_step_is_told_and_nothing_typed_is_lost() -> None:
    account = make_account()
    client = client_of(account.created_by)
    url = begin(client, account, "split")
    draft = TradeAccountRequest.objects.get()
    step(client, url, new_name="The first")
    answer = client.post(url, {"new_name": "The second", "version": draft.version})
    assert answer.status_code == 409
    assert "The second" in answer.content.decode()


def test_t8_a_second_start_goes_on_with_the_same_draft_and_it_can_be_thrown_away() -> None:
    account = make_account()
    client = client_of(account.created_by)
    assert begin(client, account, "split") == begin(client, account, "split")
    draft = TradeAccountRequest.objects.get()
    client.post(at("discard", account, operation_id=draft.pk))
    assert not TradeAccountRequest.objects.exists()


def test_t8_a_decline_needs_a_reason_that_the_requester_reads() -> None:
    top, below, asker = two_accounts()
    request = sent("link", top, asker, below)
    there = client_of(below.created_by)
    url = at("act", below, operation_id=request.pk, operation_act="decline")
    assert there.post(url, {"reason": ""}).status_code == 422
    step(there, url, reason="We are not of one group.")
    page = client_of(asker).get(at("request", top, operation_id=request.pk))
    assert "We are not of one group." in page.content.decode()


def test_t8_a_specialist_recommends_and_partners_never_see_it() -> None:
    top, below, asker = two_accounts()
    model = make_model(below)
    request = agreed(sent("link", top, asker, below))
    specialist = client_of(assign(model))
    url = reverse("operations:recommend", kwargs={"model_id": model.pk, "operation_id": request.pk})
    step(specialist, url, supports="no", text="The group is not on file.")
    boss = client_of(UserFactory.create(staff_role="management"))
    page = boss.get(reverse("operations:staff-request", kwargs={"office_operation_id": request.pk}))
    assert "The group is not on file." in page.content.decode()
    for user, account in ((asker, top), (below.created_by, below)):
        seen = client_of(user).get(at("request", account, operation_id=request.pk))
        assert "not on file" not in seen.content.decode()
        history = client_of(user).get(
            reverse("trade_accounts:history", kwargs={"trade_id": account.pk})
        )
        assert "recommended" not in history.content.decode()


def test_t8_management_approves_several_of_one_kind_after_a_preview() -> None:
    boss = client_of(UserFactory.create(staff_role="management"))
    asked = []
    for number in range(2):
        top, below, asker = two_accounts(f"Top {number}", f"Below {number}")
        make_model(below)
        asked.append(agreed(sent("link", top, asker, below)))
    queue = reverse("operations:queue")
    where = boss.post(queue, {"model": [str(one.pk) for one in asked]})["Location"]
    page = boss.get(where)
    shown = {f"shown-{one.pk}": digest for one, _w, _e, digest in page.context["previews"]}
    boss.post(where, shown)
    for one in asked:
        one.refresh_from_db()
        assert one.status == RequestStatus.APPLIED


def test_n2_a_request_is_a_task_of_those_who_decide_and_of_nobody_else() -> None:
    top, below, asker = two_accounts()
    sent("link", top, asker, below)
    tasks = reverse("portal:tasks")
    assert "Decide a request" in client_of(below.created_by).get(tasks).content.decode()
    assert "Decide a request" not in client_of(asker).get(tasks).content.decode()


def test_t8_a_decision_page_of_a_closed_request_goes_back_to_the_request() -> None:
    top, below, asker = two_accounts()
    request = agreed(sent("link", top, asker, below))
    url = at("act", below, operation_id=request.pk, operation_act="agree")
    answer = client_of(below.created_by).get(url)
    assert answer["Location"] == at("request", below, operation_id=request.pk)
