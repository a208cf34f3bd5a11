"""The annual review on the desk of the specialist: read, check again, approve or return (P10)."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from audit.models import Event
from core import clock
from core.access import Access
from identity.models import User
from notifications.models import Outbox
from security_models.models import SecurityModel
from security_profile.models import AnnualReview, Submission
from security_profile.presentation.profile_rows import page_url
from security_profile.presentation.review_company import eligibility_result
from security_profile.presentation.review_pages import task_rows
from security_profile.selectors.reviewed import reviewed_now
from security_profile.services import review
from security_profile.services.annual_review_outcome import RECHECKS
from tests.factories import annual
from tests.factories.people import made_before
from tests.factories.reviews import accept_all, answer, decide, entered
from tests.reviews.test_pages import words_of
from tests.statements import at_most

pytestmark = pytest.mark.django_db

TICKS = {f"recheck_{code}": "on" for code in RECHECKS}


@pytest.fixture
def model(db: None) -> SecurityModel:
    return annual.certified_model()


def signed_in(user: User) -> Client:
    """A browser in which someone signed in a year after the certification, with a new password."""
    User.objects.filter(pk=user.pk).update(password_changed_at=clock.now())
    client = Client()
    client.force_login(made_before(user.pk))
    return client


def specialist_of(model: SecurityModel) -> Access:
    return entered(model, model.assignments.get().staff)


def url(submission: Submission, name: str = "annual-review") -> str:
    return reverse(f"reviews:{name}", args=[submission.security_model_id, submission.pk])


def sent(model: SecurityModel, **given: Any) -> Submission:
    """An annual review that the company did and an Officer signed."""
    annual.do_everything(model)
    if given:
        annual.answer_eligibility(model, **given)
    return annual.sign(model)


def begun(model: SecurityModel) -> tuple[Submission, Access]:
    submission, staff = sent(model), specialist_of(model)
    review.start_review(actor=staff, submission_id=submission.pk)
    return submission, staff


def complete_on_the_page(staff: Access, submission: Submission, **data: str) -> Any:
    seen = review.decisions_seen(submission)
    return signed_in(staff.user).post(url(submission, "complete"), {"seen": seen, **data})


def test_p10_a_review_in_which_nothing_changed_is_completed_in_three_steps(
    model: SecurityModel,
) -> None:
    with annual.at_due(model):
        submission, staff = sent(model), specialist_of(model)
        client = signed_in(staff.user)
        opened = client.get(url(submission, "review"))
        assert opened["Location"] == url(submission)
        page = words_of(client.get(url(submission)))
        assert "No criterion changed" in page and "0 of 94" in page
        assert "Nothing changed in the company profile." in page
        started = client.post(url(submission, "start"), follow=True)
        assert "Complete the review" in words_of(started)
        done = client.post(
            url(submission, "complete"), {"seen": review.decisions_seen(submission), **TICKS}
        )
        assert done.status_code == 302
        submission.refresh_from_db()
        assert submission.status == "approved"


def test_p10_the_page_shows_changes_first_then_who_confirmed_what_and_when(
    model: SecurityModel,
) -> None:
    with annual.at_due(model):
        answer(model, "6.1", "Containers are inspected at seven points before loading.")
        annual.assess(model)
        annual.confirm_sections(model)
        annual.answer_eligibility(model)
        annual.confirm(model, "6.1")
        annual.do_everything(model)
        submission = annual.sign(model)
        page = signed_in(specialist_of(model).user).get(url(submission))
        text = words_of(page)
        assert text.index("Criteria that changed") < text.index("confirmed without a change")
        found = page.context["page"]
        assert [one.code for one in found.changed] == ["6.1"]
        assert model.started_by.name in found.changed[0].confirmed
        assert "6.1" not in {
            code for one in found.affirmed for group in one.groups for code in group.codes
        }
        assert found.affirmed_count == len(found.review.rows) - 1
        assert all(group.together for one in found.affirmed for group in one.groups)
        assert "All lanes and partners." in text


def test_p10_an_answer_that_ends_eligibility_stands_in_front_as_a_warning(
    model: SecurityModel,
) -> None:
    with annual.at_due(model):
        now = reviewed_now(model)
        code = next(iter(annual.asked_again(now.questions, now.types["importer"])))
        submission = sent(model, **{code: "no"})
        page = signed_in(specialist_of(model).user).get(url(submission))
        (one,) = page.context["page"].eligibility
        assert one.warning and one.changed
        assert words_of(page).index(one.warning) < words_of(page).index("Criteria that changed")


def test_p10_what_changed_in_the_company_profile_is_told_before_and_after(
    model: SecurityModel,
) -> None:
    with annual.at_due(model):
        account = model.trade_account
        account.phone, was = "+19565550199", account.phone
        account.save()
        submission = sent(model)
        page = signed_in(specialist_of(model).user).get(url(submission)).context["page"]
        assert [(one.label, one.before, one.after) for one in page.company] == [
            ("Phone", was, "+19565550199")
        ]


def test_p10_a_late_review_is_marked_as_late(model: SecurityModel) -> None:
    with annual.at_due(model, 3):
        submission = sent(model)
        staff = specialist_of(model)
        assert "3 days late" in words_of(signed_in(staff.user).get(url(submission)))
        queue = words_of(signed_in(staff.user).get(reverse("reviews:queue")))
        assert "Nothing changed" in queue and "Submitted late" in queue


def test_p10_an_approval_needs_every_recheck_and_is_refused_beside_the_missing_one(
    model: SecurityModel,
) -> None:
    with annual.at_due(model):
        submission, staff = begun(model)
        two = {name: "on" for name in TICKS if name != "recheck_vetting"}
        page = complete_on_the_page(staff, submission, **two)
        assert page.status_code == 422
        form = page.context["form"]
        assert set(form.errors) == {"recheck_vetting"}
        assert form["recheck_eligibility"].value() and not form["recheck_vetting"].value()
        submission.refresh_from_db()
        assert submission.status == "in_review"
        assert complete_on_the_page(staff, submission, **TICKS).status_code == 302


def test_p10_who_checked_again_is_recorded_and_partners_do_not_read_it(
    model: SecurityModel,
) -> None:
    with annual.at_due(model):
        submission, staff = begun(model)
        complete_on_the_page(staff, submission, **TICKS)
        row = AnnualReview.objects.get(submission=submission)
        assert row.rechecked_by_name == staff.name and row.rechecked_at is not None
        event = Event.objects.get(kind="security_profile.rechecked")
        assert "vetting" in event.data["what"]
        page = words_of(signed_in(staff.user).get(url(submission)))
        assert staff.name in page and "Checked again" in page
        glance = reverse("security_models:history", args=[model.trade_account_id, model.pk])
        assert "vetting" not in words_of(signed_in(model.started_by).get(glance))


def test_p6_a_return_asks_for_no_recheck(model: SecurityModel) -> None:
    with annual.at_due(model):
        answer(model, "6.1", "Containers are inspected at seven points before loading.")
        submission, staff = begun(model)
        decide(staff, submission, "6.1", verdict="returned", comment="Which seven points?")
        page = signed_in(staff.user).get(url(submission, "complete"))
        assert page.context["form"].ticks == []
        assert complete_on_the_page(staff, submission).status_code == 302
        submission.refresh_from_db()
        assert submission.status == "returned"


def test_p7_the_check_page_shows_the_email_of_an_approval_with_the_next_window(
    model: SecurityModel,
) -> None:
    with annual.at_due(model):
        submission, staff = begun(model)
        accept_all(staff, submission)
        page = signed_in(staff.user).get(url(submission, "complete"))
        assert "annual review approved" in page.context["page"].mail["subject"]
        following = annual.cycle(model, 2)
        assert f"{following.opens_on:%Y}" in page.context["page"].mail["text"]


def test_p10_only_a_submission_of_an_annual_review_has_this_page(model: SecurityModel) -> None:
    first = model.submissions.get()
    answer = signed_in(specialist_of(model).user).get(url(first))
    assert answer["Location"] == reverse("reviews:review", args=[model.pk, first.pk])


def test_the_page_of_an_annual_review_costs_a_constant_number_of_statements(
    model: SecurityModel,
) -> None:
    with annual.at_due(model):
        submission = sent(model)
        client = signed_in(specialist_of(model).user)
        client.get(url(submission))
        with at_most(14):
            client.get(url(submission))


def test_s1_answers_that_fit_another_type_are_told_alike_to_the_company_and_the_specialist(
    model: SecurityModel,
) -> None:
    with annual.at_due(model):
        annual.do_everything(model)
        annual.answer_eligibility(model, START1="broker", BRO1="yes", BRO2="yes")
        now, made = annual.today(model), reviewed_now(model)
        notes = {task["url"]: task["note"] for task in task_rows(now, made, [])}
        step = page_url("review-eligibility", model, business_type="importer")
        assert notes[step] == "No longer eligible. The page says why."
        read = eligibility_result(made, "importer", now.rechecks["importer"])
        assert not read["same"] and "fit another business type (" in read["heading"]
        submission = annual.sign(model)
        why = read["heading"].removeprefix("No longer eligible: ")
        mails = Outbox.objects.filter(kind="submission.received", to_address=annual.EMPLOYEE)
        assert f"Reason: {why}." in mails.latest("created_at").text
        page = signed_in(specialist_of(model).user).get(url(submission))
        (one,) = page.context["page"].eligibility
        assert one.warning and one.outcome == read["heading"]
        assert words_of(page).count(read["heading"]) == 2
