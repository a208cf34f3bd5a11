"""Two people at the same moment, on separate connections: one result (domain, "done when")."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection, transaction

from audit.models import StatusChange
from core.access import Access, for_user
from core.errors import NotVisible, Refused, Stale
from identity.services import disabled_people
from notifications.models import Outbox
from reviews import services
from security_models.models import BusinessTypeAccount, StaffAssignment
from security_models.services import handover, staff
from security_profile.models import CriterionDecision, ResponseVersion
from security_profile.services import review
from security_profile.states import Verdict
from tests.factories import reviews as made
from tests.factories.people import UserFactory

pytestmark = pytest.mark.django_db(transaction=True)

Act = Callable[[], Any]


def together(*acts: Act) -> list[Any]:
    """Run acts at the same moment; each result is what it returned or the refusal it raised."""
    gate = threading.Barrier(len(acts))
    results: list[Any] = [None] * len(acts)

    def run(place: int, act: Act) -> None:
        try:
            gate.wait(10)
            results[place] = act()
        except (Refused, Stale, NotVisible) as refusal:
            results[place] = refusal
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=one) for one in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    return results


def _returning(access: Access, submission: Any, code: str, version: int = 0) -> Act:
    about = {"verdict": Verdict.RETURNED, "comment": made.COMMENT, "version": version}
    return lambda: made.decide(access, submission, code, **about)


@pytest.mark.parametrize("version", [0, 1])
def test_the_specialist_and_a_manager_end_with_one_decision(version: int) -> None:
    submission, access = made.in_review()
    other = made.manager(submission.security_model)
    if version:
        note = {"verdict": Verdict.TO_REVIEW, "internal_note": "Look at page 2."}
        made.decide(access, submission, "6.1", **note)
    results = together(
        lambda: made.decide(access, submission, "6.1", version=version),
        _returning(other, submission, "6.1", version),
    )
    decision = CriterionDecision.objects.get(submission=submission, item__criterion__code="6.1")
    losers = [one for one in results if isinstance(one, Stale)]
    winners = [one for one in results if isinstance(one, CriterionDecision)]
    assert (len(winners), len(losers)) == (1, 1)
    assert decision.version == version + 1
    assert winners[0].verdict == decision.verdict == losers[0].current.verdict


def test_a_decision_pressed_twice_at_once_is_one() -> None:
    submission, access = made.in_review()
    act = _returning(access, submission, "6.1")
    results = together(act, act)
    assert [one.version for one in results] == [1, 1]
    assert CriterionDecision.objects.filter(submission=submission).count() == 1


def test_a_reassignment_in_the_middle_ends_with_one_decision() -> None:
    submission, before = made.in_review()
    model = submission.security_model
    manager, after = made.manager(model), UserFactory.create(staff_role="scss")
    first, _second = together(
        lambda: made.decide(before, submission, "6.1"),
        lambda: staff.assign(actor=manager, model_id=model.pk, staff_id=after.pk),
    )
    now = made.entered(model, after)
    if isinstance(first, NotVisible):
        made.decide(now, submission, "6.1")
    else:
        with pytest.raises(Stale):
            _returning(now, submission, "6.1")()
    with pytest.raises(NotVisible):
        made.decide(before, submission, "6.1", version=1)
    assert CriterionDecision.objects.filter(submission=submission).count() == 1
    assert StaffAssignment.objects.filter(security_model=model, ended_at=None).count() == 1


def test_a_review_completed_by_two_people_at_once_is_completed_once() -> None:
    submission, access = made.in_review()
    made.accept_all(access, submission)
    other = made.manager(submission.security_model)
    seen = review.decisions_seen(submission)
    pk = submission.pk
    results = together(
        lambda: review.complete_review(actor=access, submission_id=pk, seen=seen),
        lambda: review.complete_review(actor=other, submission_id=pk, seen=seen),
    )
    assert [one.status for one in results] == ["approved", "approved"]
    assert StatusChange.objects.filter(thing="submission", move="approve").count() == 1
    assert Outbox.objects.filter(kind="submission.approved").count() == 1
    assert ResponseVersion.objects.count() == submission.items.count()


def test_a_decision_and_the_completion_at_once_end_with_what_was_confirmed() -> None:
    submission, access = made.in_review()
    made.accept_all(access, submission)
    other = made.manager(submission.security_model)
    seen = review.decisions_seen(submission)
    done, decided = together(
        lambda: review.complete_review(actor=access, submission_id=submission.pk, seen=seen),
        _returning(other, submission, "6.1", 1),
    )
    submission.refresh_from_db()
    if isinstance(decided, Refused):
        assert submission.status == "approved"
    else:
        assert isinstance(done, Stale)
        assert submission.status == "in_review"


def test_both_gates_passed_at_once_certify_exactly_once() -> None:
    submission, access = made.in_review()
    made.accept_all(access, submission)
    model = submission.security_model
    manager = made.manager(model)
    together(lambda: made.complete(access, submission), lambda: made.vet(model, manager))
    account = BusinessTypeAccount.objects.get(security_model=model)
    assert account.status == "certified" and account.account_number
    assert StatusChange.objects.filter(move="certify").count() == 1
    assert Outbox.objects.filter(kind="application.certified").count() == 1


def test_starting_and_withdrawing_at_once_let_one_of_them_win() -> None:
    from security_models import grants
    from security_profile.services.submit import withdraw

    model = made.sent_in()
    submission = model.submissions.get()
    access = made.specialist(model)
    officer = grants.enter(for_user(model.started_by), model.pk)
    together(
        lambda: review.start_review(actor=access, submission_id=submission.pk),
        lambda: withdraw(actor=officer, model=model, submission_id=submission.pk),
    )
    submission.refresh_from_db()
    assert submission.status in {"in_review", "withdrawn"}
    assert StatusChange.objects.filter(thing="submission", before="submitted").count() == 1


def test_r6_two_claims_at_once_make_one_assignment() -> None:
    model = made.sent_in()
    people = [for_user(UserFactory.create(staff_role="scss")) for _ in range(2)]
    results = together(
        *(lambda one=one: services.claim(actor=one, model_id=model.pk) for one in people)
    )
    assert sum(isinstance(one, StaffAssignment) for one in results) == 1
    assert sum(isinstance(one, Refused) for one in results) == 1


def test_nobody_is_handed_partners_while_being_disabled() -> None:
    """The person who hands over waits for the one who disables, and then sees the result."""
    submission, _access = made.in_review()
    model, boss = submission.security_model, UserFactory.create(staff_role="management")
    UserFactory.create(staff_role="management")
    after = UserFactory.create(staff_role="scss")
    seen = {model.pk: model.assignments.get(ended_at=None).staff_id}
    asked, waiting = threading.Event(), threading.Event()

    def disable() -> None:
        with transaction.atomic():
            disabled_people.disable_user(actor=for_user(boss), user_id=after.pk, reason="x")
            asked.set()
            waiting.wait(1)  # the other act has got as far as it can

    def hand_over() -> Any:
        asked.wait(10)
        try:
            return handover.assign_many(actor=for_user(boss), staff_id=after.pk, seen=seen)
        finally:
            waiting.set()

    _done, handed = together(disable, hand_over)
    assert isinstance(handed, Refused)
    assert not StaffAssignment.objects.filter(staff=after).exists()
