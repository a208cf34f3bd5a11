"""Addresses of the organization profile (T5)."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from core.access import enter_roots, for_user
from core.errors import Problem, Refused
from core.ids import new_id
from security_models.models import ModelAddress
from tests.factories.trade import make_account, make_model
from tests.trade_accounts.test_wizard import HEADQUARTERS
from trade_accounts import countries, postal_codes, services
from trade_accounts.models import Address, TradeAccount
from trade_accounts.providers import reactions

pytestmark = pytest.mark.django_db


@pytest.fixture
def account(client: Client) -> TradeAccount:
    account = make_account()
    client.force_login(account.created_by)
    return account


def _add(client: Client, account: TradeAccount, **changes: Any) -> Any:
    url = f"/t/{account.pk}/profile/addresses/add"
    return client.post(url, {**HEADQUARTERS, "form_key": str(new_id()), **changes})


def _address(account: TradeAccount, **changes: Any) -> Address:
    access = enter_roots(for_user(account.created_by), {"trade_id": account.pk})
    values = {**HEADQUARTERS, **changes}
    return services.add_address(actor=access, form_key=new_id(), **values)


def test_t5_an_address_is_added_and_listed(client: Client, account: TradeAccount) -> None:
    assert _add(client, account).status_code == 302
    page = client.get(f"/t/{account.pk}/profile/addresses").content.decode()
    assert "12 Harbor Street, Laredo, TX 78040, United States" in page
    assert "top three by volume or by risk" in page and "Headquarters" in page


def test_t5_the_country_stands_on_the_page_of_the_address_itself(
    client: Client, account: TradeAccount
) -> None:
    url = f"/t/{account.pk}/profile/addresses/add"
    first = client.get(url)
    page = first.content.decode()
    assert "street1" in page and "State, province or region" in page
    assert first.context["form"].initial["types"] == ["headquarters"]
    missing = client.post(url, {"country": "", "city": "Monterrey", "form_key": str(new_id())})
    assert missing.status_code == 422 and "country" in missing.context["form"].errors
    assert "Monterrey" in missing.content.decode()
    mexico = client.post(
        url, {"country": "MX", "country_only": "1", "city": "Monterrey", "form_key": str(new_id())}
    )
    page = mexico.content.decode()
    assert mexico.status_code == 200
    assert "Nuevo León" in page and "Monterrey" in page and "postal_code" in page
    assert not Address.objects.exists()


@pytest.mark.parametrize("state", ["TX", "tx", "texas", " Texas "])
def test_t5_without_scripts_a_state_may_be_written_as_people_write_it(
    client: Client, account: TradeAccount, state: str
) -> None:
    assert _add(client, account, state=state).status_code == 302
    assert Address.objects.get().state == "TX"


def test_t5_a_state_that_is_none_is_named_in_the_refusal(
    client: Client, account: TradeAccount
) -> None:
    answer = _add(client, account, state="Tejas")
    assert answer.status_code == 422
    assert "“Tejas” is not in the list." in answer.context["form"].errors["state"][0]


def test_t5_a_second_address_begins_with_the_country_of_the_headquarters(
    client: Client, account: TradeAccount
) -> None:
    _add(client, account)
    form = client.get(f"/t/{account.pk}/profile/addresses/add").context["form"]
    assert form.chosen_country == "US" and not form.initial.get("types")


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"types": []}, "types"),
        ({"types": ["primary"]}, "types"),
        ({"types": ["nonsense"]}, "types"),
        ({"types": ["other"]}, "name"),
        ({"street1": ""}, "street1"),
        ({"street1": "x" * 121}, "street1"),
        ({"city": "\x07"}, "city"),
        ({"state": ""}, "state"),
        ({"state": "ON"}, "state"),
        ({"postal_code": ""}, "postal_code"),
        ({"postal_code": "7804"}, "postal_code"),
        ({"postal_code": "10001"}, "postal_code"),
        ({"country": "CA", "state": "ON", "postal_code": "78040"}, "postal_code"),
        ({"country": "CA", "state": "ON", "postal_code": "V8X 3X4"}, "postal_code"),
        ({"country": "MX", "state": "N.L.", "postal_code": "640"}, "postal_code"),
        ({"country": "XX"}, "country"),
        ({"country": ""}, "country"),
    ],
)
def test_t5_what_does_not_fit_the_country_is_refused_beside_its_field(
    client: Client, account: TradeAccount, changes: dict[str, Any], field: str
) -> None:
    answer = _add(client, account, **changes)
    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == [field]
    assert not Address.objects.exists()


@pytest.mark.parametrize(
    "changes",
    [
        {"country": "CA", "state": "ON", "postal_code": "k1a 0b1"},
        {"country": "MX", "state": "N.L.", "postal_code": "64000"},
        {"country": "US", "state": "TX", "postal_code": "78040-1234"},
        {"country": "DE", "state": "", "postal_code": "20095"},
        {"country": "PA", "state": "", "postal_code": ""},
        {"country": "HK", "state": "Kowloon", "postal_code": ""},
    ],
)
def test_t5_addresses_of_many_countries_fit(
    client: Client, account: TradeAccount, changes: dict[str, Any]
) -> None:
    answer = _add(client, account, **changes)
    assert answer.status_code == 302, answer.context["form"].errors


def test_t5_the_same_address_twice_is_refused(client: Client, account: TradeAccount) -> None:
    _address(account)
    answer = _add(client, account, street1="12 harbor  street", types=["cargo_handling"])
    assert answer.status_code == 422
    assert "Looks like an address you have" in answer.content.decode()


def test_sending_the_form_twice_makes_one_address(client: Client, account: TradeAccount) -> None:
    key = str(new_id())
    assert _add(client, account, form_key=key).status_code == 302
    assert _add(client, account, form_key=key).status_code == 302
    assert Address.objects.count() == 1


def test_p5_a_stale_address_shows_both_versions(client: Client, account: TradeAccount) -> None:
    address = _address(account)
    url = f"/t/{account.pk}/profile/addresses/{address.pk}"
    assert client.post(url, {**HEADQUARTERS, "city": "Dallas", "version": "1"}).status_code == 302
    answer = client.post(url, {**HEADQUARTERS, "city": "Austin", "version": "1"})
    assert answer.status_code == 409
    page = answer.content.decode()
    assert "Dallas" in page and "Austin" in page


def test_t5_headquarters_are_always_there(client: Client, account: TradeAccount) -> None:
    address = _address(account)
    refused = client.post(f"/t/{account.pk}/profile/addresses/{address.pk}/remove")
    assert refused.status_code == 422
    changed = client.post(
        f"/t/{account.pk}/profile/addresses/{address.pk}",
        {**HEADQUARTERS, "types": ["cargo_handling"], "version": "1"},
    )
    assert changed.status_code == 422
    _address(account, street1="14 Harbor Street")
    removed = client.post(f"/t/{account.pk}/profile/addresses/{address.pk}/remove")
    assert removed.status_code == 302
    address.refresh_from_db()
    assert address.removed_at is not None
    assert client.get(f"/t/{account.pk}/profile/addresses/{address.pk}").status_code == 404


def test_an_address_in_use_stays_and_says_where(client: Client, account: TradeAccount) -> None:
    address = _address(account, types=["cargo_handling"])
    used = [Problem("used", "It is the primary address of A-7K2M9Q.")]
    reactions.address_removing.functions.append(lambda _address: used)
    try:
        answer = client.post(f"/t/{account.pk}/profile/addresses/{address.pk}/remove")
    finally:
        reactions.address_removing.functions.pop()
    assert answer.status_code == 422
    assert "primary address of A-7K2M9Q" in answer.content.decode()


def test_r6_an_address_of_another_company_does_not_exist(
    client: Client, account: TradeAccount
) -> None:
    foreign = _address(make_account("Old Kettle Packaging"))
    url = f"/t/{account.pk}/profile/addresses/{foreign.pk}"
    assert client.get(url).status_code == 404
    assert client.post(url, {**HEADQUARTERS, "version": "1"}).status_code == 404
    assert client.post(f"{url}/remove").status_code == 404
    key = {"form_key": str(foreign.pk)}
    assert _add(client, account, **key).status_code == 422


def test_the_service_refuses_what_the_form_would_not_send(account: TradeAccount) -> None:
    with pytest.raises(Refused) as refusal:
        _address(account, types=["primary"], country="XX")
    assert {problem.field for problem in refusal.value.problems} == {"types", "country"}


def test_the_list_of_addresses_needs_a_constant_number_of_queries(
    client: Client, account: TradeAccount, django_assert_max_num_queries: Any
) -> None:
    for number in range(20):
        _address(account, street1=f"{number} Harbor Street")
    with django_assert_max_num_queries(24):
        client.get(f"/t/{account.pk}/profile/addresses")


@given(code=st.text(max_size=12))
def test_postal_codes_are_kept_or_refused_and_never_break(code: str) -> None:
    for country, state in (("US", "TX"), ("CA", "ON"), ("MX", "N.L."), ("GB", ""), ("PA", "")):
        try:
            kept = postal_codes.clean_postal_code(country, state, code)
        except ValueError:
            continue
        assert postal_codes.clean_postal_code(country, state, kept) == kept


def test_t5_a_changed_country_brings_its_words_without_scripts(
    client: Client, account: TradeAccount
) -> None:
    url = f"/t/{account.pk}/profile/addresses/add"
    japan = {**HEADQUARTERS, "country": "JP", "form_key": str(new_id())}
    asked = client.post(url, {**japan, "country_only": "1"}).content.decode()
    assert "Prefecture" in asked and "ZIP code" not in asked
    saved = client.post(url, japan)
    assert saved.status_code == 422
    assert "Choose a prefecture of Japan." in saved.content.decode() or (
        "Choose the prefecture." in saved.content.decode()
    )


def test_t5_a_postal_code_in_full_width_digits_is_kept_plain(
    client: Client, account: TradeAccount
) -> None:
    assert _add(client, account, postal_code="７８０４０").status_code == 302
    assert Address.objects.get().postal_code == "78040"


@pytest.mark.parametrize(
    ("country", "state", "written", "offered"),
    [
        ("CN", "广东省", "Guangdong Sheng", "Guangdong Sheng (广东省)"),
        ("AE", "إمارة دبيّ", "Dubai", "Dubai (\u2068إمارة دبيّ\u2069)"),
        ("RU", "Алтайский край", "Altayskiy kray", "Altayskiy kray (Алтайский край)"),
        ("JP", "北海道", "Hokkaido", "Hokkaido (北海道)"),
        ("US", "TX", "TX", "Texas"),
        ("MX", "Tamps.", "Tamps.", "Tamaulipas"),
        ("CA", "QC", "QC", "Quebec"),
    ],
)
def test_a3_a_state_of_another_script_is_named_in_latin_letters(
    country: str, state: str, written: str, offered: str
) -> None:
    assert countries.state_written(country, state) == written
    assert dict(countries.state_choices(country))[state] == offered


def test_a3_every_state_of_the_world_can_be_read_in_an_english_portal() -> None:
    written = {
        countries.state_written(country, state)
        for country, _name in countries.country_choices()
        for state, _words in countries.format_of(country).states
    }
    assert [one for one in written if not countries._is_latin(one)] == []


def test_t5_an_address_that_looks_like_another_is_kept_on_purpose(
    client: Client, account: TradeAccount
) -> None:
    assert _add(client, account, street1="12 Mines Road").status_code == 302
    near = {"street1": "12  mines rd.", "name": "Unit B"}
    answer = _add(client, account, **near)
    assert answer.status_code == 422 and "Keep both addresses" in answer.content.decode()
    assert Address.objects.count() == 1
    assert _add(client, account, **near, keep_both="on").status_code == 302
    assert Address.objects.count() == 2


def test_t5_an_address_in_use_cannot_go_and_the_page_says_where_it_is_used(
    client: Client, account: TradeAccount
) -> None:
    address = _address(account)
    model = make_model(account)
    chosen = ModelAddress.objects.create(
        security_model=model, trade_account_id=account.pk, address=address, is_primary=True
    )
    url = f"/t/{account.pk}/profile/addresses/{address.pk}/remove"
    page = client.get(url).content.decode()
    assert "This address is in use" in page and model.reference in page
    assert client.post(url).status_code == 422
    listed = client.get(f"/t/{account.pk}/profile/addresses").content.decode()
    assert model.reference in listed
    chosen.delete()
    assert "This address is in use" not in client.get(url).content.decode()
