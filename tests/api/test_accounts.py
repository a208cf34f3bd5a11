"""Trade accounts over the API: rights, keys, versions, pages, refusals."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.test import Client

from core import clock
from core.ids import new_id
from identity.models import User
from tests.factories.people import UserFactory
from tests.factories.trade import make_account, make_member
from tests.trade_accounts.test_addresses import _address
from tests.trade_accounts.test_users import _access
from trade_accounts import services
from trade_accounts.models import ApiKey, Membership, TradeAccount
from trade_accounts.states import MembershipState

pytestmark = pytest.mark.django_db

LIST = "/api/v1/trade-accounts"


def _key(account: TradeAccount, user: User | None = None) -> dict[str, str]:
    actor = _access(user or account.created_by, account)
    _row, secret = services.create_key(actor=actor, form_key=new_id(), name="Freight system")
    return {"Authorization": f"Bearer {secret}"}


def _code(answer: Any) -> tuple[int, str]:
    assert answer["Content-Type"] == "application/problem+json"
    return answer.status_code, answer.json()["code"]


def test_a_session_sees_its_own_accounts_and_no_others(client: Client) -> None:
    account = make_account()
    other = make_account("Old Kettle Packaging")
    client.force_login(account.created_by)
    listed = client.get(LIST).json()
    assert listed["count"] == 1 and listed["next"] is None
    assert listed["results"][0]["name"] == account.name
    assert listed["results"][0]["membership_type"] == "company_administrator"
    assert _code(client.get(f"{LIST}/{other.pk}")) == (404, "not_found")
    assert _code(client.get(f"{LIST}/{new_id()}")) == (404, "not_found")
    assert _code(client.get(f"{LIST}/nonsense")) == (404, "not_found")


def test_a_foreign_account_answers_like_one_that_does_not_exist(client: Client) -> None:
    client.force_login(make_account().created_by)
    foreign = client.get(f"{LIST}/{make_account('Old Kettle Packaging').pk}")
    unknown = client.get(f"{LIST}/{new_id()}")
    assert foreign.content == unknown.content


def test_an_account_is_shown_with_its_addresses_and_an_etag(client: Client) -> None:
    account = make_account()
    _address(account)
    answer = client.get(f"{LIST}/{account.pk}", headers=_key(account))
    assert answer.status_code == 200 and answer["ETag"] == '"1"'
    assert answer.json()["addresses"][0]["city"] == "Laredo"


def test_a_key_reaches_its_own_trade_account_only(client: Client) -> None:
    account = make_account()
    second = make_account("Alder Freight", administrator=account.created_by)
    headers = _key(account)
    assert client.get(LIST, headers=headers).json()["count"] == 1
    assert client.get(f"{LIST}/{account.pk}", headers=headers).status_code == 200
    assert client.get(f"{LIST}/{second.pk}", headers=headers).status_code == 404


def test_a_key_is_used_and_that_is_kept(client: Client) -> None:
    account = make_account()
    headers = _key(account)
    assert ApiKey.objects.get().last_used_at is None
    scheme = {"Authorization": headers["Authorization"].replace("Bearer", "api-key")}
    assert client.get(LIST, headers=scheme).status_code == 200
    assert ApiKey.objects.get().last_used_at is not None


def test_a_key_dies_when_it_is_revoked(client: Client) -> None:
    account = make_account()
    headers = _key(account)
    services.revoke_key(actor=_access(account.created_by, account), key_id=ApiKey.objects.get().pk)
    assert _code(client.get(LIST, headers=headers)) == (401, "authentication_failed")


def test_a_key_dies_with_its_membership(client: Client) -> None:
    account = make_account()
    headers = _key(account, make_member(account).user)
    assert client.get(LIST, headers=headers).status_code == 200
    Membership.objects.exclude(user=account.created_by).update(state=MembershipState.ENDED)
    assert client.get(LIST, headers=headers).status_code == 401


def test_a_key_dies_with_a_disabled_user(client: Client) -> None:
    account = make_account()
    headers = _key(account)
    User.objects.update(disabled_at=clock.now())
    assert client.get(LIST, headers=headers).status_code == 401


def test_u4_a_key_waits_while_its_users_password_is_expired(client: Client) -> None:
    account = make_account()
    headers = _key(account)
    User.objects.update(password_changed_at=clock.now() - dt.timedelta(days=91))
    assert _code(client.get(LIST, headers=headers)) == (403, "password_expired")
    client.force_login(account.created_by)
    assert _code(client.get(LIST)) == (403, "needs_browser")


def test_a_key_has_the_rights_that_its_user_has_now(client: Client) -> None:
    account = make_account()
    member: Any = make_member(account)
    headers = _key(account, member.user)
    before = client.get(f"{LIST}/{account.pk}", headers=headers).json()["membership_type"]
    services.save_member(
        actor=_access(account.created_by, account),
        membership_id=member.pk,
        expected=1,
        type="company_administrator",
    )
    after = client.get(f"{LIST}/{account.pk}", headers=headers).json()["membership_type"]
    assert (before, after) == ("user", "company_administrator")


def test_a_wrong_key_beside_a_session_is_refused_and_not_ignored(client: Client) -> None:
    client.force_login(make_account().created_by)
    answer = client.get(LIST, headers={"Authorization": "Bearer pp_wrong"})
    assert _code(answer) == (401, "authentication_failed")
    basic = client.get(LIST, headers={"Authorization": "Basic YTpi"})
    assert basic.status_code == 401


def test_staff_see_no_trade_accounts_here(client: Client) -> None:
    make_account()
    staff = UserFactory.create(staff_role="management")
    client.force_login(staff)
    assert client.get(LIST).status_code in {200, 403}
    assert client.get(LIST).json().get("count", 0) == 0


@pytest.mark.parametrize(
    "query", ["page=0", "page=x", "page=-1", "size=101", "size=", "page=1e3", "page=²"]
)
def test_s5_pages_hold_at_most_a_hundred_rows(client: Client, query: str) -> None:
    client.force_login(make_account().created_by)
    answer = client.get(f"{LIST}?{query}")
    assert _code(answer)[0] == 422
    assert answer.json()["problems"][0]["field"] == query.partition("=")[0]


def test_s5_lists_are_cut_into_pages(client: Client, django_assert_max_num_queries: Any) -> None:
    user = UserFactory.create()
    for number in range(5):
        make_account(f"Company {number}", administrator=user)
    client.force_login(user)
    with django_assert_max_num_queries(12):
        middle = client.get(f"{LIST}?page=2&size=2").json()
    assert [row["name"] for row in middle["results"]] == ["Company 2", "Company 3"]
    assert "page=3" in middle["next"] and "page=1" in middle["previous"]
    assert client.get(f"{LIST}?page=9").json()["results"] == []


def test_s5_callers_are_slowed_down(client: Client, settings: Any) -> None:
    settings.API_RATE = "3/min"
    account = make_account()
    headers = _key(account)
    answers = [client.get(LIST, headers=headers) for _ in range(4)]
    assert [answer.status_code for answer in answers] == [200, 200, 200, 429]
    assert int(answers[-1]["Retry-After"]) > 0


def test_the_limit_holds_nobody_back_when_the_cache_is_gone(client: Client, settings: Any) -> None:
    settings.CACHES = {
        "default": {
            "BACKEND": "django.core.cache.backends.redis.RedisCache",
            "LOCATION": "redis://127.0.0.1:1/0",
        }
    }
    client.force_login(make_account().created_by)
    assert client.get(LIST).status_code == 200
