"""Who is told when a record differs from what was written."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from core.providers import Provider

#: Called with what was found and not known before (``audit.selectors.Found``).
found_new: Provider[[Sequence[Any]], None] = Provider("found_new")
