"""Makes many partners out of one: a partner made by a scenario is copied row by row with COPY.

The template's rows are read once as COPY text. In every id that belongs to the template, the last
twelve digits are replaced by a mark; every other unique value is replaced by its own mark. A copy
is the template with the marks filled in. Rows of reference data, staff and (on request) people are
not copied but referred to.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from psycopg2 import sql

NUMBER, SHORT = "\x01", "\x02"
SHORT_MARK = re.compile(SHORT + "([0-9]+),([0-9]+)" + SHORT)
ROWS = 8  # at most so many rows of one partner have a short unique value
UUID = re.compile(r"\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b")
CHUNK = 4 * 1024 * 1024
# Not part of a partner: what is kept for a session, waiting emails, links that were sent.
SKIPPED = re.compile(
    r"^(django_|auth_|axes_|notifications_|otp_)|invitation$|apikey$|mailedlink$|keptpost$|signinevent$"
)

COLUMNS = """
    SELECT c.relname, a.attname, format_type(a.atttypid, NULL),
           coalesce(i.indisprimary, false), coalesce(u.alone, false)
    FROM pg_class c
    JOIN pg_namespace n ON n.oid = c.relnamespace AND n.nspname = 'public'
    JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
    LEFT JOIN pg_index i ON i.indrelid = c.oid AND i.indisprimary AND a.attnum = ANY (i.indkey)
    LEFT JOIN LATERAL (
        SELECT true AS alone FROM pg_index x
        WHERE x.indrelid = c.oid AND x.indisunique AND NOT x.indisprimary
          AND (x.indkey::text = a.attnum::text
               OR pg_get_expr(x.indexprs, x.indrelid) LIKE '%(' || a.attname || ')%')
        LIMIT 1
    ) u ON true
    WHERE c.relkind = 'r' AND a.attgenerated = ''
    ORDER BY c.relname, a.attnum
"""


@dataclass
class Column:
    """A column; `unique` if its value must differ between partners on its own."""

    name: str
    type: str
    primary: bool
    unique: bool


@dataclass
class Part:
    """The template's rows of one table, as COPY text with marks."""

    table: str
    columns: list[str]
    text: str

    def copy(self, number: int) -> str:
        """The rows for the partner with that number."""

        def digits(match: re.Match[str]) -> str:
            return f"{number * ROWS + int(match[1]):0{match[2]}d}"

        return SHORT_MARK.sub(digits, self.text.replace(NUMBER, f"{number:012x}"))


@dataclass
class Roots:
    """The roots of a partner's rows: these accounts, models and (if copied) people."""

    accounts: set[str]
    models: set[str]
    people: set[str]

    def condition(self, table: str, columns: dict[str, Column]) -> sql.Composable | None:
        """The WHERE clause for this partner's rows of a table; None if it has none."""
        every = self.accounts | self.models
        choices = {
            "trade_account_id": self.accounts,
            "security_model_id": self.models,
            "scope_id": every | self.people,
            "content_object_id": every,
        }
        own = {
            "trade_accounts_tradeaccount": self.accounts,
            "security_models_securitymodel": self.models,
            "identity_user": self.people,
        }
        if table in own:
            choices = {"id": own[table]}
        elif table.startswith("identity_"):
            choices = {"user_id": self.people}
        parts = [
            sql.SQL("{}::text = ANY ({})").format(sql.Identifier(name), sql.Literal(sorted(ids)))
            for name, ids in choices.items()
            if name in columns and ids
        ]
        return sql.SQL(" OR ").join(parts) if parts else None


@dataclass
class Template:
    """A partner that can be copied."""

    parts: list[Part] = field(default_factory=list)

    def rows(self) -> int:
        """How many rows one copy has."""
        return sum(part.text.count("\n") for part in self.parts)


def tables(cursor: Any) -> dict[str, dict[str, Column]]:
    """Every table with its columns."""
    cursor.execute(COLUMNS)
    found: dict[str, dict[str, Column]] = {}
    for table, name, kind, primary, unique in cursor.fetchall():
        found.setdefault(table, {})[name] = Column(name, kind, primary, unique)
    return found


def template(cursor: Any, roots: Roots) -> Template:
    """Read the partner of `roots`."""
    raw: list[tuple[str, list[Column], str]] = []
    for table, columns in tables(cursor).items():
        condition = None if SKIPPED.search(table) else roots.condition(table, columns)
        if condition is None:
            continue
        # Numbers that the database generates are generated again.
        kept = [c for c in columns.values() if not (c.primary and c.type in {"integer", "bigint"})]
        query = sql.SQL("COPY (SELECT {} FROM {} WHERE {}) TO STDOUT").format(
            sql.SQL(", ").join(sql.Identifier(c.name) for c in kept),
            sql.Identifier(table),
            condition,
        )
        copied = io.StringIO()
        cursor.copy_expert(query, copied)
        if copied.getvalue():
            raw.append((table, kept, copied.getvalue()))
    own = _own_ids(raw)
    marked = Template()
    for table, kept, text in raw:
        lines = [_mark(row, line, kept, own) for row, line in enumerate(text.splitlines())]
        marked.parts.append(Part(table, [c.name for c in kept], "\n".join(lines) + "\n"))
    return marked


def _own_ids(raw: list[tuple[str, list[Column], str]]) -> set[str]:
    """The primary keys of the template's rows; their prefixes must tell them apart."""
    own: set[str] = set()
    for _, columns, text in raw:
        at = next((i for i, c in enumerate(columns) if c.primary and c.type == "uuid"), None)
        if at is not None:
            own |= {line.split("\t")[at] for line in text.splitlines()}
    if len({one[:24] for one in own}) != len(own):
        raise ValueError("two ids of the template begin alike; make the template again")
    return own


def _mark(row: int, line: str, columns: list[Column], own: set[str]) -> str:
    def replace(match: re.Match[str]) -> str:
        return match[0][:24] + NUMBER if match[0] in own else match[0]

    values = line.split("\t")
    for at, column in enumerate(columns):
        value = UUID.sub(replace, values[at])
        if column.unique and not column.primary and column.type != "uuid" and value != "\\N":
            value = _unlike(row, value)
        values[at] = value
    return "\t".join(values)


def _unlike(row: int, value: str) -> str:
    """A replacement for a value that must differ between partners: an address, key or reference."""
    local, at, domain = value.partition("@")
    if at:
        return f"{local}.{NUMBER}@{domain}"
    if len(value) > len("0123456789ab"):
        return value[:-12] + NUMBER
    return f"{SHORT}{row},{len(value)}{SHORT}"


def copies(parts: Template, first: int, count: int) -> Iterator[tuple[Part, int, str]]:
    """Table by table, pieces of about CHUNK characters: (part, partners in it, COPY text)."""
    for part in parts.parts:
        piece: list[str] = []
        size = 0
        for number in range(first, first + count):
            piece.append(part.copy(number))
            size += len(piece[-1])
            if size > CHUNK:
                yield part, len(piece), "".join(piece)
                piece, size = [], 0
        if piece:
            yield part, len(piece), "".join(piece)
