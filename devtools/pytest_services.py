"""Pytest plugin: a throw-away PostgreSQL and Valkey for each test run.

Loaded with `-p` so that it stands before pytest-django reads the settings. The first process of a
run starts the servers and names them in the environment; the workers of pytest-xdist inherit that.
Where DATABASE_URL and DATABASE_OWNER_URL are set by the caller, that server is used instead.
"""

from __future__ import annotations

import atexit
import contextlib
import os
import shutil
import signal
import tempfile
from pathlib import Path

from devtools.embedded import APP, OWNER, Cluster, Valkey
from devtools.process import Started, end, record

PREFIX = "portal-test-"
VALKEY = "PORTAL_TEST_VALKEY"


def _sweep(folder: Path) -> None:
    """Clear away the servers of runs that were killed before they could do it themselves."""
    for base in folder.glob(PREFIX + "*"):
        run = Started.read(base / "run.json")
        if run is None or run.alive():
            continue
        data = base / "postgres"
        with contextlib.suppress(OSError, IndexError, ValueError):
            number = int((data / "postmaster.pid").read_text().split()[0])
            if Path(f"/proc/{number}/cwd").resolve() == data:
                os.kill(number, signal.SIGQUIT)
        valkey = Started.read(base / "valkey.json")
        if valkey is not None:
            end(valkey)
        shutil.rmtree(base, ignore_errors=True)


def _start() -> None:
    folder = Path(tempfile.gettempdir())
    _sweep(folder)
    base = Path(tempfile.mkdtemp(prefix=PREFIX, dir=folder))
    cluster = Cluster(base, durable=False)
    record(os.getpid()).write(base / "run.json")
    cluster.start()
    valkey = Valkey(base, cluster.sockets)
    valkey.start()
    cluster.create_database("portal")
    os.environ["DATABASE_URL"] = cluster.url(APP, "portal")
    os.environ["DATABASE_OWNER_URL"] = cluster.url(OWNER, "portal")
    os.environ[VALKEY] = str(valkey.socket)
    first = os.getpid()

    def stop() -> None:
        if os.getpid() != first:
            return
        valkey.stop()
        cluster.stop()
        shutil.rmtree(base, ignore_errors=True)
        if cluster.sockets != base:
            shutil.rmtree(cluster.sockets, ignore_errors=True)

    atexit.register(stop)


def _address_valkey() -> None:
    """Each xdist worker gets databases of its own, so that no worker clears another's cache."""
    socket = os.environ.get(VALKEY)
    if socket is None:
        return
    worker = os.environ.get("PYTEST_XDIST_WORKER", "gw-1")
    first = 2 * (int(worker.removeprefix("gw")) + 1)
    valkey = Valkey(Path(socket).parent, Path(socket).parent)
    os.environ["CACHE_URL"] = valkey.cache_url(first)
    os.environ["CELERY_BROKER_URL"] = valkey.broker_url(first + 1)


if not (os.environ.get("DATABASE_URL") and os.environ.get("DATABASE_OWNER_URL")):
    _start()
_address_valkey()
