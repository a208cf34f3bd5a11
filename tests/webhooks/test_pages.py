"""Company Administrators manage webhooks; what is typed stays, and secrets are shown once."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from audit.models import Event as Recorded
from core.access import BY_KEY, enter_roots, for_user
from core.errors import NotAllowed
from core.ids import new_id
from core.outside import Answer, Why
from tests.factories.hooks import URL, make_delivery, make_endpoint, secret_in
from tests.factories.trade import make_account, make_member, make_model
from tests.statements import at_most
from tests.webhooks.conftest import Outside
from trade_accounts.models import TradeAccount
from webhooks.models import Attempt, Delivery, Endpoint
from webhooks.services.delivery import deliver
from webhooks.services.endpoints import MOST, PAUSE, add_endpoint

pytestmark = pytest.mark.django_db


@pytest.fixture
def browser(client: Client, account: TradeAccount) -> Client:
    client.force_login(account.created_by)
    return client


def _at(account: TradeAccount, *parts: Any) -> str:
    return f"/t/{account.pk}/webhooks/" + "/".join(str(part) for part in parts)


def _page(endpoint: Endpoint, *parts: Any) -> str:
    return _at(endpoint.trade_account, endpoint.pk, *(parts or ("",)))


def _form(**changes: Any) -> dict[str, Any]:
    events = ["svi.status_changed"]
    form = {"name": "Freight system", "url": URL, "events": events, "form_key": str(new_id())}
    return form | changes


def test_a_webhook_is_added_and_its_secret_is_shown_once(
    browser: Client, account: TradeAccount
) -> None:
    assert "No webhooks." in browser.get(_at(account)).content.decode()
    form = _form()
    page = browser.post(_at(account, "add"), form)
    secret = secret_in(page.content.decode())
    again = browser.post(_at(account, "add"), form).content.decode()
    assert "You have already seen this secret" in again and secret not in again
    endpoint = Endpoint.objects.get()
    for url in (_at(account), _page(endpoint), _page(endpoint, "edit"), _page(endpoint, "secret")):
        found = browser.get(url)
        assert found.status_code == 200 and secret not in found.content.decode(), url
    assert page.headers["Cache-Control"].find("no-store") >= 0
    assert [one.kind for one in Recorded.objects.filter(kind__startswith="webhooks.")] == [
        "webhooks.added"
    ]


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"name": ""}, "name"),
        ({"name": "x" * 81}, "name"),
        ({"url": "http://hooks.quillfeather.example/"}, "url"),
        ({"url": "https://127.0.0.1/"}, "url"),
        ({"url": "https://metadata.google.internal/"}, "url"),
        ({"url": ""}, "url"),
        ({"events": []}, "events"),
        ({"events": ["other"]}, "events"),
        ({"events": ["webhook.test"]}, "events"),
    ],
)
def test_what_is_refused_is_said_next_to_its_field_and_everything_typed_stays(
    browser: Client, account: TradeAccount, change: dict[str, Any], field: str
) -> None:
    answer = browser.post(_at(account, "add"), _form(**change))
    assert answer.status_code == 422 and list(answer.context["form"].errors) == [field]
    page = answer.content.decode()
    assert all(str(_form(**change)[one]) in page for one in ("name", "url"))
    assert not Endpoint.objects.exists()


def test_an_account_has_at_most_five_webhooks(browser: Client, account: TradeAccount) -> None:
    for number in range(MOST):
        make_endpoint(account, name=f"System {number}")
    assert browser.post(_at(account, "add"), _form()).status_code == 422
    page = browser.get(_at(account)).content.decode()
    assert "To add another, delete one." in page and Endpoint.objects.count() == MOST


def test_a_change_is_saved_and_a_conflict_shows_both_texts(
    browser: Client, account: TradeAccount
) -> None:
    endpoint, _secret = make_endpoint(account)
    form = {"name": "Yard", "url": URL + "/2", "events": ["svi.request_decided"], "version": 1}
    assert browser.post(_page(endpoint, "edit"), form).status_code == 302
    endpoint.refresh_from_db()
    assert (endpoint.name, endpoint.url, endpoint.events) == (
        "Yard", URL + "/2", ["svi.request_decided"],
    )  # fmt: skip
    late = browser.post(_page(endpoint, "edit"), {**form, "name": "Dock"})
    assert late.status_code == 409
    assert "Dock" in late.content.decode() and "Yard" in late.content.decode()
    refused = browser.post(_page(endpoint, "edit"), {**form, "version": 2, "url": "https://10.1/"})
    assert refused.status_code == 422


def test_each_act_asks_first_and_is_in_the_record(browser: Client, account: TradeAccount) -> None:
    endpoint, _secret = make_endpoint(account)
    page = _page(endpoint, "secret")
    first = secret_in(browser.post(page).content.decode())
    assert "two secrets work" in browser.get(_page(endpoint)).content.decode()
    assert first != secret_in(browser.post(page).content.decode())
    for act in ("end-secret", "turn-off", "turn-off", "turn-on", "test", "delete"):
        asked = browser.get(_page(endpoint, act))
        assert asked.status_code == 200, act
        assert browser.post(_page(endpoint, act)).status_code == 302, act
    kinds = Recorded.objects.filter(kind__startswith="webhooks.").order_by("at", "pk")
    assert [one.kind.split(".")[1] for one in kinds] == [
        "added", "secret_rotated", "secret_rotated", "old_secret_ended", "turned_off",
        "turned_on", "deleted",
    ]  # fmt: skip
    assert browser.get(_page(endpoint)).status_code == 404
    assert browser.get(_page(endpoint, "unheard-of")).status_code == 404
    history = browser.get(f"/t/{account.pk}/history").content.decode()
    assert "hooks.quillfeather.example" in history


def test_the_log_says_what_came_of_each_attempt_and_sends_again(
    browser: Client, account: TradeAccount, world: Outside
) -> None:
    endpoint, _secret = make_endpoint(account)
    row = make_delivery(endpoint)
    world.answers = [Answer(302), Answer(why=Why.INSIDE), Answer(200, text="<b>ok</b>")]
    for _number in range(3):
        Delivery.objects.update(next_attempt_at=row.created_at)
        Endpoint.objects.update(rest_until=None)
        deliver(row.pk)
    page = browser.get(_at(account, "deliveries", row.pk)).content.decode()
    for words in ("a redirect, which is not followed", "belongs to an inner network", "Answer 200"):
        assert words in page, words
    assert "&lt;b&gt;ok&lt;/b&gt;" in page and "<b>ok</b>" not in page
    assert "svi.request_decided" in page
    assert browser.post(_at(account, "deliveries", row.pk)).status_code == 409
    Delivery.objects.update(begun_at=row.created_at - PAUSE)
    assert browser.post(_at(account, "deliveries", row.pk)).status_code == 302
    assert Delivery.objects.get().state == "waiting"
    listed = browser.get(_page(endpoint) + "?state=waiting").content.decode()
    assert str(row.pk) in listed
    assert str(row.pk) not in browser.get(_page(endpoint) + "?state=withheld").content.decode()
    assert browser.get(_page(endpoint) + "?export=csv").status_code == 200


def test_what_is_withheld_or_off_is_not_sent_again(browser: Client, account: TradeAccount) -> None:
    endpoint, _secret = make_endpoint(account)
    row = make_delivery(endpoint)
    Delivery.objects.update(state="withheld")
    refused = browser.post(_at(account, "deliveries", row.pk))
    assert refused.status_code == 409 and "no longer shared" in refused.content.decode()
    assert "request_decided" not in refused.content.decode()
    Delivery.objects.update(state="given_up")
    browser.post(_page(endpoint, "turn-off"))
    refused = browser.post(_at(account, "deliveries", row.pk))
    assert refused.status_code == 409 and "Turn the webhook on first" in refused.content.decode()


def test_r4_what_an_event_of_a_c_tpat_account_says_is_shown_to_its_contacts_only(
    account: TradeAccount, client: Client
) -> None:
    model = make_model(account)
    endpoint, _secret = make_endpoint(account)
    row = make_delivery(endpoint, model)
    administrator: Any = make_member(account, type="company_administrator")
    client.force_login(administrator.user)
    page = client.get(_at(account, "deliveries", row.pk)).content.decode()
    assert "Only contacts of the C-TPAT account" in page and "accepted" not in page
    client.force_login(model.started_by)
    assert "accepted" in client.get(_at(account, "deliveries", row.pk)).content.decode()


def test_users_read_who_can_and_a_key_can_not(account: TradeAccount, client: Client) -> None:
    member: Any = make_member(account)
    client.force_login(member.user)
    refused = client.get(_at(account))
    assert refused.status_code == 403 and account.created_by.last_name in refused.content.decode()
    key = for_user(account.created_by, via=f"{BY_KEY} pp_1234567")
    with pytest.raises(NotAllowed):
        add_endpoint(
            actor=enter_roots(key, {"trade_id": account.pk}),
            form_key=new_id(), name="x", url=URL, events=["svi.status_changed"],
        )  # fmt: skip


def test_a_webhook_of_the_company_next_door_does_not_exist(
    browser: Client, account: TradeAccount
) -> None:
    """Also for an administrator of both."""
    other = make_account("Old Kettle Packaging", administrator=account.created_by)
    endpoint, _secret = make_endpoint(other)
    row = make_delivery(endpoint)
    ways = ["", "edit", "secret", "test", "turn-off", "turn-on", "end-secret", "delete"]
    for url in [
        *(_at(account, endpoint.pk, one) for one in ways),
        _at(account, "deliveries", row.pk),
    ]:
        assert browser.get(url).status_code == 404, url
        assert browser.post(url).status_code in {404, 405}, url
    assert Endpoint.objects.get(pk=endpoint.pk).off_at is None


def test_the_pages_take_as_many_statements_for_many_rows_as_for_few(
    browser: Client, account: TradeAccount, world: Outside
) -> None:
    endpoint, _secret = make_endpoint(account)
    for _number in range(30):
        deliver(make_delivery(endpoint).pk)
    assert Attempt.objects.count() == 30
    browser.get(_page(endpoint))
    with at_most(7):
        browser.get(_page(endpoint))
    with at_most(5):
        browser.get(_at(account))
