"""Fills the bench's database with documents, set by set in SQL: there are up to 1.5 million.

The accounts that are compared for threads are compared here, too: one has 100 documents and one has
5,000 at every size. Every other partner has 125. Each document has a file, a version and a place;
every fourth one, and all of the two accounts, have text inside.
"""

from __future__ import annotations

from functools import partial
from typing import Any

from devtools.bench import threads
from devtools.bench.bulk import Opened, ranges, work
from devtools.bench.progress import Progress

#: Documents of the two accounts that are compared, and of all others.
FEW, MANY, USUAL = 100, 5_000, 125
#: Every so many documents of the others, one has text inside.
READ_EVERY = 4
AT_ONCE = 200

DOCUMENTS = """
    CREATE TEMP TABLE IF NOT EXISTS bench_document (
        id uuid, version_id uuid, file_id uuid, model uuid, i int, words text, said text,
        folded text, at timestamptz, is_read bool);
    TRUNCATE bench_document;
    INSERT INTO bench_document
    SELECT gen_random_uuid(), gen_random_uuid(), gen_random_uuid(), p.id, i, s.words, r.words,
           r.folded || ' ' || s.folded,
           p.since + (p.until - p.since) / (p.documents + 1) * i,
           p.documents <> {USUAL} OR i %% {READ_EVERY} = 0
    FROM (
        SELECT id, number, since, until,
               CASE threads WHEN {MANY_THREADS} THEN {MANY} WHEN {FEW_THREADS} THEN {FEW}
                    ELSE {USUAL} END AS documents
        FROM bench.partner WHERE number BETWEEN %s AND %s
    ) p
    CROSS JOIN LATERAL generate_series(1, p.documents) i
    JOIN bench.sentence s ON s.n = (p.number * 11 + i * 17) %% {SENTENCES}
    JOIN bench.sentence r ON r.n = (p.number * 5 + i * 29) %% {SENTENCES}
"""
FILES = """
    INSERT INTO files_storedfile (
        id, scope_kind, scope_id, name, content_type, size, sha256, storage_key, state,
        state_reason, uploaded_by_name, uploaded_at, scanned_at, scan_attempts, scanner)
    SELECT file_id, 'security_model', model, 'seals-' || i || '.pdf', 'application/pdf', 48213,
           encode(sha256(file_id::text::bytea), 'hex'), file_id::text, 'clean', '',
           'Ondine Quarrie', at, at, 1, ''
    FROM bench_document
"""
LIBRARY = """
    INSERT INTO documents_document (
        id, version, security_model_id, type_id, title, description, language, added_by, status,
        status_by_name, current_id, held_by_name, held_why, created_at, created_by_name, changed_at)
    SELECT id, 1, model, (ARRAY['seal_log', 'training_record', 'photo'])[1 + i % 3],
           left(words, 60), said, '', 'partner',
           CASE WHEN i % 20 = 0 THEN 'archived' ELSE 'in_library' END,
           '', version_id, '', '', at, 'Ondine Quarrie', at
    FROM bench_document
"""
VERSIONS = """
    INSERT INTO documents_documentversion (
        id, security_model_id, document_id, number, title, file_id, created_at, created_by_name)
    SELECT version_id, model, id, 1, left(words, 60), file_id, at, 'Ondine Quarrie'
    FROM bench_document
"""
PLACES = """
    INSERT INTO documents_placetag (id, security_model_id, document_id, kind, key, tagged_at)
    SELECT gen_random_uuid(), model, id, 'profile', 1 + i % 12 || '.' || 1 + i % 5, at
    FROM bench_document WHERE i % 3 = 0
"""
TEXTS = """
    INSERT INTO files_filetext (id, scope_kind, scope_id, file_id, text, words, is_whole, read_at)
    SELECT gen_random_uuid(), 'security_model', model, file_id, said || ' ' || words,
           folded, true, at
    FROM bench_document WHERE is_read
"""
STEPS = (FILES, LIBRARY, VERSIONS, PLACES, TEXTS)


def fill(opened: Opened, partners: int) -> int:
    """Load the documents of every partner, after the threads; return how many there are."""
    progress = Progress(partners * USUAL + FEW + MANY - 2 * USUAL, "documents")
    jobs = (partial(_of_partners, *some) for some in ranges(partners, AT_ONCE))
    work(opened, jobs, progress)
    return progress.done


def _of_partners(first: int, last: int, cursor: Any) -> int:
    sizes = {"FEW": FEW, "MANY": MANY, "USUAL": USUAL, "READ_EVERY": READ_EVERY}
    sizes |= {"SENTENCES": threads.SENTENCES}
    sizes |= {"FEW_THREADS": threads.FEW, "MANY_THREADS": threads.MANY}
    cursor.execute(DOCUMENTS.format(**sizes), (first, last))
    for step in STEPS:
        cursor.execute(step)
    cursor.execute("SELECT count(*) FROM bench_document")
    return int(cursor.fetchone()[0])
