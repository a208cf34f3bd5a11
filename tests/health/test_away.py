"""B18: if PostgreSQL or Redis is down or hangs, the answer says so and takes little time."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.cache import caches

from core import away
from core.cache import PatientRedisCache
from core.jobs import enqueue
from tests import apart

WALK = """
import json, logging, uuid
from django.conf import settings
from django.db import connection
from django.test import Client
from django.urls import URLPattern, get_resolver

PARTS = {"uuid": str(uuid.uuid4()), "int": "1", "slug": "x", "str": "x" * 43, "path": "x" * 43}

def paths(patterns, before=""):
    for one in patterns:
        route = before + str(one.pattern)
        if isinstance(one, URLPattern):
            if "(" in route or "^" in route:
                continue
            yield "/" + "".join(
                PARTS.get(part.partition(":")[0], "x" * 43) if number % 2 else part
                for number, part in enumerate(route.replace(">", "<").split("<"))
            )
        else:
            yield from paths(one.url_patterns, route)

logging.disable(logging.CRITICAL)
connection.close()
connection.settings_dict.update({"HOST": "127.0.0.1", "PORT": "1"})
client = Client(raise_request_exception=False, SERVER_NAME="localhost")
answers = {}
for path in sorted(set(paths(get_resolver().url_patterns))):
    for method, cookie in (("get", "0" * 32), ("post", "")):
        client.cookies.clear()
        if cookie:
            client.cookies[settings.SESSION_COOKIE_NAME] = cookie
        answer = getattr(client, method)(path)
        answers[f"{method} {path}"] = [
            answer.status_code,
            answer.headers.get("Retry-After", ""),
            answer.headers.get("Content-Type", ""),
        ]
print(json.dumps(answers))
"""
#: Responses that need no database: alive, methods that do not exist.
WITHOUT = {200, 302, 403, 404, 405}


@pytest.mark.django_db(transaction=True)
def test_b18_without_its_database_every_address_answers_503_and_none_500() -> None:
    answers: dict[str, list[Any]] = apart.run(WALK)
    assert len(answers) > 200
    faults = [place for place, (status, _retry, _kind) in answers.items() if status == 500]
    assert not faults
    for place, (status, retry, kind) in answers.items():
        _method, path = place.split(" ")
        if status not in WITHOUT:
            assert (status, retry) == (503, "10"), place
            if path.startswith("/api/"):
                assert kind == "application/problem+json", place
    for path in ("/", "/home", "/sign-in", "/register", "/api/v1/trade-accounts"):
        assert answers[f"get {path}"][0] == 503, path
    for method in ("get", "post"):
        assert answers[f"{method} /healthz"][0] == 200
        assert answers[f"{method} /readyz"] == [503, "10", "application/json"]


# --- a Redis that accepts connections and never answers -------------------------------------------


class Silence:
    """A server that accepts connections, counts them, and never answers."""

    def __init__(self) -> None:
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        self.lines: list[socket.socket] = []
        threading.Thread(target=self._take, daemon=True).start()

    def _take(self) -> None:
        while True:
            try:
                self.lines.append(self.listener.accept()[0])
            except OSError:
                return

    def close(self) -> None:
        """Close the connections."""
        self.listener.close()
        for line in self.lines:
            line.close()


@pytest.fixture
def silence(monkeypatch: pytest.MonkeyPatch) -> Iterator[Silence]:
    away.forget()
    monkeypatch.setattr("core.cache.SECONDS", 0.05)
    server = Silence()
    yield server
    server.close()
    away.forget()


def test_b18_a_cache_that_hangs_is_asked_once_in_a_while(silence: Silence) -> None:
    cache = PatientRedisCache(f"redis://127.0.0.1:{silence.port}/0", {})
    for _ in range(50):
        with pytest.raises((OSError, Exception)):
            cache.set("x", 1)
    assert len(silence.lines) <= 1


def test_b18_after_a_while_one_asks_again_and_the_others_do_not_wait(
    silence: Silence, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = [1000.0]
    monkeypatch.setattr("core.away.time.monotonic", lambda: now[0])
    service = away.service("x")
    with pytest.raises(OSError, match="hangs"), service.attempt(OSError):
        raise OSError("hangs")
    with pytest.raises(away.StillAway), service.attempt(OSError):
        pass
    now[0] += away.SECONDS
    with service.attempt(OSError), pytest.raises(away.StillAway), service.attempt(OSError):
        pass
    with service.attempt(OSError), service.attempt(OSError):
        pass


def test_b18_the_cache_of_the_settings_is_the_patient_one() -> None:
    assert isinstance(caches["default"], PatientRedisCache)


@pytest.mark.django_db
def test_b18_a_broker_that_hangs_holds_up_one_request_and_no_other(
    silence: Silence, monkeypatch: pytest.MonkeyPatch, django_capture_on_commit_callbacks: Any
) -> None:
    asked: list[str] = []

    def hangs(task: str, **_options: Any) -> None:
        asked.append(task)
        raise TimeoutError("no answer")

    broker = SimpleNamespace(conf=SimpleNamespace(broker_url="redis://hangs"), send_task=hangs)
    monkeypatch.setattr("core.jobs.current_app", broker)
    with django_capture_on_commit_callbacks(execute=True):
        for _ in range(20):
            enqueue("notifications.tasks.deliver", "x")
    assert len(asked) == 1


def test_b18_publishing_in_the_web_server_waits_shortly() -> None:
    code = """
import json
import portal.wsgi
from celery import current_app
options = current_app.conf.broker_transport_options
print(json.dumps([options["socket_timeout"], options["max_retries"]]))
"""
    timeout, retries = apart.run(code)
    assert timeout <= 1 and retries <= 1
