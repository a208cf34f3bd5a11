"""Defines what is measured: signs people in, counts statements, prints the requests as JSON.

`python -m devtools.bench.pages`, with the settings of the measured server.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from dataclasses import asdict
from typing import Any
from urllib.parse import urlencode

import django
from django.apps import apps
from django.conf import settings
from django.urls import reverse

from devtools.bench import report
from devtools.bench.document_pages import document_pages
from devtools.bench.load import COUNTER, Request
from devtools.bench.many_accounts import many_account_pages
from devtools.bench.message_pages import message_pages
from devtools.bench.signed_in import (
    CLIENTS,
    CSRF,
    MANY,
    Page,
    Person,
    email_of_staff,
    portfolio_email,
    read,
    wire,
)
from devtools.bench.uploads import upload_page

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

KNOWN = """
    SELECT email FROM identity_user
    WHERE staff_role = '' AND set_up_step = 'done' AND disabled_at IS NULL ORDER BY id LIMIT %s
"""
GUESSES = 400


def partner_pages() -> Iterator[Page]:
    """The pages of a person with many accounts."""
    email = portfolio_email()
    person = Person(email)
    # The last one is only read: a change would make another document.
    *models, unchanged = read(MODELS, email, MANY + 1)
    places = [(trade, model, *read(ANSWERS, model)[0]) for trade, model in models]
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
    email = read(SPECIALIST)[0][0]
    person = Person(email)
    items = read(ITEMS, email, MANY)
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
    email = read(BOARD)[0][0]
    person = Person(email)
    board = reverse("reviews:annual-reviews")
    yield person.count(Page("annual reviews, 400 partners", [person.get(board)] * 8))
    approved = read(APPROVED, email, MANY)
    versions = [reverse("reviews:versions", args=[model, code]) for model, code, _day in approved]
    yield person.count(Page("two versions compared", [person.get(path) for path in versions]))
    dates = [
        f"{reverse('reviews:profile-on', args=[model])}?{urlencode({'on': day.isoformat()})}"
        for model, _code, day in approved
    ]
    yield person.count(Page("profile on a date", [person.get(path) for path in dates]))


def management_pages() -> Iterator[Page]:
    """Management's lists of all partners, and a search by the helpdesk."""
    manager = Person(email_of_staff("management"))
    for name, route in (
        ("management: open work", "reviews:open-work"),
        ("management: applications", "reviews:management"),
    ):
        yield manager.count(Page(name, [manager.get(reverse(route))] * 8))
    helper = Person(email_of_staff("helpdesk"))
    words = [email.partition("@")[0] for (email,) in read(KNOWN, MANY)]
    paths = [f"{reverse('identity:helpdesk')}?{urlencode({'q': word})}" for word in words]
    yield helper.count(Page("helpdesk search", [helper.get(path) for path in paths]))


def strangers_pages() -> Iterator[Page]:
    """Guesses at sign-in: the time must not reveal whether an address is known (U9).

    Each guess has its own name and network address, so that the delay does not answer it.
    """
    known = [email for (email,) in read(KNOWN, GUESSES)]
    unknown = [f"nobody-{number}@stranger.example" for number in range(len(known))]
    for name, emails in ((report.KNOWN, known), (report.UNKNOWN, unknown)):
        yield Page(name, [_guess(number, email) for number, email in enumerate(emails)])


def _guess(number: int, email: str) -> Request:
    fields = {"email": email, "password": "Not-the-Right-One-9", "csrfmiddlewaretoken": CSRF}
    place = f"X-Forwarded-For: 2001:db8::{number:x}"
    cookies = {settings.CSRF_COOKIE_NAME: CSRF}
    body = urlencode(fields, safe="@")
    return Request(wire("POST", reverse("identity:sign-in"), body, cookies, place), 422)


def main() -> None:
    """Print the pages as one line of JSON."""
    django.setup()
    makers: list[Callable[[], Iterator[Page]]] = [
        partner_pages,
        many_account_pages,
        staff_pages,
        review_pages,
        management_pages,
        message_pages,
        document_pages,
        strangers_pages,
    ]
    pages = [page for make in makers for page in make()]
    if idle := [page.name for page in pages if len(page.requests) < max(CLIENTS)]:
        raise SystemExit(f"too few requests for {max(CLIENTS)} clients: {', '.join(idle)}")
    json.dump([asdict(page) for page in [*pages, upload_page()]], sys.stdout)
    print()


if __name__ == "__main__":
    main()
