"""Fills the bench's database with threads, set by set in SQL: there are hundreds of thousands.

One account has 100 threads and one has 5,000 at every size, and the accounts of the portfolio have
5,000 together, so that the growth in the threads of an account and in those of the program can be
told apart. Every other partner has sixteen.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from typing import Any

from psycopg2.extras import execute_values

from devtools.bench.progress import Progress

#: Threads of the two accounts that are compared, of each account of the portfolio, of all others.
FEW, MANY, PORTFOLIO_EACH, USUAL = 100, 5_000, 125, 16
MESSAGES = 3
#: The newest threads of an account, which none of its people has read.
UNREAD = 2
SENTENCES, WORDS_EACH, AT_ONCE = 3_000, 18, 500
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

TABLES = """
    CREATE TEMP TABLE bench_sentence (n int PRIMARY KEY, words text);
    CREATE TEMP TABLE bench_partner AS
    SELECT m.id, row_number() OVER (ORDER BY m.id) AS number, now() AS until,
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
    ANALYZE bench_partner
"""
#: The portal asks for a thread by its newest message; the third of sixteen waits for the program.
THREADS = """
    INSERT INTO messages_app_thread (
        id, version, security_model_id, kind, subject, status, opened_at, last_message_at,
        last_side, waits_since, about, about_words, url)
    SELECT gen_random_uuid(), 1, p.id, 'conversation', left(s.words, 70),
           CASE i %% 16 WHEN 3 THEN 'waits_for_program' WHEN 7 THEN 'waits_for_partner'
                WHEN 12 THEN 'waits_for_partner' ELSE 'closed' END,
           p.since + step * (i - 0.9), p.since + step * i,
           CASE WHEN i %% 16 IN (7, 12) THEN 'program' ELSE 'partner' END,
           (p.since + step * i)::date, '', '', ''
    FROM bench_partner p
    CROSS JOIN LATERAL (SELECT (p.until - p.since) / (p.threads + 1) AS step) x
    CROSS JOIN LATERAL generate_series(1, p.threads) i
    JOIN bench_sentence s ON s.n = (p.number * 7 + i * 13) %% {SENTENCES}
    WHERE p.number BETWEEN %s AND %s
"""
MESSAGES_OF = """
    INSERT INTO messages_app_message (
        id, thread_id, security_model_id, side, body, is_inquiry, sent_at, author_name, author_role)
    SELECT gen_random_uuid(), t.id, p.id,
           CASE WHEN (j = {MESSAGES}) = (t.last_side = 'partner') THEN 'partner' ELSE 'program' END,
           s.words || ' ' || r.words, false,
           t.last_message_at - (t.last_message_at - t.opened_at) * ({MESSAGES} - j) / {MESSAGES},
           'Casimir Holloway', 'Specialist'
    FROM bench_partner p
    JOIN messages_app_thread t ON t.security_model_id = p.id AND t.kind = 'conversation'
    CROSS JOIN generate_series(1, {MESSAGES}) j
    JOIN bench_sentence s ON s.n = abs(hashtext(t.id::text) %% {SENTENCES})
    JOIN bench_sentence r ON r.n = abs(hashtext(t.id::text || j) %% {SENTENCES})
    WHERE p.number BETWEEN %s AND %s
"""
#: What triggers of the database would add.
SEARCHED = """
    INSERT INTO messages_app_searchedtext (id, thread_id, security_model_id, words)
    SELECT gen_random_uuid(), t.id, p.id, portal_folded(x.text)
    FROM bench_partner p
    JOIN messages_app_thread t ON t.security_model_id = p.id AND t.kind = 'conversation'
    CROSS JOIN LATERAL (
        SELECT t.subject AS text
        UNION ALL SELECT body FROM messages_app_message WHERE thread_id = t.id
    ) x
    WHERE p.number BETWEEN %s AND %s
"""
#: Contacts and the specialist have read all threads but the newest of each account.
READINGS = """
    INSERT INTO messages_app_reading (
        id, thread_id, security_model_id, user_id, read_until, newest_at)
    SELECT gen_random_uuid(), t.id, p.id, u.user_id,
           CASE WHEN t.place > {UNREAD} THEN t.last_message_at ELSE t.opened_at END,
           t.last_message_at
    FROM bench_partner p
    JOIN LATERAL (
        SELECT id, opened_at, last_message_at,
               row_number() OVER (ORDER BY last_message_at DESC) AS place
        FROM messages_app_thread WHERE security_model_id = p.id
    ) t ON true
    JOIN LATERAL (
        SELECT m.user_id FROM security_models_contact c
        JOIN trade_accounts_membership m ON m.id = c.membership_id
        WHERE c.security_model_id = p.id AND m.state = 'active' AND m.user_id IS NOT NULL
        UNION
        SELECT staff_id FROM security_models_staffassignment
        WHERE security_model_id = p.id AND ended_at IS NULL
    ) u ON true
    WHERE p.number BETWEEN %s AND %s
    ON CONFLICT DO NOTHING -- threads that were copied have their readers
"""
STEPS = (THREADS, MESSAGES_OF, SEARCHED, READINGS)
COUNTED = (THREADS, MESSAGES_OF)
#: Indexes of words are made after the rows: adding each row to them takes many times as long.
WORD_INDEXES = """
    SELECT c.relname, pg_get_indexdef(c.oid) FROM pg_index i
    JOIN pg_class c ON c.oid = i.indexrelid JOIN pg_am a ON a.oid = c.relam
    WHERE a.amname = 'gin'
      AND i.indrelid IN ('messages_app_thread'::regclass, 'messages_app_searchedtext'::regclass)
"""


@dataclass(frozen=True)
class Filled:
    """How many threads and messages there are."""

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


def fill(cursor: Any, few: int, many: int, portfolio: int) -> Filled:
    """Load the threads of every partner. The partners with the numbers ``few`` and ``many`` are
    compared; those up to ``portfolio`` belong to one person.
    """
    sizes = {"MANY": MANY, "FEW": FEW, "PORTFOLIO_EACH": PORTFOLIO_EACH, "USUAL": USUAL}
    sizes |= {"SENTENCES": SENTENCES, "MESSAGES": MESSAGES, "UNREAD": UNREAD}
    places = {"few": few, "many": many, "first": 1, "last": portfolio}
    cursor.execute(TABLES.format(**sizes), {name: f"{one:012x}" for name, one in places.items()})
    execute_values(cursor, "INSERT INTO bench_sentence VALUES %s", list(enumerate(sentences())))
    cursor.execute("SELECT max(number), sum(threads) FROM bench_partner")
    last, total = cursor.fetchone()
    cursor.execute(WORD_INDEXES)
    indexes = cursor.fetchall()
    for name, _made in indexes:
        cursor.execute(f"DROP INDEX {name}")
    progress = Progress(int(total) * (1 + MESSAGES), "threads and messages")
    for first in range(1, last + 1, AT_ONCE):
        for step in STEPS:
            cursor.execute(step.format(**sizes), (first, first + AT_ONCE - 1))
            if step in COUNTED:
                progress.add(cursor.rowcount)
    for _name, made in indexes:
        cursor.execute(made)
    return Filled(int(total), int(total) * MESSAGES)
