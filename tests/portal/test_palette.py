"""What Ctrl+K finds: the reader's accounts and pages, and nothing of others (N1)."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client

from identity.models import User
from tests.factories.people import UserFactory
from tests.factories.trade import make_account, make_model
from trade_accounts.models import AccountMark

pytestmark = pytest.mark.django_db


@pytest.fixture
def user() -> User:
    return UserFactory.create()


@pytest.fixture
def browser(client: Client, user: User) -> Client:
    client.force_login(user)
    return client


def options(browser: Client, words: str, here: str = "/home") -> list[tuple[str, str]]:
    answer: Any = browser.post("/accounts/find", {"q": words, "here": here})
    assert answer.status_code == 200
    page = answer.content.decode()
    found = re.findall(r'href="([^"]+)"[^>]*><span>([^<]*)</span>', page)
    return [(label, url) for url, label in found]


def test_n1_accounts_of_the_reader_are_found_and_no_others(browser: Client, user: User) -> None:
    mine = make_account("Old Kettle", administrator=user)
    make_account("Old Kettle Packaging")
    assert options(browser, "ketle") == [("Old Kettle", f"/t/{mine.pk}/profile/company")]


def test_n1_pages_are_found_without_accents_and_case(browser: Client, user: User) -> None:
    assert ("Partner Library", "/documents/") in options(browser, "LIBRÁRY")


def test_n1_the_pages_of_the_account_where_the_reader_is_come_first(
    browser: Client, user: User
) -> None:
    model = make_model(make_account("Old Kettle", administrator=user), user)
    here = f"/t/{model.trade_account_id}/m/{model.pk}/"
    (first, url), *_more = options(browser, "security pro", here)
    assert first == "Security Profile"
    assert url.startswith(here)


def test_r6_a_page_of_another_company_counts_as_none(browser: Client, user: User) -> None:
    foreign = make_model(make_account("Old Kettle"))
    here = f"/t/{foreign.trade_account_id}/m/{foreign.pk}/"
    assert options(browser, "security pro", here) == []
    assert options(browser, "home", "//evil.example/nowhere")


def test_n1_without_words_pinned_and_recent_accounts_are_offered(
    browser: Client, user: User
) -> None:
    first, second = (make_account(name, administrator=user) for name in ("Alder", "Old Kettle"))
    make_account("Thistlewick", administrator=user)
    browser.get(f"/t/{first.pk}/profile/company")
    browser.post(f"/accounts/{second.pk}/pin", {"pinned": "yes"})
    assert AccountMark.objects.count() == 2
    assert [label for label, _url in options(browser, "")[:2]] == ["Old Kettle", "Alder"]


def test_what_was_typed_is_never_markup(browser: Client, user: User) -> None:
    make_account("<b>Alder</b>", administrator=user)
    page = browser.post("/accounts/find", {"q": "alder"}).content.decode()
    assert "&lt;b&gt;Alder" in page
    assert "<b>" not in page


def test_staff_find_nothing_here(client: Client) -> None:
    client.force_login(UserFactory.create(staff_role="management"))
    answer = client.post("/accounts/find", {"q": "home"})
    assert "option" not in answer.content.decode() or answer.status_code != 200
