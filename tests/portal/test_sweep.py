"""Every clock of the program is served, and ``manage.py sweep`` shows and does what is due."""

from __future__ import annotations

import ast
import datetime as dt
import io

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.test import override_settings

from audit.models import SweepRun
from core import clock
from core.reference import rows_of
from notifications.models import Outbox
from portal.sweeps import SWEEPS
from security_models.models import SecurityModel
from tests.architecture.source import product
from tests.factories.trade import make_account, make_model

START = dt.date(2026, 3, 2)

#: Clocks of features that are not built, by the feature. A clock that is taken from here is served.
NOT_BUILT = {
    "first_validation": "Overdue lists of staff",
    "revalidation": "Validations",
    "validation_notice": "Validations",
    "validation_notice_foreign": "Validations",
    "validation_length": "Validations",
    "validation_response": "Validations",
    "warning_letter": "Letters",
    "suspension_answer": "Status changes by the program",
    "reapply_bar": "Status changes by the program",
    "appeal_file_denial": "Appeals",
    "appeal_decide_denial": "Appeals",
    "appeal_file_false_information": "Appeals",
    "appeal_decide_false_information": "Appeals",
    "agreement_resign": "Agreements beside the application",
}


def named_in_the_source() -> set[str]:
    """Every text constant of the product."""
    return {
        node.value
        for module in product()
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }


def test_p11_each_clock_has_a_sweep_or_is_asked_when_it_matters_or_belongs_to_no_feature() -> None:
    clocks = {row["code"] for row in rows_of("program", "clocks.csv")}
    swept = {one.clock for one in SWEEPS.values()}
    asked = {code for code in clocks - set(NOT_BUILT) if code in named_in_the_source()}
    assert swept <= clocks
    assert clocks == swept | asked | set(NOT_BUILT)
    assert not swept & set(NOT_BUILT)


def test_p11_each_reminder_that_is_built_has_a_sweep_over_its_clock() -> None:
    swept = {one.clock for one in SWEEPS.values()}
    for row in rows_of("program", "notifications.csv"):
        if row["timing"] == "reminder" and row["built"] == "yes":
            assert set(row["clock"].split(";")) <= swept, row["code"]
        if row["clock"] and row["built"] == "yes":
            assert not set(row["clock"].split(";")) & set(NOT_BUILT), row["code"]


def test_beat_starts_every_sweep() -> None:
    started = {
        str(one["task"]).rpartition(".")[2] for one in settings.CELERY_BEAT_SCHEDULE.values()
    }
    assert {f"sweep_{name}" for name in SWEEPS} <= started


# --- the command ----------------------------------------------------------------------------------


@pytest.fixture
def model(db: None) -> SecurityModel:
    """An application that someone started and did not finish."""
    with clock.at(START):
        return make_model(make_account())


def swept(*arguments: str) -> str:
    told = io.StringIO()
    call_command("sweep", *arguments, stdout=told)
    return told.getvalue()


def test_a_dry_run_names_what_is_due_and_changes_nothing(model: SecurityModel) -> None:
    told = swept("unfinished_applications", "--on", "2026-05-05", "--dry-run")
    assert f"{model.reference} would be over, last day Apr 30, 2026" in told
    assert "1 due (nothing was changed)" in told
    model.refresh_from_db()
    assert model.lapsed_on is None
    assert not Outbox.objects.exists() and not SweepRun.objects.exists()


def test_it_does_what_is_due_once(model: SecurityModel) -> None:
    with clock.at(dt.date(2026, 4, 24)):
        assert f"{model.reference} reminded, last day Apr 30, 2026" in swept()
        assert "unfinished_applications: 0 due" in swept()
    assert Outbox.objects.filter(kind="application.expiring").count() == 1


def test_a_command_says_how_to_write_a_day() -> None:
    for command, option in (("sweep", "--on"), ("verify_records", "--since")):
        for day in ("May 5", "2026-02-30", "20260505"):
            with pytest.raises(CommandError, match="Write the day as YYYY-MM-DD"):
                call_command(command, option, day)


def test_only_the_demonstration_acts_on_another_day(model: SecurityModel) -> None:
    with override_settings(IS_DEMO=False), pytest.raises(CommandError, match="--dry-run"):
        swept("--on", "2026-05-05")
    with override_settings(IS_DEMO=True):
        assert "over" in swept("unfinished_applications", "--on", "2026-05-05")
    model.refresh_from_db()
    assert model.lapsed_on == dt.date(2026, 5, 5)


def test_an_unknown_sweep_is_named(model: SecurityModel) -> None:
    with pytest.raises(CommandError, match="invalid choice"):
        swept("elsewhere")


def test_what_fails_is_named_and_ends_the_command_with_an_error(
    model: SecurityModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(**about: object) -> bool:
        raise RuntimeError("the disk is full")

    monkeypatch.setattr("security_models.services.lapse", fails)
    with clock.at(dt.date(2026, 5, 5)), pytest.raises(CommandError, match="1 failed"):
        swept("unfinished_applications")
    assert SweepRun.objects.get().error == model.reference
