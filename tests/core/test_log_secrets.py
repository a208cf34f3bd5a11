"""A7: no secret is written to a log, whoever logs it and whoever formats it."""

from __future__ import annotations

import io
import logging
from typing import Any

import pytest
from django.http import HttpRequest
from django.test import Client
from gunicorn.config import Config
from gunicorn.glogging import Logger as ServerLogger

from core import log_secrets
from core.crypto import content_hash
from core.ids import new_id, new_secret
from tests.log_watch import Watch

pytestmark = pytest.mark.logs_a_secret


@pytest.mark.parametrize(
    "around",
    [
        "{}",
        "/invitations/{}",
        "/invitations/{}/",
        "/sign-in?next=%2Finvitations%2F{}",
        "Bearer pp_{}",
        "{'token': '{}'}",
        "https://portal.example/register/confirm/{}.",
        "token={}&x=1",
        "session {}:1tXyZa:signature",
    ],
)
def test_a_secret_is_hidden_wherever_it_stands(around: str) -> None:
    secret = new_secret()
    shown = log_secrets.without_secrets(around.replace("{}", secret, 1))
    assert secret not in shown and secret[5:] not in shown
    assert "[secret]" in shown


def test_what_is_no_secret_stays() -> None:
    line = (
        f"{new_id()} {content_hash({})} tests/core/test_log_secrets.py::"
        "test_a_very_long_name_of_a_test_that_says_what_it_means_by_its_words"
    )
    assert log_secrets.without_secrets(line) == line


def _written(name: str, *args: Any, **kwargs: Any) -> str:
    """What a separate handler writes for one error on a logger that passes nothing on."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    logger = logging.getLogger(name)
    propagate, logger.propagate = logger.propagate, False
    logger.addHandler(handler)
    try:
        logger.error(*args, **kwargs)
    finally:
        logger.removeHandler(handler)
        logger.propagate = propagate
    return stream.getvalue()


@pytest.mark.parametrize(
    "name", ["django.security.csrf", "django.request", "celery.app.trace", "axes", "anything"]
)
def test_every_logger_is_cleaned_in_message_arguments_and_traceback(name: str) -> None:
    secret = new_secret()
    try:
        raise KeyError(f"/invitations/{secret}")
    except KeyError as error:
        text = _written(name, "Fault at %s: %r", f"/x/{secret}", {"args": secret}, exc_info=error)
    assert secret not in text
    assert text.count("[secret]") == 3 and "Traceback" in text


def test_the_line_of_the_web_server_is_cleaned() -> None:
    secret, stream = new_secret(), io.StringIO()
    config = Config()
    config.set("accesslog", "-")
    server = ServerLogger(config)
    server.access_log.handlers = [logging.StreamHandler(stream)]
    server.access_log.error(config.access_log_format, {"h": "::1", **_atoms(secret)})
    assert secret not in stream.getvalue()
    assert "GET /invitations/[secret] HTTP/1.1" in stream.getvalue()


def _atoms(secret: str) -> dict[str, str]:
    names = dict.fromkeys("lutsbaD", "-")
    return {
        **names,
        "r": f"GET /invitations/{secret} HTTP/1.1",
        "f": f"https://portal.example/register/confirm/{secret}",
    }


def test_a_report_of_an_error_is_clean() -> None:
    secret, request = new_secret(), HttpRequest()
    request.path = request.path_info = f"/invitations/{secret}"
    request.META = {"SERVER_NAME": "localhost", "SERVER_PORT": "80", "HTTP_REFERER": secret}
    try:
        raise LookupError(secret)
    except LookupError as error:
        reporter = log_secrets.CleanReporter(request, type(error), error, error.__traceback__)
    assert secret not in reporter.get_traceback_text()
    assert secret not in reporter.get_traceback_html()


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/invitation/{}", "/register/{}/confirm", "/nowhere?next=/{}"])
def test_a_misspelled_address_is_logged_without_its_secret(
    client: Client, watched_logs: Watch, path: str
) -> None:
    before = watched_logs.lines
    assert client.get(path.format(new_secret())).status_code == 404
    assert watched_logs.lines > before, "the framework logs what it did not find"


@pytest.mark.django_db
def test_a_form_without_its_cookie_is_logged_without_a_secret(watched_logs: Watch) -> None:
    before = watched_logs.lines
    strict = Client(enforce_csrf_checks=True)
    assert strict.post(f"/recover/prove/{new_secret()}").status_code == 403
    assert watched_logs.lines > before
    assert watched_logs.handed_over, "this is what the second defence is for"
