"""Runs work that may need unlimited resources in a child process with limits (U-11).

Loading the libraries that read and print documents costs more than most documents do. So a helper
process for each kind of work loads them once and forks a child for each job. The child limits its
own processor time and memory; the caller ends it when the elapsed time is over. One document can
harm neither a worker nor the machine, and no job sees another's data. Imports only the standard
library, so that a helper is small and knows no secret.
"""

from __future__ import annotations

import atexit
import contextlib
import json
import os
import resource
import selectors
import signal
import subprocess
import sys
import tempfile
import threading
import time
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, NoReturn

#: What a child may see of the environment; none of the portal's settings is included.
_PASSED_ON = ("PATH", "HOME", "LANG", "LC_ALL", "LD_LIBRARY_PATH", "XDG_CACHE_HOME", "TMPDIR")
_OUT_OF_MEMORY = 3
#: The file in a job's folder to which its child writes errors.
_SAID = "said"
#: A helper that is gone, or does not report its fork within these seconds, is replaced.
_HELPER_SECONDS = 60


@dataclass(frozen=True)
class Limits:
    """Seconds of processor time, bytes of address space, and seconds until the child is ended."""

    cpu_seconds: int
    memory_bytes: int
    wall_seconds: int


class OutOfBounds(Exception):
    """A child exceeded its limits."""


class ChildFailed(Exception):
    """A child ended with an error; the message is the last line that it wrote."""


# --- calling a helper ------------------------------------------------------------------------


def run(module: str, job: dict[str, Any], limits: Limits, folder: Path) -> None:
    """Let a helper of ``python -m module``, started in ``folder``, do the job in a child.

    Raises OutOfBounds if a limit ended it, ChildFailed if it ended in any other bad way.
    """
    with tempfile.TemporaryDirectory(prefix="portal-job-", ignore_cleanup_errors=True) as scratch:
        order = {"job": job, "limits": asdict(limits), "scratch": scratch}
        with _helper(module, folder) as helper:
            code = helper.do(order, limits.wall_seconds)
        if code is None:
            raise OutOfBounds(f"it took longer than {limits.wall_seconds} seconds")
        said = Path(scratch, _SAID)
        _judge(code, said.read_text("utf-8", errors="replace") if said.exists() else "", limits)


class _Helper:
    """A process that has loaded what a kind of work needs and forks a child for each job."""

    def __init__(self, module: str, folder: Path) -> None:
        environment = {name: os.environ[name] for name in _PASSED_ON if name in os.environ}
        self.process = subprocess.Popen(  # noqa: S603 - our own module, no shell
            [sys.executable, "-m", module],
            cwd=folder,
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        assert self.process.stdin is not None  # noqa: S101 - for the type checker
        assert self.process.stdout is not None  # noqa: S101
        self._to, self._from = self.process.stdin, self.process.stdout

    def do(self, order: dict[str, Any], seconds: int) -> int | None:
        """How the child ended; None if it had to be ended. Leaves no child behind."""
        try:
            self._to.write(json.dumps(order).encode() + b"\n")
            self._to.flush()
        except OSError:
            raise ChildFailed("the helper has ended") from None
        child = self._answer(_HELPER_SECONDS)
        if child is None:
            raise ChildFailed("the helper did not answer")
        try:
            code = self._answer(seconds)
        except BaseException:  # a time limit of the worker, too
            _kill(child)
            raise
        if code is None:
            _kill(child)
            self._answer(_HELPER_SECONDS)
        return code

    def _answer(self, seconds: float) -> int | None:
        """The next number that the helper writes; None if it does not come in time."""
        until = time.monotonic() + seconds
        line = b""
        with selectors.DefaultSelector() as ready:
            ready.register(self._from, selectors.EVENT_READ)
            while not line.endswith(b"\n"):
                if not ready.select(until - time.monotonic()):
                    return None
                got = os.read(self._from.fileno(), 1)
                if not got:
                    raise ChildFailed("the helper has ended")
                line += got
        return int(line)

    def end(self) -> None:
        """End the helper, which has no child at that time."""
        _kill(self.process.pid)
        self.process.wait()
        self._to.close()
        self._from.close()


def _kill(group: int) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(group, signal.SIGKILL)


#: Helpers that wait for work, by module and folder.
_waiting: dict[tuple[str, str], list[_Helper]] = {}
_lock = threading.Lock()


def _begin_anew() -> None:
    """A process that was forked from this one starts its own helpers."""
    global _waiting, _lock
    _waiting, _lock = {}, threading.Lock()


def _end_all() -> None:
    for helper in [one for idle in _waiting.values() for one in idle]:
        helper.end()
    _waiting.clear()


os.register_at_fork(after_in_child=_begin_anew)
atexit.register(_end_all)


@contextmanager
def _helper(module: str, folder: Path) -> Iterator[_Helper]:
    """A helper for one job. One that failed is not used again."""
    with _lock:
        idle = _waiting.setdefault((module, str(folder)), [])
        helper = idle.pop() if idle else None
    if helper is not None and helper.process.poll() is not None:
        helper.end()
        helper = None
    helper = helper or _Helper(module, folder)
    try:
        yield helper
    except BaseException:
        helper.end()
        raise
    with _lock:
        idle.append(helper)


def _judge(code: int, said: str, limits: Limits) -> None:
    if code == 0:
        return
    if code in {-signal.SIGXCPU, -signal.SIGKILL}:
        raise OutOfBounds(f"it took more than {limits.cpu_seconds} seconds of processor time")
    # Libraries written in C end abruptly where Python raises MemoryError.
    if code in {_OUT_OF_MEMORY, -signal.SIGSEGV, -signal.SIGABRT, -signal.SIGTRAP}:
        raise OutOfBounds(f"it took more than {limits.memory_bytes // 1024**2} MB of memory")
    raise ChildFailed(next(reversed(said.strip().splitlines()), f"ended with {code}"))


# --- in the helper ---------------------------------------------------------------------------


def serve(load: Callable[[], object], work: Callable[[dict[str, Any]], object]) -> None:
    """Run a helper: load once, then fork a child for each order until no more orders come.

    ``load`` imports what the work needs; ``work`` does one job. A traceback of the child is what
    the parent is told.

    """
    load()
    for line in sys.stdin.buffer:
        order = json.loads(line)
        child = os.fork()
        if child == 0:
            _do(order, work)
        _group(child)
        _tell(child)
        _tell(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))


def _tell(number: int) -> None:
    os.write(1, b"%d\n" % number)


def _group(child: int) -> None:
    """A process group of its own, so that everything in it can be ended. Child and helper both set
    it.
    """
    with contextlib.suppress(OSError):
        os.setpgid(child, child)


def _do(order: dict[str, Any], work: Callable[[dict[str, Any]], object]) -> NoReturn:
    """In the child: set the limits, do the job, and end with a code that the parent can read."""
    code = 0
    try:
        _group(os.getpid())
        scratch = order["scratch"]
        _speak_into(Path(scratch, _SAID))
        # A child ends without cleaning up; its parent removes the folder with everything in it.
        tempfile.tempdir = os.environ["TMPDIR"] = scratch
        _take(Limits(**order["limits"]))
        work(order["job"])
    except MemoryError:
        code = _OUT_OF_MEMORY
    except BaseException:  # noqa: BLE001 - told to the parent, whatever it is
        traceback.print_exc()
        code = 1
    finally:
        os._exit(code)


def _speak_into(said: Path) -> None:
    """Give the child no input, and let it write its errors to the file."""
    silence = os.open(os.devnull, os.O_RDWR)
    errors = os.open(said, os.O_WRONLY | os.O_CREAT, 0o600)
    for stream, place in ((0, silence), (1, silence), (2, errors)):
        os.dup2(place, stream)


def _take(limits: Limits) -> None:
    cpu, memory = limits.cpu_seconds, limits.memory_bytes
    resource.setrlimit(resource.RLIMIT_CPU, (cpu, cpu + 2))
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
