"""Views of the database whose source is code: created anew after each migration of the schema.

They are dropped before migrations run, because PostgreSQL can't change a column that a view reads,
and created when all of them are applied. Each contains a fingerprint of its source, so that a
release with another source that was started without ``migrate`` is noticed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from django.apps import AppConfig
from django.core import checks
from django.db import connections, transaction
from django.db.migrations.executor import MigrationExecutor
from django.db.models.signals import post_migrate, pre_migrate

from core.crypto import content_hash
from core.row_security import ALL_ROWS, APP

REMEDY = "Run manage.py migrate --database owner: it lays the view anew."

_CURRENT = """
    SELECT name FROM unnest(%s, %s) AS view (name, source)
    WHERE obj_description(to_regclass(name), 'pg_class') IS DISTINCT FROM source
"""


@dataclass(frozen=True)
class LaidView:
    """One view; ``definition`` is its SELECT, or returns it for a database by name.

    It is read with the rights of the caller, unless it ``crosses_tenants``: then it reads the rows
    of all companies, and its definition itself says which of them the caller sees.
    """

    name: str
    definition: str | Callable[[str], str]
    crosses_tenants: bool = False

    registry: ClassVar[dict[str, LaidView]] = {}

    def source(self, using: str) -> str:
        """Its SELECT."""
        return self.definition if isinstance(self.definition, str) else self.definition(using)

    def fingerprint(self, using: str) -> str:
        """A short fingerprint of the source."""
        return content_hash(self.source(using))

    def create(self, cursor: Any, using: str) -> None:
        """Create the view in place of the one that is there."""
        invoker = "" if self.crosses_tenants else "WITH (security_invoker = true) "
        cursor.execute(f"DROP VIEW IF EXISTS {self.name}")
        cursor.execute(f"CREATE VIEW {self.name} {invoker}AS {self.source(using)}")
        cursor.execute(f"REVOKE INSERT, UPDATE, DELETE ON {self.name} FROM {APP}, {ALL_ROWS}")
        cursor.execute(f"COMMENT ON VIEW {self.name} IS %s", [self.fingerprint(using)])


def connect(app: AppConfig, views: Iterable[LaidView]) -> None:
    """Have every ``migrate`` create the views of an app, and ``check --database`` check them."""
    mine = tuple(views)
    LaidView.registry.update({view.name: view for view in mine})

    def take_away(*, using: str, plan: list[Any], **_more: Any) -> None:
        """Drop the views before the migrations of a plan."""
        if plan:
            with connections[using].cursor() as cursor:
                for view in mine:
                    cursor.execute(f"DROP VIEW IF EXISTS {view.name}")

    def lay(*, using: str, **_more: Any) -> None:
        """Create the views again. Not while a migration is missing: they read the newest tables."""
        if _lacks_migrations(using):
            return
        with transaction.atomic(using=using), connections[using].cursor() as cursor:
            for view in mine:
                view.create(cursor, using)

    # The functions are held by the signals alone, under a name: connecting again replaces them.
    about: Any = {"sender": app, "weak": False, "dispatch_uid": f"laid views of {app.label}"}
    pre_migrate.connect(take_away, **about)
    post_migrate.connect(lay, **about)
    checks.register(check, checks.Tags.database)


def outdated(using: str) -> list[str]:
    """The views that are missing in the database, or of another source; one query."""
    views = LaidView.registry.values()
    names, sources = [view.name for view in views], [view.fingerprint(using) for view in views]
    with connections[using].cursor() as cursor:
        cursor.execute(_CURRENT, [names, sources])
        return [name for (name,) in cursor.fetchall()]


def check(*, databases: Sequence[str] | None = None, **_more: Any) -> list[checks.CheckMessage]:
    """Report views that are missing or older than the code. ``migrate`` itself reports missing
    migrations.

    It is only a warning, because ``migrate`` would not start with an error, and is the remedy.
    """
    words = "The view {} is missing or older than the code in database {}."
    return [
        checks.Warning(words.format(name, using), REMEDY, id="core.W001")
        for using in databases or ()
        if connections[using].vendor == "postgresql" and not _lacks_migrations(using)
        for name in outdated(using)
    ]


def _lacks_migrations(using: str) -> bool:
    executor = MigrationExecutor(connections[using])
    return bool(executor.migration_plan(executor.loader.graph.leaf_nodes()))
