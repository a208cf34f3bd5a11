"""Stops what would show a record that differs from what was signed (P8, A5), and keeps which trade
account a person opened last (N1).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse

from audit.selectors import Altered, Found
from audit.services import note_differences
from core.access import Access, system
from core.tenancy import on_behalf_of
from portal.views.errors import altered
from trade_accounts.services.account_marks import note_opened

#: The note of a session: the trade account whose pages were opened last.
_OPENED = "opened_account"


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


class OpenedAccountMiddleware:
    """Keeps that a person opened a trade account, when it is another than before in this session:
    going on within an account writes nothing.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: Any) -> HttpResponse:
        """Look at the account of a page that was shown as a whole."""
        response = self.get_response(request)
        access: Access = getattr(request, "access", None) or Access()
        account = access.roots.get("trade_account")
        is_html = response.headers.get("Content-Type", "").startswith("text/html")
        is_page = request.method == "GET" and response.status_code == 200 and is_html
        is_part = request.headers.get("HX-Request") == "true"
        if account is not None and is_page and not is_part and not access.by_key:
            self._note(request, str(account.pk))
        return response

    def _note(self, request: Any, account_id: str) -> None:
        if request.session.get(_OPENED) != account_id:
            request.session[_OPENED] = account_id
            with on_behalf_of(request.access):
                note_opened(actor=request.access)
