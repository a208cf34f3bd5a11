"""The annual review among tasks, dates and facts: one task an account, with its due day (N2)."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from core import clock
from core.access import Access, for_user
from core.contributions import Fact, Task, dates_of, tasks_of
from core.days import day
from core.program_days import DAY
from identity.models import User
from security_models.models import SecurityModel
from security_profile.models import (
    AnnualReview,
    CriterionDecision,
    EvidenceLink,
    Response,
    Submission,
)
from security_profile.presentation.review_pages import overview_page
from security_profile.presentation.review_steps import acts, eligibility_words
from security_profile.selectors import overview
from security_profile.selectors.review_list import complete, own_reviews
from security_profile.services.evidence import (
    choose_evidence,
    remove_evidence,
    restore_evidence,
)
from security_profile.services.submit import submission_blockers, withdraw
from security_profile.to_do import glance_for
from tests.factories import annual
from tests.factories.profile import access_to, make_document
from tests.statements import at_most

pytestmark = pytest.mark.django_db


@pytest.fixture
def model(db: None) -> SecurityModel:
    return annual.certified_model()


@pytest.fixture
def employee(model: SecurityModel) -> Access:
    return for_user(User.objects.get(email=annual.EMPLOYEE))


def save(model: SecurityModel, code: str, text: str) -> None:
    """Save another answer now."""
    rows = Response.objects.filter(security_model=model, criterion__code=code)
    assert rows.update(text=text, updated_at=clock.now()) == 1


def officer(model: SecurityModel) -> Access:
    return for_user(model.started_by)


def tasks(access: Access) -> list[Task]:
    return tasks_of(access, None)


def titles(access: Access) -> list[str]:
    return [str(one.title) for one in tasks(access)]


def fact(model: SecurityModel) -> Fact:
    facts = glance_for(access_to(model), model).facts
    return next(one for one in facts if one.label == "Annual review")


def test_n2_a_certified_account_has_no_task_before_its_window(model: SecurityModel) -> None:
    with annual.at_due(model, -91):
        assert tasks(officer(model)) == []
        assert fact(model).value == f"Due {day(annual.cycle(model).due_on)}"
        assert day(annual.cycle(model).opens_on) in fact(model).note


def test_n2_a_review_that_is_due_is_one_task_with_its_day_and_page(
    model: SecurityModel, employee: Access
) -> None:
    for access in (officer(model), employee):
        with annual.at_due(model, -90):
            (task,) = tasks(access)
        assert task.title == "Annual review" and task.mine
        assert task.due == annual.cycle(model).due_on
        assert task.url.endswith("/annual-review/")
        assert task.status == "not_started"


def test_n2_the_task_counts_what_is_confirmed_and_not_what_was_changed_since(
    model: SecurityModel, employee: Access
) -> None:
    with annual.at_due(model, -60):
        annual.confirm(model, "1.1")
        annual.confirm(model, "1.2")
        (task,) = tasks(employee)
        assert task.status == "in_progress" and task.note.startswith("2 of ")
    with annual.at_due(model, -59):
        save(model, "1.1", "Another answer, that nobody has confirmed yet.")
        (task,) = tasks(employee)
        assert task.note.startswith("1 of ")


def test_p10_a_file_that_is_put_back_leaves_no_tick_for_the_answer_without_it(
    model: SecurityModel, employee: Access
) -> None:
    document = make_document(model, "Seal log.pdf")
    about: dict[str, Any] = {"actor": access_to(model), "model": model, "code": "1.1"}
    with annual.at_due(model, -80):
        choose_evidence(**about, version_ids=[document.pk])
        link = EvidenceLink.objects.get(document_version=document)
        remove_evidence(**about, link_id=link.pk)
    with annual.at_due(model, -60):
        annual.confirm(model, "1.1")
        (task,) = tasks(employee)
        assert task.note.startswith("1 of ")
    with annual.at_due(model, -50):
        restore_evidence(**about, link_id=link.pk)
        (task,) = tasks(employee)
        assert task.note.startswith("0 of ")
        answer = overview(model).answer("1.1")
        assert annual.today(model).tick(answer.criterion.id, answer.hash) is None


def test_p10_when_everything_is_confirmed_the_officer_signs_and_others_ask(
    model: SecurityModel, employee: Access
) -> None:
    with annual.at_due(model, -60):
        annual.do_everything(model)
        (signs,) = tasks(officer(model))
        (asks,) = tasks(employee)
    assert signs.title == "Sign and submit the annual security profile review"
    assert asks.title == "Ask an Officer to sign the annual security profile review"
    assert signs.due == asks.due == annual.cycle(model).due_on
    assert signs.mine and asks.mine


def is_left_to_sign(model: SecurityModel) -> bool:
    """Whether home says that only the signature is left; the page of the review says the same."""
    (task,) = tasks(officer(model))
    is_ready = str(task.title).startswith("Sign and submit")
    assert is_ready == (submission_blockers(model) == [])
    return is_ready


def test_p10_home_and_the_page_of_the_review_agree_on_what_is_left(model: SecurityModel) -> None:
    account = type(model.trade_account).objects.filter(pk=model.trade_account_id)
    with annual.at_due(model, -60):
        assert not is_left_to_sign(model)
        annual.do_everything(model)
        annual.assess(model, assessed_on=clock.today() - 350 * DAY)
        assert is_left_to_sign(model)
    with annual.at_due(model, -59):
        Response.objects.filter(security_model=model).update(updated_at=clock.now())
        assert is_left_to_sign(model), "saved again without a change, or marked as ready"
        account.update(phone="+19565550123")
        assert not is_left_to_sign(model), "a section of the company profile is another"
        account.update(phone=model.trade_account.phone)
        assert is_left_to_sign(model)
        AnnualReview.objects.update(
            rechecks={"importer": {"answers": [], "by": "", "at": clock.now().isoformat()}}
        )
        assert not is_left_to_sign(model), "the questions are not answered to their end"
        annual.answer_eligibility(model)
        assert is_left_to_sign(model)
    with annual.at_due(model, -40):
        assert not is_left_to_sign(model), "the risk assessment is too old by now"


def test_p9_in_the_window_a_change_is_no_task_of_its_own(model: SecurityModel) -> None:
    with annual.at_due(model, -95):
        save(model, "1.1", "Another answer, changed before the window opens.")
        assert ["update" in one for one in titles(officer(model))] == [True]
    with annual.at_due(model, -90):
        assert titles(officer(model)) == ["Annual review"]


def test_n2_a_submitted_review_waits_and_its_day_is_that_of_the_next_year(
    model: SecurityModel,
) -> None:
    assert [one.on for one in dates_at(model, -60)] == [annual.cycle(model).due_on]
    with annual.at_due(model, -50):
        annual.do_everything(model)
        submission = annual.sign(model)
        (task,) = tasks(officer(model))
        assert (task.title, task.status, task.mine) == ("Annual review", "with_cbp", False)
        assert submission.reference in task.note
    assert [one.on for one in dates_at(model, -40)] == [annual.cycle(model, 2).due_on]
    with annual.at_due(model, -30):
        withdraw(actor=access_to(model), model=model, submission_id=submission.pk)
        assert len(tasks(officer(model))) == 1
    assert [one.on for one in dates_at(model, -20)] == [annual.cycle(model).due_on]


def test_p10_an_overdue_review_stays_a_task_with_its_passed_day(model: SecurityModel) -> None:
    with annual.at_due(model, 3):
        (task,) = [one for one in tasks(officer(model)) if one.title == "Annual review"]
        assert task.due == annual.cycle(model).due_on
        assert day(annual.cycle(model).ends_on) in task.note
        assert fact(model).value == "Overdue"
        assert day(annual.cycle(model).ends_on) in fact(model).note
    (date,) = dates_at(model, 3)
    assert date.on == annual.cycle(model).due_on


def dates_at(model: SecurityModel, days: int) -> list[Any]:
    with annual.at_due(model, days):
        return dates_of(officer(model))


def test_n2_the_next_date_has_a_key_that_names_account_and_day(model: SecurityModel) -> None:
    due = annual.cycle(model).due_on
    (date,) = dates_at(model, -200)
    assert date.key == f"annual-review-{model.pk}-{due:%Y%m%d}"
    assert date.since == annual.cycle(model).anchor


def test_n2_home_keeps_its_budget_in_the_window(client: Client, model: SecurityModel) -> None:
    """As in tests/portal/test_home.py: the second factor of the session takes one more."""
    with annual.at_due(model, -60):
        User.objects.update(password_changed_at=clock.now())
        client.force_login(User.objects.get(email=annual.EMPLOYEE))
        annual.confirm(model, "1.1")
        assert "Annual review" in client.get("/home").content.decode()
        with at_most(16):  # threads, requests for documents and for monitoring take one each
            client.get("/home")
        annual.confirm_sections(model)
        with at_most(21):  # the sections of all accounts that confirmed one, to compare them
            client.get("/home")


def test_n2_a_returned_part_of_a_type_that_was_suspended_meanwhile_waits_for_nobody(
    model: SecurityModel,
) -> None:
    first, review = model.business_types.get(), _returned(model, "eligibility:importer")
    annual.certify_another(model, 20)
    types = type(first).objects.filter(pk=first.pk)
    with clock.at(review.due_on):
        for status, waiting in (("certified", 1), ("suspended", 0), ("certified", 1)):
            types.update(status=status)
            (note,) = [one.note for one in tasks(officer(model)) if one.title == "Annual review"]
            assert ("1 returned part to answer." in note) == bool(waiting)
            assert len(annual.today(model).unanswered) == waiting


def test_p10_the_calendar_of_a_returned_review_has_the_day_for_its_answer(
    model: SecurityModel,
) -> None:
    review = _returned(model, "assessment")
    with clock.at(review.due_on):
        page = overview_page(model, annual.today(model))
        dates = {
            reverse("portal:due-date", args=[one.key]): one for one in dates_of(officer(model))
        }
    assert dates[page.calendar_url].on == answer_day(model)
    assert str(dates[page.calendar_url].title).startswith("Answer the returned")
    assert page.calendar_words == "Add the day for your answer to a calendar"


def test_p10_after_the_day_for_an_answer_each_place_says_that_it_was_due(
    model: SecurityModel,
) -> None:
    review, due = _returned(model, "assessment"), answer_day(model)
    for today, words in ((due, "answer by"), (due + DAY, "answer was due")):
        with clock.at(today):
            now = annual.today(model)
            page = overview_page(model, now)
            said = [page.heading, fact(model).note, acts(now.state, review.due_on, due).answer]
            assert [f"{words} {day(due)}" in one.replace("Answer", "answer") for one in said] == [
                True
            ] * len(said)
            assert page.is_late == (today > due)


def test_p10_returned_eligibility_answers_count_on_the_board_when_they_are_given_anew(
    model: SecurityModel,
) -> None:
    review = _returned(model, "eligibility:importer")
    with clock.at(review.due_on):
        for at, words in ((clock.now() - 400 * DAY, "0 of 1"), (clock.now(), "1 of 1")):
            made = {"answers": [], "by": "Emil Sorrel", "at": at.isoformat()}
            AnnualReview.objects.update(rechecks={"importer": made})
            (row,) = own_reviews(model.started_by.pk)
            complete([row])
            assert eligibility_words(row) == words


def answer_day(model: SecurityModel) -> dt.date:
    """The day for the answer to what :func:`_returned` returns."""
    return annual.cycle(model).due_on + 10 * DAY


def _returned(model: SecurityModel, part: str) -> AnnualReview:
    """A review of which one part was returned, as small as it can be."""
    submission = model.submissions.get()
    Submission.objects.filter(pk=submission.pk).update(
        status="returned", answer_due_on=answer_day(model)
    )
    CriterionDecision.objects.create(
        security_model=model,
        submission=submission,
        part=part,
        verdict="returned",
        comment="Which ports did it cover?",
        is_draft=False,
        decided_by=model.assignments.get().staff,
        decided_at=clock.now(),
    )
    return AnnualReview.objects.create(
        security_model=model,
        due_on=annual.cycle(model).due_on,
        submission=submission,
        submitted_on=submission.submitted_on,
    )
