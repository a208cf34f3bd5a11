"""The bench's own servers: PostgreSQL, Valkey, and two web servers of the same kind."""

from __future__ import annotations

import shutil
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from devtools import environment
from devtools.children import PYTHON, Children
from devtools.embedded import APP, OWNER, ROOT, Cluster, ServiceError, Valkey, state_folder

FILES = ROOT / "var" / "bench"
HOST = "portal.example"
WITHIN = 60.0


COMPANIES = "companies"


class Servers:
    """PostgreSQL and Valkey in folders of the bench's own, with a database to copy from."""

    def __init__(self) -> None:
        base = state_folder("bench")
        self.cluster = Cluster(base, durable=True)
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

    def environment(self, module: str) -> dict[str, str]:
        """What web and commands read; the owner's address is used by `migrate` alone."""
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

    @contextmanager
    def copy(self, name: str) -> Iterator[None]:
        """Work in a copy of the companies' database for a while."""
        with self.cluster.superuser() as cursor:
            cursor.execute(f'CREATE DATABASE "{name}" TEMPLATE {COMPANIES} OWNER {OWNER}')
        self.database = name
        try:
            yield
        finally:
            self.database = COMPANIES
            with self.cluster.superuser() as cursor:
                cursor.execute(f'DROP DATABASE "{name}" WITH (FORCE)')

    def python(self, *arguments: str, module: str) -> str:
        """Run Python with these settings; what it printed. Raises ServiceError when it fails."""
        env = self.environment(module)
        done = subprocess.run(
            [PYTHON, *arguments], env=env, cwd=ROOT, capture_output=True, text=True, check=False
        )
        if done.returncode:
            lines = (done.stdout + done.stderr).splitlines()[-15:]
            raise ServiceError("\n".join([f"{' '.join(arguments)} failed:", *lines]))
        return done.stdout

    def size_mb(self) -> int:
        """What the database takes on the disk."""
        with self.cluster.superuser(self.database) as cursor:
            cursor.execute("SELECT pg_database_size(current_database()) / 1048576")
            return int(cursor.fetchone()[0])

    def stop(self) -> None:
        """Stop both and forget the data."""
        self.valkey.stop()
        self.cluster.stop()
        shutil.rmtree(self.cluster.base, ignore_errors=True)


@contextmanager
def web(servers: Servers, module: str) -> Iterator[tuple[int, int]]:
    """The portal and the floor, each under the production server with two workers; their ports."""
    env = {**servers.environment(module), "WEB_CONCURRENCY": "2", "LOG_LEVEL": "WARNING"}
    del env["DATABASE_OWNER_URL"]
    children = Children(FILES / "run")
    ports = environment.free_port(), environment.free_port()
    config = ("--config", "deploy/gunicorn.conf.py")
    try:
        for name, application, port in (
            ("portal", "portal.wsgi", ports[0]),
            ("floor", "devtools.bench.floor:application", ports[1]),
        ):
            children.start(
                name, "gunicorn", application, *config, "--bind", f"127.0.0.1:{port}",
                environment=env,
            )  # fmt: skip
        _wait(children, ports[0], "/healthz")
        _wait(children, ports[1], "/1/")
        yield ports
    finally:
        children.stop()


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


def memory_mb(folder: Path) -> dict[str, int]:
    """Proportional set size of the processes recorded in `folder`, with their children."""
    found: dict[str, int] = {}
    for record in sorted(folder.glob("*.json")):
        pid = int(record.read_text().partition('"pid": ')[2].partition(",")[0])
        total = sum(_pss(one) for one in [pid, *_children(pid)])
        found[record.stem] = total // 1024
    return found


def _children(pid: int) -> list[int]:
    listed = Path(f"/proc/{pid}/task/{pid}/children")
    return [int(one) for one in listed.read_text().split()] if listed.exists() else []


def _pss(pid: int) -> int:
    rollup = Path(f"/proc/{pid}/smaps_rollup")
    if not rollup.exists():
        return 0
    for line in rollup.read_text().splitlines():
        if line.startswith("Pss:"):
            return int(line.split()[1])
    return 0
