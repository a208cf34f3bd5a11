"""Who is told when a record differs from what was written."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from core.providers import Provider


class CannotTell(Exception):
    """A check cannot read what it compares with now; that says nothing of any row."""


#: Called with each statement about the chain as it is signed (``audit.models.Anchor``).
anchored: Provider[[Any], None] = Provider("anchored")
#: Checks beyond the seal: called with a table and ids of its rows, answers what was found.
own_checks: Provider[[str, Sequence[str]], Sequence[Any]] = Provider("own_checks")
#: How many bytes its own checks read of rows: called with a table and ids, answers by id.
bytes_to_read: Provider[[str, Sequence[str]], dict[str, int]] = Provider("bytes_to_read")
#: Called with what was found and not known before (``audit.selectors.Found``), and whether a check
#: of many records found it.
found_new: Provider[[Sequence[Any], bool], None] = Provider("found_new")
