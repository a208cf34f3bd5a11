"""Defines what is measured: signs people in, counts statements, prints the requests as JSON.

`python -m devtools.bench.pages`, with the settings of the measured server.
"""

from __future__ import annotations

import io
import json
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any
from urllib.parse import urlencode

import django
from django.apps import apps
from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from devtools.bench import report
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
HEADERS = {"host": HOST, "x-forwarded-proto": "https"}

PORTFOLIO = """
    SELECT u.email FROM security_models_contact c
    JOIN trade_accounts_membership m ON m.id = c.membership_id
    JOIN identity_user u ON u.id = m.user_id
    WHERE c.role = 'officer' AND m.state = 'active'
    GROUP BY u.email ORDER BY count(*) DESC, u.email LIMIT 1
"""
MODELS = """
    SELECT s.trade_account_id, s.id FROM security_models_securitymodel s
    JOIN security_models_contact c ON c.security_model_id = s.id AND c.role = 'officer'
    JOIN trade_accounts_membership m ON m.id = c.membership_id
    JOIN identity_user u ON u.id = m.user_id
    JOIN security_profile_response r ON r.security_model_id = s.id
    WHERE u.email = %s
      AND NOT EXISTS (SELECT 1 FROM security_profile_submission p
                      WHERE p.security_model_id = s.id AND p.status <> 'returned')
    GROUP BY s.id ORDER BY count(*) DESC, s.id LIMIT %s
"""
ANSWERS = """
    SELECT c.code, r.version FROM security_profile_response r
    JOIN security_profile_criterion c ON c.id = r.criterion_id
    WHERE r.security_model_id = %s AND NOT r.not_applicable ORDER BY c.position LIMIT 1 OFFSET 10
"""
SPECIALIST = """
    SELECT u.email FROM security_models_staffassignment a JOIN identity_user u ON u.id = a.staff_id
    JOIN security_profile_submission p
      ON p.security_model_id = a.security_model_id AND p.status = 'in_review'
    WHERE a.ended_at IS NULL GROUP BY u.email ORDER BY count(*) DESC, u.email LIMIT 1
"""
#: The specialist with most certified partners; the Officers of some, with the approved criteria.
BOARD = """
    SELECT u.email FROM security_models_staffassignment a JOIN identity_user u ON u.id = a.staff_id
    JOIN security_models_businesstypeaccount t
      ON t.security_model_id = a.security_model_id AND t.certified_on IS NOT NULL
    WHERE a.ended_at IS NULL AND u.staff_role = 'scss'
    GROUP BY u.id ORDER BY count(*) DESC, u.email LIMIT 1
"""
APPROVED = """
    SELECT v.security_model_id, c.code, v.approved_on FROM security_profile_responseversion v
    JOIN security_profile_criterion c ON c.id = v.criterion_id
    JOIN security_models_staffassignment a
      ON a.security_model_id = v.security_model_id AND a.ended_at IS NULL
    JOIN identity_user u ON u.id = a.staff_id
    JOIN security_profile_response r ON r.id = v.response_id AND r.text <> v.text
    WHERE u.email = %s ORDER BY c.position, v.security_model_id LIMIT %s
"""
ITEMS = """
    SELECT p.security_model_id, p.id, i.code, coalesce(d.version, 0)
    FROM security_profile_submission p
    JOIN security_models_staffassignment a
      ON a.security_model_id = p.security_model_id AND a.ended_at IS NULL
    JOIN identity_user u ON u.id = a.staff_id
    JOIN LATERAL (
        SELECT x.id, c.code FROM security_profile_submissionitem x
        JOIN security_profile_criterion c ON c.id = x.criterion_id
        WHERE x.submission_id = p.id AND x.changed ORDER BY c.position LIMIT 1
    ) i ON true
    LEFT JOIN security_profile_criteriondecision d ON d.item_id = i.id
    WHERE u.email = %s AND p.status = 'in_review' ORDER BY p.id LIMIT %s
"""

STAFF = """
    SELECT email FROM identity_user
    WHERE staff_role = %s AND disabled_at IS NULL ORDER BY id LIMIT 1
"""
KNOWN = """
    SELECT email FROM identity_user
    WHERE staff_role = '' AND set_up_step = 'done' AND disabled_at IS NULL ORDER BY id LIMIT %s
"""
GUESSES = 400


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
        return _wire(method, path, body, cookies)

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
        answer = self._ask(method, path, body.replace(COUNTER, f"{request.counter:06d}"))
        if answer != request.expect:
            raise SystemExit(f"{page.name}: {path}: {answer} and not {request.expect}")
        request.counter += 1

    def _ask(self, method: str, path: str, body: str) -> int:
        if method == "GET":
            return int(self.client.get(path).status_code)
        kind = "application/x-www-form-urlencoded"
        return int(self.client.post(path, body, content_type=kind).status_code)


def _wire(method: str, path: str, body: str, cookies: Mapping[str, str], *more: str) -> str:
    """A request as bytes; ``more`` are further header lines."""
    head = [
        f"{method} {path} HTTP/1.1",
        f"Host: {HOST}",
        "X-Forwarded-Proto: https",
        f"Referer: https://{HOST}/",
        "Cookie: " + "; ".join(f"{name}={value}" for name, value in cookies.items()),
        *more,
    ]
    if method == "POST":
        head += ["Content-Type: application/x-www-form-urlencoded"]
        head += [f"Content-Length: {len(body.encode())}"]
    return "\r\n".join([*head, "", body])


def _code(email: str) -> str:
    printed = io.StringIO()
    call_command("demo_code", email, stdout=printed)
    return printed.getvalue().strip()


def _rows(question: str, *parameters: Any) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(question, parameters)
        return list(cursor.fetchall())


def partner_pages() -> Iterator[Page]:
    """The pages of a person with many accounts."""
    email = _rows(PORTFOLIO)[0][0]
    person = Person(email)
    # The last one is only read: a change would make another document.
    *models, unchanged = _rows(MODELS, email, MANY + 1)
    places = [(trade, model, *_rows(ANSWERS, model)[0]) for trade, model in models]
    urls = [
        (reverse("security_profile:criterion", args=[trade, model, code]), version)
        for trade, model, code, version in places
    ]
    answer = {"answer": "response", "type_code": "other", "reason": ""}
    text = "The gate is checked at each change of shift and the check is written down. " * 5
    yield person.count(Page("criterion page", [person.get(url) for url, _ in urls]))
    fields = {**answer, "version": COUNTER, "text": f"{text}{COUNTER}"}
    yield person.count(
        Page("save one answer", [person.post(url, fields, version) for url, version in urls])
    )
    yield person.count(
        Page("portfolio home, 40 accounts", [person.get(reverse("portal:home"))] * 8)
    )
    whole = [reverse("security_profile:profile", args=place) for *place, _, _ in places]
    yield person.count(Page("whole profile", [person.get(path) for path in whole]))
    yield from _stored_pdf(person, unchanged)


def _stored_pdf(person: Person, place: tuple[Any, Any]) -> Iterator[Page]:
    """The application's PDF after the worker has made it."""
    path = reverse("security_profile:summary-pdf", args=place)
    person.client.get(path)
    from files.services import render  # models can be imported only once Django is set up

    for row in apps.get_model("files", "Rendering").objects.filter(state="pending"):
        render(row.pk)
    yield person.count(Page("profile PDF, stored", [person.get(path)] * 8))


def staff_pages() -> Iterator[Page]:
    """The pages of a specialist with many partners."""
    email = _rows(SPECIALIST)[0][0]
    person = Person(email)
    items = _rows(ITEMS, email, MANY)
    yield person.count(Page("SCSS queue, 150 partners", [person.get(reverse("reviews:queue"))] * 8))
    urls = [
        (reverse("reviews:criterion", args=[model, submission, code]), version)
        for model, submission, code, version in items
    ]
    yield person.count(Page("review page", [person.get(url) for url, _ in urls]))
    fields = {"version": COUNTER, "verdict": "to_review", "act": "accept", "following": ""}
    fields |= {"comment": "", "internal_note": f"Looked at the log. {COUNTER}", "reason": ""}
    yield person.count(
        Page("review decision", [person.post(url, fields, version) for url, version in urls])
    )
    partners = [reverse("reviews:partner", args=[model]) for model, *_ in items]
    yield person.count(Page("SCSS partner page", [person.get(path) for path in partners]))


def review_pages() -> Iterator[Page]:
    """The annual reviews of a specialist with many certified partners, and approved versions."""
    email = _rows(BOARD)[0][0]
    person = Person(email)
    board = reverse("reviews:annual-reviews")
    yield person.count(Page("annual reviews, 400 partners", [person.get(board)] * 8))
    approved = _rows(APPROVED, email, MANY)
    versions = [reverse("reviews:versions", args=[model, code]) for model, code, _day in approved]
    yield person.count(Page("two versions compared", [person.get(path) for path in versions]))
    dates = [
        f"{reverse('reviews:profile-on', args=[model])}?{urlencode({'on': day.isoformat()})}"
        for model, _code, day in approved
    ]
    yield person.count(Page("profile on a date", [person.get(path) for path in dates]))


def management_pages() -> Iterator[Page]:
    """Management's lists of all partners, and a search by the helpdesk."""
    manager = Person(_rows(STAFF, "management")[0][0])
    for name, route in (
        ("management: open work", "reviews:open-work"),
        ("management: applications", "reviews:management"),
    ):
        yield manager.count(Page(name, [manager.get(reverse(route))] * 8))
    helper = Person(_rows(STAFF, "helpdesk")[0][0])
    words = [email.partition("@")[0] for (email,) in _rows(KNOWN, MANY)]
    paths = [f"{reverse('identity:helpdesk')}?{urlencode({'q': word})}" for word in words]
    yield helper.count(Page("helpdesk search", [helper.get(path) for path in paths]))


def strangers_pages() -> Iterator[Page]:
    """Guesses at sign-in: the time must not reveal whether an address is known (U9).

    Each guess has its own name and network address, so that the delay does not answer it.
    """
    known = [email for (email,) in _rows(KNOWN, GUESSES)]
    unknown = [f"nobody-{number}@stranger.example" for number in range(len(known))]
    for name, emails in ((report.KNOWN, known), (report.UNKNOWN, unknown)):
        yield Page(name, [_guess(number, email) for number, email in enumerate(emails)])


def _guess(number: int, email: str) -> Request:
    fields = {"email": email, "password": "Not-the-Right-One-9", "csrfmiddlewaretoken": CSRF}
    place = f"X-Forwarded-For: 2001:db8::{number:x}"
    cookies = {settings.CSRF_COOKIE_NAME: CSRF}
    body = urlencode(fields, safe="@")
    return Request(_wire("POST", reverse("identity:sign-in"), body, cookies, place), 422)


def main() -> None:
    """Print the pages as one line of JSON."""
    django.setup()
    makers: list[Callable[[], Iterator[Page]]] = [
        partner_pages,
        staff_pages,
        review_pages,
        management_pages,
        strangers_pages,
    ]
    pages = [page for make in makers for page in make()]
    if idle := [page.name for page in pages if len(page.requests) < max(CLIENTS)]:
        raise SystemExit(f"too few requests for {max(CLIENTS)} clients: {', '.join(idle)}")
    json.dump([asdict(page) for page in pages], sys.stdout)
    print()


if __name__ == "__main__":
    main()
