"""The life cycle of a submission: every state x move x role (domain section 3)."""

from __future__ import annotations

import itertools

import pytest

from core.access import Access, system
from core.errors import NotAllowed, Refused
from identity.models import User
from security_profile.machine import submissions
from security_profile.models import Submission
from security_profile.states import SubmissionStatus, Verdict
from tests.factories.people import UserFactory

S = SubmissionStatus

#: move -> (states it starts from, state it ends in, roles that may make it; None: services only)
TABLE = {
    "withdraw": ({S.SUBMITTED}, S.WITHDRAWN, {"officer"}),
    "start_review": ({S.SUBMITTED}, S.IN_REVIEW, {"assigned_scss", "management"}),
    "return": ({S.IN_REVIEW}, S.RETURNED, {"assigned_scss", "management"}),
    "approve": ({S.IN_REVIEW}, S.APPROVED, {"assigned_scss", "management"}),
    "answer": ({S.RETURNED}, S.ANSWERED, {"officer"}),
    "close": ({S.SUBMITTED, S.IN_REVIEW, S.RETURNED}, S.CLOSED, None),
}
ROLES = [
    "officer", "employee", "consultant", "user", "company_administrator",
    "assigned_scss", "scss", "management", "program_admin", "helpdesk",
]  # fmt: skip


def test_the_table_is_the_machine() -> None:
    assert set(TABLE) == set(submissions.moves)
    for name, (sources, target, _roles) in TABLE.items():
        assert submissions.moves[name].sources == sources, name
        assert submissions.moves[name].target == target, name


@pytest.mark.parametrize("name", TABLE)
def test_a_move_is_offered_to_the_roles_of_the_table_in_its_states_alone(name: str) -> None:
    sources, _target, allowed = TABLE[name]
    for state, role in itertools.product(S.values, ROLES):
        access = Access(user=User(), roles=frozenset([role]))
        offered = submissions.available(Submission(status=state), access)
        expected = state in sources and allowed is not None and role in allowed
        assert (name in [one.name for one in offered]) is expected, (state, role)


@pytest.mark.django_db
@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("name", [name for name in TABLE if TABLE[name][2] is not None])
def test_a_move_is_refused_to_everybody_else(name: str, role: str) -> None:
    sources, _target, allowed = TABLE[name]
    if allowed is not None and role in allowed:
        return
    access = Access(user=UserFactory.create(), roles=frozenset([role]))
    with pytest.raises(NotAllowed):
        submissions.apply(name, Submission(status=next(iter(sources))), actor=access)


@pytest.mark.parametrize("name", TABLE)
def test_a_move_from_any_other_state_is_refused_in_words(name: str) -> None:
    sources, _target, _roles = TABLE[name]
    for state in set(S.values) - {str(one) for one in sources}:
        with pytest.raises(Refused) as refusal:
            submissions.apply(name, Submission(status=state), actor=system("a test"))
        assert str(S(state).label) in str(refusal.value.problems[0].message)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("name", "returned", "fits"),
    [("return", True, True), ("return", False, False), ("approve", False, True),
     ("approve", True, False)],
)  # fmt: skip
def test_p6_a_review_ends_returned_or_approved_by_its_decisions(
    name: str, returned: bool, fits: bool
) -> None:
    from tests.factories import reviews as made

    submission, access = made.in_review()
    made.accept_all(access, submission, returned=("1.1",) if returned else ())
    assert bool(submissions.problems(name, submission, access)) is not fits
    assert submission.decisions.filter(verdict=Verdict.RETURNED).exists() is returned
