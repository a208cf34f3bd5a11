"""The clock: program dates, leap days, reminders that catch up."""

from __future__ import annotations

import datetime as dt

from django.test import override_settings

from core import clock


def test_p11_the_twenty_ninth_of_february_becomes_the_twenty_eighth() -> None:
    assert clock.clock("anniversary").due(dt.date(2028, 2, 29)) == dt.date(2029, 2, 28)


def test_p11_a_program_day_ends_at_midnight_in_new_york() -> None:
    assert clock.program_date(dt.datetime(2026, 12, 1, 4, 59, tzinfo=dt.UTC)) == dt.date(
        2026, 11, 30
    )
    assert clock.program_date(dt.datetime(2026, 12, 1, 5, 0, tzinfo=dt.UTC)) == dt.date(2026, 12, 1)


@override_settings(DEMO_TODAY="2027-03-01")
def test_demo_today_moves_program_dates_and_not_real_time() -> None:
    assert clock.today() == dt.date(2027, 3, 1)
    assert clock.now().date() != dt.date(2027, 3, 1)
    with clock.at(dt.date(2026, 1, 2)):
        assert clock.today() == dt.date(2026, 1, 2)
        assert clock.now().date() == dt.date(2026, 1, 2)


@override_settings(CLOCK_APPLICATION_FINISH=90)
def test_a_setting_overrides_the_shipped_length_of_a_clock() -> None:
    assert clock.clock("application_finish").due(dt.date(2026, 1, 1)) == dt.date(2026, 4, 1)


def test_p11_after_days_of_standing_still_only_the_newest_reminder_counts() -> None:
    finish = clock.clock("application_finish")
    due = dt.date(2026, 3, 31)
    assert finish.last_reminder(due, dt.date(2026, 2, 1)) is None
    assert finish.last_reminder(due, dt.date(2026, 3, 1)) == -30
    assert finish.last_reminder(due, dt.date(2026, 3, 30)) == -1


def test_p11_after_the_last_day_only_reminders_of_what_is_late_count() -> None:
    finish, decide = clock.clock("application_finish"), clock.clock("certification_decision")
    last_day = dt.date(2026, 3, 31)
    assert finish.last_reminder(last_day, dt.date(2026, 4, 1)) is None
    assert decide.last_reminder(last_day, dt.date(2026, 3, 31)) == -7
    assert decide.last_reminder(last_day, dt.date(2026, 4, 1)) == 1
    assert decide.last_reminder(last_day, dt.date(2027, 4, 1)) == 7


def test_r7_a_period_of_the_same_day_is_over_at_midnight() -> None:
    assert clock.clock("reactivation_sign_in").due(dt.date(2026, 3, 31)) == dt.date(2026, 4, 1)
