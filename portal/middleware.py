"""Stops what would show a record that differs from what was signed (P8, A5)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse

from audit.selectors import Altered, Found
from audit.services import note_differences
from core.access import system
from core.tenancy import on_behalf_of
from portal.views.errors import altered


class AlteredMiddleware:
    """Answers with a page that says so, and has management and operators told once."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Do nothing unless a view raises."""
        return self.get_response(request)

    def process_exception(self, request: Any, error: Exception) -> HttpResponse | None:
        """The transaction of the view is rolled back by now, so what was found is kept in one of
        its own.
        """
        if not isinstance(error, Altered):
            return None
        with on_behalf_of(system("Comparison of records")):
            note_differences(error.found)
        return altered(request, copy_is_right=not any(map(_is_of_a_copy, error.found)))


def _is_of_a_copy(found: Found) -> bool:
    """Whether a copy of record is made of it, or is it."""
    return found.of_table.startswith(("agreements_", "files_"))
