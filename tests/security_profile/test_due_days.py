"""Which accounts a sweep looks at equals what the pure functions say, for every date (P11, P13)."""

from __future__ import annotations

import datetime as dt
import random
import time
from typing import Any

import pytest
from django.db import connection
from hypothesis import example, given
from hypothesis import strategies as st

from audit.services import sweep_lock
from core import clock
from core.program_days import DAY
from security_models.models import BusinessTypeAccount, SecurityModel
from security_profile.facts.annual_reviews import WINDOW, Cycle, cycle_on
from security_profile.facts.due_days import certified_for, due_days
from security_profile.selectors.due_reviews import anchored, certified_types, to_remind
from tests.factories.trade import make_account, make_model
from tests.statements import at_most

FIRST = dt.date(1970, 1, 1)
YEARS = [FIRST + number * DAY for number in range(1500)]
dates = st.dates(FIRST, dt.date(2099, 12, 31))


def test_p11_a_certification_date_belongs_to_the_days_that_are_its_anniversaries() -> None:
    for start in YEARS:
        for number in (1, 2, 3, 4, 28, 130):
            due = Cycle(start, number).due_on
            assert start in certified_for([due], FIRST)
            assert start not in certified_for([due - DAY, due + DAY], FIRST)


def test_p11_a_leap_day_keeps_its_eight_anniversaries() -> None:
    start = dt.date(2024, 2, 29)
    due = [Cycle(start, number).due_on for number in range(1, 9)]
    assert [(one.month, one.day) for one in due] == [
        (2, 28), (2, 28), (2, 28), (2, 29), (2, 28), (2, 28), (2, 28), (2, 29),
    ]  # fmt: skip
    assert all(start in certified_for([one], FIRST) for one in due)
    assert start not in certified_for([dt.date(2028, 2, 28)], FIRST)


@given(start=dates, days=st.integers(0, 365 * 120), pause=st.integers(0, 500))
@example(start=dt.date(2024, 2, 29), days=365, pause=3)
def test_p11_no_day_of_the_clock_is_missed_after_a_pause(
    start: dt.date, days: int, pause: int
) -> None:
    """If an offset of a cycle was reached since the last run, that cycle's date is looked up."""
    today = start + days * DAY
    since = today - pause * DAY
    offsets = clock.clock(WINDOW).reminder_offsets
    due = due_days(since, today, offsets)
    cycle = cycle_on(start, today)
    reached = [since <= cycle.due_on + one * DAY <= today for one in offsets]
    if any(reached) and due is not None:
        assert start in certified_for(due, FIRST)


def test_p11_without_an_earlier_run_every_account_is_looked_at() -> None:
    today = dt.date(2027, 3, 1)
    assert due_days(None, today, [1]) is None
    assert due_days(today + DAY, today, [1]) is None
    assert due_days(today - 366 * DAY, today, [1]) is None
    assert due_days(today, today, [1, -90]) == {today - DAY, today + 90 * DAY}


# --- in the database ------------------------------------------------------------------------------

MANY = 40


@pytest.fixture
def models(db: None) -> dict[SecurityModel, list[dt.date]]:
    """Accounts with one or two certified business types, around the end of February and at random,
    with their dates.
    """
    chance = random.Random(20240229)
    account = make_account()
    around = [dt.date(year, 2, day) for year in (2020, 2021, 2024) for day in (27, 28)]
    around += [dt.date(2020, 2, 29), dt.date(2024, 2, 29), dt.date(2023, 3, 1)]
    found = {}
    for number in range(MANY):
        model = make_model(account, account.created_by)
        days = [around[number]] if number < len(around) else []
        days += [dt.date(2015, 1, 1) + chance.randrange(4000) * DAY for _ in range(number % 2)]
        days = days or [dt.date(2019, 6, number % 28 + 1)]
        certify(model, days)
        found[model] = days
    return found


def certify(model: SecurityModel, days: list[dt.date]) -> None:
    for kind, day in zip(("importer", "highway_carrier_us_ca"), days, strict=False):
        BusinessTypeAccount.objects.create(
            security_model=model,
            business_type_id=_SLUGS[kind],
            run=model.runs.get(),
            status="certified",
            account_number=f"{BusinessTypeAccount.objects.count() + 10_000_000}",
            started_on=day,
            certified_on=day,
        )


_SLUGS = {"importer": "importer", "highway_carrier_us_ca": "consolidator"}


def test_p13_the_database_finds_the_accounts_that_the_pure_functions_name(
    models: dict[SecurityModel, list[dt.date]],
) -> None:
    first = {model.pk: min(days) for model, days in models.items()}
    every = {model.pk: days for model, days in models.items()}
    day = dt.date(2026, 2, 20)
    for number in range(0, 900, 7):
        due = {day + number * DAY, day + (number + 3) * DAY}
        found = {one.model_id: one.anchor for one in anchored(due)}
        wanted = {
            pk
            for pk, days in every.items()
            if any(cycle_of(start, one) for start in days for one in due)
        }
        assert set(found) == wanted
        assert all(anchor == first[pk] for pk, anchor in found.items())


def cycle_of(start: dt.date, due: dt.date) -> bool:
    return any(Cycle(start, number).due_on == due for number in range(1, due.year - start.year + 1))


def test_p13_an_account_without_a_certified_type_is_never_looked_at(
    models: dict[SecurityModel, list[dt.date]],
) -> None:
    assert len(list(anchored(None))) == MANY
    BusinessTypeAccount.objects.update(status="withdrawn")
    assert list(anchored(None)) == []


def test_p11_the_accounts_are_found_by_an_index_however_many_there_are(
    models: dict[SecurityModel, list[dt.date]],
) -> None:
    rows = certified_types({dt.date(2027, 6, 3)})
    assert rows is not None
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
    plan = rows.explain()
    assert "type_certified_on" in plan and "Seq Scan" not in plan


# --- many accounts --------------------------------------------------------------------------------

TODAY = dt.date(2027, 6, 1)
ACCOUNTS, DUE = 20_000, 60
#: Copies of one account, its run of the eligibility questions, and its certified business type.
COPIES = (
    """INSERT INTO security_models_securitymodel
        SELECT (jsonb_populate_record(m, jsonb_build_object(
            'id', gen_random_uuid(), 'reference', 'B' || n))).*
        FROM security_models_securitymodel m, generate_series(1, %(accounts)s) n
        WHERE m.id = %(model)s""",
    """INSERT INTO security_models_eligibilityrun
        SELECT (jsonb_populate_record(r, jsonb_build_object(
            'id', gen_random_uuid(), 'security_model_id', m.id))).*
        FROM security_models_eligibilityrun r, security_models_securitymodel m
        WHERE r.security_model_id = %(model)s AND m.id <> %(model)s""",
    """INSERT INTO security_models_businesstypeaccount
        SELECT (jsonb_populate_record(t, jsonb_build_object(
            'id', gen_random_uuid(), 'security_model_id', r.security_model_id, 'run_id', r.id,
            'account_number', lpad((r.n + 20000000)::text, 8, '0'),
            'certified_on', CASE WHEN r.n <= %(due)s THEN %(day)s::date
                ELSE %(day)s::date + 5 + (r.n %% 200)::int - 365 * (1 + r.n %% 5)::int END))).*
        FROM security_models_businesstypeaccount t, (
            SELECT id, security_model_id, row_number() OVER () AS n
            FROM security_models_eligibilityrun WHERE security_model_id <> %(model)s) r
        WHERE t.security_model_id = %(model)s""",
)


@pytest.fixture
def many(db: None) -> None:
    """Certified accounts, of which 60 were certified on a day whose window opens today."""
    model = make_model(make_account())
    day = dt.date(2025, 8, 30)
    certify(model, [day - 5 * DAY])
    with connection.cursor() as cursor:
        for statement in COPIES:
            values: dict[str, Any] = {
                "accounts": ACCOUNTS,
                "due": DUE,
                "day": day,
                "model": model.pk,
            }
            cursor.execute(statement, values)
        cursor.execute("ANALYZE security_models_businesstypeaccount")
        cursor.execute("ANALYZE security_models_securitymodel")


@pytest.mark.long
@pytest.mark.timeout(600)
def test_p11_a_sweep_over_many_accounts_reads_only_those_that_are_due(many: None) -> None:
    with clock.at(TODAY):
        with sweep_lock("annual_reviews"):
            pass
        with at_most(5):
            began = time.perf_counter()
            found = list(to_remind("annual_reviews"))
            took = time.perf_counter() - began
    assert len(found) == DUE
    assert took < 1
    rows = certified_types(due_days(TODAY, TODAY, clock.clock(WINDOW).reminder_offsets) or ())
    assert rows is not None
    plan = rows.explain()
    assert "type_certified_on" in plan and "Seq Scan on security_models_b" not in plan
