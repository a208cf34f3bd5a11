"""Work that may grow beyond measure, in a child process with limits of its own (U-11).

The child holds itself to processor time and memory; the parent ends it when the clock on the
wall runs out. Neither a worker nor the machine suffers from what one document asks for.
Imports nothing but the standard library: the child is light, and knows no secret.
"""

from __future__ import annotations

import contextlib
import json
import os
import resource
import signal
import subprocess
import sys
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

#: What a child may know of the environment; nothing of the portal's settings is among it.
_PASSED_ON = ("PATH", "HOME", "LANG", "LC_ALL", "LD_LIBRARY_PATH", "XDG_CACHE_HOME", "TMPDIR")
_OUT_OF_MEMORY = 3


@dataclass(frozen=True)
class Limits:
    """Seconds of processor time, bytes of address space, and seconds until it is ended."""

    cpu_seconds: int
    memory_bytes: int
    wall_seconds: int


class OutOfBounds(Exception):
    """A child needed more than its limits."""


class ChildFailed(Exception):
    """A child ended with a problem; the message is the last line that it wrote."""


def run(module: str, job: dict[str, Any], limits: Limits, folder: Path) -> None:
    """Run ``python -m module`` in ``folder`` with the job on its standard input.

    Raises OutOfBounds when a limit ended it, ChildFailed for any other end but a good one.
    """
    environment = {name: os.environ[name] for name in _PASSED_ON if name in os.environ}
    process = subprocess.Popen(  # noqa: S603 - our own module, no shell
        [sys.executable, "-m", module],
        cwd=folder,
        env=environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        start_new_session=True,
    )
    order = json.dumps({**job, "limits": asdict(limits)}).encode()
    try:
        _out, said = process.communicate(order, timeout=limits.wall_seconds)
    except subprocess.TimeoutExpired:
        raise OutOfBounds(f"it took longer than {limits.wall_seconds} seconds") from None
    finally:
        _end(process)
    _judge(process.returncode, said.decode(errors="replace"), limits)


def _end(process: subprocess.Popen[bytes]) -> None:
    """Leave nothing behind, whatever ended the wait (a time limit of the worker, too)."""
    if process.poll() is None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.communicate()


def _judge(code: int, said: str, limits: Limits) -> None:
    if code == 0:
        return
    if code in {-signal.SIGXCPU, -signal.SIGKILL}:
        raise OutOfBounds(f"it took more than {limits.cpu_seconds} seconds of processor time")
    # Libraries written in C end hard where Python raises MemoryError.
    if code in {_OUT_OF_MEMORY, -signal.SIGSEGV, -signal.SIGABRT, -signal.SIGTRAP}:
        raise OutOfBounds(f"it took more than {limits.memory_bytes // 1024**2} MB of memory")
    raise ChildFailed(next(reversed(said.strip().splitlines()), f"ended with {code}"))


def order_of_parent() -> dict[str, Any]:
    """In the child: take the limits, then give the job. Call it before anything large is loaded."""
    job: dict[str, Any] = json.load(sys.stdin.buffer)
    limits = Limits(**job.pop("limits"))
    cpu, memory = limits.cpu_seconds, limits.memory_bytes
    resource.setrlimit(resource.RLIMIT_CPU, (cpu, cpu + 2))
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    return job


def out_of_memory() -> None:
    """In the child: end in the way by which the parent knows what was missing."""
    os._exit(_OUT_OF_MEMORY)
