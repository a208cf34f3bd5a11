"""Reminds contacts of documents that expire, so that evidence is renewed in time."""

from __future__ import annotations

import datetime as dt

from documents import page_links
from documents.models import Document
from documents.services.reminding import remind_contacts

KIND = "evidence.expiring"


def remind_of_expiry(document: Document, last_day: dt.date, offset: int) -> bool:
    """Remind the contacts of a document that expires, once for each offset and date; whether
    someone was reminded. What the program added is renewed by the program.
    """
    page = page_links.page_of(document, is_staff=False)
    return remind_contacts(KIND, document, last_day, offset, page)
