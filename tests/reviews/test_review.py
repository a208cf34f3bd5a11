"""The review of a submission: decisions, one consolidated return, approval, versions (P6, P7)."""

from __future__ import annotations

import datetime as dt

import pytest
from django.urls import reverse

from audit.models import Event
from core import clock
from core.errors import Refused, Stale
from notifications.models import Outbox
from security_models.models import BusinessTypeAccount
from security_profile.models import CriterionDecision, ResponseVersion
from security_profile.services import review
from security_profile.states import SubmissionStatus, Verdict
from tests.factories import reviews as made
from tests.reviews.test_pages import signed_in, words_of
from tests.statements import at_most

pytestmark = pytest.mark.django_db


def test_p6_a_review_starts_once_and_tells_the_contacts() -> None:
    submission, access = made.in_review()
    again = review.start_review(actor=access, submission_id=submission.pk)
    assert again.status == SubmissionStatus.IN_REVIEW
    assert Outbox.objects.filter(kind="submission.review_started").count() == 1


def test_p6_a_decision_is_a_draft_until_the_review_is_completed() -> None:
    submission, access = made.in_review()
    decision = made.decide(access, submission, "1.1")
    assert decision.is_draft
    made.accept_all(access, submission)
    made.complete(access, submission)
    assert not CriterionDecision.objects.filter(submission=submission, is_draft=True).exists()


def test_p6_a_return_needs_a_comment() -> None:
    submission, access = made.in_review()
    with pytest.raises(Refused) as refusal:
        made.decide(access, submission, "1.1", verdict=Verdict.RETURNED)
    assert refusal.value.problems[0].field == "comment"


def test_p6_nothing_is_decided_before_the_review_has_started() -> None:
    model = made.sent_in()
    submission = model.submissions.get()
    with pytest.raises(Refused) as refusal:
        made.decide(made.specialist(model), submission, "1.1")
    assert "Start review" in str(refusal.value.problems[0].message)


def test_p6_undoing_a_decision_keeps_the_texts() -> None:
    submission, access = made.in_review()
    made.decide(
        access, submission, "1.1", verdict=Verdict.RETURNED, comment=made.COMMENT, internal_note="x"
    )
    undone = made.decide(
        access,
        submission,
        "1.1",
        verdict=Verdict.TO_REVIEW,
        comment=made.COMMENT,
        internal_note="x",
        version=1,
    )
    assert (undone.verdict, undone.comment, undone.version) == ("to_review", made.COMMENT, 2)


def test_p6_a_review_is_completed_only_when_every_changed_criterion_is_decided() -> None:
    submission, access = made.in_review()
    made.decide(access, submission, "1.1")
    with pytest.raises(Refused) as refusal:
        made.complete(access, submission)
    assert "1.2" in str(refusal.value.problems[0].message)
    submission.refresh_from_db()
    assert submission.status == SubmissionStatus.IN_REVIEW


def test_p6_all_returned_criteria_go_back_in_one_message_without_comments() -> None:
    submission, access = made.in_review()
    with clock.at(dt.date(2026, 10, 30)):
        made.accept_all(access, submission, returned=("1.3", "6.1"))
        done = made.complete(access, submission)
    assert done.status == SubmissionStatus.RETURNED
    assert done.answer_due_on == dt.date(2026, 11, 29)
    mails = list(Outbox.objects.filter(kind="submission.returned"))
    assert len(mails) == 1
    assert "criteria returned: 2" in mails[0].subject
    assert "keys" not in mails[0].text and "Nov 29, 2026" in mails[0].text
    assert not ResponseVersion.objects.exists()


def test_p7_approval_writes_the_first_version_of_every_criterion() -> None:
    submission, access = made.in_review()
    made.accept_all(access, submission)
    assert made.complete(access, submission).status == SubmissionStatus.APPROVED
    versions = ResponseVersion.objects.filter(submission=submission)
    assert versions.count() == submission.items.count()
    assert set(versions.values_list("number", flat=True)) == {1}
    assert Outbox.objects.filter(kind="submission.approved").count() == 1


def test_p7_a_second_round_decides_what_changed_and_carries_the_rest_over() -> None:
    submission, access = made.in_review()
    made.accept_all(access, submission, returned=("1.3", "6.1"))
    made.complete(access, submission)
    model = submission.security_model
    made.answer(model, "1.3", "The review board meets each quarter and signs the minutes.")
    second = made.send_in(model)
    assert second.round == 2
    review.start_review(actor=access, submission_id=second.pk)
    made.decide(access, second, "1.3")
    with pytest.raises(Refused) as refusal:
        made.complete(access, second)
    assert "6.1" in str(refusal.value.problems[0].message)
    made.decide(access, second, "6.1")
    assert made.complete(access, second).status == SubmissionStatus.APPROVED
    decisions = CriterionDecision.objects.filter(submission=second)
    assert decisions.count() == second.items.count()
    assert decisions.filter(carried_over=False).count() == 2
    submission.refresh_from_db()
    assert submission.status == SubmissionStatus.ANSWERED
    assert ResponseVersion.objects.filter(criterion__code="1.3").get().text.startswith("The review")


def test_p7_an_update_writes_a_new_version_of_what_changed_only() -> None:
    submission, access = made.in_review()
    made.accept_all(access, submission)
    made.complete(access, submission)
    model = submission.security_model
    made.answer(model, "6.1", "Only the shipping supervisor holds the keys.")
    update = made.send_in(model)
    assert update.kind == "update"
    review.start_review(actor=access, submission_id=update.pk)
    made.decide(access, update, "6.1")
    made.complete(access, update)
    newest = ResponseVersion.objects.filter(submission=update)
    assert [(one.criterion.code, one.number) for one in newest] == [("6.1", 2)]


def test_p6_what_is_unchanged_stays_accepted_without_a_decision() -> None:
    submission, access = made.in_review()
    made.accept_all(access, submission, returned=("1.3",))
    made.complete(access, submission)
    model = submission.security_model
    made.answer(model, "1.3", "The review board meets each quarter and signs the minutes.")
    second = made.send_in(model)
    review.start_review(actor=access, submission_id=second.pk)
    unchanged = second.items.filter(changed=False).count()
    address = reverse("reviews:criterion", args=[model.pk, second.pk, "1.3"])
    page = words_of(signed_in(access.user).get(address))
    assert f"{unchanged} criteria are unchanged since they were accepted. They stay" in page
    assert f"Accept {unchanged}" not in page
    made.decide(access, second, "1.3")
    assert made.complete(access, second).status == SubmissionStatus.APPROVED
    assert second.decisions.filter(carried_over=True).count() == unchanged


def test_p5_of_two_reviewers_the_second_sees_what_the_first_decided() -> None:
    submission, access = made.in_review()
    other = made.manager(submission.security_model)
    made.decide(access, submission, "1.1")
    with pytest.raises(Stale) as stale:
        made.decide(other, submission, "1.1", verdict=Verdict.RETURNED, comment=made.COMMENT)
    assert stale.value.current.verdict == Verdict.ACCEPTED
    assert stale.value.current.decided_by_name == access.name
    made.decide(other, submission, "1.1", verdict=Verdict.RETURNED, comment=made.COMMENT, version=1)
    assert CriterionDecision.objects.get(submission=submission).decided_by_name == other.name


def test_the_same_decision_sent_twice_is_one() -> None:
    submission, access = made.in_review()
    first = made.decide(access, submission, "1.1")
    again = made.decide(access, submission, "1.1")
    assert (again.pk, again.version) == (first.pk, 1)
    assert Event.objects.filter(kind="security_profile.decided").count() == 1


def test_a_completion_based_on_other_decisions_is_refused_and_twice_is_once() -> None:
    submission, access = made.in_review()
    made.accept_all(access, submission)
    seen = review.decisions_seen(submission)
    made.decide(
        made.manager(submission.security_model),
        submission,
        "1.1",
        verdict=Verdict.RETURNED,
        comment=made.COMMENT,
        version=1,
    )
    with pytest.raises(Stale):
        review.complete_review(actor=access, submission_id=submission.pk, seen=seen)
    done = made.complete(access, submission)
    again = review.complete_review(actor=access, submission_id=submission.pk, seen="old")
    assert done.status == again.status == SubmissionStatus.RETURNED
    assert Outbox.objects.filter(kind="submission.returned").count() == 1


def test_a_completed_review_can_no_longer_be_changed() -> None:
    submission, access = made.in_review()
    made.accept_all(access, submission)
    made.complete(access, submission)
    with pytest.raises(Refused) as refusal:
        made.decide(access, submission, "1.1", version=1)
    assert access.name in str(refusal.value.problems[0].message)


def test_one_decision_takes_three_statements() -> None:
    submission, access = made.in_review()
    with at_most(3):
        made.decide(access, submission, "1.1")
    with at_most(3):
        made.decide(
            access, submission, "1.1", verdict=Verdict.RETURNED, comment=made.COMMENT, version=1
        )


def test_the_profile_gate_alone_certifies_nobody() -> None:
    submission, access = made.in_review()
    made.accept_all(access, submission)
    made.complete(access, submission)
    account = BusinessTypeAccount.objects.get(security_model=submission.security_model)
    assert account.profile_approved_on == clock.today()
    assert (account.status, account.certified_on, account.account_number) == (
        "applicant",
        None,
        None,
    )
