"""`./portal.sh test`: every check, then every test; failures are repeated at the end."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

from devtools.console import say
from devtools.embedded import ROOT
from devtools.throwaway import provide

PYTHON = sys.executable
WORKERS = "2"
MUTATION_SECONDS = 5400

DJANGOFMT = str(Path(PYTHON).with_name("djangofmt"))
TEMPLATES = ["templates", "tests", "devtools"]

# Made-up values for `check --deploy`: the settings must pass whatever the secrets are.
PRODUCTION = {
    "DJANGO_SETTINGS_MODULE": "portal.settings.production",
    "SECRET_KEY": "a-long-and-varied-value-0123456789-abcdefghijklmnopqrstuvwxyz-ABCDEFGH",
    "ANSWER_PEPPER": "another-long-and-varied-value-0123456789",
    "FIELD_KEY": "dGVzdC1vbmx5LXRlc3Qtb25seS10ZXN0LW9ubHktISE=",
    "SITE_URL": "https://portal.example",
    "ALLOWED_HOSTS": "portal.example",
    "EMAIL_URL": "smtp://mail:25",
}
TESTING = {"DJANGO_SETTINGS_MODULE": "portal.settings.test"}


@dataclass(frozen=True)
class Check:
    """A command that must exit with 0."""

    name: str
    command: list[str]
    environment: dict[str, str] = field(default_factory=dict)
    show: bool = False

    def run(self) -> bool:
        """Run it; show its output if it fails, or as it comes if `show` is set."""
        begun = time.monotonic()
        if self.show:
            print(f"{self.name} ...", flush=True)
        done = subprocess.run(
            self.command,
            cwd=ROOT,
            env={**os.environ, **self.environment},
            stdin=subprocess.DEVNULL,
            stdout=None if self.show else subprocess.PIPE,
            stderr=None if self.show else subprocess.STDOUT,
            text=True,
            check=False,
        )
        good = done.returncode == 0
        said = [f"{self.name} ... {'ok' if good else 'FAILED'} ({time.monotonic() - begun:.1f} s)"]
        if done.returncode < 0:
            said.append(f"ended from outside by {signal.Signals(-done.returncode).name}")
        if not good and done.stdout:
            said.append(done.stdout)
        print("\n".join(said), flush=True)
        return good


def _module(*arguments: str) -> list[str]:
    return [PYTHON, "-m", *arguments]


def static() -> list[Check]:
    """What is checked without running a test; that of half a minute begins first."""
    return [
        Check("Types (mypy)", _module("mypy"), TESTING),
        Check("Style (ruff check)", _module("ruff", "check", ".")),
        Check("Format (ruff format)", _module("ruff", "format", "--check", ".")),
        Check("Templates: layout (djangofmt)", [DJANGOFMT, "--check", *TEMPLATES]),
        Check("Templates: faults (djangofmt check)", [DJANGOFMT, "check", *TEMPLATES]),
        Check("Floors and rooms (import-linter)", [str(Path(PYTHON).with_name("lint-imports"))]),
        Check(
            "Migrations match the models",
            [PYTHON, "manage.py", "makemigrations", "--check", "--dry-run"],
            TESTING,
        ),
        Check("Database of the tests", _module("devtools.test_database"), TESTING),
        Check(
            "Production settings (check --deploy)",
            [PYTHON, "manage.py", "check", "--deploy", "--fail-level", "WARNING"],
            PRODUCTION,
        ),
    ]


def pytest(*arguments: str) -> Check:
    """Pytest with its output shown as it comes."""
    return Check("Tests (pytest)", _module("pytest", *arguments), show=True)


def run(arguments: list[str]) -> int:
    """All checks; with `--long` also the long ones; with other arguments only pytest with those."""
    if arguments and arguments != ["--long"]:
        return subprocess.call(_module("pytest", *arguments), cwd=ROOT)
    long = arguments == ["--long"]
    begun = time.monotonic()
    say("Checks")
    provide()
    checks = static()
    with ThreadPoolExecutor(int(WORKERS)) as side_by_side:
        good = side_by_side.map(Check.run, checks)
    failed = [check.name for check, passed in zip(checks, good, strict=True) if not passed]
    if long and not mutation().run():
        failed.append(mutation().name)
    say("Tests")
    selected = ["-m", "long or not long"] if long else []
    if not pytest("-n", WORKERS, *selected).run():
        failed.append("Tests (pytest)")
    say(f"{time.monotonic() - begun:.0f} s in all")
    for name in failed:
        print(f"FAILED  {name}")
    return 1 if failed else 0


def mutation() -> Check:
    """A sample of mutants of what decides, reads and writes; limited in time."""
    return Check(
        "Mutation of rules, services and selectors",
        _module("devtools.mutation", str(MUTATION_SECONDS)),
        show=True,
    )
