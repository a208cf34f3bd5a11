"""The checks of ``/readyz``: only the database decides, all others can be degraded (R-12)."""

from __future__ import annotations

import datetime as dt
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

from celery import current_app
from django.conf import settings
from django.core.cache import cache
from django.db import Error, connection
from django.db.migrations.executor import MigrationExecutor
from kombu import Connection
from kombu.exceptions import KombuError
from redis.exceptions import RedisError

from audit.selectors import newest_sweep, open_differences
from audit.selectors.anchors import newest_anchor
from core import clock
from core.access import system
from core.laid_views import outdated
from core.tenancy import on_behalf_of
from files.selectors import documents_standing, scan_lag
from notifications.selectors import dead_mail, outbox_lag

OK = "ok"
MOST_OUTBOX_LAG = dt.timedelta(minutes=5)
MOST_SCAN_LAG = dt.timedelta(minutes=15)
MOST_RENDERING_LAG = dt.timedelta(minutes=15)
MOST_SWEEP_AGE = dt.timedelta(minutes=15)
MOST_CHECK_AGE = dt.timedelta(days=2)
MOST_STATEMENT_AGE = dt.timedelta(days=1)
#: Older failures have already been seen by someone, or never will be.
RECENT = dt.timedelta(days=1)
LEAST_FREE_BYTES = 1024**3
REDIS_SECONDS = 1.0

#: Sweeps that run every few minutes, by the names in their records.
SWEEPS = ("outbox", "scans", "previews", "renderings", "unfinished_applications", "chain")


def unavailable() -> dict[str, str]:
    """What prevents the portal from serving anyone, by name; empty if it can work."""
    try:
        connection.ensure_connection()
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        return {} if _migrated() and _views_current() else {"database": "not migrated"}
    except Error:
        connection.close()
        return {"database": "does not answer"}


_known_migrated: set[str] = set()


def _migrated() -> bool:
    """Whether every migration was applied; checked until it is true for this database."""
    name = str(connection.settings_dict["NAME"])
    if name not in _known_migrated:
        executor = MigrationExecutor(connection)
        if executor.migration_plan(executor.loader.graph.leaf_nodes()):
            return False
        _known_migrated.add(name)
    return True


_known_current: set[str] = set()


def _views_current() -> bool:
    """Whether the laid views are from this version; checked until it is true."""
    name = str(connection.settings_dict["NAME"])
    if name not in _known_current:
        if outdated(connection.alias):
            return False
        _known_current.add(name)
    return True


def degraded() -> dict[str, str]:
    """The state of all other checks, by name: ``ok`` or what is wrong, in a few words."""
    around: dict[str, Callable[[], str]] = {
        "broker": _broker,
        "cache": _cache,
        "disk": _disk,
    }
    # What waits belongs to companies: the probe counts it as the system.
    waiting: dict[str, Callable[[], str]] = {
        "outbox": _outbox,
        "file_checks": _file_checks,
        "documents": _documents,
        "records": _records,
        "statements": _statements,
    }
    found = {name: check() for name, check in around.items()}
    with on_behalf_of(system("Health")):
        found |= {name: check() for name, check in waiting.items()}
    return {**found, **{f"sweep_{name}": _sweep(name) for name in SWEEPS}}


def _broker() -> str:
    options = {
        **current_app.conf.broker_transport_options,
        "socket_timeout": REDIS_SECONDS,
        "socket_connect_timeout": REDIS_SECONDS,
    }
    try:
        with Connection(
            current_app.conf.broker_url, connect_timeout=REDIS_SECONDS, transport_options=options
        ) as broker:
            channel: Any = broker.default_channel
            channel.client.ping()
    except (KombuError, RedisError, OSError):
        return "does not answer"
    return OK


def _cache() -> str:
    try:
        cache.set("readyz", "1", 5)
    except (RedisError, OSError):
        return "does not answer"
    return OK


def _outbox() -> str:
    lag, dead = outbox_lag(), dead_mail(RECENT)
    if lag > MOST_OUTBOX_LAG:
        return f"the oldest email waits for {_minutes(lag)} minutes"
    return f"{dead} emails were given up" if dead else OK


def _file_checks() -> str:
    lag = scan_lag()
    if lag > MOST_SCAN_LAG:
        return f"the oldest file waits for {_minutes(lag)} minutes"
    return OK


def _documents() -> str:
    found = documents_standing(RECENT)
    if found.late:
        return f"{found.late} documents could not be made yet"
    if found.lag > MOST_RENDERING_LAG:
        return f"the oldest document waits for {_minutes(found.lag)} minutes"
    return f"{found.failed} documents could not be made" if found.failed else OK


def _records() -> str:
    """Never a reason to take the portal away: what differs is not shown, and all else is right."""
    if differ := open_differences().count():
        return f"{differ} records differ from what was written"
    run = newest_sweep("records")
    if run is None or run.finished_at is None:
        return "not checked yet"
    age = clock.now() - run.finished_at
    return OK if age <= MOST_CHECK_AGE else f"last checked {age.days} days ago"


def _statements() -> str:
    newest = newest_anchor()
    if newest is None:
        return "none is signed yet"
    age = clock.real_today() - newest.day
    return OK if age <= MOST_STATEMENT_AGE else f"the last is {age.days} days old"


def _disk() -> str:
    try:
        free = shutil.disk_usage(Path(settings.MEDIA_ROOT)).free
    except OSError:
        return "the folder of files is not there"
    return OK if free >= LEAST_FREE_BYTES else f"{free // 1024**2} MB free"


def _sweep(name: str) -> str:
    run = newest_sweep(name)
    if run is None or run.finished_at is None:
        return "has not run yet"
    age = clock.now() - run.finished_at
    return OK if age <= MOST_SWEEP_AGE else f"last run {_minutes(age)} minutes ago"


def _minutes(span: dt.timedelta) -> int:
    return int(span.total_seconds() // 60)
