"""Defines what is measured of documents: lists, search, one document."""

from __future__ import annotations

from collections.abc import Iterator

from django.urls import reverse

from devtools.bench import library
from devtools.bench.message_pages import READERS, listed, searched
from devtools.bench.signed_in import MANY, Page, Person, portfolio_email, read
from devtools.bench.threads import FEW as FEW_THREADS
from devtools.bench.threads import MANY as MANY_THREADS

DOCUMENTS = """
    SELECT id FROM documents_document
    WHERE security_model_id = %s AND status = 'in_library' ORDER BY changed_at DESC LIMIT %s
"""


def document_pages() -> Iterator[Page]:
    """What contacts and specialists do with documents, in an account with few and with many."""
    for threads, documents in ((FEW_THREADS, library.FEW), (MANY_THREADS, library.MANY)):
        email, trade, model = read(READERS, threads)[0]
        person = Person(email)
        here = reverse("documents:account-library", args=[trade])
        yield listed(person, f"library, {documents:,} documents", here)
        yield searched(person, f"library search, {documents:,} documents", here)
        pages = [
            reverse("documents:document", args=[trade, model, one])
            for (one,) in read(DOCUMENTS, model, MANY)
        ]
        name = f"one document of {documents:,}"
        yield person.count(Page(name, [person.get(path) for path in pages]))
    portfolio = Person(portfolio_email())
    everything = reverse("documents:library")
    yield listed(portfolio, "library, 40 accounts", everything)
    yield searched(portfolio, "library search, 40 accounts", everything)
