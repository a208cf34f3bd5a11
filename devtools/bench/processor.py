"""Reads what processes cost: processor time and memory of a process and its children (Linux)."""

from __future__ import annotations

import os
from pathlib import Path

TICKS = os.sysconf("SC_CLK_TCK")
#: In /proc/PID/stat after the name: user, system, and both of ended children.
USER, SYSTEM, ENDED_USER, ENDED_SYSTEM = 11, 12, 13, 14


def spent_ms(pid: int) -> float:
    """The processor time of a server's children in milliseconds, including ended ones."""
    times = _times(pid)
    total = times[2] + times[3]
    for child in _children(pid):
        total += sum(_times(child))
    return total * 1000 / TICKS


def memory_mb(pid: int) -> int:
    """Proportional set size of a process and its children."""
    return sum(_pss(one) for one in [pid, *_children(pid)]) // 1024


def _children(pid: int) -> list[int]:
    listed = Path(f"/proc/{pid}/task/{pid}/children")
    return [int(one) for one in listed.read_text().split()] if listed.exists() else []


def _times(pid: int) -> list[int]:
    stat = Path(f"/proc/{pid}/stat")
    if not stat.exists():
        return [0, 0, 0, 0]
    fields = stat.read_text().rpartition(")")[2].split()
    return [int(fields[at]) for at in (USER, SYSTEM, ENDED_USER, ENDED_SYSTEM)]


def _pss(pid: int) -> int:
    rollup = Path(f"/proc/{pid}/smaps_rollup")
    if not rollup.exists():
        return 0
    for line in rollup.read_text().splitlines():
        if line.startswith("Pss:"):
            return int(line.split()[1])
    return 0
