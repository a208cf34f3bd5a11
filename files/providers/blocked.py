"""What upper floors do when the check blocks a file."""

from __future__ import annotations

from core.access import Access
from core.providers import Provider
from files.models import StoredFile

#: (actor, file) -> None; called for each file that is blocked, in the transaction that blocks it.
file_blocked: Provider[[Access, StoredFile], None] = Provider("file_blocked")
