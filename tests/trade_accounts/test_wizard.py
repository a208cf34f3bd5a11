"""The wizard and Company Information."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from core import clock
from core.access import enter_roots, for_user
from core.errors import NotAllowed, Refused, Stale
from core.ids import new_id
from tests.factories.people import UserFactory
from tests.factories.trade import make_account, make_member
from trade_accounts import services
from trade_accounts.models import Address, Membership, TradeAccount
from trade_accounts.policies import P
from trade_accounts.providers.reactions import name_keepers
from trade_accounts.states import MembershipState, MembershipType, SetUp

pytestmark = pytest.mark.django_db

COMPANY = {
    "name": "Thistlewick Home Goods",
    "doing_business_as": "",
    "employees": "48",
    "business_started_on": "2004-03-31",
    "history": "Imports lamps since 2004.",
    "phone": "+1 956 555 0100",
    "website": "www.example.com",
}
HEADQUARTERS = {
    "country": "US",
    "types": ["headquarters"],
    "name": "",
    "street1": "12 Harbor Street",
    "street2": "",
    "city": "Laredo",
    "state": "TX",
    "postal_code": "78040",
}


def _created(client: Client, **changes: Any) -> Any:
    return client.post("/t/new", {**COMPANY, "form_key": str(new_id()), **changes})


@pytest.fixture
def creator(client: Client) -> Any:
    user = UserFactory.create()
    client.force_login(user)
    return user


def test_r1_the_creator_becomes_the_first_company_administrator(
    client: Client, creator: Any
) -> None:
    answer = _created(client)
    account = TradeAccount.objects.get()
    assert answer.url == f"/t/{account.pk}/profile/addresses"
    assert account.website == "https://www.example.com"
    membership = Membership.objects.get()
    assert (membership.user, membership.type, membership.state) == (
        creator,
        MembershipType.COMPANY_ADMINISTRATOR,
        MembershipState.ACTIVE,
    )
    access = enter_roots(for_user(creator), {"trade_id": account.pk})
    assert access.has(P.MANAGE_USERS)


def test_t1_sending_the_first_step_twice_makes_one_account(client: Client, creator: Any) -> None:
    key = str(new_id())
    assert _created(client, form_key=key).status_code == 302
    assert _created(client, form_key=key).status_code == 302
    assert TradeAccount.objects.count() == 1
    client.force_login(UserFactory.create())
    assert _created(client, form_key=key).status_code == 422
    assert TradeAccount.objects.count() == 1


def test_r5_staff_cannot_create_a_trade_account(client: Client) -> None:
    staff = UserFactory.create(staff_role="management")
    with pytest.raises(NotAllowed):
        services.create(actor=for_user(staff), form_key=new_id(), name="Thistlewick")
    assert not TradeAccount.objects.exists()


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", ""),
        ("name", "x" * 201),
        ("name", "Thistle\x00wick"),
        ("name", "\u2062\u200d"),
        ("name", "one\ntwo"),
        ("employees", "many"),
        ("employees", "0"),
        ("employees", "-3"),
        ("employees", "99999999999999999999"),
        ("business_started_on", "31.31.2004"),
        ("business_started_on", "2999-01-01"),
        ("business_started_on", "0004-01-01"),
        ("history", ""),
        ("history", "x" * 4001),
        ("phone", "call me"),
        ("phone", "12"),
        ("website", "javascript:alert(1)"),
        ("website", "http://user@example.com"),
        ("form_key", "not an id"),
        ("form_key", ""),
    ],
)
def test_t2_bad_input_is_refused_beside_its_field_and_what_was_typed_stays(
    client: Client, creator: Any, field: str, value: str
) -> None:
    answer = _created(client, **{field: value})
    assert answer.status_code == 422
    form = answer.context["form"]
    assert list(form.errors) == [field]
    assert form["phone"].value() == (value if field == "phone" else COMPANY["phone"])
    assert not TradeAccount.objects.exists()


def test_t1_an_unfinished_account_is_kept_and_gone_on_with(client: Client, creator: Any) -> None:
    _created(client)
    account = TradeAccount.objects.get()
    assert account.set_up == SetUp.OPEN
    page = client.get(f"/t/{account.pk}/profile/summary")
    assert page.status_code == 200 and page.context["step"] == 4
    refused = client.post(f"/t/{account.pk}/profile/summary")
    assert refused.status_code == 422
    assert "headquarters" in refused.content.decode()
    added = client.post(
        f"/t/{account.pk}/profile/addresses/add", {**HEADQUARTERS, "form_key": str(new_id())}
    )
    assert added.status_code == 302
    assert client.post(f"/t/{account.pk}/profile/summary").status_code == 302
    assert client.post(f"/t/{account.pk}/profile/summary").status_code == 302
    account.refresh_from_db()
    assert account.set_up == SetUp.DONE and Address.objects.count() == 1


def _save(user: Any, account: TradeAccount, expected: int, **values: Any) -> TradeAccount:
    access = enter_roots(for_user(user), {"trade_id": account.pk})
    return services.save_company(actor=access, expected=expected, **values)


def test_t3_the_name_is_locked_once_the_account_is_set_up() -> None:
    account = make_account()
    with pytest.raises(Refused):
        _save(account.created_by, account, 1, name="Thistlewick Worldwide")
    _save(account.created_by, account, 1, history="Imports lamps.")
    TradeAccount.objects.filter(pk=account.pk).update(set_up=SetUp.OPEN)
    assert _save(account.created_by, account, 2, name="Thistlewick LLC").name == "Thistlewick LLC"


def test_t3_the_page_says_why_the_name_is_locked_and_whom_to_ask(client: Client) -> None:
    account = make_account()
    client.force_login(account.created_by)
    page = client.get(f"/t/{account.pk}/profile/company").content.decode()
    assert "Ask for another name" in page and 'name="name"' not in page
    name_keepers.functions.append(lambda _account: ["Tomasina Wren"])
    try:
        page = client.get(f"/t/{account.pk}/profile/company").content.decode()
    finally:
        name_keepers.functions.pop()
    assert "Tomasina Wren" in page


def test_t3_a_name_sent_to_a_locked_account_changes_nothing(client: Client) -> None:
    account = make_account()
    client.force_login(account.created_by)
    client.post(f"/t/{account.pk}/profile/company", {**COMPANY, "name": "Other", "version": "1"})
    account.refresh_from_db()
    assert account.name == "Thistlewick Home Goods" and account.employees == 48


def test_p5_two_people_who_save_see_both_texts_and_lose_nothing(client: Client) -> None:
    account = make_account()
    colleague: Any = make_member(account).user
    _save(colleague, account, 1, history="Theirs", employees=50)
    client.force_login(account.created_by)
    url = f"/t/{account.pk}/profile/company"
    answer = client.post(url, {**COMPANY, "history": "Mine", "version": "1"})
    assert answer.status_code == 409
    page = answer.content.decode()
    assert "Theirs" in page and "Mine" in page and colleague.name in page
    account.refresh_from_db()
    assert account.history == "Theirs"
    again = client.post(url, {**COMPANY, "history": "Mine and theirs", "version": "2"})
    assert again.status_code == 302
    assert answer.context["form"]["version"].value() == "2"


def test_p5_a_stale_version_is_refused_by_the_service() -> None:
    account = make_account()
    _save(account.created_by, account, 1, history="First")
    with pytest.raises(Stale):
        _save(account.created_by, account, 1, history="Second")


def test_r6_other_companies_do_not_exist(client: Client) -> None:
    account = make_account()
    client.force_login(make_account("Old Kettle Packaging").created_by)
    for page in ("company", "addresses", "users", "summary", "summary.pdf"):
        assert client.get(f"/t/{account.pk}/profile/{page}").status_code == 404
    assert client.post(f"/t/{account.pk}/profile/company", COMPANY).status_code == 404
    assert client.get(f"/t/{account.pk}/history").status_code == 404


def test_the_history_tells_who_changed_what(client: Client) -> None:
    account = make_account()
    _save(account.created_by, account, 1, employees=3)
    client.force_login(account.created_by)
    page = client.get(f"/t/{account.pk}/history").content.decode()
    assert account.created_by.name in page and "Number of employees" in page


def test_the_business_may_start_today_in_the_programs_zone(client: Client, creator: Any) -> None:
    day = clock.today().isoformat()
    assert _created(client, business_started_on=day).status_code == 302
