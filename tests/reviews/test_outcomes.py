"""Reviewing is the same for every set of items; its kind decides what follows at the end."""

from __future__ import annotations

from typing import Any

import pytest

from notifications.models import Outbox
from security_models.selectors.who_decides import Act
from security_profile.models import ResponseVersion
from security_profile.services import outcomes
from security_profile.services.outcomes import Mail, Outcome
from security_profile.states import SubmissionKind
from tests.factories import reviews as made

pytestmark = pytest.mark.django_db

Called = list[tuple[str, Any]]


@pytest.fixture
def another(monkeypatch: pytest.MonkeyPatch) -> Called:
    """Updates end differently: the calls are noted, and nothing else happens."""
    called: Called = []
    outcome = Outcome(
        settle=lambda submission, _actor: called.append(("settled", submission.pk)),
        approved=lambda _actor, _model, submission: called.append(("approved", submission.pk)),
        returned=lambda _actor, _model, _submission, count: called.append(("returned", count)),
        mail=lambda _model, _submission, _count: Mail("submission.approved", {}),
        decides=Act.REVIEW,
        answer_clock="return_response",
    )
    monkeypatch.setattr(outcomes, "_outcomes", {**outcomes.registered(), "update": outcome})
    return called


def test_every_kind_of_submission_says_what_ends_its_review() -> None:
    assert set(outcomes.registered()) == set(SubmissionKind.values)


@pytest.mark.parametrize(
    ("returned", "end", "status"),
    [((), "approved", "approved"), (("6.1", "6.2"), "returned", "returned")],
)
def test_a_review_is_completed_alike_and_its_kind_says_what_follows(
    another: Called, returned: tuple[str, ...], end: str, status: str
) -> None:
    first, access = made.in_review()
    submission = made.as_update(first)
    Outbox.objects.all().delete()
    made.accept_all(access, submission, returned=returned)
    done = made.complete(access, submission)
    about = len(returned) or submission.pk
    assert another == [("settled", submission.pk), (end, about)]
    assert (done.status, done.reviewed_by_name) == (status, access.name)
    assert (done.answer_due_on is not None) == bool(returned)
    assert not done.decisions.filter(is_draft=True).exists()
    assert not ResponseVersion.objects.exists() and not Outbox.objects.exists()
