"""The demo's mail catcher and its pages."""

from __future__ import annotations

import smtplib
import subprocess
import sys
import time
from collections.abc import Iterator
from email.message import EmailMessage
from pathlib import Path
from types import SimpleNamespace

import pytest
from aiosmtpd.controller import Controller
from django.test import Client

from devtools.environment import free_port
from devtools.mailcatcher import Folder
from portal.demo import mailbox
from tests.patience import PATIENCE

pytestmark = pytest.mark.django_db


@pytest.fixture
def folder(tmp_path: Path, settings: SimpleNamespace) -> Path:
    settings.MAIL_ROOT = tmp_path / "mail"
    return tmp_path / "mail"


@pytest.fixture
def port(folder: Path) -> Iterator[int]:
    number = free_port()
    controller = Controller(Folder(folder), hostname="127.0.0.1", port=number)
    controller.start()
    yield number
    controller.stop()


def _send(port: int, subject: str, html: str = "<p>Hello <script>x</script></p>") -> None:
    message = EmailMessage()
    message["From"], message["To"] = "portal@example.com", "anna@example.com"
    message["Subject"] = subject
    message.set_content("Good day,\nconfirm at http://localhost:8000/confirm/ – thank you")
    message.add_alternative(html, subtype="html")
    with smtplib.SMTP("127.0.0.1", port) as server:
        server.send_message(message)


def test_caught_mails_are_listed_newest_first_and_read_back(port: int, client: Client) -> None:
    _send(port, "First")
    _send(port, "Second – with a dash")
    assert [mail.subject for mail in mailbox.newest()] == ["Second – with a dash", "First"]
    page = client.get("/demo/mail/").content.decode()
    assert page.index("Second – with a dash") < page.index("First")
    assert "anna@example.com" in page


def test_a_mail_is_shown_as_text_with_links_and_its_html_only_in_a_sandboxed_frame(
    port: int, client: Client
) -> None:
    _send(port, "Confirm")
    name = mailbox.newest()[0].name
    page = client.get(f"/demo/mail/{name}/")
    body = page.content.decode()
    assert 'href="http://localhost:8000/confirm/"' in body
    assert "<script>x</script>" not in body
    assert 'sandbox="allow-popups' in body
    assert "frame-src 'self'" in page["Content-Security-Policy"]
    framed = client.get(f"/demo/mail/{name}/html/")
    policy = framed["Content-Security-Policy"]
    assert "sandbox allow-popups" in policy
    assert "default-src 'none'" in policy
    assert "script-src" not in policy
    assert framed["X-Frame-Options"] == "SAMEORIGIN"
    assert "<p>Hello" in framed.content.decode()


@pytest.mark.parametrize("name", ["nothing", "0" * 20 + "-00000000", "..", "%2e%2e%2fkeys"])
def test_a_mail_that_is_not_there_is_not_found(folder: Path, client: Client, name: str) -> None:
    assert client.get(f"/demo/mail/{name}/").status_code == 404
    assert client.get(f"/demo/mail/{name}/html/").status_code == 404


def test_without_mails_the_page_says_so(folder: Path, client: Client) -> None:
    assert "No emails yet." in client.get("/demo/mail/").content.decode()


def test_the_catcher_runs_as_a_program_and_stops_when_asked(tmp_path: Path) -> None:
    number = free_port()
    command = [sys.executable, "-m", "devtools.mailcatcher", str(number), str(tmp_path)]
    process = subprocess.Popen(command)
    try:
        until = time.monotonic() + PATIENCE
        while True:
            try:
                _send(number, "By program")
                break
            except OSError:
                assert time.monotonic() < until
                time.sleep(0.05)
        assert len(list(tmp_path.glob("*.eml"))) == 1
        process.terminate()
        assert process.wait(PATIENCE) == 0
    finally:
        process.kill()
