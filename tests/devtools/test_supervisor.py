"""The supervisor's parts: processes, ports, keys."""

from __future__ import annotations

import socket
import stat
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from devtools import environment
from devtools.children import RESTARTS, Children
from devtools.embedded import SOCKET_PATH_LIMIT, Cluster, ServiceError
from devtools.process import Started, end, record
from tests.patience import PATIENCE

FOREVER = "import time; time.sleep(600)"


@pytest.fixture
def sleeper() -> Iterator[subprocess.Popen[bytes]]:
    process = subprocess.Popen([sys.executable, "-c", FOREVER])
    yield process
    process.kill()
    process.wait()


@pytest.fixture
def children(tmp_path: Path) -> Iterator[Children]:
    made = Children(tmp_path / "run")
    yield made
    made.stop()


def _wait(children: Children) -> None:
    process = children.children[0].process
    assert process is not None
    process.wait()


def _module(folder: Path, name: str, source: str) -> dict[str, str]:
    (folder / f"{name}.py").write_text(source)
    return {"PYTHONPATH": str(folder)}


def test_a_process_is_known_by_its_start_and_ended(sleeper: subprocess.Popen[bytes]) -> None:
    started = record(sleeper.pid)
    assert started.alive()
    assert not Started(sleeper.pid, "another time").alive()
    end(started, seconds=5)
    assert not started.alive()


def test_ending_a_process_whose_number_belongs_to_another_touches_nobody(
    sleeper: subprocess.Popen[bytes],
) -> None:
    end(Started(sleeper.pid, "another time"))
    assert sleeper.poll() is None


@pytest.mark.parametrize("text", ["", "{}", "[]", '{"pid": "x", "started": "1"}'])
def test_an_unreadable_process_record_is_no_process(tmp_path: Path, text: str) -> None:
    path = tmp_path / "web.json"
    path.write_text(text)
    assert Started.read(path) is None


def test_a_child_that_ends_is_started_again(children: Children, tmp_path: Path) -> None:
    env = _module(tmp_path, "child", FOREVER)
    children.start("web", "child", environment=env)
    first = children.children[0].process
    assert first is not None
    first.kill()
    first.wait()
    children.watch()
    second = children.children[0].process
    assert second is not None
    assert second.pid != first.pid
    assert second.poll() is None


def test_a_child_that_keeps_ending_is_given_up_with_the_end_of_its_log(
    children: Children, tmp_path: Path
) -> None:
    env = _module(tmp_path, "child", "raise SystemExit('the reason')")
    children.start("web", "child", environment=env)
    for _ in range(RESTARTS):
        _wait(children)
        children.watch()
    _wait(children)
    with pytest.raises(ServiceError, match=r"(?s)web keeps ending.*the reason"):
        children.watch()


def test_children_stop_in_reverse_order_of_their_start(children: Children, tmp_path: Path) -> None:
    note = (
        "import signal, sys, time\n"
        "def stop(*_):\n"
        f"    open({str(tmp_path / 'order')!r}, 'a').write(sys.argv[1])\n"
        "    sys.exit(0)\n"
        "signal.signal(signal.SIGTERM, stop)\n"
        "print('up', flush=True)\n"
        "time.sleep(600)\n"
    )
    env = _module(tmp_path, "child", note)
    for name in "abc":
        children.start(name, "child", name, environment=env)
    until = time.monotonic() + PATIENCE
    while not all(children.log(name).read_text() for name in "abc"):
        assert time.monotonic() < until
        time.sleep(0.02)
    children.stop()
    assert (tmp_path / "order").read_text() == "cba"


def test_what_a_killed_supervisor_left_is_ended_at_the_next_start(
    children: Children, sleeper: subprocess.Popen[bytes]
) -> None:
    record(sleeper.pid).write(children.folder / "web.json")
    children.end_left_over()
    assert sleeper.wait(5) != 0
    assert not list(children.folder.glob("*.json"))


def test_a_taken_port_is_noticed() -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        assert not environment.is_free("127.0.0.1", port)
    assert environment.is_free("127.0.0.1", port)


@pytest.mark.parametrize("given", ["0", "65536", "eight", "-1", "8000 "])
def test_what_is_no_port_is_refused(monkeypatch: pytest.MonkeyPatch, given: str) -> None:
    monkeypatch.setenv("PORT", given)
    with pytest.raises(ServiceError, match="is no port"):
        environment.port()


def test_links_name_a_host_and_no_address(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SITE_URL", raising=False)
    monkeypatch.setenv("PORT", "8001")
    for host in ("127.0.0.1", "0.0.0.0", "::1"):
        monkeypatch.setenv("HOST", host)
        assert environment.site_url() == "http://localhost:8001"
    monkeypatch.setenv("HOST", "demo.example")
    assert environment.site_url() == "http://demo.example:8001"


def test_keys_are_made_once_and_kept_from_others(tmp_path: Path) -> None:
    path = tmp_path / "demo" / "keys.json"
    first = environment.keys(path)
    assert environment.keys(path) == first
    assert set(first) == {
        "SECRET_KEY",
        "ANSWER_PEPPER",
        "FIELD_KEY",
        "RECORDS_KEY",
        "STATEMENT_KEYS",
    }
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_sockets_get_a_short_folder_when_the_checkout_lies_deep(tmp_path: Path) -> None:
    deep = tmp_path / ("a" * 90)
    cluster = Cluster(deep, durable=False)
    cluster.find()
    try:
        assert len(str(cluster.sockets / ".s.PGSQL.5432")) <= SOCKET_PATH_LIMIT
    finally:
        if cluster.sockets != deep:
            cluster.sockets.rmdir()
