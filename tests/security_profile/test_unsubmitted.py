"""Changes to an approved profile that are not submitted: shown only to the company (P9, N2)."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from core.access import for_user
from core.contributions import Task
from identity.models import User
from reviews.models import WorkItem
from security_models.models import SecurityModel
from security_profile.models import Response
from security_profile.selectors import overview, standings
from security_profile.services.evidence import remove_evidence
from security_profile.services.responses import Draft, save_response
from security_profile.to_do import tasks_for
from tests.factories.kept import kept
from tests.factories.models import complete_profile
from tests.factories.people import UserFactory
from tests.factories.profile import access_to, answer_all
from tests.factories.reviews import manager, vet
from tests.factories.trade import make_account, make_contact, make_model
from tests.look.page import Page
from tests.security_profile.test_submit import change, reviewed, submit_now
from tests.statements import at_most
from trade_accounts.providers.reserved_acts import act_named
from trade_accounts.services.asking import ask

pytestmark = pytest.mark.django_db
EMPLOYEE = "employee@example.com"


@pytest.fixture
def certified(db: None) -> SecurityModel:
    """A certified account with an Employee, whose profile equals its approval."""
    return SecurityModel.objects.select_related("trade_account", "started_by").get(pk=_certified())


@pytest.fixture
def employee(certified: SecurityModel) -> User:
    """Its Employee."""
    return User.objects.get(email=EMPLOYEE)


@kept
def _certified() -> Any:
    model = complete_profile(make_model(make_account()))
    make_contact(model, UserFactory.create(email=EMPLOYEE))
    answer_all(model)
    reviewed(submit_now(model), {})
    vet(model, manager(model))
    return model.pk


def tasks(user: User) -> list[Task]:
    return tasks_for(for_user(user), None)


def page(client: Client, user: User, url: str) -> str:
    client.force_login(user)
    return Page(client.get(url).content.decode()).words("//main")


def summary_url(model: SecurityModel) -> str:
    return reverse("security_profile:summary", args=[model.trade_account_id, model.pk])


def test_n2_an_approved_profile_as_it_was_asks_for_nothing(certified: SecurityModel) -> None:
    assert tasks(certified.started_by) == []


def test_p9_an_officer_is_told_to_submit_what_was_changed(
    client: Client, certified: SecurityModel
) -> None:
    change(certified, "1.2", "We have a new working group.")
    change(certified, "1.4", "The group meets every month.")
    [task] = tasks(certified.started_by)
    words = "Submit the update: 2 criteria changed since the last approval"
    assert task.title == words
    assert task.mine and task.url.endswith("/sign/application/")
    assert "1.2 and 1.4" in task.note and task.status_note == "Not submitted yet"
    account = reverse("portal:account-tasks", args=[certified.trade_account_id])
    models = reverse("security_models:accounts", args=[certified.trade_account_id])
    for url in ("/home", "/tasks", account, models):
        assert words in page(client, certified.started_by, url), url


def test_p9_others_are_told_to_ask_an_officer_until_somebody_did(
    client: Client, certified: SecurityModel, employee: User
) -> None:
    change(certified, "1.2", "We have a new working group.")
    [task] = tasks(employee)
    assert task.title.startswith("Ask an Officer to submit the update: 1 criterion changed")
    assert task.mine and task.url == summary_url(certified)
    assert task.title in page(client, employee, "/home")
    sign = act_named("sign", "security_model")
    ask(actor=access_to(certified, employee), act=sign, membership_id=None)
    [task] = tasks(employee)
    assert task.title.startswith("Submit the update: 1 criterion changed")
    assert not task.mine


def test_r6_others_are_told_to_ask_an_officer_to_sign_until_somebody_did(
    client: Client, ready: SecurityModel
) -> None:
    model, employee = ready, UserFactory.create()
    make_contact(model, employee)
    [task] = tasks(employee)
    assert task.title == "Ask an Officer to sign the C-TPAT application"
    assert task.mine and task.url == summary_url(model) and "password" not in task.note
    glance = reverse("portal:glance", args=[model.trade_account_id, model.pk])
    for url in ("/home", "/tasks", glance):
        assert task.title in page(client, employee, url), url
    [task] = tasks(model.started_by)
    assert task.title == "Sign and submit the C-TPAT application" and task.mine
    sign = act_named("sign", "security_model")
    ask(actor=access_to(model, employee), act=sign, membership_id=None)
    [task] = tasks(employee)
    assert task.title == "Sign and submit the C-TPAT application" and not task.mine
    assert "asked an Officer to sign on" in task.note and employee.name in task.note


def test_r6_nobody_is_told_to_ask_before_everything_is_complete(ready: SecurityModel) -> None:
    employee = UserFactory.create()
    make_contact(ready, employee)
    link = overview(ready).answer("3.5").evidence[0]
    remove_evidence(actor=access_to(ready), model=ready, code="3.5", link_id=link.link_id)
    assert not any(one.title.startswith("Ask") for one in tasks(employee))


def test_p9_the_summary_says_what_was_changed_with_one_next_step(
    client: Client, certified: SecurityModel, employee: User
) -> None:
    change(certified, "1.2", "We have a new working group.")
    said = "1 criterion changed since the last approval. It is not submitted yet."
    assert said in page(client, certified.started_by, summary_url(certified))
    whole = Page(client.get(summary_url(certified)).content.decode())
    assert len(whole.all("//main//a[contains(@href, '/sign/application/')]")) == 1
    body = page(client, employee, summary_url(certified))
    name = certified.started_by.name
    assert said in body and f"Ask {name} to sign and submit" in body


def test_p9_a_changed_company_profile_is_said_on_the_summary(
    client: Client, certified: SecurityModel
) -> None:
    account = certified.trade_account
    account.history = "Founded again."
    account.save(update_fields=["history"])
    said = "The company profile changed since the last approval. It is not submitted yet."
    assert said in page(client, certified.started_by, summary_url(certified))
    change(certified, "1.2", "We have a new working group.")
    said = "The company profile and 1 criterion changed since the last approval."
    assert said in page(client, certified.started_by, summary_url(certified))


def test_p9_what_is_not_complete_is_finished_first(certified: SecurityModel) -> None:
    link = overview(certified).answer("3.5").evidence[0]
    access = access_to(certified)
    remove_evidence(actor=access, model=certified, code="3.5", link_id=link.link_id)
    evidence, sign = tasks(certified.started_by)
    assert evidence.title == "Attach the required evidence"
    assert sign.status == "cannot_start_yet" and sign.url == summary_url(certified)


def test_p9_changed_back_is_not_changed(certified: SecurityModel) -> None:
    before = Response.objects.get(security_model=certified, criterion__code="1.2").text
    change(certified, "1.2", "We have a new working group.")
    change(certified, "1.2", before)
    assert tasks(certified.started_by) == []


def test_p9_what_was_written_during_the_review_counts(certified: SecurityModel) -> None:
    change(certified, "1.2", "We have a new working group.")
    update = submit_now(certified)
    assert "Review of the security profile" in [one.title for one in tasks(certified.started_by)]
    change(certified, "1.4", "Written while the review went on.")
    reviewed(update, {})
    [task] = tasks(certified.started_by)
    assert "1.4" in task.note and "1.2" not in task.note


def test_p9_page_and_tasks_count_the_same_changes(certified: SecurityModel) -> None:
    row = Response.objects.get(security_model=certified, criterion__code="2.3")
    save_response(
        actor=access_to(certified),
        model=certified,
        code="2.3",
        version=row.version,
        draft=Draft(not_applicable=True, reason="We do not do this in any of our places at all."),
    )
    change(certified, "1.2", "We have a new working group.")
    standing = standings([(certified.pk, ["importer"])])[certified.pk]
    assert [one.code for one in overview(certified).changed] == standing.changed == ["1.2", "2.3"]


def test_p9_staff_have_nothing_to_do_until_it_is_submitted(certified: SecurityModel) -> None:
    """Queue, pool and all open work are lists of these items."""
    items = WorkItem.objects.filter(security_model=certified)
    change(certified, "1.2", "We have a new working group.")
    assert not items.exists()
    submit_now(certified)
    assert items.exists()


def test_the_statements_of_tasks_do_not_grow_with_changed_accounts(
    certified: SecurityModel,
) -> None:
    change(certified, "1.2", "We have a new working group.")
    user = certified.started_by
    other = complete_profile(make_model(make_account("Second", administrator=user), user))
    answer_all(other)
    reviewed(submit_now(other, user), {})
    with at_most(4):
        assert len(tasks(user)) == 1
    change_other = Response.objects.get(security_model=other, criterion__code="1.2")
    save_response(
        actor=access_to(other, user),
        model=other,
        code="1.2",
        version=change_other.version,
        draft=Draft("Other words."),
    )
    with at_most(4):
        assert len(tasks(user)) == 2


def test_n2_home_keeps_its_budget_for_an_account_with_unsubmitted_changes(
    client: Client, certified: SecurityModel, employee: User
) -> None:
    change(certified, "1.2", "We have a new working group.")
    for user in (certified.started_by, employee):
        page(client, user, "/home")
        # As in tests/portal/test_home.py: the second factor of the session takes one more.
        with at_most(15):
            client.get("/home")
