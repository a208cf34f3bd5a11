"""The clocks of staff and of returned criteria: who is reminded when, and of nothing that is done.

Rules P10 and P11 for reminders, P6 for returns, G1 for the two gates; ``clocks.csv`` has the days.
"""

from __future__ import annotations

import datetime as dt

import pytest
from django.test import override_settings

from core import clock
from core.days import day as words_for
from notifications.models import Outbox
from portal.sweeps import SWEEPS
from security_models.models import BusinessTypeAccount, SecurityModel
from security_profile.models import Submission
from security_profile.to_do import glance_for, tasks_for
from tests.factories.models import access_to
from tests.factories.people import UserFactory
from tests.factories.reviews import (
    accept_all,
    answer,
    complete,
    in_review,
    manager,
    send_in,
    sent_in,
    vet,
)
from tests.factories.trade import assign

pytestmark = pytest.mark.django_db


def swept(name: str, day: dt.date) -> list[str]:
    """The addresses that a sweep has written to on a day, run twice."""
    before = set(Outbox.objects.values_list("pk", flat=True))
    with clock.at(day):
        for _again in range(2):
            assert SWEEPS[name].run() is not None
    return sorted(Outbox.objects.exclude(pk__in=before).values_list("to_address", flat=True))


def days_with_mail(name: str, start: dt.date, days: range) -> list[int]:
    """The days after ``start`` on which a sweep wrote to someone."""
    return [number for number in days if swept(name, start + dt.timedelta(days=number))]


# --- the decision ---------------------------------------------------------------------------------


@pytest.fixture
def submitted() -> SecurityModel:
    """An application that waits for the program, and a manager."""
    UserFactory.create(email="manager@agency.example", staff_role="management")
    return sent_in()


def submitted_on(model: SecurityModel) -> dt.date:
    assert model.first_submitted_on is not None
    return model.first_submitted_on


def test_p11_staff_are_reminded_of_a_decision_on_the_days_of_the_clock(
    submitted: SecurityModel,
) -> None:
    start = submitted_on(submitted)
    assert days_with_mail("undecided_applications", start, range(55, 105)) == [60, 76, 83, 91, 97]


def test_p11_after_a_year_of_standing_still_one_reminder_says_how_late_it_is(
    submitted: SecurityModel,
) -> None:
    told = swept("undecided_applications", submitted_on(submitted) + dt.timedelta(days=490))
    assert told == ["manager@agency.example"]
    mail = Outbox.objects.get(kind="application.overdue_staff")
    assert "400 days late" in mail.text and "A specialist" in mail.text


def test_the_specialist_is_reminded_too(submitted: SecurityModel) -> None:
    staff = assign(submitted)
    told = swept("undecided_applications", submitted_on(submitted) + dt.timedelta(days=60))
    assert told == sorted(["manager@agency.example", staff.email])


def test_nobody_is_reminded_of_an_application_that_waits_for_the_partner() -> None:
    submission, access = in_review()
    accept_all(access, submission, returned=("1.1",))
    complete(access, submission)
    start = submitted_on(submission.security_model)
    assert swept("undecided_applications", start + dt.timedelta(days=91)) == []


def test_nobody_is_reminded_of_a_certified_partner() -> None:
    submission, access = in_review()
    accept_all(access, submission)
    complete(access, submission)
    model = submission.security_model
    start = submitted_on(model)
    assert swept("undecided_applications", start + dt.timedelta(days=91)) != []
    vet(model, manager(model))
    certified = BusinessTypeAccount.objects.filter(security_model=model).exclude(certified_on=None)
    assert certified.exists()
    assert swept("undecided_applications", start + dt.timedelta(days=98)) == []
    assert swept("unvetted_applications", start + dt.timedelta(days=98)) == []


def glance(model: SecurityModel, day: dt.date) -> dict[str, str]:
    """The facts of the at-a-glance page on a day, as an Officer reads them."""
    with clock.at(day):
        facts = glance_for(access_to(model), model).facts
    return {str(one.label): str(one.value) for one in facts}


def test_the_partner_sees_by_when_the_decision_is_planned_and_that_it_takes_longer(
    submitted: SecurityModel,
) -> None:
    planned = submitted_on(submitted) + dt.timedelta(days=90)
    assert glance(submitted, planned)["Decision"] == words_for(planned)
    late = planned + dt.timedelta(days=1)
    assert glance(submitted, late)["Decision"] == "Taking longer than planned"
    with clock.at(late):
        notes = [str(one.note) for one in tasks_for(access_to(submitted), None)]
    assert any("The decision takes longer than planned." in one for one in notes)


def test_no_decision_is_planned_while_the_partner_must_answer_or_once_it_was_made() -> None:
    submission, access = in_review()
    model = submission.security_model
    accept_all(access, submission)
    complete(access, submission)
    assert "Decision" in glance(model, submitted_on(model))
    vet(model, manager(model))
    assert "Decision" not in glance(model, submitted_on(model))


# --- vetting --------------------------------------------------------------------------------------


def test_p11_management_is_reminded_of_vetting_from_the_first_specialist_on(
    submitted: SecurityModel,
) -> None:
    start = submitted_on(submitted)
    assert days_with_mail("unvetted_applications", start, range(58, 93)) == []
    with clock.at(start):
        assign(submitted)
    assert days_with_mail("unvetted_applications", start, range(58, 93)) == [60, 83, 91]
    mail = Outbox.objects.filter(kind="vetting.overdue_staff").latest("created_at")
    assert mail.to_address == "manager@agency.example" and "1 day late" in mail.text


# --- returned criteria ----------------------------------------------------------------------------


@pytest.fixture
def returned() -> Submission:
    """A submission with one criterion sent back."""
    submission, access = in_review()
    accept_all(access, submission, returned=("1.1",))
    return complete(access, submission)


def due(submission: Submission) -> dt.date:
    assert submission.answer_due_on is not None
    return submission.answer_due_on


def test_p11_contacts_are_reminded_of_returned_criteria_before_and_after_the_day(
    returned: Submission,
) -> None:
    start = due(returned) - dt.timedelta(days=30)
    assert days_with_mail("returned_criteria", start, range(10, 40)) == [16, 23, 29, 31]
    texts = Outbox.objects.filter(kind="submission.return_waiting").order_by("created_at")
    first, last = texts.first(), texts.last()
    assert first is not None and "in 14 days" in first.text
    assert last is not None and "You can still answer" in last.text


def test_a_changed_period_moves_no_day_that_was_promised(returned: Submission) -> None:
    promised = due(returned)
    with override_settings(CLOCK_RETURN_RESPONSE=10):
        assert swept("returned_criteria", promised - dt.timedelta(days=14)) != []
    mail = Outbox.objects.filter(kind="submission.return_waiting").first()
    assert mail is not None
    assert f"by {promised:%b} {promised.day}, {promised.year}" in mail.text


def test_nobody_is_reminded_of_what_was_answered(returned: Submission) -> None:
    """A round that was signed answers; once it is withdrawn, the partner must answer again."""
    answer(returned.security_model, "1.1", "Our committee meets each month.")
    again = send_in(returned.security_model)
    assert swept("returned_criteria", due(returned)) == []
    Submission.objects.filter(pk=again.pk).update(status="withdrawn")
    assert swept("returned_criteria", due(returned)) != []
