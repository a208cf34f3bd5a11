"""Tests make and read rows as the system; requests and tasks begin without a scope, as they do in
production.

Row-level security shows nothing to a transaction that has not said on whose behalf it works. Inside
a test that never commits, all requests are part of one transaction, so what one of them has set is
taken back at its end.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib import import_module
from typing import Any

import pytest
from celery.app.task import Task
from django.core.handlers.base import BaseHandler
from django.db import DEFAULT_DB_ALIAS, connections
from django.db.backends.signals import connection_created

from core.row_security import ALL_ROWS

SETTINGS = (
    "app.scope", "app.user_id", "app.trade_accounts", "app.security_models", "app.named_accounts",
    "app.invitations", "app.scopes",
)  # fmt: skip

#: Empties the lists of ids that end alike (``portal_enter``).
FORGET = """
    SELECT set_config(setting || '_' || right(id, 2), '', false)
    FROM unnest(%s) AS setting, unnest(string_to_array(current_setting(setting, true), ',')) AS id
    WHERE id <> ''
"""
#: What tasks call outside any transaction, and what tests call instead of the task.
WORK_OF_TASKS = (
    ("files.services", "scan"), ("files.services", "sweep_scans"), ("files.services", "render"),
    ("files.services", "sweep_renderings"), ("files.services", "draw"),
    ("files.services", "sweep_previews"), ("files.services.previews", "draw"),
    ("files.services", "sweep_orphans"),
    ("files.services.scans", "scan"), ("files.services.renderings", "render"),
    ("notifications.services.delivery", "deliver"),
    ("notifications.services.delivery", "sweep_outbox"),
    ("notifications.services.retention", "sweep_texts"),
    ("documents.services.trash", "sweep_trash"),
    ("documents.services.public_sending", "tell_readers"),
    ("documents.services.public_sending", "sweep_public_sendings"),
    ("documents.services.packages", "sweep_packages"),
    ("documents.services.package_making", "make_package"),
    ("documents.services.package_making", "make_due_packages"),
    ("identity.services.digests", "sweep_digests"),
    ("webhooks.services.delivery", "deliver"), ("webhooks.services.delivery", "sweep_webhooks"),
    ("webhooks.services.delivery", "sweep_old_events"),
    ("svi.services.news", "tell_status"), ("svi.services.news", "sweep_svi_news"),
)  # fmt: skip

_here = threading.local()


def _set(connection: Any, role: str) -> None:
    """Set the role for the session; without Django's cursor, so that no test counts it."""
    names = ", ".join(f"set_config('{name}', '', false)" for name in SETTINGS)
    with connection.connection.cursor() as cursor:
        cursor.execute(FORGET, [list(SETTINGS)])
        cursor.execute(f"SELECT set_config('role', %s, false), {names}", [role])


def _set_if_open(role: str) -> None:
    connection = connections[DEFAULT_DB_ALIAS]
    usable = connection.connection is not None and connection.connection.closed == 0
    if usable and connection.connection.get_transaction_status() != _FAILED:
        _set(connection, role)


#: The status of a transaction that accepts no statement after a failure.
_FAILED = 3


@contextmanager
def without_scope() -> Iterator[None]:
    """A request or task inside a test: whatever it does not say, it does not see."""
    if getattr(_here, "busy", False):
        yield
        return
    _set_if_open("none")
    _here.busy = True
    try:
        yield
    finally:
        _here.busy = False
        _set_if_open(ALL_ROWS)


def _connected(connection: Any, **_more: Any) -> None:
    if connection.alias == DEFAULT_DB_ALIAS and not getattr(_here, "busy", False):
        _set(connection, ALL_ROWS)


def _wrapped(function: Callable[..., Any]) -> Callable[..., Any]:
    def run(*args: Any, **options: Any) -> Any:
        with without_scope():
            return function(*args, **options)

    return run


def as_in_production(patched: pytest.MonkeyPatch) -> None:
    """Begin every request and every task without a scope, and everything else as the system."""
    connection_created.connect(_connected, dispatch_uid="tests.scopes")
    patched.setattr(BaseHandler, "get_response", _wrapped(BaseHandler.get_response))
    patched.setattr(Task, "__call__", _wrapped(Task.__call__))
    for module, name in WORK_OF_TASKS:
        patched.setattr(f"{module}.{name}", _wrapped(getattr(import_module(module), name)))
