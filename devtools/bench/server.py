"""Starts the bench's own servers: PostgreSQL, Valkey, and two web servers of the same kind."""

from __future__ import annotations

import os
import shutil
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial

from devtools import environment
from devtools.bench.bulk import Opened
from devtools.children import PYTHON, Children
from devtools.embedded import (
    ALL_ROWS,
    APP,
    OWNER,
    ROOT,
    Cluster,
    ServiceError,
    Valkey,
    state_folder,
)

FILES = ROOT / "var" / "bench"
HOST = "portal.example"
WITHIN = 60.0
#: While databases are loaded: memory that production's servers need not have.
LOADING = ("-c shared_buffers=2GB", "-c max_parallel_maintenance_workers=1")
COMPANIES = "companies"
FLOOR = "floor"


@dataclass(frozen=True)
class Web:
    """A running web server: its address, and its first process."""

    port: int
    pid: int


class Servers:
    """PostgreSQL and Valkey in the bench's own folders, with a database to copy from.

    Nothing that is loaded waits for the disk; what is measured does, after ``be_durable``.
    """

    def __init__(self) -> None:
        base = state_folder("bench")
        self.cluster = Cluster(base, durable=False, options=LOADING)
        if self.cluster.prepared():
            self.cluster.find()
            self.cluster.stop()
        shutil.rmtree(base, ignore_errors=True)
        base.mkdir(parents=True)
        for name in ("media", "mail", "keys.json", "run"):
            left = FILES / name
            if left.is_dir():
                shutil.rmtree(left)
            else:
                left.unlink(missing_ok=True)
        FILES.mkdir(parents=True, exist_ok=True)
        self.cluster.start()
        self.valkey = Valkey(base, self.cluster.sockets)
        self.valkey.start()
        self.database = COMPANIES
        self.cluster.create_database(COMPANIES)

    def be_durable(self) -> None:
        """Start PostgreSQL again as a server for measuring: what is committed is on the disk."""
        os.sync()
        self.cluster.stop()
        self.cluster.durable, self.cluster.options = True, ()
        self.cluster.start()

    def opener(self) -> Opened:
        """Opens cursors of the superuser in the current database."""
        return partial(self.cluster.superuser, self.database)

    def environment(self, module: str) -> dict[str, str]:
        """The environment of web and commands; only `migrate` uses the owner's address."""
        settings = environment.settings(
            FILES, self.cluster, self.valkey, module=module, mail_port=environment.free_port()
        )
        return {
            **settings,
            "DATABASE_URL": self.cluster.url(APP, self.database),
            "DATABASE_OWNER_URL": self.cluster.url(OWNER, self.database),
            "ALLOWED_HOSTS": HOST,
            "SITE_URL": f"https://{HOST}",
        }

    def use(self, name: str) -> None:
        """Continue with a database that is there."""
        self.database = name

    def copy(self, name: str, of: str = COMPANIES) -> None:
        """Continue with a copy of a database, by default the companies', with this name."""
        with self.cluster.superuser() as cursor:
            cursor.execute(f'CREATE DATABASE "{name}" TEMPLATE "{of}" OWNER {OWNER}')
        self.database = name

    def python(self, *arguments: str, module: str) -> str:
        """Run Python with these settings, and return what it printed. Raises ServiceError if it
        fails.
        """
        # These programs fill and read the databases of all companies; the servers do not get this.
        env = self.environment(module)
        env["DATABASE_URL"] += f"&options=-c%20role%3D{ALL_ROWS}"
        done = subprocess.run(
            [PYTHON, *arguments], env=env, cwd=ROOT, capture_output=True, text=True, check=False
        )
        if done.returncode:
            lines = (done.stdout + done.stderr).splitlines()[-15:]
            raise ServiceError("\n".join([f"{' '.join(arguments)} failed:", *lines]))
        return done.stdout

    def size_mb(self) -> int:
        """The size of the database on disk."""
        with self.cluster.superuser(self.database) as cursor:
            cursor.execute("SELECT pg_database_size(current_database()) / 1048576")
            return int(cursor.fetchone()[0])

    def stop(self) -> None:
        """Stop both and delete the data."""
        self.valkey.stop()
        self.cluster.stop()
        shutil.rmtree(self.cluster.base, ignore_errors=True)
        shutil.rmtree(FILES / "media", ignore_errors=True)


@contextmanager
def web(environments: dict[str, dict[str, str]]) -> Iterator[dict[str, Web]]:
    """Start the portal once for each of these environments, and the floor in the first of them.

    Each runs under the production server with two workers.
    """
    children = Children(FILES / "run")
    applications = {name: ("portal.wsgi", given) for name, given in environments.items()}
    floor = {FLOOR: ("devtools.bench.floor:application", next(iter(environments.values())))}
    try:
        started = {
            name: _started(children, name, application, given)
            for name, (application, given) in {**floor, **applications}.items()
        }
        for name, one in started.items():
            _wait(children, one.port, "/1/" if name == FLOOR else "/healthz")
        yield started
    finally:
        children.stop()


def _started(children: Children, name: str, application: str, given: dict[str, str]) -> Web:
    env = {**given, "WEB_CONCURRENCY": "2", "LOG_LEVEL": "WARNING"}
    env.pop("DATABASE_OWNER_URL", None)
    port = environment.free_port()
    children.start(
        name, "gunicorn", application, "--config", "deploy/gunicorn.conf.py",
        "--bind", f"127.0.0.1:{port}", environment=env,
    )  # fmt: skip
    return Web(port, children.pid(name))


def _wait(children: Children, port: int, path: str) -> None:
    headers = {"Host": HOST, "X-Forwarded-Proto": "https"}
    request = urllib.request.Request(f"http://127.0.0.1:{port}{path}", headers=headers)
    until = time.monotonic() + WITHIN
    problem = ""
    while time.monotonic() < until:
        try:
            urllib.request.urlopen(request, timeout=5).close()  # noqa: S310 (our own port)
            return
        except (OSError, urllib.error.HTTPError) as answer:
            problem = str(answer)
        children.watch()
        time.sleep(0.2)
    raise ServiceError(
        children.why(path.strip("/"), f"port {port}{path} did not answer: {problem}")
    )
