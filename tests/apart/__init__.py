"""Runs the portal in a separate process, with settings that the running tests cannot have."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

from django.db import connection

ROOT = Path(__file__).resolve().parents[2]


def database_url() -> str:
    """The address of the test database, as the application's role."""
    address, _, query = os.environ["DATABASE_URL"].partition("?")
    head, _, _name = address.rpartition("/")
    url = f"{head}/{connection.settings_dict['NAME']}"
    return f"{url}?{query}" if query else url


def run(code: str, **environment: str) -> Any:
    """Run Python code after Django is set up; return what it prints last, read as JSON.

    The process sees only committed data, so the test needs `transaction=True` for rows.
    """
    done = _done(code, environment)
    assert done.returncode == 0, done.stderr[-3000:]
    return json.loads(done.stdout.strip().splitlines()[-1])


def run_until_killed(code: str, **environment: str) -> None:
    """Run Python code that kills its own process (:data:`DIE`), as a machine that fails would."""
    done = _done(code, environment)
    assert done.returncode == -signal.SIGKILL, done.stderr[-3000:]


#: Ends the process at once: nothing is committed, closed or cleaned up.
DIE = "import os, signal; os.kill(os.getpid(), signal.SIGKILL)"


def _done(code: str, environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
    preamble = "import django; django.setup()\n"
    return subprocess.run(
        [sys.executable, "-c", preamble + code],
        cwd=ROOT,
        env={
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "portal.settings.test",
            "DATABASE_URL": database_url(),
            **environment,
        },
        capture_output=True,
        text=True,
        check=False,
        timeout=170,
    )
