"""`./portal.sh bench --walls`: what row-level security costs.

The same database is measured with its policies off and on, page by page in turn, so that other work
on the machine affects both equally.
"""

from __future__ import annotations

import json
from typing import Any

from psycopg2 import sql

from devtools.embedded import ROOT

LATEST = ROOT / "var" / "bench" / "walls.json"
#: The pages that are compared, and the most that policies may add to their processor time.
PAGES = (
    "criterion page",
    "save one answer",
    "portfolio home, 40 accounts",
    "SCSS queue, 150 partners",
)
GOAL = 1.05
#: Short rounds, so that the two are measured close together.
ROUNDS = 8

WALLED = """
    SELECT relname FROM pg_class
    WHERE relnamespace = 'public'::regnamespace AND relrowsecurity ORDER BY relname
"""


def take_down(cursor: Any) -> int:
    """Disable every policy of a database; return of how many tables."""
    cursor.execute(WALLED)
    tables = [table for (table,) in cursor.fetchall()]
    for table in tables:
        statement = "ALTER TABLE {} NO FORCE ROW LEVEL SECURITY, DISABLE ROW LEVEL SECURITY"
        cursor.execute(sql.SQL(statement).format(sql.Identifier(table)))
    return len(tables)


def rows(off: dict[str, Any], on: dict[str, Any]) -> list[dict[str, Any]]:
    """One row for each page: the processor time of a request without and with policies."""
    return [_row(name, off[name]["8"], on[name]["8"]) for name in PAGES]


def _row(name: str, off: dict[str, Any], on: dict[str, Any]) -> dict[str, Any]:
    costs = [one.get("web_ms", 0.0) + one.get("database_ms", 0.0) for one in (off, on)]
    ratio = round(costs[1] / costs[0], 3) if costs[0] else None
    return {
        "page": name,
        "off_ms": round(costs[0], 2),
        "on_ms": round(costs[1], 2),
        "off_database_ms": off.get("database_ms", 0.0),
        "on_database_ms": on.get("database_ms", 0.0),
        "ratio": ratio,
        "errors": off.get("errors", 0) + on.get("errors", 0),
        "beyond": ratio is None or ratio > GOAL,
    }


def show(table: list[dict[str, Any]]) -> None:
    """Print the table."""
    print(
        f"\n{'processor ms of a request':30} {'off':>8} {'on':>8} {'on/off':>8}  of which database"
    )
    for row in table:
        print(
            f"{row['page']:30} {row['off_ms']:>8.2f} {row['on_ms']:>8.2f} {row['ratio'] or 0:>8.3f}"
            f"  {row['off_database_ms']:.2f} / {row['on_database_ms']:.2f}"
            f"{'  beyond its goal' if row['beyond'] else ''}"
        )


def write(run: dict[str, Any]) -> None:
    """Write the run as JSON."""
    LATEST.parent.mkdir(parents=True, exist_ok=True)
    LATEST.write_text(json.dumps(run, indent=2) + "\n")
