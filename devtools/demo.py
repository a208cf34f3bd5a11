"""`./portal.sh demo`: the whole portal with demo data on one machine, under one supervisor.

The servers' data is in `state_folder("demo")`, everything else below var/demo. A second start uses
both; `--reset` deletes both. Ctrl-C (or SIGTERM) stops everything in order. The next start finds
and ends what a killed supervisor left running.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import signal
import subprocess
import threading
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from devtools import environment
from devtools.children import PYTHON, Children
from devtools.console import say, since_start, step
from devtools.embedded import ROOT, Cluster, ServiceError, Valkey, state_folder

FILES = ROOT / "var" / "demo"
LOADED = FILES / "loaded"
SETTINGS = "portal.settings.demo"
READY_WITHIN = 60.0
#: None waits for another: each has its own worker (docs/operators.md).
QUEUES = ("documents", "mail", "previews", "scans", "sweeps", "webhooks")


class Stopped(Exception):
    """Someone stopped the demo with Ctrl-C while it was still starting."""


class Demo:
    """The servers and processes of one running demo."""

    def __init__(self) -> None:
        base = state_folder("demo")
        base.mkdir(parents=True, exist_ok=True)
        self.cluster = Cluster(base, durable=True)
        self.children = Children(FILES / "run")
        self.asked_to_stop = threading.Event()
        self.mail_port = environment.free_port()

    def start_servers(self) -> None:
        """Start PostgreSQL and Valkey, and set the environment that names them."""
        self.cluster.start()
        self.valkey = Valkey(self.cluster.base, self.cluster.sockets)
        self.valkey.start()
        self.new = self.cluster.create_database(environment.DATABASE)
        self.environment = {
            **environment.settings(
                FILES, self.cluster, self.valkey, module=SETTINGS, mail_port=self.mail_port
            ),
            "BEAT_SCHEDULE": str(FILES / "run" / "beat"),
        }

    def prepare(self) -> str:
        """Bring the database up to date; return the list of people who can sign in.

        Migrations run as the owner, everything else as the application's role.
        """
        signins, problems = FILES / "run" / "signins.txt", FILES / "run" / "prepare.log"
        command = [PYTHON, "-m", "devtools.prepare", str(signins)]
        with problems.open("w") as log:
            process = subprocess.Popen(
                command if LOADED.exists() else [*command, "--demo"],
                env=environment.as_owner(self.environment, self.cluster),
                cwd=ROOT, stdin=subprocess.DEVNULL, stderr=log, start_new_session=True,
            )  # fmt: skip
            while process.poll() is None:
                if self.asked_to_stop.wait(0.05):
                    process.terminate()
                    process.wait()
                    raise Stopped
        if process.returncode:
            raise ServiceError(self._unprepared(problems))
        LOADED.touch()
        return signins.read_text()

    @staticmethod
    def _unprepared(problems: Path) -> str:
        lines = problems.read_text(errors="replace").splitlines()[-15:]
        tail = "\n".join("    " + line for line in lines)
        way_out = ""
        if LOADED.exists():
            way_out = "\nWhere the data is from an older version: ./portal.sh demo --reset"
        return (
            f"the database could not be brought up to date. The end of {problems}:\n{tail}{way_out}"
        )

    def start_processes(self) -> None:
        """Start mail catcher, web, a worker for each queue, and beat."""
        start, env = self.children.start, self.environment
        start(
            "mail", "devtools.mailcatcher", str(self.mail_port), env["MAIL_ROOT"], environment=env
        )
        address = environment.host()
        bind = f"[{address}]" if ":" in address else address
        start(
            "web", "gunicorn", "portal.wsgi", "--config", "deploy/gunicorn.conf.py",
            "--bind", f"{bind}:{environment.port()}", environment=env,
        )  # fmt: skip
        celery = ("celery", "--app", "portal")
        for queue in QUEUES:
            start(
                f"worker-{queue}", *celery, "worker", "--queues", queue, "--concurrency", "1",
                "--hostname", f"{queue}@%h", "--without-gossip", "--without-mingle",
                "--loglevel", "info", environment=env,
            )  # fmt: skip
        start("beat", *celery, "beat", "--loglevel", "info", "--pidfile=", environment=env)

    def wait_until_ready(self) -> None:
        """Wait until /readyz is ok. Raises ServiceError if that takes longer than READY_WITHIN."""
        address = environment.host()
        name = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(address, address)  # noqa: S104
        url = f"http://{name}:{environment.port()}/readyz"
        answer = "nothing"
        for _ in range(int(READY_WITHIN / 0.2)):
            try:
                with urllib.request.urlopen(url, timeout=5):
                    return
            except urllib.error.HTTPError as refusal:
                answer = f"{refusal.code}"
            except OSError as problem:
                answer = str(problem)
            self.children.watch()
            if self.asked_to_stop.wait(0.2):
                raise Stopped
        raise ServiceError(self.children.why("web", f"{url} is not ready ({answer})"))

    def supervise(self) -> None:
        """Keep everything running until someone asks to stop."""
        while not self.asked_to_stop.wait(1.0):
            self.children.watch()
            self.valkey.watch()
            if not self.cluster.alive():
                say("PostgreSQL ended; starting it again")
                self.cluster.start()

    def stop(self) -> None:
        """Stop processes first, servers last."""
        self.children.stop()
        if hasattr(self, "valkey"):
            self.valkey.stop()
        if self.cluster.prepared():
            self.cluster.stop()


@contextmanager
def alone() -> Iterator[None]:
    """Hold the demo's lock. Raises ServiceError if another demo of this checkout runs."""
    FILES.mkdir(parents=True, exist_ok=True)
    lock: IO[str]
    with (FILES / "lock").open("a+") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as problem:
            lock.seek(0)
            raise ServiceError(
                f"the demo of this folder runs already ({lock.read().strip()}). "
                "Use it, or stop it with Ctrl-C where it was started"
            ) from problem
        lock.truncate(0)
        lock.write(f"process {os.getpid()}, {environment.site_url()}")
        lock.flush()
        yield


def run(*, reset: bool) -> int:
    """Start the demo and stay until it is stopped; return the exit code."""
    with alone():
        demo = Demo()
        demo.children.end_left_over()
        if not environment.is_free(environment.host(), environment.port()):
            raise ServiceError(_taken())
        if reset or not LOADED.exists():
            _throw_away(demo.cluster)
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, lambda *_: demo.asked_to_stop.set())
        try:
            _up(demo)
            demo.supervise()
        except Stopped:
            pass
        finally:
            with step("Stopping"):
                demo.stop()
    return 0


def _up(demo: Demo) -> None:
    with step("Starting PostgreSQL and Valkey"):
        demo.start_servers()
    signins = demo.prepare()
    with step("Starting web, workers, beat and mail catcher"):
        demo.start_processes()
        demo.wait_until_ready()
    site = environment.site_url()
    print(f"\n{signins.rstrip()}\n")
    print(f"Email      {site}/demo/mail/")
    print(f"Logs      {(FILES / 'run').relative_to(ROOT)}/")
    say(f"READY {site}/ after {since_start():.0f} s. Ctrl-C stops everything.")


def _throw_away(cluster: Cluster) -> None:
    """Delete the data of earlier starts, or the half-loaded data of an interrupted one."""
    if cluster.prepared():
        cluster.find()
        cluster.stop()
    shutil.rmtree(cluster.base, ignore_errors=True)
    for name in ("media", "mail", "keys.json", "loaded"):
        path = FILES / name
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)
    cluster.base.mkdir(parents=True)


def _taken() -> str:
    port = environment.port()
    other = next(
        (n for n in range(port + 1, port + 50) if environment.is_free(environment.host(), n)), 8080
    )
    return f"port {port} is taken by another program. Use another: PORT={other} ./portal.sh demo"


def manage(arguments: list[str]) -> int:
    """`./portal.sh manage ...`: manage.py with the demo's settings and data.

    If the demo does not run, the servers are started for it and stopped again.
    """
    if not LOADED.exists():
        raise ServiceError("there is no demo data yet. Start the demo once: ./portal.sh demo")
    base = state_folder("demo")
    cluster = Cluster(base, durable=True)
    cluster.find()
    running = cluster.running()
    valkey = Valkey(base, cluster.sockets)
    if not running:
        cluster.start()
        valkey.start()
    try:
        settings = environment.settings(FILES, cluster, valkey, module=SETTINGS, mail_port=1025)
        if "owner" in arguments:
            settings = environment.as_owner(settings, cluster)
        return subprocess.call([PYTHON, "manage.py", *arguments], env=settings, cwd=ROOT)
    finally:
        if not running:
            valkey.stop()
            cluster.stop()
