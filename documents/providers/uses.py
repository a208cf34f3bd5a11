"""Where documents are used now. Apps that refer to documents register what refers to them."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from core.access import Access
from core.providers import Provider


@dataclass(frozen=True)
class Use:
    """One use of a document in words; ``url`` is its page for the reader's side, or empty."""

    version_id: uuid.UUID
    words: str
    url: str


#: (access, ids of versions) -> uses of these versions in the account of the page.
uses: Provider[[Access, list[uuid.UUID]], list[Use]] = Provider("document_uses")
#: () -> a query for the ids of versions that are used now.
used_versions: Provider[[], QuerySet[Any, Any]] = Provider("used_versions")


def uses_of(access: Access, versions: list[uuid.UUID]) -> Iterator[Use]:
    """Every use of these versions, in the order of the apps."""
    for found in uses(access, versions):
        yield from found
