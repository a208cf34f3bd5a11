"""Seals the facts that were loaded: without a seal of its own, the portal does not show a fact.

`python -m devtools.bench.seals`, with the settings of the benchmark, prints what is sealed as JSON;
:func:`seal` has several connections do it. A digest is made without a function, from the row as a
whole without its empty columns: there are millions, and it takes less than half of the time. A test
compares it with the database's own.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import partial
from typing import Any

import django

from devtools.bench.bulk import Job, Opened, work
from devtools.bench.progress import Progress

#: Pages of a table that are sealed at once.
AT_ONCE = 1_000
#: The companies that were copied have their seals.
SEALED = """
    CREATE UNLOGGED TABLE bench.sealed AS SELECT of_table, row_id FROM audit_seal WHERE part = '';
    ANALYZE bench.sealed
"""
COLUMNS = """
    SELECT attname, format_type(atttypid, NULL) FROM pg_attribute
    WHERE attrelid = %s::text::regclass AND attnum > 0 AND NOT attisdropped
"""
PAGES = "SELECT pg_relation_size(%s::text::regclass) / current_setting('block_size')::int + 1"
ADD = """
    INSERT INTO audit_seal (at, of_table, row_id, part, digest, scope, hash)
    SELECT now(), '{table}', t.id::text, '{part}',
           encode(sha256(convert_to(({said})::text, 'UTF8')), 'hex'), {scope}, ''
    FROM {table} t
    WHERE t.ctid >= %s::tid AND t.ctid < %s::tid AND ({which})
      AND t.id::text NOT IN (SELECT row_id FROM bench.sealed WHERE of_table = '{table}')
"""
#: When a column counts as empty, by its type; others do so only without a value.
EMPTY = {
    "text": "t.{} = ''",
    "character varying": "t.{} = ''",
    "jsonb": """t.{} IN ('null', '""', '[]', '{{}}')""",
}


def seal(opened: Opened, printed: str) -> None:
    """Seal what was printed, some pages of a table after the other."""
    todo: list[tuple[list[str], int]] = []
    with opened() as cursor:
        cursor.execute(SEALED)
        for frozen in json.loads(printed):
            cursor.execute(COLUMNS, [frozen["table"]])
            statements = list(additions(dict(cursor.fetchall()), **frozen))
            cursor.execute(PAGES, [frozen["table"]])
            todo.append((statements, cursor.fetchone()[0]))
    progress = Progress(sum(pages for _, pages in todo), "pages of facts are sealed")
    work(opened, _jobs(todo), progress)


def additions(
    columns: dict[str, str], table: str, besides: list[str], parts: list[str], which: str
) -> Iterator[str]:
    """The statements that seal the rows of a table: as a whole, and each part that has a value."""
    empty = ", ".join(_named_if_empty(*one) for one in columns.items())
    left_out = "".join(f", '{one}'" for one in besides)
    place = {"table": table, "scope": _scope(columns)}
    said = f"to_jsonb(t) - ARRAY[{empty}{left_out}]"
    yield ADD.format(part="", said=said, which=which, **place)
    for part in parts:
        there = f"({which}) AND t.{part} IS NOT NULL AND t.{part}::text <> ''"
        said = f"jsonb_build_object('{part}', t.{part})"
        yield ADD.format(part=part, said=said, which=there, **place)


def _named_if_empty(name: str, kind: str) -> str:
    others = "cardinality(t.{}) = 0" if kind.endswith("[]") else "false"
    empty = EMPTY.get(kind, others).format(name)
    return f"CASE WHEN t.{name} IS NULL OR {empty} THEN '{name}' END"


def _scope(columns: dict[str, str]) -> str:
    scopes = []
    if "scope_id" in columns:
        scopes.append("t.scope_kind || ':' || t.scope_id")
    if "security_model_id" in columns:
        scopes.append("'security_model:' || t.security_model_id")
    if "trade_account_id" in columns:
        scopes.append("'trade_account:' || t.trade_account_id")
    scopes.append("'program'")
    return f"coalesce({', '.join(scopes)})"


def _jobs(todo: list[tuple[list[str], int]]) -> Iterator[Job]:
    for statements, pages in todo:
        for first in range(0, pages, AT_ONCE):
            yield partial(_sealed, statements, first, min(first + AT_ONCE, pages))


def _sealed(statements: list[str], first: int, last: int, cursor: Any) -> int:
    for statement in statements:
        cursor.execute(statement, (f"({first},0)", f"({last},0)"))
    return last - first


def declared() -> Iterator[dict[str, Any]]:
    """What is sealed of each model that declares some."""
    # Models can be imported only once Django is set up.
    from audit.frozen import Frozen
    from audit.frozen.sealing import is_fact
    from audit.services.verification import sealed

    for model in sealed():
        frozen: Frozen = vars(model)["frozen"]
        yield {
            "table": model._meta.db_table,
            "besides": [*frozen.changes, *frozen.written_once],
            "parts": [*frozen.written_once, *frozen.read_by],
            "which": is_fact(frozen, "t"),
        }


def main() -> None:
    """Print what is sealed."""
    django.setup()
    print(json.dumps(list(declared())))


if __name__ == "__main__":
    main()
