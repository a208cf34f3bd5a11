"""Fills the bench's database: the demo's companies, then thousands of copies of them."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any

from devtools.bench import bulk, library, threads
from devtools.bench.bulk import Opened
from devtools.bench.clone import Part, Roots, Template, copies, template
from devtools.bench.progress import Progress
from devtools.embedded import ServiceError

# Rows that a partner has only after submitting; one in ten has.
SUBMITTED = ("submission", "submissionitem", "criteriondecision", "responseversion", "signature")
SUBMITTED_TABLES = {f"security_profile_{name}" for name in SUBMITTED} | {"agreements_signature"}
PORTFOLIO, QUEUE, BOARD = 40, 150, 400

ANSWERED = """
    SELECT m.id::text, m.trade_account_id::text
    FROM security_models_securitymodel m
    JOIN security_profile_response r ON r.security_model_id = m.id
    WHERE NOT EXISTS (SELECT 1 FROM security_profile_submission s
                      WHERE s.security_model_id = m.id AND s.status = 'in_review')
      AND NOT EXISTS (SELECT 1 FROM security_models_businesstypeaccount t
                      WHERE t.security_model_id = m.id AND t.certified_on IS NOT NULL)
    GROUP BY m.id ORDER BY count(*) DESC, m.id LIMIT 1
"""
IN_REVIEW = """
    SELECT m.id::text, m.trade_account_id::text
    FROM security_models_securitymodel m
    JOIN security_profile_submission s ON s.security_model_id = m.id AND s.status = 'in_review'
    ORDER BY m.id LIMIT 1
"""
CERTIFIED = """
    SELECT m.id::text, m.trade_account_id::text
    FROM security_models_securitymodel m
    JOIN security_models_businesstypeaccount t ON t.security_model_id = m.id
    WHERE t.certified_on IS NOT NULL ORDER BY m.id LIMIT 1
"""
#: Certified partners with these last digits are certified on other days of the year, and looked
#: after by others: how many are due on a day, and on whose list, does not follow how many exist.
SPREAD = """
    UPDATE security_models_businesstypeaccount
    SET certified_on = certified_on - abs(('x' || right(id::text, 8))::bit(32)::int %% 365)
    WHERE certified_on IS NOT NULL AND right(id::text, 12) BETWEEN %(first)s AND %(last)s;
    UPDATE security_models_staffassignment
    SET staff_id = (SELECT id FROM identity_user WHERE staff_role = 'management' LIMIT 1)
    WHERE right(id::text, 12) BETWEEN %(first)s AND %(last)s
"""
PEOPLE = """
    SELECT DISTINCT user_id::text FROM trade_accounts_membership
    WHERE trade_account_id = %s AND user_id IS NOT NULL
"""


@dataclass
class Filled:
    """What was loaded, for the report."""

    partners: int
    responses: int
    rows: int
    threads: int
    documents: int


def fill(opened: Opened, partners: int) -> Filled:
    """Load this many partners, plus a portfolio of 40, a queue of 150 and a list of 400 annual
    reviews.

    These three are the same at every size, so that growth comes from the others. One in ten of the
    others has submitted, and one in ten is certified. Their facts have no seals yet
    (``seals.seal``), the heavy tables no indexes (``bulk.make_indexes``), and tables of the loading
    are left (``threads.forget``).
    """
    submitted = partners // 10
    with opened() as cursor:
        plan = _plan(cursor, partners, submitted)
        bulk.set_indexes_aside(cursor)
    progress = Progress(sum(part.rows() * count for part, count in plan))
    bulk.work(opened, _jobs(plan), progress)
    spread = PORTFOLIO + QUEUE + BOARD + 1
    ends = {"first": f"{spread:012x}", "last": f"{spread + submitted - 1:012x}"}
    with opened() as cursor:
        cursor.execute(bulk.SETTINGS)
        cursor.execute(SPREAD, ends)
        written = threads.prepare(cursor, spread + submitted, spread + submitted + 1, PORTFOLIO)
    threads.fill(opened, written)
    documents = library.fill(opened, written.partners)
    with opened() as cursor:
        cursor.execute("SELECT count(*) FROM security_profile_response")
        responses = cursor.fetchone()[0]
    return Filled(partners, responses, progress.rows, written.threads, documents)


def _plan(cursor: Any, partners: int, submitted: int) -> list[tuple[Template, int]]:
    """What is copied, and how often."""
    answered, mine = _template(cursor, ANSWERED, people=True), _template(cursor, ANSWERED)
    reviewed = _template(cursor, IN_REVIEW, people=True)
    certified = certified_template(cursor)
    plain = Template([part for part in answered.parts if part.table not in SUBMITTED_TABLES])
    return [
        (mine, PORTFOLIO),
        (reviewed, QUEUE),
        (certified, BOARD),
        (certified, submitted),
        (answered, submitted),
        (plain, partners - 2 * submitted),
    ]


def certified_template(cursor: Any) -> Template:
    """A certified partner with its people."""
    return _template(cursor, CERTIFIED, people=True)


def _template(cursor: Any, question: str, *, people: bool = False) -> Template:
    cursor.execute(question)
    found = cursor.fetchone()
    if found is None:
        raise ServiceError("the demo data holds no partner that could be copied for the benchmark")
    model, account = found
    cursor.execute(PEOPLE, [account])
    users = {row[0] for row in cursor.fetchall()} if people else set()
    return template(cursor, Roots({account}, {model}, users))


def _jobs(plan: list[tuple[Template, int]]) -> Iterator[bulk.Job]:
    first = 1
    for parts, count in plan:
        for part, partners, text in copies(parts, first, count):
            yield partial(_copy, part, text, part.text.count("\n") * partners)
        first += count


def _copy(part: Part, text: str, rows: int, cursor: Any) -> int:
    cursor.copy_expert(bulk.into(part.table, part.columns), io.StringIO(text))
    return rows
