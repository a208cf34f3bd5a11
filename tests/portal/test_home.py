"""The home page of a trade user: every account, its next step, and what is due (N2)."""

from __future__ import annotations

import importlib
from typing import Any

import pytest
from django.test import Client

from core import clock
from identity import middleware
from identity.models import User
from security_models.models import SecurityModel
from security_profile.models import EvidenceLink
from security_profile.selectors import overview
from tests.factories.people import UserFactory
from tests.factories.profile import answer_all, make_type
from tests.factories.trade import make_account, make_model
from tests.statements import at_most

pytestmark = pytest.mark.django_db


@pytest.fixture
def user() -> User:
    return UserFactory.create()


def open_account(name: str, user: User) -> SecurityModel:
    """A trade account of the user with an application under way."""
    model = make_model(make_account(name, administrator=user), user)
    make_type(model)
    return model


def page_of(client: Client, user: User, query: str = "") -> str:
    client.force_login(user)
    answer = client.get(f"/home{query}")
    assert answer.status_code == 200
    return answer.content.decode()


def test_the_statements_of_home_do_not_grow_with_the_accounts(client: Client, user: User) -> None:
    answer_all(open_account("Alder Freight", user))
    page_of(client, user)
    with at_most(10):
        client.get("/home")
    for number in range(6):
        answer_all(open_account(f"Thistlewick {number}", user))
    # The budget is 12: a session verified by a second factor also reads that factor.
    with at_most(10):
        client.get("/home")


def test_the_budget_of_home_holds_on_a_slow_machine(
    client: Client, user: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer_all(open_account("Alder Freight", user))
    page_of(client, user)
    criteria = importlib.import_module("security_profile.selectors.catalogue")
    monkeypatch.setattr(criteria, "CHECK_SECONDS", -1)
    monkeypatch.setattr(middleware, "WRITTEN_EVERY", -1)
    with at_most(10):
        client.get("/home")


def test_n2_each_account_says_what_comes_next(client: Client, user: User) -> None:
    open_account("Alder Freight", user)
    page = page_of(client, user)
    assert "Alder Freight" in page
    assert "Next:" in page


def test_n2_the_tasks_count_what_is_answered_and_what_lacks_evidence(
    client: Client, user: User
) -> None:
    model = open_account("Alder Freight", user)
    answer_all(model, skip=("1.1", "1.2"))
    link = EvidenceLink.objects.filter(security_model=model)[0]
    EvidenceLink.objects.filter(pk=link.pk).update(removed_at=clock.now())
    profile = overview(model).counted
    client.force_login(user)
    tasks = client.get("/tasks").content.decode()
    assert f"{profile.done} of {profile.total} criteria complete." in tasks
    assert "Attach the required evidence" in tasks


def test_home_finds_an_account_by_name_and_says_when_nothing_matches(
    client: Client, user: User
) -> None:
    open_account("Alder Freight", user)
    open_account("Old Kettle", user)
    found = page_of(client, user, "?q=kettle")
    assert ">Old Kettle</a>" in found.partition("pp-table")[2]
    assert ">Alder Freight</a>" not in found.partition("pp-table")[2]
    assert "Nothing matches this filter." in page_of(client, user, "?q=nowhere")


def test_home_of_somebody_without_an_account_says_how_to_begin(client: Client, user: User) -> None:
    page = page_of(client, user)
    assert "You do not belong to a trade account yet." in page
    assert "Create a trade account" in page


def test_home_shows_no_account_of_others(client: Client, user: User) -> None:
    open_account("Alder Freight", user)
    open_account("Old Kettle", UserFactory.create())
    assert "Old Kettle" not in page_of(client, user)
    export = client.get("/home?export=csv").content.decode("utf-8-sig")
    assert "Alder Freight" in export
    assert "Old Kettle" not in export


def test_p11_a_moved_program_date_is_said_on_every_page(
    client: Client, user: User, settings: Any
) -> None:
    settings.DEMO_TODAY = "2027-03-01"
    words = "The program date is set to Mar 1, 2027."
    assert words in page_of(client, user)
    assert words in client.get("/account/profile").content.decode()
    settings.DEMO_TODAY = ""
    assert "The program date is set" not in page_of(client, user)
