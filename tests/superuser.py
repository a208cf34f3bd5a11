"""A superuser of the test database, whom no trigger and no right stops (L-2).

It has a connection of its own, so a test that uses it commits what it begins with.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connections

from devtools.embedded import SUPERUSER

#: The name of its connection.
ALIAS = "superuser"


@contextmanager
def superuser() -> Iterator[Any]:
    """A cursor for which no trigger runs; each statement commits, unless it is in a transaction."""
    connection: Any = connections.create_connection("owner")
    connection.alias = ALIAS
    connection.settings_dict = {**connection.settings_dict, "USER": SUPERUSER, "PASSWORD": ""}
    connections[ALIAS] = connection
    try:
        with connection.cursor() as cursor:
            cursor.execute("SET session_replication_role = replica")
            yield cursor
    finally:
        connection.close()
        del connections[ALIAS]
