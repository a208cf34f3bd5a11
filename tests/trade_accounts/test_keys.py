"""API keys: pages and services."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

import pytest
import time_machine
from django.test import Client

from core.access import BY_KEY, enter_roots, for_user
from core.api import ALL_SCOPES
from core.errors import NotAllowed, NotVisible
from core.ids import new_id
from notifications.models import Outbox
from tests.factories.trade import make_account, make_member, make_model
from tests.trade_accounts.test_users import _access
from trade_accounts import selectors, services
from trade_accounts.models import ApiKey, TradeAccount
from trade_accounts.tasks import KEYS

pytestmark = pytest.mark.django_db


@pytest.fixture
def account(client: Client) -> TradeAccount:
    account = make_account()
    client.force_login(account.created_by)
    return account


def _made(client: Client, account: TradeAccount, **changes: Any) -> Any:
    url = f"/t/{account.pk}/api-keys/add"
    form = {"name": "Freight system", "form_key": str(new_id()), "scopes": ["svi:read"], "days": ""}
    return client.post(url, form | changes)


def test_a_key_is_shown_once_and_stored_hashed(client: Client, account: TradeAccount) -> None:
    key = str(new_id())
    first = _made(client, account, form_key=key)
    found = re.search(r"pp_[\w-]{43}", first.content.decode())
    assert first.status_code == 200 and found
    row = ApiKey.objects.get()
    assert found[0] not in str(vars(row)) and found[0].startswith(row.prefix)
    assert services.key_holder(found[0]) is not None
    again = _made(client, account, form_key=key)
    assert (
        "You have already seen this key" in again.content.decode() and ApiKey.objects.count() == 1
    )
    listed = client.get(f"/t/{account.pk}/api-keys").content.decode()
    assert row.prefix in listed and found[0] not in listed
    mail = Outbox.objects.get()
    assert mail.to_address == account.created_by.email and found[0] not in mail.text


@pytest.mark.parametrize("name", ["", "x" * 81, "a\x00b", "a\nb"])
def test_a_key_needs_a_name(client: Client, account: TradeAccount, name: str) -> None:
    assert _made(client, account, name=name).status_code == 422
    assert not ApiKey.objects.exists()


def test_there_are_at_most_ten_keys_of_one_user(client: Client, account: TradeAccount) -> None:
    for _ in range(10):
        assert _made(client, account).status_code == 200
    assert _made(client, account).status_code == 422


def test_administrators_see_and_revoke_all_keys_and_users_their_own(
    client: Client, account: TradeAccount
) -> None:
    member: Any = make_member(account)
    own = _access(member.user, account)
    key, secret = services.create_key(actor=own, form_key=new_id(), name="Yard scanner")
    _made(client, account)
    assert "Yard scanner" in client.get(f"/t/{account.pk}/api-keys").content.decode()
    browser = Client()
    browser.force_login(member.user)
    page = browser.get(f"/t/{account.pk}/api-keys").content.decode()
    assert "Yard scanner" in page and "Freight system" not in page
    foreign = ApiKey.objects.get(name="Freight system")
    assert browser.post(f"/t/{account.pk}/api-keys/{foreign.pk}/revoke").status_code == 404
    assert client.get(f"/t/{account.pk}/api-keys/{key.pk}/revoke").status_code == 200
    assert client.post(f"/t/{account.pk}/api-keys/{key.pk}/revoke").status_code == 302
    assert client.post(f"/t/{account.pk}/api-keys/{key.pk}/revoke").status_code == 302
    assert services.key_holder(secret) is None
    mails = Outbox.objects.filter(kind="user.api_key_revoked")
    assert [mail.to_address for mail in mails] == [member.user.email]


def test_keys_of_another_company_of_the_same_administrator_are_neither_listed_nor_found(
    client: Client, account: TradeAccount
) -> None:
    other = make_account("Old Kettle Packaging", administrator=account.created_by)
    elsewhere = enter_roots(for_user(account.created_by), {"trade_id": other.pk})
    key, _secret = services.create_key(actor=elsewhere, form_key=new_id(), name="Elsewhere")
    here = enter_roots(for_user(account.created_by), {"trade_id": account.pk})
    assert key not in selectors.keys_of(here)
    with pytest.raises(NotVisible):
        services.revoke_key(actor=here, key_id=key.pk)


def test_a_key_makes_no_keys(account: TradeAccount) -> None:
    access = for_user(account.created_by, via=f"{BY_KEY} pp_1234567")
    access = enter_roots(access, {"trade_id": account.pk})
    with pytest.raises(NotAllowed):
        services.create_key(actor=access, form_key=new_id(), name="Another")


# --- scopes and the last day ----------------------------------------------------------------------


def _call(secret: str, path: str, method: str = "get", **more: Any) -> Any:
    call = getattr(Client(), method)
    return call(f"/api/v1/{path}", headers={"Authorization": f"Bearer {secret}"}, **more)


def _key(account: TradeAccount, **more: Any) -> str:
    owner = _access(account.created_by, account)
    return services.create_key(actor=owner, form_key=new_id(), name="ERP", **more)[1]


@pytest.mark.parametrize("change", [{"scopes": []}, {"scopes": ["all"]}, {"days": "31"}])
def test_a_key_is_made_for_known_scopes_and_lengths(
    client: Client, account: TradeAccount, change: dict[str, Any]
) -> None:
    answer = _made(client, account, **change)
    assert answer.status_code == 422 and list(answer.context["form"].errors) == list(change)
    assert "Freight system" in answer.content.decode() and not ApiKey.objects.exists()


def test_a_key_without_the_scope_of_a_call_is_refused_and_told_which_it_needs(
    account: TradeAccount,
) -> None:
    model = make_model(account)
    base = f"trade-accounts/{account.pk}"
    calls = {
        "account:read": ["trade-accounts", base],
        "profile:read": [f"{base}/security-models/{model.pk}", f"{base}/security-models"],
        "svi:read": [f"{base}/svi/partners"],
    }
    for own in ALL_SCOPES:
        secret = _key(account, scopes=[own])
        assert _call(secret, "schema").status_code == 200
        for needed, paths in calls.items():
            for path in paths:
                answer = _call(secret, path)
                if own == needed:
                    assert answer.status_code == 200, (own, path)
                else:
                    assert answer.status_code == 403, (own, path)
                    assert answer["Content-Type"] == "application/problem+json"
                    assert (answer.json()["code"], answer.json()["scope"]) == ("scope", needed)
        looked_up = _call(secret, f"{base}/svi/lookup", "post", content_type="application/json")
        assert (looked_up.status_code == 403) == (own != "svi:read")
        path = f"{base}/security-models/{model.pk}/responses/3.5"
        written = _call(secret, path, "put", data={}, content_type="application/json")
        is_refused = written.status_code == 403 and written.json()["code"] == "scope"
        assert is_refused == (own != "profile:write")


def test_a_scope_is_refused_before_anything_is_looked_for(account: TradeAccount) -> None:
    secret = _key(account, scopes=["account:read"])
    assert _call(secret, f"trade-accounts/{new_id()}/svi/partners").status_code == 403


def test_a_key_stops_at_once_after_its_last_day_and_the_list_says_so(
    client: Client, account: TradeAccount
) -> None:
    with time_machine.travel("2026-12-02T15:00:00Z", tick=False) as traveller:
        secret = _key(account, days=30)
        assert ApiKey.objects.get().expires_on == dt.date(2027, 1, 1)
        traveller.move_to("2027-01-02T04:59:59Z")
        assert _call(secret, "trade-accounts").status_code == 200
        traveller.move_to("2027-01-02T05:00:00Z")
        assert _call(secret, "trade-accounts").status_code == 401
        assert services.key_holder(secret) is None
        client.force_login(account.created_by)
        listed = client.get(f"/t/{account.pk}/api-keys").content.decode()
        assert "Jan 1, 2027" in listed and "Ended" in listed and "/revoke" not in listed


def test_keys_past_their_last_day_do_not_count_among_the_ten(
    client: Client, account: TradeAccount
) -> None:
    for _number in range(10):
        _key(account, days=30)
    ApiKey.objects.update(expires_on=dt.date(2020, 1, 1))
    assert _made(client, account).status_code == 200


def test_the_user_is_reminded_once_14_days_before_the_last_day(account: TradeAccount) -> None:
    with time_machine.travel("2027-03-02T15:00:00Z", tick=False) as traveller:
        _key(account, days=30)
        _key(account)
        sent = Outbox.objects.filter(kind="user.api_key_expiring")
        for day, emails in (("17", 0), ("18", 1), ("19", 1), ("31", 1)):
            traveller.move_to(f"2027-03-{day}T15:00:00Z")
            KEYS.run_all()
            KEYS.run_all()
            assert sent.count() == emails, day
        assert sent.get().to_address == account.created_by.email
        traveller.move_to("2027-05-01T15:00:00Z")
        KEYS.run_all()
        assert sent.count() == 1


def test_a_key_that_was_revoked_or_is_over_needs_no_reminder(account: TradeAccount) -> None:
    with time_machine.travel("2027-03-02T15:00:00Z", tick=False) as traveller:
        _key(account, days=30)
        owner = _access(account.created_by, account)
        services.revoke_key(actor=owner, key_id=ApiKey.objects.get().pk)
        _key(account, days=30)
        traveller.move_to("2027-03-20T15:00:00Z")
        ApiKey.objects.filter(revoked_at=None).update(expires_on=dt.date(2027, 3, 19))
        KEYS.run_all()
        assert not Outbox.objects.filter(kind="user.api_key_expiring").exists()
