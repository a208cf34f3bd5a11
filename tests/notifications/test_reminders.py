"""Reminders name the right day: sent N days before, they say N and the date."""

from __future__ import annotations

import datetime as dt
import re

import pytest

from core import clock
from core.days import days_left
from identity import tasks as identity_tasks
from identity.models import User
from notifications.models import Outbox
from security_models.tasks import sweep_unfinished_applications
from tests.factories.people import UserFactory
from tests.factories.trade import make_account, make_contact, make_model

pytestmark = pytest.mark.django_db

#: Days whose periods include a leap day, a change to or from daylight saving time, and the end of a
#: year.
STARTS = [dt.date(2028, 1, 10), dt.date(2026, 2, 12), dt.date(2026, 10, 5), dt.date(2026, 11, 15)]
#: Just after midnight, in the afternoon, and just before midnight: Eastern time.
HOURS = [dt.time(0, 1), dt.time(15), dt.time(23, 58)]


def make_person(start: dt.datetime) -> User:
    """A person whose password and idle days both begin at an instant."""
    person: User = UserFactory.create(
        registered_at=start, signed_in_at=start, password_changed_at=start
    )
    return person


def make_application(start: dt.datetime) -> None:
    """An application begun at an instant."""
    with clock.at(start):
        make_model(make_account())


#: Kind -> days of the period, days before its last day, what begins it, and its sweep.
REMINDERS = {
    "application.expiring": (60, [30, 14, 7, 1], make_application, sweep_unfinished_applications),
    "user.idle_warning": (45, [15, 7, 1], make_person, identity_tasks.sweep_idle_users),
    "user.password_expiring": (
        90,
        [14, 7, 1],
        make_person,
        identity_tasks.sweep_expiring_passwords,
    ),
}


@pytest.mark.parametrize("start", STARTS, ids=str)
@pytest.mark.parametrize("hour", HOURS, ids=str)
@pytest.mark.parametrize("kind", REMINDERS)
def test_a_reminder_says_the_days_that_are_left_until_the_day_it_names(
    kind: str, start: dt.date, hour: dt.time
) -> None:
    length, before, make, sweep = REMINDERS[kind]
    local = dt.datetime.combine(start, hour, tzinfo=clock.PROGRAM_ZONE)
    began = local.astimezone(dt.UTC)
    make(began)
    last_day = start + dt.timedelta(days=length - 1)
    if kind == "user.password_expiring":
        last_day = clock.program_date(clock.clock("password").expires(began))
    for number in before:
        sent_on = last_day - dt.timedelta(days=number)
        for moment in (sent_on - dt.timedelta(days=1), sent_on):
            with clock.at(moment):
                sweep()
        mail = Outbox.objects.filter(kind=kind).latest("created_at")
        assert clock.program_date(mail.created_at) == sent_on
        assert f"That is {days_left(last_day, sent_on)}." in mail.text
        assert f"{last_day:%b} {last_day.day}, {last_day.year}" in mail.text
    assert Outbox.objects.filter(kind=kind).count() == len(before)


def test_days_are_said_as_people_say_them() -> None:
    today = dt.date(2026, 11, 26)
    said = [days_left(today + dt.timedelta(days=n), today) for n in (0, 1, 2, -3)]
    assert said == ["today", "tomorrow", "in 2 days", "3 days late"]


@pytest.mark.parametrize("subject", ["user.idle_warning", "application.expiring"])
def test_days_in_subjects_are_written_as_everywhere(subject: str) -> None:
    began = dt.datetime(2026, 3, 2, 14, tzinfo=dt.UTC)
    _length, _before, make, sweep = REMINDERS[subject]
    make(began)
    with clock.at(began + dt.timedelta(days=44)):
        sweep()
    assert re.search(
        r"[A-Z][a-z]{2} \d{1,2}, \d{4}", Outbox.objects.filter(kind=subject)[0].subject
    )


def test_r7_nobody_who_is_disabled_is_reminded() -> None:
    """The others of the company are."""
    with clock.at(STARTS[0]):
        account = make_account()
        model = make_model(account)
        colleague = make_contact(model).membership.user
    assert colleague is not None
    User.objects.filter(pk=colleague.pk).update(disabled_at=clock.now())
    with clock.at(STARTS[0] + dt.timedelta(days=29)):
        sweep_unfinished_applications()
        sweep_unfinished_applications()
    told = Outbox.objects.filter(kind="application.expiring").values_list("to_address", flat=True)
    assert list(told) == [model.started_by.email]
