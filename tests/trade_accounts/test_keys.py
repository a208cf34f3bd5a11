"""API keys: pages and services."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client

from core.access import BY_KEY, enter_roots, for_user
from core.errors import NotAllowed, NotVisible
from core.ids import new_id
from notifications.models import Outbox
from tests.factories.trade import make_account, make_member
from tests.trade_accounts.test_users import _access
from trade_accounts import selectors, services
from trade_accounts.models import ApiKey, TradeAccount

pytestmark = pytest.mark.django_db


@pytest.fixture
def account(client: Client) -> TradeAccount:
    account = make_account()
    client.force_login(account.created_by)
    return account


def _made(client: Client, account: TradeAccount, **changes: Any) -> Any:
    url = f"/t/{account.pk}/api-keys/add"
    return client.post(url, {"name": "Freight system", "form_key": str(new_id()), **changes})


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
