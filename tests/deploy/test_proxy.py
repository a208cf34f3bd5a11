"""The deployed proxy and web server together; only if nginx is installed.

Their files are used unchanged, except for ports, folders and names of another machine. The portal
runs with the settings of production. Two headers replace the TLS proxy.
"""

from __future__ import annotations

import http.client
import os
import re
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlencode

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.test.client import BOUNDARY, MULTIPART_CONTENT, encode_multipart
from django.urls import reverse

from core.ids import new_id
from devtools.environment import free_port
from identity.models import SignInEvent
from security_models.selectors.numbers_and_papers import papers_of
from tests.apart import ROOT, database_url
from tests.factories.models import answer_all
from tests.factories.trade import make_account, make_model
from tests.patience import PATIENCE

pytestmark = [
    pytest.mark.long,
    pytest.mark.timeout(600),
    pytest.mark.skipif(shutil.which("nginx") is None, reason="nginx is not installed"),
]

STALLED = 10
FORM = "application/x-www-form-urlencoded"


@dataclass
class Answer:
    """The response."""

    status: int
    headers: http.client.HTTPMessage
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode()


@dataclass
class Site:
    """The proxy's port, and the web server behind it."""

    port: int
    command: list[str]
    behind: int
    environment: dict[str, str]
    web: ExitStack = field(default_factory=ExitStack)

    def start_web(self) -> None:
        """Run until ``web`` is closed."""
        self.web.enter_context(running(self.command, self.behind, self.environment))

    def ask(self, path: str, body: bytes | None = None, **headers: str) -> Answer:
        """A request as the outer proxy passes it on."""
        line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        method = "GET" if body is None else "POST"
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        line.request(method, path, body, {**OUTER, **named})
        got = line.getresponse()
        return Answer(got.status, got.headers, got.read())


OUTER = {
    "Host": "localhost",
    "Origin": "https://localhost",
    "X-Forwarded-Proto": "https",
    "X-Forwarded-For": "203.0.113.7",
}


@pytest.fixture(scope="module")
def static_root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What the image collects when it is built."""
    folder = tmp_path_factory.mktemp("static")
    command = [sys.executable, "manage.py", "collectstatic", "--noinput", "--verbosity", "0"]
    subprocess.run(command, cwd=ROOT, env={**os.environ, **production(folder)}, check=True)
    return folder


def production(static_root: Path, **more: str) -> dict[str, str]:
    """The environment that docker-compose.yml gives to the web server."""
    return {
        "DJANGO_SETTINGS_MODULE": "portal.settings.production",
        "STATIC_ROOT": str(static_root),
        "SITE_URL": "https://localhost",
        "ALLOWED_HOSTS": "localhost",
        "CSRF_TRUSTED_ORIGINS": "https://localhost",
        "FORWARDED_ALLOW_IPS": "*",
        "TRUST_X_FORWARDED_FOR": "true",
        "WEB_CONCURRENCY": "1",
        "WEB_THREADS": "2",
        **more,
    }


@contextmanager
def running(command: list[str], port: int, environment: dict[str, str]) -> Iterator[None]:
    """Run a program that listens at that port during the block."""
    process = subprocess.Popen(
        command, cwd=ROOT, env={**os.environ, **environment}, stderr=subprocess.DEVNULL
    )
    try:
        until = time.monotonic() + PATIENCE
        with socket.socket() as probe:
            while probe.connect_ex(("127.0.0.1", port)):
                assert process.poll() is None and time.monotonic() < until, command
                time.sleep(0.1)
        yield
    finally:
        process.terminate()
        process.wait(PATIENCE)


def proxy_file(folder: Path, port: int, behind: int) -> Path:
    """The proxy's file for this machine."""
    text = (ROOT / "deploy" / "nginx.conf").read_text()
    for ours, here in (
        ("web:8000", f"127.0.0.1:{behind}"),
        ("listen 8080", f"listen 127.0.0.1:{port}"),
        ("/tmp/", f"{folder}/"),
        ("/dev/stdout", f"{folder}/access.log"),
    ):
        assert ours in text
        text = text.replace(ours, here)
    path = folder / "nginx.conf"
    path.write_text(text)
    return path


@pytest.fixture
def site(transactional_db: None, tmp_path: Path, static_root: Path) -> Iterator[Site]:
    """The portal behind its proxy."""
    port, behind = free_port(), free_port()
    gunicorn = [
        sys.executable, "-m", "gunicorn", "portal.wsgi", "--config", "deploy/gunicorn.conf.py",
        "--bind", f"127.0.0.1:{behind}",
    ]  # fmt: skip
    # The master process gives the folders of bodies to the user of its workers.
    as_root = "user root;" if os.geteuid() == 0 else ""
    nginx = ["nginx", "-c", str(proxy_file(tmp_path, port, behind)), "-g", f"daemon off; {as_root}"]
    environment = production(
        static_root, DATABASE_URL=database_url(), MEDIA_ROOT=settings.MEDIA_ROOT
    )
    site = Site(port, gunicorn, behind, environment)
    with running(nginx, port, {}), site.web:
        site.start_web()
        yield site


def test_nginx_takes_the_file_of_the_proxy(tmp_path: Path) -> None:
    path = proxy_file(tmp_path, free_port(), free_port())
    subprocess.run(["nginx", "-t", "-q", "-c", path], check=True)


def test_b18_pages_and_their_files_come_through_with_their_headers(site: Site) -> None:
    page = site.ask("/sign-in")
    assert page.status == 200
    assert page.headers["Strict-Transport-Security"].startswith("max-age=31536000")
    assert page.headers["X-Frame-Options"] == "DENY" and "default-src" in str(
        page.headers["Content-Security-Policy"]
    )
    assert "Secure" in page.headers["Set-Cookie"]
    assert "nginx/" not in page.headers["Server"]
    (sheet, *_more) = re.findall(r'href="(/static/[^"]+\.css)"', page.text)
    file = site.ask(sheet, Accept_Encoding="gzip")
    assert file.status == 200 and "immutable" in file.headers["Cache-Control"]
    assert file.headers["Content-Encoding"] == "gzip"
    assert site.ask("/healthz", Host="elsewhere.example").status == 400
    assert site.ask("/sign-in", X_Forwarded_Proto="http").status == 301


def test_b18_a_file_of_the_largest_size_comes_in(site: Site) -> None:
    model = make_model(make_account("Halfmoon Drayage"))
    answer_all(model, "highway_carrier_mexico_long_haul")
    client = Client()
    client.force_login(model.started_by, backend="identity.backends.PasswordBackend")
    session = f"__Host-session={client.cookies[settings.SESSION_COOKIE_NAME].value}"
    papers = reverse("security_models:papers", args=[model.trade_account_id, model.pk])
    csrf, token = _csrf(site.ask(papers, Cookie=session))
    kind = "deed_of_incorporation"
    file = SimpleUploadedFile("acta.txt", b"Acta. ".ljust(settings.UPLOAD_MAX_BYTES, b"-"))
    form = {"upload": kind, f"{kind}-kind": kind, f"{kind}-form_key": str(new_id())}
    body = encode_multipart(BOUNDARY, {**form, f"{kind}-file": file, "csrfmiddlewaretoken": token})
    sent = site.ask(papers, body, Content_Type=MULTIPART_CONTENT, Cookie=f"{session}; {csrf}")
    assert sent.status == 302
    assert [paper.file.size for paper in papers_of(model)] == [settings.UPLOAD_MAX_BYTES]


def _csrf(page: Answer) -> tuple[str, str]:
    """The cookie and the token with which a form of that page is accepted."""
    assert page.status == 200
    (token, *_same) = re.findall(r'name="csrfmiddlewaretoken" value="([^"]+)"', page.text)
    return re.findall(r"__Host-csrf=[^;]+", str(page.headers))[0], token


def test_b18_ten_half_bodies_stop_nobody(site: Site) -> None:
    half = b"email=rosa%40exam"
    stalled = [_half_sent(site.port, half) for _ in range(STALLED)]
    for path in ("/healthz", "/sign-in", "/register"):
        assert site.ask(path).status == 200, path
    for line in stalled:
        line.sendall(half)
        assert int(line.makefile("rb").readline().split()[1]) == 403, "the form has no token"
        line.close()


def _half_sent(port: int, half: bytes) -> socket.socket:
    """A connection on which half of a form has arrived."""
    line = socket.create_connection(("127.0.0.1", port), PATIENCE)
    head = {**OUTER, "Content-Type": FORM, "Content-Length": str(2 * len(half))}
    words = "".join(f"{name}: {value}\r\n" for name, value in head.items())
    line.sendall(f"POST /sign-in HTTP/1.1\r\n{words}\r\n".encode() + half)
    return line


def test_u9_guesses_count_against_the_address_that_the_outer_proxy_appended(site: Site) -> None:
    csrf, token = _csrf(site.ask("/sign-in"))
    words = {"csrfmiddlewaretoken": token, "email": "nobody@example.com", "password": "Guess-42"}
    guess = urlencode(words).encode()
    made_up_and_appended = "198.51.100.1, 2001:db8::9"
    more = {"Content_Type": FORM, "Cookie": csrf}
    assert site.ask("/sign-in", guess, X_Forwarded_For=made_up_and_appended, **more).status == 422
    assert site.ask("/sign-in", guess, **more).status == 422
    seen = set(SignInEvent.objects.values_list("ip", flat=True))
    assert seen == {"2001:db8::9", OUTER["X-Forwarded-For"]}


def test_b18_a_portal_that_is_away_is_said_with_503_until_it_is_back(site: Site) -> None:
    site.web.close()
    away = site.ask("/sign-in")
    assert away.status == 503 and away.headers["Retry-After"] == "60"
    assert "The portal is not available right now" in away.text
    assert away.headers["X-Content-Type-Options"] == "nosniff"
    assert site.ask("/sign-in", b"email=rosa", Content_Type=FORM).status == 503
    assert site.ask("/proxy-health").status == 204
    site.start_web()
    assert site.ask("/sign-in").status == 200
