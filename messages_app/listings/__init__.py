"""Lists of messages and notices: columns, filters, sorting."""

from messages_app.listings.staff import BROADCASTS, RESULTS, TEMPLATES
from messages_app.listings.threads_and_notices import (
    ACCOUNTS,
    MOST_NAMES,
    NOTICES,
    PEOPLE,
    READER_NOTICES,
    readers_listing,
    threads_listing,
)

__all__ = [
    "ACCOUNTS",
    "BROADCASTS",
    "MOST_NAMES",
    "NOTICES",
    "PEOPLE",
    "READER_NOTICES",
    "RESULTS",
    "TEMPLATES",
    "readers_listing",
    "threads_listing",
]
