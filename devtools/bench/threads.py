"""Fills the bench's database with threads, set by set in SQL: there are hundreds of thousands.

One account has 100 threads and one has 5,000 at every size, and the accounts of the portfolio have
5,000 together, so that the growth in the threads of an account and in those of the program can be
told apart. Every other partner has sixteen.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from functools import partial
from typing import Any

from psycopg2.extras import execute_values

from devtools.bench.bulk import Opened, ranges, work
from devtools.bench.progress import Progress

#: Threads of the two accounts that are compared, of each account of the portfolio, of all others.
FEW, MANY, PORTFOLIO_EACH, USUAL = 100, 5_000, 125, 16
MESSAGES = 3
#: The newest threads of an account, which none of its people has read.
UNREAD = 2
SENTENCES, WORDS_EACH, AT_ONCE = 3_000, 18, 250
#: Syllables of the words, by script. A search for the 40th to 43rd word of a script finds one to
#: eleven messages of a hundred, because longer words contain it, too.
SCRIPTS = {
    "latin": ("con", "tai", "ner", "gá", "te", "se", "al", "ça", "dri", "ver", "lo", "güe"),
    "cyrillic": ("гру", "зо", "вик", "пло", "мба", "скла", "до", "та"),
    "greek": ("φορ", "τί", "ο", "λι", "μά", "νι", "σφρα", "γί"),
    "arabic": ("شا", "حن", "ة", "مخ", "زن", "خت", "مو", "با"),
    "han": ("集", "装", "箱", "封", "条", "卡", "车", "仓"),
    "devanagari": ("ट्र", "क", "मु", "हर", "गो", "दा", "म", "सी"),
}
WORDS_OF_SCRIPT = 150
#: How often a script is taken.
OFTEN = {"latin": 30}

#: Of the loading alone, on all of its connections; dropped when everything is loaded.
TABLES = """
    CREATE SCHEMA bench;
    CREATE UNLOGGED TABLE bench.sentence (
        n int PRIMARY KEY, words text, folded text, subject text, folded_subject text);
    CREATE UNLOGGED TABLE bench.partner AS
    SELECT m.id, row_number() OVER (ORDER BY m.id)::int AS number, now() AS until,
           greatest(max(c.added_at), max(a.assigned_at)) AS since,
           CASE WHEN right(m.id::text, 12) = %(many)s THEN {MANY}
                WHEN right(m.id::text, 12) = %(few)s THEN {FEW}
                WHEN right(m.id::text, 12) BETWEEN %(first)s AND %(last)s THEN {PORTFOLIO_EACH}
                ELSE {USUAL} END AS threads
    FROM security_models_securitymodel m
    JOIN security_models_contact c ON c.security_model_id = m.id
    LEFT JOIN security_models_staffassignment a
      ON a.security_model_id = m.id AND a.ended_at IS NULL
    GROUP BY m.id;
    CREATE UNLOGGED TABLE bench.reader AS
    SELECT p.number, m.user_id FROM bench.partner p
    JOIN security_models_contact c ON c.security_model_id = p.id
    JOIN trade_accounts_membership m ON m.id = c.membership_id
    WHERE m.state = 'active' AND m.user_id IS NOT NULL
    UNION
    SELECT p.number, a.staff_id FROM bench.partner p
    JOIN security_models_staffassignment a
      ON a.security_model_id = p.id AND a.ended_at IS NULL;
    CREATE INDEX ON bench.partner (number);
    CREATE INDEX ON bench.reader (number);
    ANALYZE bench.partner, bench.reader
"""
#: Words and subjects as they are read, and as they are searched.
WORDS = """
    INSERT INTO bench.sentence
    SELECT n, words, portal_folded(words), left(words, 70), portal_folded(left(words, 70))
    FROM (VALUES %s) AS given (n, words);
"""
#: The portal asks for a thread by its newest message; the third of sixteen waits for the program.
NEW = """
    CREATE TEMP TABLE IF NOT EXISTS bench_thread (
        id uuid, model uuid, number int, i int, of_them int, subject text, folded text, side text,
        opened_at timestamptz, at timestamptz);
    TRUNCATE bench_thread;
    INSERT INTO bench_thread
    SELECT gen_random_uuid(), p.id, p.number, i, p.threads, s.subject, s.folded_subject,
           CASE WHEN i %% 16 IN (7, 12) THEN 'program' ELSE 'partner' END,
           p.since + step * (i - 0.9), p.since + step * i
    FROM bench.partner p
    CROSS JOIN LATERAL (SELECT (p.until - p.since) / (p.threads + 1) AS step) x
    CROSS JOIN LATERAL generate_series(1, p.threads) i
    JOIN bench.sentence s ON s.n = (p.number * 7 + i * 13) %% {SENTENCES}
    WHERE p.number BETWEEN %s AND %s;
    CREATE TEMP TABLE IF NOT EXISTS bench_message (
        thread_id uuid, model uuid, side text, body text, folded text, at timestamptz);
    TRUNCATE bench_message;
    INSERT INTO bench_message
    SELECT t.id, t.model,
           CASE WHEN (j = {MESSAGES}) = (t.side = 'partner') THEN 'partner' ELSE 'program' END,
           s.words || ' ' || r.words, s.folded || ' ' || r.folded,
           t.at - (t.at - t.opened_at) * ({MESSAGES} - j) / {MESSAGES}
    FROM bench_thread t CROSS JOIN generate_series(1, {MESSAGES}) j
    JOIN bench.sentence s ON s.n = abs(hashtext(t.id::text) %% {SENTENCES})
    JOIN bench.sentence r ON r.n = abs(hashtext(t.id::text || j) %% {SENTENCES})
"""
THREADS = """
    INSERT INTO messages_app_thread (
        id, version, security_model_id, kind, subject, status, opened_at, last_message_at,
        last_side, waits_since, about, about_words, url)
    SELECT id, 1, model, 'conversation', subject,
           CASE i % 16 WHEN 3 THEN 'waits_for_program' WHEN 7 THEN 'waits_for_partner'
                WHEN 12 THEN 'waits_for_partner' ELSE 'closed' END,
           opened_at, at, side, at::date, '', '', ''
    FROM bench_thread
"""
MESSAGES_OF = """
    INSERT INTO messages_app_message (
        id, thread_id, security_model_id, side, body, is_inquiry, sent_at, author_name, author_role)
    SELECT gen_random_uuid(), thread_id, model, side, body, false, at, 'Casimir Holloway',
           'Specialist'
    FROM bench_message
"""
#: What triggers of the database would add.
SEARCHED = """
    INSERT INTO messages_app_searchedtext (id, thread_id, security_model_id, words)
    SELECT gen_random_uuid(), id, model, folded FROM bench_thread
    UNION ALL SELECT gen_random_uuid(), thread_id, model, folded FROM bench_message
"""
#: Contacts and the specialist have read all threads but the newest of each account.
READINGS = """
    INSERT INTO messages_app_reading (
        id, thread_id, security_model_id, user_id, read_until, newest_at)
    SELECT gen_random_uuid(), t.id, t.model, r.user_id,
           CASE WHEN t.i <= t.of_them - {UNREAD} THEN t.at ELSE t.opened_at END, t.at
    FROM bench_thread t JOIN bench.reader r ON r.number = t.number
"""
STEPS = (THREADS, MESSAGES_OF, SEARCHED, READINGS)
COUNTED = (THREADS, MESSAGES_OF)


@dataclass(frozen=True)
class Filled:
    """How many partners there are, and threads and messages of theirs."""

    partners: int
    threads: int
    messages: int


def words_of(script: str) -> list[str]:
    """The words of a script, the same in every run; the first are the most frequent."""
    chosen = random.Random(script)  # noqa: S311 (words, not secrets)
    syllables = SCRIPTS[script]
    found: dict[str, None] = {}
    while len(found) < WORDS_OF_SCRIPT:
        found["".join(chosen.choices(syllables, k=chosen.randint(2, 4)))] = None
    return list(found)


def sentences() -> list[str]:
    """The sentences that messages are made of, each in one script."""
    chosen = random.Random("sentences")  # noqa: S311
    words = {script: words_of(script) for script in SCRIPTS}
    weights = [1 / place for place in range(1, WORDS_OF_SCRIPT + 1)]
    scripts = chosen.choices(list(SCRIPTS), [OFTEN.get(one, 6) for one in SCRIPTS], k=SENTENCES)
    return [" ".join(chosen.choices(words[one], weights, k=WORDS_EACH)) for one in scripts]


def prepare(cursor: Any, few: int, many: int, portfolio: int) -> Filled:
    """Decide how many threads each partner gets. The partners with the numbers ``few`` and ``many``
    are compared; those up to ``portfolio`` belong to one person.
    """
    places = {"few": few, "many": many, "first": 1, "last": portfolio}
    cursor.execute(TABLES.format(**_sizes()), {key: f"{one:012x}" for key, one in places.items()})
    execute_values(cursor, WORDS, list(enumerate(sentences())), page_size=SENTENCES)
    cursor.execute("SELECT max(number), sum(threads) FROM bench.partner")
    last, total = cursor.fetchone()
    return Filled(last, int(total), int(total) * MESSAGES)


def _sizes() -> dict[str, int]:
    sizes = {"MANY": MANY, "FEW": FEW, "PORTFOLIO_EACH": PORTFOLIO_EACH, "USUAL": USUAL}
    return sizes | {"SENTENCES": SENTENCES, "MESSAGES": MESSAGES, "UNREAD": UNREAD}


def fill(opened: Opened, filled: Filled) -> None:
    """Load the threads of every partner."""
    progress = Progress(filled.threads + filled.messages, "threads and messages")
    jobs = (partial(_of_partners, *some) for some in ranges(filled.partners, AT_ONCE))
    work(opened, jobs, progress)


def _of_partners(first: int, last: int, cursor: Any) -> int:
    cursor.execute(NEW.format(**_sizes()), (first, last))
    done = 0
    for step in STEPS:
        cursor.execute(step.format(**_sizes()))
        done += cursor.rowcount if step in COUNTED else 0
    return done


def forget(cursor: Any) -> None:
    """Drop what only the loading needed."""
    cursor.execute("DROP SCHEMA bench CASCADE")
