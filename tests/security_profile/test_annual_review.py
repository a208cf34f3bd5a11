"""The annual review of a company: confirm, update, sign (P9-P11, P13)."""

from __future__ import annotations

import pytest

from identity.models import User
from security_models.models import SecurityModel
from security_profile.models import Submission
from security_profile.selectors import next_kind
from security_profile.services import review
from security_profile.services.annual_review_outcome import RECHECKS
from security_profile.services.submit import submission_blockers
from security_profile.states import ReviewState, SubmissionKind
from tests.factories import annual
from tests.factories.reviews import accept_all, entered

pytestmark = pytest.mark.django_db


@pytest.fixture
def model(db: None) -> SecurityModel:
    return annual.certified_model()


@pytest.fixture
def employee(model: SecurityModel) -> User:
    return User.objects.get(email=annual.EMPLOYEE)


def states(model: SecurityModel) -> list[str]:
    return [annual.today(model).state.value]


def approve(model: SecurityModel, submission: Submission) -> None:
    staff = entered(model, model.assignments.get().staff)
    review.start_review(actor=staff, submission_id=submission.pk)
    accept_all(staff, submission)
    review.complete_review(
        actor=staff,
        submission_id=submission.pk,
        seen=review.decisions_seen(submission),
        rechecked=list(RECHECKS),
    )


def test_p10_a_review_that_is_confirmed_signed_and_approved_fulfills_its_cycle(
    model: SecurityModel,
) -> None:
    with annual.at_due(model, -91):
        assert annual.today(model).state == ReviewState.UPCOMING
    with annual.at_due(model, -90):
        assert annual.today(model).state == ReviewState.OPEN
        annual.do_everything(model)
        assert submission_blockers(model) == []
        submission = annual.sign(model)
        assert submission.kind == SubmissionKind.ANNUAL_REVIEW
        assert annual.today(model).state == ReviewState.SUBMITTED
        approve(model, submission)
        assert annual.today(model).state == ReviewState.APPROVED
        assert next_kind(model) == SubmissionKind.UPDATE
    with annual.at_due(model, -90, number=2):
        assert annual.today(model).state == ReviewState.OPEN
        assert annual.today(model).cycle.number == 2
