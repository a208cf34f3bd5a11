"""The clocks of the annual review: who is told what on which day, and what happens when it is late.

Rules P10, P11, P13 and N2; ``reference/program/clocks.csv`` has the days.
"""

from __future__ import annotations

import datetime as dt
from contextlib import suppress
from zoneinfo import ZoneInfo

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from audit.models import Difference, Event, SweepRun
from core import clock
from core.access import system
from core.tenancy import on_behalf_of
from identity.models import User
from notifications.models import Outbox
from portal.sweeps import SWEEPS
from security_models.machine import business_types
from security_models.models import BusinessTypeAccount, Contact, SecurityModel
from security_profile.facts.annual_reviews import Cycle, cycle_on
from security_profile.models import AnnualReview, Submission
from security_profile.services import submit
from security_profile.states import ReviewState
from tests.factories import annual
from tests.factories.people import UserFactory
from tests.factories.profile import access_to, make_type
from tests.factories.trade import make_account, make_contact, make_model
from tests.superuser import superuser
from trade_accounts.states import MembershipState

pytestmark = pytest.mark.django_db

REVIEWS, ESCALATIONS, CLOSINGS = (
    "annual_reviews",
    "annual_review_escalations",
    "annual_review_closings",
)


@pytest.fixture
def model(db: None) -> SecurityModel:
    """A certified account with an Officer, who is its Primary POC, and an Employee."""
    return annual.certified_model()


@pytest.fixture
def employee(model: SecurityModel) -> User:
    return User.objects.get(email=annual.EMPLOYEE)


def swept(model: SecurityModel, days: int, name: str = REVIEWS, number: int = 1) -> set[str]:
    """The addresses to which a sweep wrote, run twice so many days after a due day."""
    before = set(Outbox.objects.values_list("pk", flat=True))
    with annual.at_due(model, days, number):
        for _again in range(2):
            assert SWEEPS[name].run() is not None
    mails = Outbox.objects.exclude(pk__in=before).filter(kind__startswith="annual_review.")
    found = list(mails.values_list("to_address", flat=True))
    assert len(found) == len(set(found))
    return set(found)


def newest() -> Outbox:
    return Outbox.objects.filter(kind__startswith="annual_review.").latest("created_at")


def kinds() -> list[str]:
    found = Outbox.objects.filter(kind__startswith="annual_review.").order_by("created_at")
    return [kind.removeprefix("annual_review.") for kind in found.values_list("kind", flat=True)]


def second_officer(model: SecurityModel) -> User:
    user = UserFactory.create(email="second@example.com")
    make_contact(model, user, "officer")
    return user


# --- reminders ------------------------------------------------------------------------------------


def test_p10_the_company_is_told_on_the_days_of_the_clock_and_on_no_others(
    model: SecurityModel,
) -> None:
    days = [day for day in range(-95, 25) if swept(model, day)]
    assert days == [-90, -60, -30, -14, -7, -1, 1, 7]


def test_p10_officers_hear_that_the_window_opens_and_again_from_30_days_before(
    model: SecurityModel, employee: User
) -> None:
    poc = model.started_by.email
    other = second_officer(model).email
    assert swept(model, -90) == {poc, other, employee.email}
    assert swept(model, -60) == {poc, employee.email}
    assert swept(model, -30) == {poc, other, employee.email}


def test_p10_an_officer_is_told_early_if_nobody_else_is_a_contact(model: SecurityModel) -> None:
    Contact.objects.filter(security_model=model).exclude(role="officer").delete()
    Contact.objects.filter(security_model=model).update(is_primary_poc=False)
    assert swept(model, -60) == {model.started_by.email}


def test_p10_the_specialist_is_told_when_a_review_is_late(
    model: SecurityModel, employee: User
) -> None:
    staff = model.assignments.get().staff.email
    assert staff not in swept(model, -1)
    assert swept(model, 1) == {model.started_by.email, employee.email, staff}
    mail = newest()
    assert "1 day late" in mail.text and "can still sign and submit" in mail.text


def test_p11_an_officer_who_joins_within_the_window_gets_the_next_reminder_only(
    model: SecurityModel,
) -> None:
    swept(model, -30)
    other = second_officer(model).email
    assert swept(model, -29) == set()
    assert other in swept(model, -14)


def test_p11_nobody_who_is_disabled_or_ended_is_told(model: SecurityModel, employee: User) -> None:
    User.objects.filter(pk=employee.pk).update(disabled_at=clock.now())
    ended = second_officer(model)
    model.contacts.get(membership__user=ended).membership.__class__.objects.filter(
        user=ended
    ).update(state=MembershipState.ENDED)
    for days in (-90, -30, 1):
        told = swept(model, days)
        assert model.started_by.email in told
        assert not told & {employee.email, ended.email}


@pytest.mark.parametrize(
    ("days", "kind"), [(-87, "opened"), (-70, "opened"), (-12, "reminder"), (0, "reminder"),
                       (3, "overdue"), (200, "overdue")]
)  # fmt: skip
def test_p11_after_a_pause_only_the_newest_message_is_sent(
    model: SecurityModel, days: int, kind: str
) -> None:
    swept(model, -100)
    assert swept(model, days)
    assert set(kinds()) == {kind}


def test_p11_after_400_days_the_window_that_is_open_now_counts(model: SecurityModel) -> None:
    swept(model, -60)
    assert swept(model, -25, number=2)
    (row,) = AnnualReview.objects.filter(due_on=annual.cycle(model, 2).due_on)
    assert row.reminded == -30
    assert set(kinds()) == {"reminder"}


def test_p10_nobody_is_told_of_a_review_that_was_submitted(model: SecurityModel) -> None:
    with annual.at_due(model, -45):
        annual.do_everything(model)
        annual.sign(model)
    assert [day for day in range(-44, 20) if swept(model, day)] == []


def test_p10_a_withdrawn_review_is_reminded_of_again(model: SecurityModel) -> None:
    with annual.at_due(model, -45):
        annual.do_everything(model)
        submission = annual.sign(model)
    assert swept(model, -30) == set()
    with annual.at_due(model, -20):
        submit.withdraw(actor=access_to(model), model=model, submission_id=submission.pk)
    assert swept(model, -14)


def test_p10_a_reminder_lists_what_is_open_with_links(model: SecurityModel) -> None:
    with annual.at_due(model, -40):
        annual.assess(model)
    swept(model, -30)
    mail = newest()
    assert "That is in 30 days" in mail.text
    assert "Risk assessment" not in mail.text
    assert "Company profile: confirm" in mail.text and "/annual-review/company-profile" in mail.text
    with annual.at_due(model, -20):
        annual.do_everything(model)
    swept(model, -14)
    assert "Everything is confirmed" in newest().text


def test_p13_the_dates_follow_the_type_that_is_certified_first(model: SecurityModel) -> None:
    """A second type that is certified later changes nothing, also after the first one has ended."""
    first = model.business_types.get()
    annual.certify_another(model, 20)
    assert first.certified_on is not None
    planned = annual.Cycle(first.certified_on, 1)
    for days, sent in ((-61, 1), (-60, 2), (-40, 2)):
        with clock.at(planned.due_on + dt.timedelta(days=days)):
            SWEEPS[REVIEWS].run()
        mine = Outbox.objects.filter(to_address=annual.EMPLOYEE, kind__startswith="annual_review.")
        assert mine.count() == sent
    for status, offset in (("suspended", -30), ("withdrawn", -14)):
        BusinessTypeAccount.objects.filter(pk=first.pk).update(status=status)
        with clock.at(planned.due_on + dt.timedelta(days=offset)):
            SWEEPS[REVIEWS].run()
        assert AnnualReview.objects.get().due_on == planned.due_on
        assert AnnualReview.objects.get().reminded == offset


@pytest.mark.django_db(transaction=True)
def test_p11_an_altered_certification_date_reminds_nobody() -> None:
    model = annual.certified_model()
    due = annual.cycle(model).due_on - dt.timedelta(days=30)
    with superuser() as cursor:
        table = "security_models_businesstypeaccount"
        cursor.execute(f"UPDATE {table} SET certified_on = certified_on - 30")
    with clock.at(due - dt.timedelta(days=60)), on_behalf_of(system("test")):
        run = SWEEPS[REVIEWS].run()
        assert run is not None and run.done["differ"] == 1
        assert kinds() == [] and Difference.objects.exists()


@pytest.mark.parametrize(("hour", "told"), [("23:59", False), ("00:00", True)])
def test_p11_a_review_is_late_when_the_due_day_ends_in_the_zone_of_the_program(
    model: SecurityModel, hour: str, told: bool
) -> None:
    due = annual.cycle(model).due_on
    with annual.at_due(model, 0):
        SWEEPS[REVIEWS].run()
    moment = dt.datetime.combine(
        due if hour == "23:59" else due + dt.timedelta(days=1),
        dt.time.fromisoformat(hour),
        tzinfo=ZoneInfo("America/New_York"),
    )
    with clock.at(moment.astimezone(ZoneInfo("Asia/Tokyo"))):
        assert (annual.today(model).state == ReviewState.OVERDUE) is told
        SWEEPS[REVIEWS].run()
    assert ("overdue" in kinds()) is told


# --- the statements of a sweep --------------------------------------------------------------------


def test_p11_a_run_with_nothing_new_reads_the_days_since_the_last_one_only(
    model: SecurityModel,
) -> None:
    swept(model, -60)
    assert [run.done for run in SweepRun.objects.filter(sweep=REVIEWS).order_by("id")] == [
        {"reminded": 1, "failed": 0},
        {"failed": 0},
    ]


# --- escalation -----------------------------------------------------------------------------------


@pytest.fixture
def management(db: None) -> User:
    return UserFactory.create(email="boss@agency.example", staff_role="management")


def test_p10_the_specialist_is_warned_and_then_management_has_the_overdue_review(
    model: SecurityModel, management: User
) -> None:
    staff = model.assignments.get().staff.email
    days = {day: told for day in range(50) if (told := swept(model, day, ESCALATIONS))}
    managers = {one.email for one in User.objects.filter(staff_role="management")}
    assert days == {22: {staff}, 30: managers | {staff}}
    assert AnnualReview.objects.get().escalated_on == annual.cycle(model).escalates_on
    assert Event.objects.filter(kind="security_profile.review_escalated").count() == 1


def test_p10_management_reads_how_late_it_is_and_what_was_tried(
    model: SecurityModel, management: User
) -> None:
    swept(model, -1)
    swept(model, 1)
    swept(model, 30, ESCALATIONS)
    mail = newest()
    assert "overdue for 30 days" in mail.subject
    assert "The company was reminded on these days" in mail.text and ";" in mail.text
    assert "Recommend what happens next" in mail.text and "last worked" in mail.text


def test_p10_a_review_that_was_submitted_late_is_not_escalated(model: SecurityModel) -> None:
    with annual.at_due(model, 10):
        annual.do_everything(model)
        annual.sign(model)
    assert [day for day in range(15, 50) if swept(model, day, ESCALATIONS)] == []
    assert AnnualReview.objects.get().escalated_on is None


def test_p11_a_late_sweep_escalates_without_the_warning(
    model: SecurityModel, management: User
) -> None:
    swept(model, 0, ESCALATIONS)
    assert management.email in swept(model, 90, ESCALATIONS)
    assert AnnualReview.objects.get().escalated_on == annual.cycle(model).due_on + dt.timedelta(90)


def test_p10_a_late_review_that_is_withdrawn_after_the_day_of_escalation_is_escalated(
    model: SecurityModel, management: User
) -> None:
    with annual.at_due(model, 10):
        annual.do_everything(model)
        submission = annual.sign(model)
    assert swept(model, 45, ESCALATIONS) == set()
    with annual.at_due(model, 46):
        submit.withdraw(actor=access_to(model), model=model, submission_id=submission.pk)
    assert management.email in swept(model, 46, ESCALATIONS)
    assert AnnualReview.objects.get().escalated_on == annual.cycle(model).due_on + dt.timedelta(46)
    assert swept(model, 47, ESCALATIONS) == set()


def test_p10_a_review_of_a_reinstated_type_is_escalated_if_its_day_has_passed(
    model: SecurityModel, management: User
) -> None:
    def move(name: str) -> None:
        business_types.apply(name, model.business_types.get(), actor=system("test"))

    with annual.at_due(model, 10):
        move("suspend")
    assert swept(model, 45, ESCALATIONS) == set()
    with annual.at_due(model, 46):
        move("reinstate_certified")
    assert management.email in swept(model, 47, ESCALATIONS)


# --- closing --------------------------------------------------------------------------------------


def test_p10_a_review_that_was_never_submitted_is_closed_when_the_next_window_opens(
    model: SecurityModel,
) -> None:
    swept(model, -91, CLOSINGS, number=2)
    assert not AnnualReview.objects.exclude(closed_on=None).exists()
    swept(model, -90, CLOSINGS, number=2)
    row = AnnualReview.objects.exclude(closed_on=None).get()
    assert row.due_on == annual.cycle(model).due_on
    assert row.closed_on == annual.cycle(model, 2).opens_on
    assert Event.objects.filter(kind="security_profile.review_closed").count() == 1


def test_p11_a_pause_of_years_closes_each_year_once(model: SecurityModel) -> None:
    swept(model, -80, CLOSINGS, number=1)
    swept(model, -80, CLOSINGS, number=4)
    closed = AnnualReview.objects.exclude(closed_on=None).values_list("due_on", flat=True)
    assert sorted(closed) == [annual.cycle(model, number).due_on for number in (1, 2, 3)]


def test_p10_a_review_that_was_submitted_is_not_closed(model: SecurityModel) -> None:
    with annual.at_due(model, 10):
        annual.do_everything(model)
        annual.sign(model)
    swept(model, -80, CLOSINGS, number=2)
    assert Submission.objects.count() == 2
    assert not AnnualReview.objects.exclude(closed_on=None).exists()


# --- any moments ----------------------------------------------------------------------------------

ANCHOR = dt.date(2024, 2, 29)
NAMES = [REVIEWS, ESCALATIONS, CLOSINGS]


def certified_on_leap_day() -> SecurityModel:
    """An account that was certified on February 29, with its Officer and nothing else."""
    model = make_model(make_account())
    make_type(model)
    BusinessTypeAccount.objects.filter(security_model=model).update(
        status="certified", certified_on=ANCHOR, account_number="12345678"
    )
    return model


def final(moments: list[tuple[int, list[str]]]) -> dict[dt.date, tuple[object, ...]]:
    """What is recorded after sweeps at these moments: (days after the certification, names)."""
    model = certified_on_leap_day()
    for days, names in moments:
        with clock.at(ANCHOR + dt.timedelta(days=days)):
            for name in names:
                run = SWEEPS[name].run()
                assert run is not None and run.error == ""
    days = moments[-1][0]
    cycle = cycle_on(ANCHOR, ANCHOR + dt.timedelta(days=days))
    rows = AnnualReview.objects.filter(security_model=model)
    mails = Outbox.objects.filter(kind__startswith="annual_review.")
    keys = list(mails.values_list("once_key", flat=True))
    assert len(keys) == len(set(keys))
    return {
        row.due_on: (
            row.reminded if row.due_on == cycle.due_on else "past",
            row.escalated_on is not None if row.due_on == cycle.due_on else "past",
            row.closed_on is not None,
        )
        for row in rows
    }


moments = st.lists(
    st.tuples(st.integers(1, 1500), st.permutations(NAMES)), min_size=0, max_size=4
).map(lambda found: sorted(found, key=lambda one: one[0]))


@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
@given(before=moments, last=st.integers(1500, 1900), order=st.permutations(NAMES))
def test_p11_any_number_and_order_of_moments_ends_the_same(
    db: None, before: list[tuple[int, list[str]]], last: int, order: list[str]
) -> None:
    found = []
    for run in ([*before, (last, order)], [(last, NAMES)]):
        with suppress(Undone), transaction.atomic():
            found.append(final(run))
            raise Undone
    assert found[0] == found[1]


class Undone(Exception):
    """Takes back what an example wrote."""


def test_p11_a_leap_day_has_eight_reviews_with_their_days(db: None) -> None:
    model = certified_on_leap_day()
    for number in range(1, 9):
        due = Cycle(ANCHOR, number).due_on
        assert (due.month, due.day) == ((2, 29) if number % 4 == 0 else (2, 28))
        for days in (-91, -90, 0, 1):
            with clock.at(due + dt.timedelta(days=days)):
                assert SWEEPS[REVIEWS].run() is not None
        subjects = Outbox.objects.filter(subject__contains=f"{due:%b} {due.day}, {due.year}")
        assert subjects.filter(kind="annual_review.opened").count() == 1
        assert subjects.filter(kind="annual_review.reminder").count() == 1
    rows = AnnualReview.objects.filter(security_model=model).order_by("due_on")
    assert [row.due_on for row in rows] == [Cycle(ANCHOR, n).due_on for n in range(1, 9)]
    assert [row.reminded for row in rows] == [7] * 7 + [1]
