"""`./portal.sh demo` as a person uses it: started, killed, started again, stopped."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from devtools.embedded import STATE, checkout_tag
from devtools.environment import free_port
from tests.architecture.source import ROOT, tracked
from tests.patience import PATIENCE

pytestmark = [pytest.mark.long, pytest.mark.timeout(900)]

Start = Callable[..., "Demo"]


class Demo:
    """A running `./portal.sh demo` and what it printed."""

    def __init__(self, folder: Path, port: int, *arguments: str) -> None:
        self.port = port
        self.output = folder / "var" / "output.txt"
        self.output.parent.mkdir(exist_ok=True)
        clean = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith(("DATABASE_", "CACHE_", "CELERY_", "DJANGO_", "PORTAL_TEST"))
        }
        with self.output.open("w") as output:
            self.process = subprocess.Popen(
                ["bash", "portal.sh", "demo", *arguments],
                cwd=folder, env={**clean, "PORT": str(port)}, stdin=subprocess.DEVNULL,
                stdout=output, stderr=output, start_new_session=True,
            )  # fmt: skip

    def text(self) -> str:
        return self.output.read_text()

    def wait_for(self, words: str) -> None:
        until = time.monotonic() + PATIENCE
        while words not in self.text():
            assert self.process.poll() is None, self.text()
            assert time.monotonic() < until, self.text()
            time.sleep(0.2)

    def get(self, path: str) -> int:
        url = f"http://127.0.0.1:{self.port}{path}"
        with urllib.request.urlopen(url, timeout=PATIENCE) as answer:
            return int(answer.status)

    def stop(self, number: signal.Signals) -> int:
        self.process.send_signal(number)
        return self.process.wait(60)


@pytest.fixture
def checkout(tmp_path: Path) -> Iterator[Path]:
    """A copy of this checkout with its own data; installed packages are shared with this one."""
    folder = tmp_path / "checkout"
    for path in tracked():
        target = folder / path.relative_to(ROOT)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(path, target)
    for installed in (".venv", "node_modules"):
        (folder / installed).symlink_to(ROOT / installed)
    yield folder
    shutil.rmtree(STATE / checkout_tag(folder), ignore_errors=True)


@pytest.fixture
def start(checkout: Path) -> Iterator[Start]:
    started: list[Demo] = []

    def begin(*arguments: str, port: int | None = None) -> Demo:
        demo = Demo(checkout, port or free_port(), *arguments)
        started.append(demo)
        return demo

    yield begin
    for demo in started:
        if demo.process.poll() is None:
            demo.stop(signal.SIGTERM)


def test_the_demo_starts_survives_its_supervisors_death_and_stops_whole(start: Start) -> None:
    first = start()
    first.wait_for("READY http")
    assert first.get("/healthz") == 200
    assert first.get("/readyz") == 200
    assert first.get("/demo/mail/") == 200

    second_at_once = start(port=free_port())
    assert second_at_once.process.wait(60) == 1
    assert "runs already" in second_at_once.text()

    first.process.kill()
    first.process.wait(10)
    again = start(port=first.port)
    again.wait_for("READY http")
    assert "left over from an earlier start" in again.text()
    assert "Loading demo data" not in again.text()
    assert again.get("/readyz") == 200

    assert again.stop(signal.SIGINT) == 0
    with socket.socket() as probe:
        assert probe.connect_ex(("127.0.0.1", again.port)) != 0

    anew = start("--reset")
    anew.wait_for("READY http")
    assert "Loading demo data" in anew.text()
    assert anew.stop(signal.SIGTERM) == 0


def test_a_taken_port_is_named_with_another_one(start: Start) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        taken = other.getsockname()[1]
        demo = start(port=taken)
        assert demo.process.wait(60) == 1
    assert f"port {taken} is taken by another program. Use another: PORT=" in demo.text()
