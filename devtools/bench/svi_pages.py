"""Defines what is measured of SVI: the directory, both lists, a look-up over the API.

`python -m devtools.bench.svi_pages`, with the settings of the measured server, prints the requests
as JSON.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from urllib.parse import urlencode

import django
from django.conf import settings
from django.urls import reverse

from devtools.bench.load import Request
from devtools.bench.message_pages import listed
from devtools.bench.participants import MANY as MANY_PARTNERS
from devtools.bench.participants import READERS
from devtools.bench.signed_in import CSRF, JSON, MANY, Page, Person, read, wire

#: Who has this role in the account with this number; employees sign in without a code.
CONTACT = """
    SELECT u.email, s.trade_account_id, s.id FROM security_models_securitymodel s
    JOIN security_models_contact c ON c.security_model_id = s.id AND c.role = %s
    JOIN trade_accounts_membership m ON m.id = c.membership_id AND m.state = 'active'
    JOIN identity_user u ON u.id = m.user_id AND u.disabled_at IS NULL
    WHERE right(s.id::text, 12) = %s ORDER BY u.email LIMIT 1
"""
#: Companies of the directory, far from each other in its order.
NAMES = """
    SELECT a.name, t.account_number FROM security_models_businesstypeaccount t
    JOIN security_models_securitymodel m ON m.id = t.security_model_id
    JOIN trade_accounts_tradeaccount a ON a.id = m.trade_account_id
    WHERE t.account_number LIKE '800%%' AND a.name ~ '^[A-Za-zü]{6,9} ' ORDER BY t.id LIMIT %s
"""
NUMBERS = """
    SELECT t.account_number FROM svi_monitoring g
    JOIN security_models_businesstypeaccount t ON t.security_model_id = g.monitored_id
    WHERE g.monitor_id = %s ORDER BY g.id LIMIT %s
"""
#: How many references or numbers are looked up in one call.
LOOKED_UP = 500


def svi_pages() -> Iterator[Page]:
    """What contacts do in SVI, with few and with many partners."""
    for partners, number in READERS.items():
        email, trade, model = read(CONTACT, "employee", f"{number:012x}")[0]
        person = Person(email)
        if partners == MANY_PARTNERS:
            yield from _directory(person, reverse("svi:request", args=[trade]))
        monitored, monitors = (
            reverse(f"svi:{name}", args=[trade]) for name in ("monitored", "monitors")
        )
        yield listed(person, f"SVI monitored, {partners:,} partners", monitored)
        yield listed(person, f"SVI monitors, {partners:,} partners", monitors)
        words = [name.split()[0] for name, _number in read(NAMES, MANY)]
        yield _searched(person, f"SVI list search, {partners:,} partners", monitored, words)
        path = reverse("api:svi-lookup", args=[trade])
        by_reference = {"references": [f"V-{n}" for n in range(1, LOOKED_UP + 1)]}
        by_number = {"account_numbers": [one for (one,) in read(NUMBERS, model, LOOKED_UP)]}
        for what, body in (("references", by_reference), ("numbers", by_number)):
            request = _call(person, path, body)
            yield person.count(Page(f"look-up by {what}, {partners:,} partners", [request] * 8))


def _directory(person: Person, path: str) -> Iterator[Page]:
    companies = read(NAMES, MANY)
    names = [name for name, _number in companies]
    yield _searched(person, "SVI search, two words", path, (" ".join(n.split()[:2]) for n in names))
    yield _searched(person, "SVI search, one word", path, (n.split()[0] for n in names))
    mistyped = (_mistyped(name.split()[0]) for name in names)
    yield _searched(person, "SVI search, mistyped", path, mistyped)
    yield _searched(person, "SVI search, number", path, (number for _name, number in companies))


def _searched(person: Person, name: str, path: str, words: Iterable[str]) -> Page:
    paths = [f"{path}?{urlencode({'q': word})}" for word in words]
    return person.count(Page(name, [person.get(one) for one in paths]))


def _mistyped(word: str) -> str:
    """The word with its third letter left out."""
    return f"{word[:2]}{word[3:]}"


def _call(person: Person, path: str, body: dict[str, list[str]]) -> Request:
    """A call of the API with the session of a person."""
    cookies = {name: one.value for name, one in person.client.cookies.items()}
    cookies[settings.CSRF_COOKIE_NAME] = CSRF
    head = f"X-CSRFToken: {CSRF}"
    return Request(wire("POST", path, json.dumps(body), cookies, head, kind=JSON), 200)


def main() -> None:
    """Print the pages as one line of JSON."""
    django.setup()
    json.dump([asdict(page) for page in svi_pages()], sys.stdout)
    print()


if __name__ == "__main__":
    main()
