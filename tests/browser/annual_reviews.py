"""Annual reviews as staff see them: overdue and escalated, submitted late, not done."""

from __future__ import annotations

import datetime as dt

from core import clock
from identity.models import User
from security_models.models import SecurityModel
from security_profile.models import Submission
from security_profile.services import review
from tests.factories import annual
from tests.factories.people import UserFactory
from tests.factories.reviews import accept_all, answer, entered

SPECIALIST = "specialist@endings.example"
OVERDUE, LATE, MISSED = "Marrowbone Maps", "Inglenook Instruments", "Pennywhistle Paper"


def load() -> None:
    """Three certified accounts of one specialist, with the reviews that they owe."""
    scss = UserFactory.create(email=SPECIALIST, staff_role="scss", first_name="Jonah")
    for name, days in ((OVERDUE, 400), (MISSED, 800)):
        _certified(name, days, scss)
    _submitted_late(_certified(LATE, 370, scss), scss)


def _certified(name: str, days: int, scss: User) -> SecurityModel:
    with clock.at(clock.today() - dt.timedelta(days=days)):
        return annual.certify(name, f"{name.split()[0].lower()}@endings.example", scss)


def _submitted_late(model: SecurityModel, scss: User) -> Submission:
    """Two criteria, the telephone and an answer to the eligibility questions are others now."""
    account = model.trade_account
    account.phone = "+19565550199"
    account.save()
    answer(model, "6.1", "Containers are inspected at seven points before loading.")
    answer(model, "1.3", "The review board meets each quarter and signs the minutes.")
    annual.assess(model)
    annual.confirm_sections(model)
    annual.answer_eligibility(model, IMP4="no")
    for code in ("1.3", "6.1"):
        annual.confirm(model, code)
    for category in annual.overview(model).categories:
        annual.confirm_together(model, str(category.category.number))
    submission = annual.sign(model)
    staff = entered(model, scss)
    review.start_review(actor=staff, submission_id=submission.pk)
    accept_all(staff, submission)
    return submission
