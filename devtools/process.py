"""Finds, records and ends the processes that the supervisor or a test run started.

A process is identified by its number *and* its start time, so that a number which the system has
reused is never touched.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Started:
    """A process as it was recorded."""

    pid: int
    started: str

    def alive(self) -> bool:
        """Whether exactly this process still runs."""
        return bool(self.started) and start_time(self.pid) == self.started

    def write(self, path: Path) -> None:
        """Record the process at `path`, for the next start after a supervisor was killed."""
        path.write_text(json.dumps({"pid": self.pid, "started": self.started}))

    @classmethod
    def read(cls, path: Path) -> Started | None:
        """The process recorded at `path`, or None if nothing readable is recorded."""
        try:
            raw = json.loads(path.read_text())
            return cls(pid=int(raw["pid"]), started=str(raw["started"]))
        except (OSError, ValueError, KeyError, TypeError):
            return None


def record(pid: int) -> Started:
    """The process `pid` with its start time."""
    return Started(pid=pid, started=start_time(pid))


def start_time(pid: int) -> str:
    """When `pid` started, in the system's own notation; empty if it does not run."""
    stat = Path(f"/proc/{pid}/stat")
    if Path("/proc/self/stat").exists():
        try:
            fields = stat.read_text().rpartition(")")[2].split()
        except OSError:
            return ""
        # A zombie has ended; only its parent has not collected it yet.
        return "" if fields[0] == "Z" else fields[19]
    out = subprocess.run(
        ["ps", "-o", "lstart=", "-p", str(pid)], capture_output=True, text=True, check=False
    )
    return out.stdout.strip()


def end(process: Started, seconds: float = 10.0) -> None:
    """Ask the process to end, and kill it after `seconds`. An ended process is no error."""
    for signum, patience in ((signal.SIGTERM, seconds), (signal.SIGKILL, 5.0)):
        if not process.alive():
            return
        try:
            os.kill(process.pid, signum)
        except ProcessLookupError:
            return
        until = time.monotonic() + patience
        while process.alive() and time.monotonic() < until:
            time.sleep(0.05)
