"""The annual review of a company: confirm, update, sign (P9-P11, P13)."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from audit.models import Event
from core import clock
from core.access import Access
from core.days import day
from core.errors import NotAllowed, NotVisible, Refused, Stale
from identity.models import User
from notifications.models import Outbox
from security_models.models import BusinessTypeAccount, Contact, SecurityModel
from security_models.selectors.eligibility import reasons
from security_models.states import BusinessTypeStatus
from security_profile.models import (
    AnnualReview,
    ResponseVersion,
    ReviewConfirmation,
    Submission,
)
from security_profile.presentation.review_company import age_words, eligibility_result
from security_profile.presentation.review_pages import overview_page, return_words
from security_profile.presentation.review_steps import Acts, acts
from security_profile.selectors import next_kind, overview
from security_profile.selectors.annual_reviews import reviews_of, years_of
from security_profile.selectors.reviewed import reviewed_now
from security_profile.selectors.submissions import awaiting_an_answer
from security_profile.services import annual_review, review
from security_profile.services.annual_review_outcome import RECHECKS
from security_profile.services.submit import submission_blockers, submission_content, withdraw
from security_profile.signing import changes
from security_profile.states import ReviewState, SubmissionKind, SubmissionStatus, Verdict
from tests.factories import annual
from tests.factories.profile import access_to, make_document
from tests.factories.reviews import accept_all, decide, entered
from tests.factories.trade import make_account, make_contact, make_model
from tests.security_profile.test_submit import change, submit_now
from tests.statements import at_most

pytestmark = pytest.mark.django_db
LONGER = "We check it every week now, and a second person signs the list on the same day."


@pytest.fixture
def model(db: None) -> SecurityModel:
    return annual.certified_model()


@pytest.fixture
def employee(model: SecurityModel) -> Access:
    return access_to(model, User.objects.get(email=annual.EMPLOYEE))


def state(model: SecurityModel) -> ReviewState:
    return annual.today(model).state


def started(model: SecurityModel, submission: Submission) -> Access:
    staff = entered(model, model.assignments.get().staff)
    review.start_review(actor=staff, submission_id=submission.pk)
    return staff


def completed(staff: Access, submission: Submission, **more: object) -> Submission:
    values = {"rechecked": list(RECHECKS), **more}
    seen = review.decisions_seen(submission)
    return review.complete_review(
        actor=staff,
        submission_id=submission.pk,
        seen=seen,
        **values,  # type: ignore[arg-type]
    )


def approved(model: SecurityModel, submission: Submission) -> Submission:
    staff = started(model, submission)
    accept_all(staff, submission)
    return completed(staff, submission)


def returned(model: SecurityModel, submission: Submission, code: str) -> Submission:
    staff = started(model, submission)
    if not submission.items.filter(changed=True, criterion__code=code).exists():
        decide(staff, submission, code, verdict=Verdict.RETURNED, comment="Who signs the list?")
    accept_all(staff, submission, returned=(code,))
    return completed(staff, submission)


def codes_of(problems: list) -> set[str]:
    return {one.code for one in problems}


# --- the cycle ------------------------------------------------------------------------------------


def test_p10_a_review_that_is_confirmed_signed_and_approved_fulfills_its_cycle(
    model: SecurityModel,
) -> None:
    with annual.at_due(model, -91):
        assert state(model) == ReviewState.UPCOMING
    with annual.at_due(model, -90):
        assert state(model) == ReviewState.OPEN
        annual.do_everything(model)
        assert submission_blockers(model) == []
        submission = annual.sign(model)
        assert submission.kind == SubmissionKind.ANNUAL_REVIEW
        assert state(model) == ReviewState.SUBMITTED
        approved(model, submission)
        assert state(model) == ReviewState.APPROVED
        assert next_kind(model) == SubmissionKind.UPDATE
    with annual.at_due(model, -90, number=2):
        assert state(model) == ReviewState.OPEN
        assert annual.today(model).confirmed == {}, "the ticks reset each cycle"


def test_p11_an_open_window_needs_no_worker_and_a_missed_one_ends_with_the_next(
    model: SecurityModel,
) -> None:
    for days, wanted in (
        (-400, ReviewState.UPCOMING),
        (-90, ReviewState.OPEN),
        (0, ReviewState.OPEN),
        (1, ReviewState.OVERDUE),
        (270, ReviewState.OVERDUE),
    ):
        with annual.at_due(model, days):
            assert state(model) == wanted
    with annual.at_due(model, -90, number=2):
        assert (state(model), annual.today(model).cycle.number) == (ReviewState.OPEN, 2)
    assert not AnnualReview.objects.exists(), "reading writes nothing"


def test_p13_one_review_is_due_on_the_earliest_anniversary_of_the_certified_types(
    model: SecurityModel,
) -> None:
    first = model.business_types.get()
    assert first.certified_on is not None
    BusinessTypeAccount.objects.create(
        security_model=model,
        business_type_id="exporter",
        run=first.run,
        status=BusinessTypeStatus.CERTIFIED,
        account_number="10000001",
        started_on=first.started_on,
        certified_on=first.certified_on - dt.timedelta(days=100),
    )
    assert annual.today(model).cycle.anchor == first.certified_on - dt.timedelta(days=100)


def test_p13_an_account_without_a_certified_type_has_no_review(db: None) -> None:
    draft = make_model(make_account("Old Kettle Packaging"))
    actor = access_to(draft)
    with pytest.raises(Refused) as refused:
        annual_review.confirm_criterion(actor=actor, model=draft, code="1.1", digest="")
    assert refused.value.code == "no_review"


# --- confirming -----------------------------------------------------------------------------------


def test_p10_nothing_is_signed_before_everything_is_confirmed(model: SecurityModel) -> None:
    with annual.at_due(model):
        left = {"not_assessed", "section", "eligibility", "unconfirmed"}
        assert codes_of(submission_blockers(model)) == left
        annual.assess(model)
        annual.confirm_sections(model)
        annual.answer_eligibility(model)
        assert codes_of(submission_blockers(model)) == {"unconfirmed"}
        for one in overview(model).categories:
            annual.confirm_together(model, str(one.category.number))
        assert submission_blockers(model) == []


def test_p10_a_tick_counts_only_for_the_content_that_was_confirmed(model: SecurityModel) -> None:
    with annual.at_due(model):
        annual.do_everything(model)
        change(model, "1.1", LONGER)
        (problem,) = submission_blockers(model)
        assert problem.code == "unconfirmed"
        annual.confirm(model, "1.1")
        assert submission_blockers(model) == []
        (one,) = [
            row
            for row in submission_content(model)["annual_review"]["criteria"]
            if row["code"] == "1.1"
        ]
        assert one["updated"] is True
        assert one["together"] is False


def test_p10_a_new_officer_means_that_the_contacts_are_confirmed_again(
    model: SecurityModel,
) -> None:
    with annual.at_due(model):
        annual.do_everything(model)
        Contact.objects.filter(security_model=model).exclude(role="officer").update(role="officer")
        assert codes_of(submission_blockers(model)) == {"section"}


def test_p10_what_was_changed_since_it_was_shown_is_not_confirmed(model: SecurityModel) -> None:
    with annual.at_due(model):
        shown = overview(model).answer("1.1").hash
        change(model, "1.1", LONGER)
        with pytest.raises(Refused) as refused:
            annual_review.confirm_criterion(
                actor=access_to(model), model=model, code="1.1", digest=shown
            )
        assert refused.value.code == "changed"
        assert not ReviewConfirmation.objects.exists()


def test_p10_the_first_of_two_people_who_confirm_the_same_stays(
    model: SecurityModel, employee: Access
) -> None:
    with annual.at_due(model):
        annual.confirm(model, "1.1")
        annual.confirm(model, "1.1", employee)
        assert ReviewConfirmation.objects.get().confirmed_by == model.started_by
        assert Event.objects.filter(kind="security_profile.review_confirmed").count() == 1


def test_p10_two_people_can_share_a_category(model: SecurityModel, employee: Access) -> None:
    with annual.at_due(model):
        annual.confirm(model, "1.1")
        rest = annual.confirm_together(model, "1", employee)
        by = {one.subject.rpartition(":")[2]: one for one in ReviewConfirmation.objects.all()}
        assert "1.1" not in rest
        assert by["1.1"].confirmed_by_name == model.started_by.name
        assert not by["1.1"].together
        assert {by[code].confirmed_by_id for code in rest} == {employee.user_id}
        assert all(by[code].together for code in rest), "recorded as confirmed together"


def test_p10_only_what_was_shown_to_the_person_in_this_cycle_is_confirmed_together(
    model: SecurityModel, employee: Access
) -> None:
    def proof(actor: Access) -> str:
        category = overview(model).category("1")
        return annual_review.proof_of_showing(actor, annual.today(model), category)

    def confirm(shown: str) -> list[str]:
        return annual_review.confirm_category(
            actor=access_to(model), model=model, number="1", shown=shown
        )

    with annual.at_due(model):
        old = proof(access_to(model))
        for shown in ("", "forged", proof(employee)):
            with pytest.raises(Refused) as refused:
                confirm(shown)
            assert refused.value.code == "not_shown"
        change(model, "1.1", LONGER)
        assert "1.1" not in confirm(old), "its new answer was not shown"
    with annual.at_due(model, number=2), pytest.raises(Refused):
        confirm(old)


def test_p10_returned_incomplete_and_old_answers_are_never_confirmed_together(
    model: SecurityModel,
) -> None:
    with annual.at_due(model):
        change(model, "1.1", "")
        submission_codes = annual.confirm_together(model, "1")
        assert "1.1" not in submission_codes
        with pytest.raises(Refused) as refused:
            annual.confirm(model, "1.1")
        assert refused.value.code == "incomplete"
    with annual.at_due(model, days=0, number=3), pytest.raises(Refused) as refused:
        annual.confirm_together(model, "2")  # approved three years ago
    assert refused.value.code == "nothing_left"


def test_p10_a_confirmation_can_be_taken_back_until_it_is_signed(model: SecurityModel) -> None:
    with annual.at_due(model):
        one = annual.confirm(model, "1.1")
        about = {"actor": access_to(model), "model": model, "subject": one.criterion.id}
        assert annual_review.take_back(**about)
        assert not annual_review.take_back(**about), "a second click changes nothing"
        annual.do_everything(model)
        annual.sign(model)
        with pytest.raises(Refused) as refused:
            annual_review.take_back(**about)
        assert refused.value.code == "not_open"


# --- risk assessment and eligibility --------------------------------------------------------------


def test_p10_the_risk_assessment_needs_a_day_of_the_last_year_and_a_statement(
    model: SecurityModel,
) -> None:
    with annual.at_due(model):
        tomorrow = clock.today() + dt.timedelta(days=1)
        with pytest.raises(Refused) as refused:
            annual.assess(model, assessed_on=tomorrow, statement=" ")
        assert [one.field for one in refused.value.problems] == ["assessed_on", "statement"]
        annual.do_everything(model)
        with pytest.raises(Refused) as refused:
            annual.assess(model, assessed_on=clock.today() - dt.timedelta(days=366))
        assert refused.value.code == "assessment_old"
        annual.assess(model, assessed_on=clock.today() - dt.timedelta(days=360))
    with annual.at_due(model, -10):
        assert codes_of(submission_blockers(model)) == {"assessment_old"}


def test_p5_two_people_do_not_overwrite_each_others_risk_assessment(
    model: SecurityModel, employee: Access
) -> None:
    with annual.at_due(model):
        annual.assess(model, statement="Lanes from Vietnam.", seen="")
        with pytest.raises(Stale):
            annual.assess(model, employee, statement="Lanes from Mexico.", seen="")
        assert AnnualReview.objects.get().assessment == "Lanes from Vietnam."


def test_s2_a_document_of_another_company_is_none(model: SecurityModel) -> None:
    other = make_document(make_model(make_account("Old Kettle Packaging")))
    mine = make_document(model, "Risk assessment 2027.pdf")
    with annual.at_due(model):
        with pytest.raises(NotVisible):
            annual.assess(model, document_id=other.pk)
        annual.assess(model, document_id=mine.pk)
        made = annual.today(model).assessment
        assert made is not None
        assert made.title == "Risk assessment 2027.pdf"


def test_p10_an_unpaid_debt_does_not_stop_the_review_and_is_told_to_the_specialist(
    model: SecurityModel,
) -> None:
    with annual.at_due(model):
        annual.do_everything(model)
        annual.answer_eligibility(model, CMN4="yes")
        assert submission_blockers(model) == []
        (told,) = submission_content(model)["annual_review"]["eligibility"]
        assert told["outcome"] == "not_eligible"
        assert told["reason"] == "NE_FINAL_DEBT"
        assert [one["code"] for one in told["answers"] if one["changed"]] == ["CMN4"]


def test_s1_a_company_that_is_no_longer_eligible_reads_why_on_the_page_and_in_the_mails(
    model: SecurityModel,
) -> None:
    with annual.at_due(model):
        annual.do_everything(model)
        annual.answer_eligibility(model, CMN4="yes")
        made = annual.today(model).rechecks["importer"]
        result = eligibility_result(reviewed_now(model), "importer", made)
        why = reasons()["NE_FINAL_DEBT"]
        assert result["heading"] == f"No longer eligible: {why.title}"
        assert result["why"] == [why.explanation, why.what_would_change_it]
        before = set(Outbox.objects.values_list("pk", flat=True))
        approved(model, annual.sign(model))
        mails = Outbox.objects.exclude(pk__in=before).filter(to_address=annual.EMPLOYEE)
        told = {one.kind: why.title in one.text for one in mails}
        assert told["submission.received"] and told["annual_review.approved"]


def test_p10_each_question_of_the_year_is_answered_anew(model: SecurityModel) -> None:
    with annual.at_due(model):
        with pytest.raises(Refused) as refused:
            annual_review.answer_again(
                actor=access_to(model),
                model=model,
                slug="importer",
                answers={"IMP1": "yes"},
                seen="",
            )
        (problem,) = refused.value.problems
        assert problem.field == "IMP3", "IMP2 is not asked again each year"


# --- the window, updates --------------------------------------------------------------------------


def test_p9_outside_the_window_nothing_can_be_confirmed_and_changes_are_an_update(
    model: SecurityModel,
) -> None:
    with annual.at_due(model, -91):
        with pytest.raises(Refused) as refused:
            annual.confirm(model, "1.1")
        assert refused.value.code == "not_open"
        change(model, "1.1", LONGER)
        assert submit_now(model).kind == SubmissionKind.UPDATE


def test_p9_an_update_before_the_window_does_not_count_for_the_review(
    model: SecurityModel,
) -> None:
    with annual.at_due(model, -200):
        change(model, "1.1", LONGER)
        approved(model, submit_now(model))
    with annual.at_due(model):
        assert state(model) == ReviewState.OPEN
        assert "unconfirmed" in codes_of(submission_blockers(model))


def test_p9_the_review_takes_the_place_of_an_update_whose_review_has_not_begun(
    model: SecurityModel,
) -> None:
    with annual.at_due(model, -91):
        change(model, "1.1", LONGER)
        update = submit_now(model)
    with annual.at_due(model):
        annual.do_everything(model)
        submission = annual.sign(model)
        update.refresh_from_db()
        assert update.status == SubmissionStatus.WITHDRAWN
        assert [one.criterion.code for one in submission.items.filter(changed=True)] == ["1.1"]
        approved(model, submission)
        assert state(model) == ReviewState.APPROVED


def test_p9_a_returned_update_is_answered_with_the_review(model: SecurityModel) -> None:
    with annual.at_due(model, -91):
        change(model, "1.1", LONGER)
        update = returned(model, submit_now(model), "1.1")
    with annual.at_due(model):
        with pytest.raises(Refused) as refused:
            annual.confirm(model, "1.1")
        assert refused.value.code == "returned"
        change(model, "1.1", f"{LONGER} The head of security signs.")
        annual.confirm(model, "1.1")
        annual.do_everything(model)
        submission = annual.sign(model)
        update.refresh_from_db()
        assert update.status == SubmissionStatus.ANSWERED
        assert (submission.kind, submission.round) == (SubmissionKind.ANNUAL_REVIEW, 2)


def test_p9_an_update_under_review_is_decided_first(model: SecurityModel) -> None:
    with annual.at_due(model, -91):
        change(model, "1.1", LONGER)
        started(model, submit_now(model))
    with annual.at_due(model):
        annual.do_everything(model)
        assert codes_of(submission_blockers(model)) == {"with_cbp"}


# --- the review of the review ---------------------------------------------------------------------


def test_p7_an_approval_writes_versions_of_changed_criteria_only(model: SecurityModel) -> None:
    before = ResponseVersion.objects.count()
    with annual.at_due(model):
        change(model, "1.1", LONGER)
        annual.do_everything(model)
        approved(model, annual.sign(model))
    assert ResponseVersion.objects.count() == before + 1
    assert ResponseVersion.objects.order_by("-approved_at")[0].text == LONGER
    row = AnnualReview.objects.get()
    assert row.rechecked_by_name == model.assignments.get().staff.name


def test_p10_the_first_submission_in_the_window_meets_the_due_day_whatever_follows(
    model: SecurityModel,
) -> None:
    with annual.at_due(model, -1):
        annual.do_everything(model)
        first = annual.sign(model)
    with annual.at_due(model, 5):
        returned(model, first, "1.2")
        assert state(model) == ReviewState.RETURNED
        assert not annual.today(model).is_late
    with annual.at_due(model, 10):
        change(model, "1.2", LONGER)
        assert codes_of(submission_blockers(model)) == {"unconfirmed"}
        annual.confirm(model, "1.2")
        second = annual.sign(model)
        assert (second.kind, second.round) == (SubmissionKind.ANNUAL_REVIEW, 2)
        approved(model, second)
        assert state(model) == ReviewState.APPROVED
        assert not annual.today(model).is_late


def test_p10_a_late_review_can_be_submitted_and_is_marked_late(model: SecurityModel) -> None:
    with annual.at_due(model, 40):
        assert annual.today(model).is_late
        annual.do_everything(model)
        annual.sign(model)
        assert annual.today(model).is_late


def test_p10_a_withdrawn_review_stands_where_it_stood_before(model: SecurityModel) -> None:
    with annual.at_due(model):
        annual.do_everything(model)
        submission = annual.sign(model)
        withdraw(actor=access_to(model), model=model, submission_id=submission.pk)
        assert state(model) == ReviewState.OPEN
        assert AnnualReview.objects.get().submitted_on is None
    with annual.at_due(model, -29):
        assert annual.sign(model).kind == SubmissionKind.ANNUAL_REVIEW


def test_p10_withdrawing_again_does_not_make_a_late_review_look_in_time(
    model: SecurityModel,
) -> None:
    for days in (-30, -20):
        with annual.at_due(model, days):
            if days == -30:
                annual.do_everything(model)
            submission = annual.sign(model)
            withdraw(actor=access_to(model), model=model, submission_id=submission.pk)
            row = AnnualReview.objects.get()
            assert (row.submission, row.submitted_on) == (None, None)
    with annual.at_due(model, 20):
        annual.sign(model)
        assert annual.today(model).is_late


def test_p10_a_returned_review_whose_answers_are_withdrawn_stays_returned(
    model: SecurityModel,
) -> None:
    with annual.at_due(model, -30):
        annual.do_everything(model)
        first = returned(model, annual.sign(model), "1.2")
    for days, words in ((-20, LONGER), (-10, f"{LONGER} Always.")):
        with annual.at_due(model, days):
            change(model, "1.2", words)
            annual.confirm(model, "1.2")
            again = annual.sign(model)
            withdraw(actor=access_to(model), model=model, submission_id=again.pk)
            assert AnnualReview.objects.get().submission_id == first.pk
            assert state(model) == ReviewState.RETURNED
    with annual.at_due(model, 31):
        assert state(model) == ReviewState.RETURNED


def test_p10_a_return_that_crosses_into_the_next_window_is_answered_with_the_next_review(
    model: SecurityModel,
) -> None:
    """The clock of the answer goes on; the earlier review shares rounds and end with the next."""
    one, two = annual.cycle(model), annual.cycle(model, 2)
    with annual.at_due(model, 5):
        annual.do_everything(model)
        first = annual.sign(model)
    with annual.at_due(model, -100, number=2):
        returned(model, first, "1.2")
    with annual.at_due(model, -60, number=2):
        assert (annual.today(model).cycle, state(model)) == (two, ReviewState.OPEN)
        assert states(model) == {one: ReviewState.RETURNED, two: ReviewState.OPEN}
        first.refresh_from_db()
        words = return_words(annual.today(model), overview(model).latest)
        assert words.startswith(f"Submission {first.reference} was returned")
        assert first in awaiting_an_answer(clock.today()), "it is still reminded of"
        change(model, "1.2", LONGER)
        annual.do_everything(model)
        second = annual.sign(model)
        assert second.previous == first
        assert states(model) == {one: ReviewState.SUBMITTED, two: ReviewState.SUBMITTED}
        withdraw(actor=access_to(model), model=model, submission_id=second.pk)
        assert states(model) == {one: ReviewState.RETURNED, two: ReviewState.OPEN}
    with annual.at_due(model, -59, number=2):
        third = returned(model, annual.sign(model), "1.3")
        assert states(model) == {one: ReviewState.RETURNED, two: ReviewState.RETURNED}
    with annual.at_due(model, -50, number=2):
        change(model, "1.3", LONGER)
        annual.confirm(model, "1.3")
        fourth = annual.sign(model)
        withdraw(actor=access_to(model), model=model, submission_id=fourth.pk)
        rows = AnnualReview.objects.values_list("submission", flat=True)
        assert set(rows) == {third.pk}, "both stand where they stood before"
    with annual.at_due(model, -49, number=2):
        approved(model, annual.sign(model))
        assert states(model) == {one: ReviewState.APPROVED, two: ReviewState.APPROVED}
        assert not AnnualReview.objects.filter(rechecked_at=None).exists()
        days = AnnualReview.objects.order_by("due_on").values_list("submitted_on", flat=True)
        assert list(days) == [first.submitted_on, third.submitted_on]


def states(model: SecurityModel) -> dict[Any, ReviewState]:
    current = annual.today(model).cycle
    years = years_of(model, [*current.earlier()[::-1], current])
    return {year.cycle: year.state for year in years}


def test_p10_what_was_in_time_at_the_first_submission_stays_valid_for_the_answer_to_a_return(
    model: SecurityModel,
) -> None:
    with annual.at_due(model, -30):
        annual.do_everything(model)
        annual.assess(model, assessed_on=clock.today() - dt.timedelta(days=360))
        returned(model, annual.sign(model), "1.2")
    with annual.at_due(model, -20):
        change(model, "1.2", LONGER)
        annual.confirm(model, "1.2")
        assert submission_blockers(model) == []
        assert "It still counts" in age_words(annual.today(model))
        on = clock.today() - dt.timedelta(days=370)
        annual.assess(model, assessed_on=on, statement="The same one, in other words.")
        submission = annual.sign(model)
        withdraw(actor=access_to(model), model=model, submission_id=submission.pk)
        assert submission_blockers(model) == []


def test_p10_a_return_says_by_which_day_of_its_own_it_is_answered(model: SecurityModel) -> None:
    with annual.at_due(model, -1):
        annual.do_everything(model)
        first = annual.sign(model)
    with annual.at_due(model, 5):
        day_of_answer = returned(model, first, "1.2").answer_due_on
        assert day_of_answer is not None
        review_now = annual.today(model)
        assert review_now.answer_due_on == day_of_answer
        (many,) = reviews_of({model.pk: review_now.cycle.anchor}).values()
        (year,) = years_of(model, [review_now.cycle])
        assert many.answer_due_on == year.answer_due_on == day_of_answer
        found = acts(year.state, year.cycle.due_on, year.answer_due_on)
        assert found == Acts(f"Answer by {day(day_of_answer)}", "in 30 days")
        page = overview_page(model, review_now)
        assert day(day_of_answer) in page.heading and not page.is_late


def test_p10_a_return_can_be_answered_by_the_risk_assessment_alone(model: SecurityModel) -> None:
    with annual.at_due(model, -30):
        annual.do_everything(model)
        returned(model, annual.sign(model), "1.2")
    with annual.at_due(model, -20):
        assert codes_of(submission_blockers(model)) == {"unchanged"}
        annual.assess(model, statement="All lanes, and the cold chain that was missing.")
        assert submission_blockers(model) == []


def test_p10_a_returned_review_of_a_suspended_type_is_answered_as_an_update(
    model: SecurityModel,
) -> None:
    with annual.at_due(model, -30):
        annual.do_everything(model)
        returned(model, annual.sign(model), "1.2")
        BusinessTypeAccount.objects.filter(security_model=model).update(
            status=BusinessTypeStatus.SUSPENDED
        )
    with annual.at_due(model, -20):
        assert next_kind(model) == SubmissionKind.UPDATE
        change(model, "1.2", LONGER)
        assert annual.sign(model).kind == SubmissionKind.UPDATE


def test_p10_a_second_click_on_confirm_all_finds_everything_confirmed(
    model: SecurityModel,
) -> None:
    with annual.at_due(model):
        actor, category = access_to(model), overview(model).category("1")
        shown = annual_review.proof_of_showing(actor, annual.today(model), category)
        about: dict[str, Any] = {"actor": actor, "model": model, "number": "1", "shown": shown}
        assert len(annual_review.confirm_category(**about)) == len(category.answers)
        assert annual_review.confirm_category(**about) == []


def test_a4_what_changed_in_the_review_is_named_at_signing(model: SecurityModel) -> None:
    with annual.at_due(model):
        annual.do_everything(model)
        read = submission_content(model)
        annual.assess(model, statement="The guards at the north gate were replaced.")
        annual.answer_eligibility(model, CMN4="yes")
        named = [one.words for one in changes(read, submission_content(model))]
    assert named == [
        "The statement about the risk assessment changed.",
        "The answers to the eligibility questions changed.",
    ]
    without = {key: value for key, value in read.items() if key != "annual_review"}
    (added,) = changes(without, read)
    assert added.words == "The annual review is part of it now."


def test_p10_an_approval_needs_everything_rechecked(model: SecurityModel) -> None:
    with annual.at_due(model):
        annual.do_everything(model)
        submission = annual.sign(model)
        staff = started(model, submission)
        with pytest.raises(Refused) as refused:
            completed(staff, submission, rechecked=["vetting"])
        missing = {f"recheck_{code}" for code in RECHECKS if code != "vetting"}
        assert {one.field for one in refused.value.problems} == missing
        submission.refresh_from_db()
        assert submission.status == SubmissionStatus.IN_REVIEW


# --- who ------------------------------------------------------------------------------------------


def test_r6_only_contacts_confirm(model: SecurityModel) -> None:
    staff = entered(model, model.assignments.get().staff)
    with annual.at_due(model), pytest.raises(NotAllowed):
        annual.confirm(model, "1.1", staff)


def test_p4_any_contact_prepares_and_only_an_officer_submits(
    model: SecurityModel, employee: Access
) -> None:
    from security_profile.services.submit import submit

    with annual.at_due(model):
        annual.do_everything(model, employee)
        with pytest.raises(NotAllowed):
            submit(actor=employee, model=model, content=submission_content(model))


def test_s2_a_review_of_another_company_is_not_touched(model: SecurityModel) -> None:
    other = make_model(make_account("Old Kettle Packaging"))
    digest = overview(model).answer("1.1").hash
    with annual.at_due(model), pytest.raises(NotVisible):
        annual_review.confirm_criterion(
            actor=access_to(other), model=model, code="1.1", digest=digest
        )
    assert not ReviewConfirmation.objects.exists()


def test_reading_a_review_takes_two_statements(model: SecurityModel) -> None:
    with annual.at_due(model):
        annual.do_everything(model)
        annual.today(model)
        with at_most(2):
            annual.today(model)


def test_r6_a_member_who_is_no_contact_confirms_nothing(model: SecurityModel) -> None:
    stranger = make_contact(make_model(make_account("Larkspur"))).membership.user
    assert stranger is not None
    with annual.at_due(model), pytest.raises((NotVisible, NotAllowed)):
        annual.confirm(model, "1.1", access_to(model, stranger))
