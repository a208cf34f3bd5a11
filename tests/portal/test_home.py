"""The home page of a trade user: every account, its next step, and what is due (N2)."""

from __future__ import annotations

import datetime as dt
import importlib
from typing import Any

import pytest
from django.test import Client

from change_requests.states import ChangeStatus
from core import clock
from core.contributions import Task
from documents.models import Document
from identity import middleware
from identity.models import User
from portal.overview import with_company
from security_models.models import SecurityModel
from security_models.policies import finish_by
from security_profile.models import EvidenceLink
from security_profile.selectors import overview
from tests.factories import change_requests
from tests.factories.documents import add
from tests.factories.messages import looked_after, write
from tests.factories.people import UserFactory
from tests.factories.profile import access_to, answer_all, make_type
from tests.factories.trade import make_account, make_contact, make_model
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
    with at_most(15):
        client.get("/home")
    for number in range(6):
        answer_all(open_account(f"Thistlewick {number}", user))
    # A session verified by a second factor also reads that factor. Change requests have a statement
    # of their own: they belong to companies with and without C-TPAT accounts.
    with at_most(15):
        client.get("/home")


def test_the_budget_of_home_holds_on_a_slow_machine(
    client: Client, user: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer_all(open_account("Alder Freight", user))
    page_of(client, user)
    criteria = importlib.import_module("security_profile.selectors.catalogue")
    monkeypatch.setattr(criteria, "CHECK_SECONDS", -1)
    monkeypatch.setattr(middleware, "WRITTEN_EVERY", -1)
    with at_most(15):
        client.get("/home")


def test_n2_tasks_name_the_company_for_a_reader_with_several(client: Client, user: User) -> None:
    first = open_account("Alder Freight", user).trade_account
    returned: dict[str, Any] = {"status": ChangeStatus.RETURNED}
    change_requests.name_row(first, **returned)
    assert not any("Alder Freight: " in note for note in notes(client, user))
    second = open_account("Old Kettle", user).trade_account
    change_requests.name_row(second, **returned)
    assert {"Alder Freight", "Old Kettle"} <= set(notes(client, user))
    tasks = [with_company(Task("a", "Sign", "/", "Alder Freight", note="By Friday"))]
    assert [one.note for one in tasks] == ["Alder Freight: By Friday"]


def notes(client: Client, user: User) -> list[str]:
    """The notes of the tasks on home."""
    client.force_login(user)
    answer: Any = client.get("/home")
    return [str(one.note) for one in answer.context["portfolio"].own_tasks]


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


def test_home_shows_what_is_due_in_which_month_and_each_bar_opens_its_accounts(
    client: Client, user: User
) -> None:
    soon = open_account("Alder Freight", user)
    later = open_account("Old Kettle", user)
    day = clock.today() + dt.timedelta(days=200)
    SecurityModel.objects.filter(pk=later.pk).update(started_on=day - dt.timedelta(days=59))
    client.force_login(user)
    due = client.get("/home").context["portfolio"].due
    bars = {one.query: one.count for one in due.columns if one.count}
    wanted = [finish_by(soon), day]
    assert bars == {f"?due={one:%Y-%m}": 1 for one in wanted}
    for bar, name in zip(bars, ("Alder Freight", "Old Kettle"), strict=True):
        (line,) = client.get(f"/home{bar}").context["portfolio"].lines()
        assert line.name == name
        (date,) = line.dates
        assert date.title.startswith("Finish the application"), "the row says what is due"
    assert not client.get("/home?due=late").context["portfolio"].page.total


def test_home_says_when_nothing_is_due(client: Client, user: User) -> None:
    make_account("Alder Freight", administrator=user)
    assert "nothing is due in the next 12 months" in page_of(client, user)


def test_home_filtered_by_a_month_costs_no_more_statements(client: Client, user: User) -> None:
    answer_all(open_account("Alder Freight", user))
    page_of(client, user)
    with at_most(14):
        client.get("/home?due=late")


# --- several accounts ----------------------------------------------------------------------------


def figures(client: Client, user: User) -> dict[str, tuple[int, str]]:
    client.force_login(user)
    found = client.get("/home").context["portfolio"]
    return {
        one.url.partition("?")[2].partition("=")[2]: (one.count, one.url) for one in found.figures
    }


def shown(client: Client, url: str) -> list[str]:
    return [line.name for line in client.get(url).context["portfolio"].lines()]


def test_a_reader_with_one_account_keeps_the_calm_page(client: Client, user: User) -> None:
    open_account("Alder Freight", user)
    page = page_of(client, user)
    assert "Tasks for you" in page
    assert "Waiting for an Officer" not in page


def test_n2_the_figures_of_several_accounts_open_what_they_count(
    client: Client, user: User
) -> None:
    open_account("Alder Freight", user)
    model, _officer, staff = looked_after("Old Kettle")
    make_contact(model, user)
    write(staff)
    found = figures(client, user)
    assert found["unread#accounts"][0] == 1
    assert shown(client, found["unread#accounts"][1]) == ["Old Kettle"]
    for what in ("returned", "officer", "svi", "expiring"):
        count, url = found[f"{what}#accounts"]
        assert count == 0
        assert shown(client, url) == []


def test_n2_expiring_evidence_is_counted_where_the_reader_is_a_contact(
    client: Client, user: User
) -> None:
    first, second = open_account("Alder Freight", user), open_account("Old Kettle", user)
    foreign = open_account("Thistlewick", UserFactory.create())
    for model in (first, foreign):
        document = add(access_to(model))
        Document.objects.filter(pk=document.pk).update(expires_on=clock.today())
    count, url = figures(client, user)["expiring#accounts"]
    assert count == 1
    assert shown(client, url) == ["Alder Freight"]
    assert second.pk


def test_n2_what_is_due_first_stands_first(client: Client, user: User) -> None:
    early, late = open_account("Zephyr", user), open_account("Alder", user)
    SecurityModel.objects.filter(pk=early.pk).update(started_on=clock.today() - dt.timedelta(40))
    client.force_login(user)
    assert shown(client, "/home") == ["Zephyr", "Alder"]
    assert shown(client, "/home?sort=-next") == ["Alder", "Zephyr"]
    assert shown(client, "/home?sort=account") == ["Alder", "Zephyr"]
    assert late.pk


def test_n2_a_returned_others_is_no_filter(client: Client, user: User) -> None:
    open_account("Alder", user)
    open_account("Zephyr", user)
    client.force_login(user)
    assert len(shown(client, "/home?waits=by_model")) == 2
