"""Defines what is measured of messages: lists, search, one thread, an answer."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse

from devtools.bench.load import COUNTER
from devtools.bench.signed_in import MANY, Page, Person, email_of_staff, portfolio_email, read
from devtools.bench.threads import FEW, words_of
from devtools.bench.threads import MANY as MANY_THREADS

#: Contacts who sign in without a code, in accounts with so many threads.
READERS = """
    SELECT u.email, s.trade_account_id, s.id FROM security_models_securitymodel s
    JOIN security_models_contact c ON c.security_model_id = s.id AND c.role = 'employee'
    JOIN trade_accounts_membership m ON m.id = c.membership_id AND m.state = 'active'
    JOIN identity_user u ON u.id = m.user_id AND u.disabled_at IS NULL
    JOIN LATERAL (SELECT count(*) AS n FROM messages_app_thread t
                  WHERE t.security_model_id = s.id AND t.kind = 'conversation') t ON t.n = %s
    ORDER BY u.email LIMIT 1
"""
THREADS = """
    SELECT id, version FROM messages_app_thread
    WHERE security_model_id = %s AND kind = 'conversation' ORDER BY last_message_at DESC LIMIT %s
"""
#: Words in several scripts that one to eleven of a hundred messages contain.
SEARCHED = [words_of(script)[40 + at] for at in range(4) for script in ("latin", "cyrillic", "han")]


def message_pages() -> Iterator[Page]:
    """What contacts and staff do with messages."""
    for threads in (FEW, MANY_THREADS):
        email, trade, model = read(READERS, threads)[0]
        person = Person(email)
        here = reverse("messages_app:threads", args=[trade])
        yield listed(person, f"messages, {threads:,} threads", here)
        yield searched(person, f"search, {threads:,} threads", here)
        if threads == MANY_THREADS:
            yield from _one_thread(person, trade, model)
    inbox = reverse("messages_app:inbox")
    yield listed(Person(portfolio_email()), "messages, 40 accounts", inbox)
    yield from _staff()


def _staff() -> Iterator[Page]:
    specialist, manager = Person(email_of_staff("scss")), Person(email_of_staff("management"))
    inbox = reverse("messages_app:staff-threads")
    queue = f"{reverse('reviews:queue')}?{urlencode({'kind': 'message'})}"
    yield listed(specialist, "SCSS queue, messages", queue)
    yield listed(specialist, "SCSS messages", inbox)
    yield searched(specialist, "SCSS search of messages", inbox)
    yield listed(manager, "management: messages", inbox)
    yield searched(manager, "management: search", inbox)


def listed(person: Person, name: str, path: str) -> Page:
    """A list, asked for again and again."""
    return person.count(Page(name, [person.get(path)] * 8))


def searched(person: Person, name: str, path: str) -> Page:
    """A list, searched for one word after the other."""
    paths = [f"{path}?{urlencode({'q': word})}" for word in SEARCHED]
    return person.count(Page(name, [person.get(one) for one in paths]))


def _one_thread(person: Person, trade: uuid.UUID, model: uuid.UUID) -> Iterator[Page]:
    found = read(THREADS, model, MANY)
    urls = [
        (reverse("messages_app:thread", args=[trade, model, thread]), thread, version)
        for thread, version in found
    ]
    yield person.count(Page("one thread", [person.get(url) for url, *_ in urls]))
    requests = [person.post(url, _answer(thread), version) for url, thread, version in urls]
    yield person.count(Page("reply to a thread", requests))


def _answer(thread: Any) -> dict[str, str]:
    """A reply, with a key of its own for each version of the thread."""
    key = f"{str(thread)[: -len(COUNTER)]}{COUNTER}"
    text = f"The seal was checked at the gate and its number written down. {COUNTER}"
    fields = {"form_key": key, "draft_version": "0", "version": COUNTER, "body": text}
    return {**fields, "colleague": "", "send": "1"}
