"""People who sign in through the portal's own pages; their requests and statements."""

from __future__ import annotations

import io
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from devtools.bench.load import COUNTER, Request
from devtools.bench.server import HOST

PASSWORD = "Harbor-Lantern-42"  # noqa: S105 (everyone's in the demo)
CSRF = "b" * 32
MANY = 16
#: The number of clients; each of them needs its own request.
CLIENTS = (1, 8)
# Not counted: opening and closing a transaction, and naming its user.
SILENT = (
    "BEGIN",
    "COMMIT",
    "SAVEPOINT",
    "RELEASE",
    "ROLLBACK",
    "SELECT portal_begin",
    "SELECT set_config",
)
JSON = "application/json"
FORM = "application/x-www-form-urlencoded"
HEADERS = {"host": HOST, "x-forwarded-proto": "https"}

PORTFOLIO = """
    SELECT u.email FROM security_models_contact c
    JOIN trade_accounts_membership m ON m.id = c.membership_id
    JOIN identity_user u ON u.id = m.user_id
    WHERE c.role = 'officer' AND m.state = 'active'
    GROUP BY u.email ORDER BY count(*) DESC, u.email LIMIT 1
"""
STAFF = """
    SELECT email FROM identity_user
    WHERE staff_role = %s AND disabled_at IS NULL ORDER BY id LIMIT 1
"""


@dataclass
class Page:
    """A page or act: its requests, and the statements of one of them."""

    name: str
    requests: list[Request]
    statements: int | None = None
    seen: list[str] = field(default_factory=list)


class Person:
    """A person who signed in through the portal's own pages."""

    def __init__(self, email: str) -> None:
        self.client = Client(headers=HEADERS)
        self._post(reverse("identity:sign-in"), {"email": email, "password": PASSWORD})
        if settings.SESSION_COOKIE_NAME not in self.client.cookies:
            raise SystemExit(f"{email} could not sign in")
        if "_auth_user_id" not in self.client.session:
            self._post(reverse("identity:sign-in-code"), {"code": _code(email)})
        self.client.cookies[settings.CSRF_COOKIE_NAME] = CSRF

    def _post(self, path: str, fields: dict[str, str]) -> None:
        self.client.post(path, fields)

    def get(self, path: str) -> Request:
        """A GET request as bytes."""
        return Request(self._wire("GET", path), 200)

    def post(self, path: str, fields: dict[str, str], version: int) -> Request:
        """A form as bytes; COUNTER in it is replaced by the version."""
        body = urlencode({**fields, "csrfmiddlewaretoken": CSRF}, safe="@")
        return Request(self._wire("POST", path, body), 302, version)

    def _wire(self, method: str, path: str, body: str = "") -> str:
        cookies = {name: one.value for name, one in self.client.cookies.items()}
        return wire(method, path, body, cookies)

    def count(self, page: Page) -> Page:
        """Count the statements of the page's first request, which is sent twice first to fill
        caches.
        """
        request = page.requests[0]
        head, _, body = request.wire.partition("\r\n\r\n")
        method, path, _ = head.split("\r\n")[0].split(" ")
        self._expect(page, request, method, path, body)
        captured = CaptureQueriesContext(connection)
        with captured:
            self._expect(page, request, method, path, body)
        asked = [query["sql"] for query in captured.captured_queries]
        page.seen = [one for one in asked if not one.startswith(SILENT)]
        page.statements = len(page.seen)
        return page

    def _expect(self, page: Page, request: Request, method: str, path: str, body: str) -> None:
        kind = JSON if f"Content-Type: {JSON}" in request.wire else FORM
        answer = self._ask(method, path, body.replace(COUNTER, f"{request.counter:06d}"), kind)
        if answer != request.expect:
            raise SystemExit(f"{page.name}: {path}: {answer} and not {request.expect}")
        request.counter += 1

    def _ask(self, method: str, path: str, body: str, kind: str) -> int:
        if method == "GET":
            return int(self.client.get(path).status_code)
        return int(self.client.post(path, body, content_type=kind).status_code)


def wire(
    method: str, path: str, body: str, cookies: Mapping[str, str], *more: str, kind: str = FORM
) -> str:
    """A request as bytes; ``more`` are further header lines, ``kind`` is the type of the body."""
    head = [
        f"{method} {path} HTTP/1.1",
        f"Host: {HOST}",
        "X-Forwarded-Proto: https",
        f"Referer: https://{HOST}/",
        "Cookie: " + "; ".join(f"{name}={value}" for name, value in cookies.items()),
        *more,
    ]
    if method == "POST":
        head += [f"Content-Type: {kind}"]
        head += [f"Content-Length: {len(body.encode())}"]
    return "\r\n".join([*head, "", body])


def _code(email: str) -> str:
    printed = io.StringIO()
    call_command("demo_code", email, stdout=printed)
    return printed.getvalue().strip()


def read(question: str, *parameters: Any) -> list[Any]:
    """The rows that a question in SQL finds."""
    with connection.cursor() as cursor:
        cursor.execute(question, parameters)
        return list(cursor.fetchall())


def portfolio_email() -> str:
    """The Officer with most accounts."""
    return str(read(PORTFOLIO)[0][0])


def email_of_staff(role: str) -> str:
    """The first member of staff with a role."""
    return str(read(STAFF, role)[0][0])
