"""Prints what happens and how long it took, for the person at the terminal."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

BOLD, PLAIN = ("\033[1m", "\033[0m") if sys.stdout.isatty() else ("", "")


def say(text: str) -> None:
    """Print a line, in bold on a terminal."""
    print(f"{BOLD}==> {text}{PLAIN}", flush=True)


@contextmanager
def step(text: str, *, end: str = " ") -> Iterator[None]:
    """Name a step, and its seconds once it is done; ``end`` the line if the step itself prints."""
    begun = time.monotonic()
    print(f"{BOLD}==> {text}{PLAIN}", end=end, flush=True)
    try:
        yield
    except BaseException:
        print("not done", flush=True)
        raise
    print(f"({time.monotonic() - begun:.1f} s)", flush=True)


def since_start() -> float:
    """Seconds since portal.sh was started, including the installation."""
    started = os.environ.get("PORTAL_STARTED")
    return time.time() - float(started) if started else time.perf_counter()
