"""Fills a database with companies that take part in SVI, set by set in SQL: there are 100,000.

Two companies are copies of the demonstration's certified one, with the people who sign in: one has
100 partners on each of its two lists, one has 5,000. All others exist for the directory alone: a
company, its certified account with its history, and its consent. Each of them monitors three.
"""

from __future__ import annotations

import io
import random
from dataclasses import dataclass
from functools import partial
from typing import Any

from psycopg2.extras import execute_values

from devtools.bench.bulk import SETTINGS, Opened, into, ranges, work
from devtools.bench.clone import copies
from devtools.bench.partners import CERTIFIED, certified_template
from devtools.bench.progress import Progress
from devtools.bench.threads import SCRIPTS

#: Partners of the two companies that are compared, on each of their lists.
FEW, MANY = 100, 5_000
#: Their numbers: the last digits of their ids.
READERS = {FEW: 1, MANY: 2}
WORDS, WORDS_EACH, AT_ONCE, MONITORS_EACH = 6_000, 3, 5_000, 3
#: Names of companies are more varied than the words of messages.
LATIN = tuple(
    f"{first}{vowel}{last}"
    for first in (
        "b",
        "br",
        "c",
        "ch",
        "d",
        "f",
        "fl",
        "g",
        "h",
        "k",
        "l",
        "m",
        "p",
        "qu",
        "st",
        "w",
    )
    for vowel in ("a", "e", "i", "ou", "ü")
    for last in ("", "n", "r", "ck", "ss", "th")
)
SYLLABLES = {**SCRIPTS, "latin": LATIN}
#: How often a script is taken.
OFTEN = {"latin": 30}

#: Rows of the certified company, of which every company has a copy with its own values.
TABLES = """
    CREATE SCHEMA IF NOT EXISTS bench;
    CREATE UNLOGGED TABLE bench.word (place int PRIMARY KEY, word text);
    CREATE UNLOGGED TABLE bench.model AS
    SELECT * FROM security_models_securitymodel WHERE id = %(model)s;
    CREATE UNLOGGED TABLE bench.account AS
    SELECT a.* FROM trade_accounts_tradeaccount a JOIN bench.model m ON m.trade_account_id = a.id;
    CREATE UNLOGGED TABLE bench.type AS
    SELECT * FROM security_models_businesstypeaccount
    WHERE security_model_id = %(model)s AND certified_on IS NOT NULL ORDER BY id LIMIT 1;
    CREATE UNLOGGED TABLE bench.change AS
    SELECT c.* FROM audit_statuschange c JOIN bench.type t ON t.id = c.thing_id
    WHERE c.thing = 'business_type_account'
"""
#: (kind) and a number -> the id of a row of that company.
_ID = "md5('{}' || n)::uuid"
MODEL = _ID.format("model")
_COPY = """
    INSERT INTO {table} SELECT x.* FROM {template} r
    CROSS JOIN generate_series(%(first)s, %(last)s) n
    CROSS JOIN LATERAL jsonb_populate_record(r, jsonb_build_object({values})) x
"""
_WORD = """(SELECT initcap(word) FROM bench.word
    WHERE place = abs(hashtext(n || '{}')) %% {}) """


def _copied(table: str, template: str, **values: str) -> str:
    """The statement that copies the template's row for each company, with other values."""
    said = ", ".join(f"'{name}', {value}" for name, value in values.items())
    return _COPY.format(table=table, template=f"bench.{template}", values=said)


_NAMES = " || ' ' || ".join(_WORD.format(at, WORDS) for at in range(WORDS_EACH))
COMPANIES = (
    _copied(
        "trade_accounts_tradeaccount",
        "account",
        id=_ID.format("account"),
        name=_NAMES,
        doing_business_as=f"CASE WHEN n %% 3 = 0 THEN {_WORD.format('dba', WORDS)} ELSE '' END",
    ),
    _copied(
        "security_models_securitymodel",
        "model",
        id=MODEL,
        trade_account_id=_ID.format("account"),
        reference="'D' || lpad(n::text, 7, '0')",
    ),
    _copied(
        "security_models_businesstypeaccount",
        "type",
        id=_ID.format("type"),
        security_model_id=MODEL,
        account_number="(80000000 + n)::text",
    ),
    _copied(
        "audit_statuschange",
        "change",
        id="md5('change' || n || r.id)::uuid",
        thing_id=_ID.format("type"),
        scope_id=MODEL,
    ),
    f"""
    INSERT INTO svi_consent (id, version, security_model_id, status, status_at, status_by_name)
    SELECT {_ID.format("consent")}, 1, {MODEL}, 'signed', now() - interval '30 days', 'Elspeth Orr'
    FROM generate_series(%(first)s, %(last)s) n
    """,
    f"""
    INSERT INTO svi_monitoring (id, version, monitored_id, monitor_id, status, status_at, note,
        asked_at, asked_by_id, asked_by_name, accepted_at, asked_by_monitor)
    SELECT gen_random_uuid(), 1, {MODEL},
        md5('model' || (n + k * 37 - 1) %% %(all)s + 1)::uuid, 'accepted',
        now() - interval '9 days', '', now() - interval '10 days', gen_random_uuid(),
        'Elspeth Orr', now() - interval '9 days', false
    FROM generate_series(%(first)s, %(last)s) n CROSS JOIN generate_series(1, {MONITORS_EACH}) k
    """,
)
CONSENTS = """
    INSERT INTO svi_consent (id, version, security_model_id, status, status_at, status_by_name)
    SELECT gen_random_uuid(), 1, id, 'signed', now() - interval '30 days', 'Elspeth Orr'
    FROM security_models_securitymodel WHERE right(id::text, 12) = %s
    RETURNING security_model_id
"""
#: One partner in ten waits for an answer, one in ten was declined.
_OF_READER = f"""
    INSERT INTO svi_monitoring (id, version, {{own}}, {{other}}, status, status_at, note,
        asked_at, asked_by_id, asked_by_name, accepted_at, asked_by_monitor)
    SELECT gen_random_uuid(), 1, %(model)s, {MODEL},
        CASE n %% 10 WHEN 0 THEN 'pending' WHEN 1 THEN 'declined' ELSE 'accepted' END,
        now() - n * interval '1 minute', '', now() - interval '10 days' - n * interval '1 minute',
        gen_random_uuid(), 'Elspeth Orr',
        CASE WHEN n %% 10 > 1 THEN now() - interval '9 days' END, false
    FROM generate_series(1, %(partners)s) n
"""
RELATIONS = (
    _OF_READER.format(own="monitor_id", other="monitored_id"),
    _OF_READER.format(own="monitored_id", other="monitor_id"),
)
#: The references of the partners that a company monitors are V-1, V-2 and so on.
NOTES = """
    INSERT INTO svi_partnernote (
        id, version, security_model_id, monitoring_id, reference, owner_name, is_silent,
        verified_on)
    SELECT gen_random_uuid(), 1, monitor_id, id, 'V-' || row_number() OVER (ORDER BY asked_at),
        'Ondine Quarrie', false, current_date
    FROM svi_monitoring WHERE monitor_id = %(model)s
"""


@dataclass(frozen=True)
class Filled:
    """What was loaded, for the report."""

    companies: int
    relations: int


def words() -> list[str]:
    """The words of the names, the same in every run, each in one script."""
    chosen = random.Random("companies")  # noqa: S311 (words, not secrets)
    weights = [OFTEN.get(one, 6) for one in SCRIPTS]
    found: dict[str, None] = {}
    while len(found) < WORDS:
        [script] = chosen.choices(list(SCRIPTS), weights)
        found["".join(chosen.choices(SYLLABLES[script], k=chosen.randint(2, 4)))] = None
    return list(found)


def fill(opened: Opened, companies: int) -> Filled:
    """Load this many companies that consent and are certified, and the two that are compared."""
    with opened() as cursor:
        cursor.execute(SETTINGS)
        made = certified_template(cursor)
        for part, _partners, text in copies(made, 1, len(READERS)):
            cursor.copy_expert(into(part.table, part.columns), io.StringIO(text))
        cursor.execute(CERTIFIED)
        cursor.execute(TABLES, {"model": cursor.fetchone()[0]})
        every = list(enumerate(words()))
        execute_values(cursor, "INSERT INTO bench.word VALUES %s", every, page_size=len(every))
    progress = Progress(companies, "companies of the directory")
    work(
        opened, (partial(_made, companies, *some) for some in ranges(companies, AT_ONCE)), progress
    )
    with opened() as cursor:
        cursor.execute(SETTINGS)
        for partners, number in READERS.items():
            _relate(cursor, partners, number)
        cursor.execute("SELECT count(*) FROM svi_monitoring")
        return Filled(companies, int(cursor.fetchone()[0]))


def _made(companies: int, first: int, last: int, cursor: Any) -> int:
    for statement in COMPANIES:
        cursor.execute(statement, {"first": first, "last": last, "all": companies})
    return last - first + 1


def _relate(cursor: Any, partners: int, number: int) -> None:
    cursor.execute(CONSENTS, [f"{number:012x}"])
    about = {"model": cursor.fetchone()[0], "partners": partners}
    for statement in (*RELATIONS, NOTES):
        cursor.execute(statement, about)
