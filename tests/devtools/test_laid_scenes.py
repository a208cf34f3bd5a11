"""A scene that is laid from its rows is the same as the one that was played."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

import pytest
from django.db import transaction

from core import clock
from tests.factories.kept import _tables, kept, with_a_worker
from tests.factories.people import UserFactory
from tests.factories.trade import make_account, make_model
from trade_accounts.models import TradeAccount

MARCH, SEPTEMBER = dt.date(2026, 3, 2), dt.date(2026, 9, 14)
Rows = dict[tuple[str, str], dict[str, Any]]


@kept
def _two_days() -> Any:
    with clock.at(MARCH):
        model = make_model(make_account())
    make_model(model.trade_account, UserFactory.create(last_login=dt.datetime.now(dt.UTC)))
    return model.pk


def _rows() -> Rows:
    every = ((table.name, json.loads(row)) for table in _tables() for row in table.rows)
    return {(name, str(row.get("id") or row)): row for name, row in every}


def _scene(before: Rows) -> Rows:
    """The rows that the scene adds, which is undone."""
    with clock.at(SEPTEMBER), transaction.atomic():
        _two_days()
        added = {key: row for key, row in _rows().items() if key not in before}
        transaction.set_rollback(True)
    return added


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("time", ["played", "laid"])
def test_a_scene_that_is_committed_holds_what_was_done_after_its_commit(time: str) -> None:
    """The second time is another test: the database was emptied meanwhile."""
    _with_what_follows()
    assert sorted(TradeAccount.objects.values_list("name", flat=True)) == ["Asked", "Done"]
    assert _plays == ["played"]


@pytest.mark.django_db(transaction=True)
def test_a_scene_that_a_worker_acts_on_is_played() -> None:
    with with_a_worker():
        _with_what_follows()
    assert len(_plays) == 2


_plays: list[str] = []


@kept
def _with_what_follows() -> Any:
    _plays.append("played")
    with transaction.atomic():
        make_account("Asked")
        transaction.on_commit(lambda: make_account("Done"))


@pytest.mark.django_db(transaction=True)
def test_a_test_that_commits_plays_its_scenes_also_within_a_transaction() -> None:
    """Only what is played does after the commit what belongs to it."""
    acts: list[str] = []

    @kept
    def _sent() -> Any:
        make_account(str(len(acts)))
        transaction.on_commit(lambda: acts.append("sent"))

    for _time in range(2):
        with transaction.atomic():
            _sent()
    assert acts == ["sent", "sent"]


@pytest.mark.django_db
def test_a_scene_of_stopped_days_is_laid_with_the_days_on_which_it_was_played() -> None:
    before = _rows()
    _scene(before)  # what comes once is only played
    played, laid = _scene(before), _scene(before)
    assert played.keys() == laid.keys()
    differing = {
        (table, column)
        for (table, key), row in played.items()
        for column, value in row.items()
        if laid[table, key][column] != value
    }
    assert differing == {("identity_user", "last_login")}, "real time is moved, and nothing else"
    days = {str(value)[:10] for row in laid.values() for value in row.values()}
    assert {MARCH.isoformat(), SEPTEMBER.isoformat()} <= days
