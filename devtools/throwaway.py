"""A PostgreSQL and a Valkey for one test run; they end with the process that started them."""

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
VALKEY, FILES = "PORTAL_TEST_VALKEY", "PORTAL_TEST_FILES"


def provide() -> None:
    """Set in the environment: DATABASE_URL, DATABASE_OWNER_URL, CACHE_URL, broker, media.

    If the caller named a database, or a parent process started one, that one is used.
    """
    if not (os.environ.get("DATABASE_URL") and os.environ.get("DATABASE_OWNER_URL")):
        _start()
    _address_valkey()
    if FILES in os.environ:
        os.environ["TEST_MEDIA_ROOT"] = f"{os.environ[FILES]}/media-{worker_number()}"


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
    os.environ[FILES] = str(base)
    first = os.getpid()

    def stop() -> None:
        # A forked child also runs this when it ends; the servers are not its own.
        if os.getpid() != first:
            return
        valkey.stop()
        cluster.stop()
        for used in {base, cluster.sockets}:
            shutil.rmtree(used, ignore_errors=True)

    atexit.register(stop)


def _sweep(folder: Path) -> None:
    """Remove the servers of runs that were killed before they could do it themselves."""
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


def _address_valkey() -> None:
    """Each xdist worker gets its own databases, so that no worker clears another's cache."""
    socket = os.environ.get(VALKEY)
    if socket is None:
        return
    first = 2 * worker_number()
    folder = Path(socket).parent
    valkey = Valkey(folder, folder)
    os.environ["CACHE_URL"] = valkey.cache_url(first)
    os.environ["CELERY_BROKER_URL"] = valkey.broker_url(first + 1)


def worker_number() -> int:
    """0 for the run itself, 1 and up for the workers of pytest-xdist."""
    worker = os.environ.get("PYTEST_XDIST_WORKER")
    return int(worker.removeprefix("gw")) + 1 if worker else 0
