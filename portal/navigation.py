"""The navigation that every page shares (N1, N4, N5)."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest


def context(request: HttpRequest) -> dict[str, Any]:
    """Template context: ``nav`` and what the layouts need."""
    return {}
