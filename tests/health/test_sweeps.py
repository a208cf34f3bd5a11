"""Every job of beat exists, may run at any time, and records its run."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from celery import current_app
from django.conf import settings as django_settings

from audit.selectors import newest_sweep
from portal import health

SCHEDULE: dict[str, dict[str, Any]] = django_settings.CELERY_BEAT_SCHEDULE


def _task(name: str) -> Any:
    current_app.loader.import_default_modules()
    return current_app.tasks[name]


@pytest.mark.django_db
@pytest.mark.parametrize("entry", sorted(SCHEDULE))
def test_r5_every_task_of_the_schedule_runs_twice_in_a_row(
    entry: str, settings: Any, tmp_path: Path
) -> None:
    settings.MEDIA_ROOT = str(tmp_path)
    task = _task(SCHEDULE[entry]["task"])
    task()
    task()


@pytest.mark.django_db
def test_r12_every_sweep_that_is_watched_leaves_its_trace() -> None:
    for entry in SCHEDULE.values():
        if entry["schedule"] <= health.MOST_SWEEP_AGE.total_seconds() / 2:
            _task(entry["task"])()
    assert {name for name in health.SWEEPS if newest_sweep(name) is None} == set()


def test_r12_what_is_watched_runs_often_enough_not_to_be_called_late() -> None:
    often = [one for one in SCHEDULE.values() if one["schedule"] <= 300]
    assert len(often) >= len(health.SWEEPS)
