"""The overview, its filters, and what this app adds to tasks and glance (N2, S6, P2, P3)."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from core.access import for_user
from core.contributions import Task
from identity.models import User
from security_models.models import SecurityModel
from security_profile.models import Response
from security_profile.presentation.profile_rows import criterion_lines
from security_profile.selectors import overview
from security_profile.to_do import glance_for, tasks_for
from tests.factories.people import UserFactory
from tests.factories.profile import access_to, answer_all, make_type, take_away_evidence
from tests.factories.trade import make_account, make_contact, make_model
from tests.look.page import Page
from tests.security_profile.test_submit import change, reviewed, submit_now
from tests.statements import at_most

pytestmark = pytest.mark.django_db


def page(pages: Client, model: SecurityModel, **params: str) -> str:
    url = reverse("security_profile:profile", args=[model.trade_account_id, model.pk])
    return pages.get(url, params).content.decode()


def test_progress_is_told_in_words_and_as_a_bar(pages: Client, model: SecurityModel) -> None:
    answer_all(model, skip=("1.1", "2.3"))
    body = page(pages, model)
    assert "92 of 94 criteria complete" in body
    (bar,) = Page(body).all("//progress")
    assert (bar.get("max"), bar.get("value")) == ("94", "92")


@pytest.mark.parametrize(
    ("zone", "day"), [("America/New_York", "Nov 27, 2026"), ("Asia/Tokyo", "Nov 28, 2026")]
)
def test_an_answer_was_saved_on_the_day_of_the_reader(
    model: SecurityModel, zone: str, day: str
) -> None:
    answer_all(model)
    Response.objects.update(updated_at=dt.datetime(2026, 11, 28, 2, 30, tzinfo=dt.UTC))
    profile = overview(model)
    with timezone.override(zone):
        lines = criterion_lines(profile, profile.answers, with_types=False)
    assert {line.saved for line in lines} == {day}


def test_the_state_of_the_filters_is_the_url(pages: Client, model: SecurityModel) -> None:
    answer_all(model, skip=("1.1", "2.3"))
    take_away_evidence("3.5")
    for params, shown in [
        ({"status": "not_started"}, 2),
        ({"evidence": "missing"}, 2),
        ({"category": "2"}, 4),
        ({"level": "must", "category": "2"}, 2),
        ({"q": "8.1: our compliance"}, 1),
        ({"status": "returned"}, 0),
        ({"status": "nonsense", "category": "99"}, 94),
        ({"q": "\x00"}, 94),
    ]:
        assert f"Showing {shown} of 94." in page(pages, model, **params), params


def test_what_is_typed_into_the_search_is_shown_as_text(
    pages: Client, model: SecurityModel
) -> None:
    assert "<script>alert" not in page(pages, model, q="<script>alert(1)</script>")


def test_without_a_business_type_the_page_says_what_to_do(client: Client, db: None) -> None:
    model = make_model(make_account())
    client.force_login(model.started_by)
    assert "Answer the eligibility questions" in page(client, model)


def test_p1_with_several_types_each_criterion_says_to_which_it_applies(
    pages: Client, model: SecurityModel
) -> None:
    assert "Applies to" not in page(pages, model)
    make_type(model, "exporter")
    assert "Applies to Importer and Exporter" in page(pages, model)


# --- tasks ----------------------------------------------------------------------------------------


def tasks(user: User) -> dict[str, Task]:
    every = tasks_for(for_user(user), None)
    return {task.key.split(":")[0].removeprefix("security_profile."): task for task in every}


def test_n2_before_it_is_complete_the_criteria_are_to_be_answered(model: SecurityModel) -> None:
    found = tasks(model.started_by)
    assert found["answer"].status == "not_started"
    assert found["sign"].status == "cannot_start_yet"
    answer_all(model, skip=("1.2",))
    assert tasks(model.started_by)["answer"].note == "93 of 94 criteria complete."


def test_n2_missing_evidence_is_a_task_of_its_own(model: SecurityModel) -> None:
    answer_all(model)
    take_away_evidence("3.5")
    found = tasks(model.started_by)
    assert found["evidence"].note == "Criteria: 3.5."
    assert "answer" not in found


def test_n2_signing_is_the_officers_alone_and_says_whose(ready: SecurityModel) -> None:
    employee = UserFactory.create()
    make_contact(ready, employee)
    mine, theirs = tasks(ready.started_by)["sign"], tasks(employee)["sign"]
    assert mine.mine and mine.status == "not_started"
    assert mine.url.endswith("/sign/application/")
    assert theirs.mine and theirs.title.startswith("Ask an Officer to sign")
    assert not theirs.url.endswith("/sign/application/")
    assert ready.started_by.name in str(theirs.who)


def test_n2_while_the_program_has_it_everybody_waits(ready: SecurityModel) -> None:
    submit_now(ready)
    found = tasks(ready.started_by)
    assert list(found) == ["review"]
    assert not found["review"].mine


def test_n2_a_return_names_its_criteria_and_its_date(ready: SecurityModel) -> None:
    submission = reviewed(submit_now(ready), {"3.5": "Too old.", "6.1": "Incomplete."})
    found = tasks(ready.started_by)
    assert found["returned"].title == "Answer 2 returned criteria"
    assert found["returned"].due == submission.answer_due_on
    change(ready, "3.5", "Renewed.")
    assert tasks(ready.started_by)["returned"].note == "Criteria: 6.1."


def test_n2_what_was_written_before_the_return_was_read_does_not_answer_it(
    ready: SecurityModel,
) -> None:
    returned = {"3.5": "Too old.", "6.1": "Incomplete."}
    submission = reviewed(submit_now(ready), returned, took=dt.timedelta(hours=2))
    reviewed_at = submission.reviewed_at
    assert reviewed_at is not None
    while_in_review = reviewed_at - dt.timedelta(seconds=1)
    item = submission.items.get(criterion__code="3.5")
    Response.objects.filter(pk=item.response_id).update(updated_at=while_in_review)
    assert tasks(ready.started_by)["returned"].note == "Criteria: 3.5 and 6.1."


def test_n2_once_approved_nothing_is_to_be_done(ready: SecurityModel) -> None:
    reviewed(submit_now(ready), {})
    assert tasks(ready.started_by) == {}


def test_tasks_cost_the_same_however_many_accounts_there_are(ready: SecurityModel) -> None:
    officer = ready.started_by
    tasks(officer)
    with at_most(5):
        tasks(officer)
    for _more in range(3):
        other = make_model(ready.trade_account, officer)
        make_type(other)
    with at_most(5):
        tasks(officer)


# --- at a glance ----------------------------------------------------------------------------------


def test_s6_the_glance_shows_a_square_a_criterion(ready: SecurityModel) -> None:
    reviewed(submit_now(ready), {"3.5": "Too old."})
    glance = glance_for(access_to(ready), ready)
    assert glance.facts[0].value == "93 of 94 criteria complete"
    assert glance.facts[0].note == "1 returned"
    rows: list[dict[str, Any]] = glance.sections[0].context["categories"]
    squares = [state for row in rows for state in row["states"]]
    assert squares.count("returned") == 1
    assert squares.count("accepted") == 93


def test_s6_the_glance_page_shows_it(client: Client, ready: SecurityModel) -> None:
    client.force_login(ready.started_by)
    url = reverse("portal:glance", args=[ready.trade_account_id, ready.pk])
    assert "94 of 94 criteria complete" in client.get(url).content.decode()


def test_the_counts_of_tasks_and_of_the_profile_agree(model: SecurityModel) -> None:
    from security_profile.selectors import standings

    answer_all(model, skip=("1.2", "1.3"))
    Response.objects.filter(criterion__code="2.3").update(text="  ")
    Response.objects.filter(criterion__code="2.4").update(not_applicable=True, reason="short")
    Response.objects.filter(criterion__code="3.5").update(not_applicable=True, reason="x" * 30)
    take_away_evidence("3.5", "3.1")
    counted = overview(model).counted
    standing = standings([(model.pk, ["importer"])])[model.pk]
    assert (standing.total, standing.done) == (counted.total, counted.done) == (94, 89)
    assert standing.without_evidence == ["3.1"]
