"""The list of all trade accounts of a reader: search, filters, pins, and who sees what (N1, R6)."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.test import Client

from core import clock
from identity.models import User
from portal.organization_tree import MOST_SHOWN
from security_models.models import (
    BusinessTypeAccount,
    EntityIdentifier,
    IdentifierType,
    SecurityModel,
)
from security_models.selectors.numbers_and_papers import value_hash
from tests.factories.messages import looked_after, write
from tests.factories.people import UserFactory
from tests.factories.profile import make_type
from tests.factories.trade import make_account, make_contact, make_member, make_model
from tests.statements import at_most
from trade_accounts.models import AccountMark, TradeAccount
from trade_accounts.services.account_marks import MOST_PINS

pytestmark = pytest.mark.django_db


@pytest.fixture
def user() -> User:
    return UserFactory.create()


@pytest.fixture
def browser(client: Client, user: User) -> Client:
    client.force_login(user)
    return client


def company(name: str, user: User, **fields: Any) -> SecurityModel:
    """A trade account of the user with an application under way."""
    model = make_model(make_account(name, administrator=user, **fields), user)
    make_type(model)
    return model


def names(browser: Client, query: str = "") -> list[str]:
    answer = browser.get(f"/accounts{query}")
    assert answer.status_code == 200
    return [line.name for line in answer.context["lines"]]


def test_n1_the_list_names_each_account_of_the_reader_and_no_other(
    browser: Client, user: User
) -> None:
    company("Alder Freight", user)
    company("Old Kettle", UserFactory.create())
    assert names(browser) == ["Alder Freight"]
    export = browser.get("/accounts?export=csv").content.decode("utf-8-sig")
    assert "Alder Freight" in export
    assert "Old Kettle" not in export


def test_t11_the_path_names_the_companies_above(browser: Client, user: User) -> None:
    top = make_account("Brightwater Group", administrator=UserFactory.create())
    company("Thistlewick", user, parent=top)
    (line,) = browser.get("/accounts").context["lines"]
    assert (line.above, line.name) == ("Brightwater Group", "Thistlewick")


@pytest.mark.parametrize("word", ["kettle", "KETTLÉ", "ketle", "packag", "A-7K3M9Q", "88412007"])
def test_n1_an_account_is_found_by_name_dba_reference_and_number(
    browser: Client, user: User, word: str
) -> None:
    company("Alder Freight", user)
    model = company("Old Kettle", user, doing_business_as="Kettle Packaging")
    SecurityModel.objects.filter(pk=model.pk).update(reference="A-7K3M9Q")
    BusinessTypeAccount.objects.filter(security_model=model).update(account_number="88412007")
    assert names(browser, f"?q={word}") == ["Old Kettle"]


def with_number(model: SecurityModel, kind: str, value: str) -> None:
    row = IdentifierType.objects.get(code=kind)
    EntityIdentifier.objects.create(
        security_model=model,
        type=row,
        value="sealed" if row.masked else value,
        value_hash=value_hash(row, value),
        shown=f"···{value[-4:]}" if row.masked else value,
        added_at=clock.now(),
        added_by_name="Ada",
    )


def test_n1_an_account_is_found_by_part_of_a_business_entity_id(
    browser: Client, user: User
) -> None:
    company("Alder Freight", user)
    with_number(company("Old Kettle", user), "SCAC", "OKTL")
    assert names(browser, "?q=oktl") == ["Old Kettle"]


@pytest.mark.parametrize("typed", ["219-09-9999", "219 09 9999", "219099999", "SSN: 219-09-9999"])
def test_t7_a_social_security_form_is_found_whole_and_never_in_an_address(
    browser: Client, user: User, typed: str
) -> None:
    company("Alder Freight", user)
    with_number(company("Old Kettle", user), "IOR_SSN", "219-09-9999")
    answer = browser.post("/accounts", {"q": typed})
    assert answer.status_code == 302
    assert "9999" not in answer["Location"]
    assert names(browser, answer["Location"].removeprefix("/accounts")) == ["Old Kettle"]


def test_t7_a_part_of_a_social_security_form_finds_nothing(browser: Client, user: User) -> None:
    with_number(company("Old Kettle", user), "IOR_SSN", "219-09-9999")
    for part in ("9999", "219-09", "219099998"):
        assert names(browser, f"?q={part}") == []


def test_t7_a_social_security_form_in_an_address_is_taken_out_of_it(
    browser: Client, user: User
) -> None:
    company("Old Kettle", user)
    answer = browser.get("/accounts?q=219-09-9999&status=draft")
    assert answer.status_code == 302
    assert "219" not in answer["Location"]
    assert "status=draft" in answer["Location"]


def test_r6_numbers_do_not_find_accounts_in_which_the_reader_is_no_contact(
    browser: Client, user: User
) -> None:
    account = make_account("Old Kettle")
    model = make_model(account)
    make_type(model)
    make_member(account, user)
    BusinessTypeAccount.objects.filter(security_model=model).update(account_number="88412007")
    with_number(model, "SCAC", "OKTL")
    with_number(model, "IOR_SSN", "219-09-9999")
    assert names(browser) == ["Old Kettle"]
    assert names(browser, "?q=88412007") == names(browser, "?q=oktl") == []
    sent = browser.post("/accounts", {"q": "219-09-9999"})["Location"]
    assert names(browser, sent.removeprefix("/accounts")) == []
    (line,) = browser.get("/accounts").context["lines"]
    assert not line.models[0].url
    assert not line.models[0].types[0].number
    assert "88412007" not in browser.get("/accounts?export=csv").content.decode()


def test_n1_the_list_is_sorted_and_filtered_by_what_is_due(browser: Client, user: User) -> None:
    soon, later = company("Zephyr", user), company("Alder", user)
    SecurityModel.objects.filter(pk=soon.pk).update(started_on=clock.today() - dt.timedelta(40))
    assert names(browser, "?sort=next") == ["Zephyr", "Alder"]
    assert names(browser, "?sort=-next") == ["Alder", "Zephyr"]
    assert names(browser, "?due=30") == ["Zephyr"]
    assert names(browser, "?due=late") == []
    assert later.pk


def test_n1_the_list_counts_unread_threads(browser: Client, user: User) -> None:
    company("Alder", user)
    model, _officer, staff = looked_after("Old Kettle")
    make_contact(model, user)
    write(staff)
    assert names(browser, "?waits=unread") == ["Old Kettle"]
    lines = browser.get("/accounts?sort=-unread").context["lines"]
    assert [line.unread for line in lines] == [1, 0]


def test_t9_the_name_of_a_merged_account_finds_the_account_that_stays_for_its_members_alone(
    browser: Client, user: User
) -> None:
    stays = company("Alder Freight", user).trade_account
    company("Old Kettle", user)
    hidden = make_account("Zanzibar Lantern Works")
    closed: dict[str, Any] = {"closed_at": clock.now()}
    make_account("Thistlewick Ölmühle", merged_into=stays, **closed)
    make_account("Thistlewick Hidden", merged_into=hidden, **closed)
    assert names(browser, "?q=thistlewick") == ["Alder Freight"]
    page = browser.get("/accounts?q=olmuhle").content.decode()
    assert "Since a merge, Thistlewick Ölmühle is part of Alder Freight now." in page
    assert "Hidden" not in page
    said = browser.post("/accounts/find", {"q": "ölmühle"}).content.decode()
    assert "Now part of Alder Freight" in said and f"/t/{stays.pk}/" in said
    theirs = Client()
    theirs.force_login(UserFactory.create())
    assert "Ölmühle" not in theirs.post("/accounts/find", {"q": "thistlewick"}).content.decode()


def test_the_statements_of_the_list_do_not_grow_with_the_accounts(
    browser: Client, user: User
) -> None:
    company("Alder Freight", user)
    browser.get("/accounts")
    with at_most(12):
        browser.get("/accounts")
    for number in range(8):
        company(f"Thistlewick {number}", user)
    with at_most(12):
        browser.get("/accounts")


def pin(browser: Client, account: TradeAccount, pinned: str = "yes") -> Any:
    return browser.post(f"/accounts/{account.pk}/pin?back=/accounts?q=a", {"pinned": pinned})


def test_n1_a_pin_is_one_persons_own_and_can_be_taken_away(browser: Client, user: User) -> None:
    account, other = company("Alder Freight", user).trade_account, UserFactory.create()
    make_member(account, other)
    assert pin(browser, account)["Location"] == "/accounts?q=a"
    assert names(browser, "?pinned=yes") == ["Alder Freight"]
    theirs = Client()
    theirs.force_login(other)
    assert names(theirs, "?pinned=yes") == []
    pin(browser, account, "no")
    assert names(browser, "?pinned=yes") == []


def test_n1_an_account_of_others_cannot_be_pinned(browser: Client, user: User) -> None:
    account = make_account("Old Kettle")
    assert pin(browser, account).status_code == 404
    assert not AccountMark.objects.exists()


def test_n1_only_some_accounts_can_be_pinned_at_once(browser: Client, user: User) -> None:
    for number in range(MOST_PINS + 1):
        pin(browser, make_account(f"Thistlewick {number}", administrator=user))
    assert AccountMark.objects.filter(pinned_at__isnull=False).count() == MOST_PINS
    assert "Unpin one of them first." in browser.get("/accounts").content.decode()


def test_no_pin_leads_out_of_the_portal(browser: Client, user: User) -> None:
    account = make_account("Alder", administrator=user)
    answer = browser.post(f"/accounts/{account.pk}/pin?back=//evil.example/", {"pinned": "yes"})
    assert answer["Location"] == "/accounts"


# --- the tree -------------------------------------------------------------------------------------


def boxes(browser: Client, account: TradeAccount) -> str:
    answer = browser.get(f"/t/{account.pk}/profile/company")
    return answer.content.decode().partition('<nav\n  class="pp-boxes')[2].partition("</nav>")[0]


def test_t10_a_short_tree_is_shown_whole(browser: Client, user: User) -> None:
    accounts = [
        make_account(f"Company {number:02}", administrator=user) for number in range(MOST_SHOWN)
    ]
    page = boxes(browser, accounts[0])
    assert all(one.name in page for one in accounts)
    assert "All accounts" not in page


def test_n1_a_long_tree_shows_the_current_branch_with_pinned_and_recent_accounts(
    browser: Client, user: User
) -> None:
    top = make_account("Brightwater Group", administrator=UserFactory.create())
    accounts = [
        make_account(f"Company {number:02}", administrator=user) for number in range(MOST_SHOWN)
    ]
    here = make_account("Thistlewick", administrator=user, parent=top)
    make_account("Thistlewick Canada", administrator=user, parent=here)
    pin(browser, accounts[1])
    boxes(browser, accounts[2])
    page = boxes(browser, here)
    for name in ("Brightwater Group", "Thistlewick Canada", "Company 01", "Company 02"):
        assert name in page
    assert "Company 03" not in page
    assert f"All accounts ({MOST_SHOWN + 2})" in page
    assert page.index("Pinned") < page.index("Company 01") < page.index("Recent")
    tree = browser.get("/accounts/tree").content.decode()
    assert all(one.name in tree for one in accounts)


def test_t10_the_tree_of_many_organizations_takes_no_more_statements(
    browser: Client, user: User
) -> None:
    first = make_account("Alder", administrator=user)
    browser.get("/accounts/tree")
    with at_most(2):
        browser.get("/accounts/tree")
    for number in range(30):
        make_account(f"Company {number}", administrator=user, parent=first)
    with at_most(2):
        browser.get("/accounts/tree")


def test_t11_the_part_for_the_box_is_walled_too(browser: Client, user: User) -> None:
    make_account("Alder", administrator=user)
    other = make_account("Old Kettle")
    page = browser.get(f"/accounts/tree?here={other.pk}", HTTP_HX_REQUEST="true").content.decode()
    assert "Alder" in page
    assert "Old Kettle" not in page
    assert "<html" not in page


def test_n1_opening_pages_of_one_account_is_kept_once(browser: Client, user: User) -> None:
    first, second = (make_account(name, administrator=user) for name in ("Alder", "Old Kettle"))
    for account in (first, first, second):
        boxes(browser, account)
    marks = AccountMark.objects.filter(user=user).order_by("opened_at")
    assert [one.trade_account_id for one in marks] == [first.pk, second.pk]
    with at_most(20):
        boxes(browser, second)
    recent = browser.get("/accounts").context["recent"]
    assert [name for name, _id in recent] == ["Old Kettle", "Alder"]


def test_n1_a_refused_page_is_not_kept(browser: Client, user: User) -> None:
    browser.get(f"/t/{make_account('Old Kettle').pk}/profile/company")
    assert not AccountMark.objects.exists()
