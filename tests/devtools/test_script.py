"""`./portal.sh` itself: what it answers before anything is installed."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.architecture.source import ROOT
from tests.patience import PATIENCE


def _run(
    *arguments: str, environment: dict[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["bash", "portal.sh", *arguments],
        cwd=ROOT, env=environment, capture_output=True, text=True, check=False, timeout=PATIENCE,
    )  # fmt: skip


@pytest.mark.parametrize("arguments", [(), ("help",), ("--help",)])
def test_it_says_what_it_can_do(arguments: tuple[str, ...]) -> None:
    done = _run(*arguments)
    assert done.returncode == 0
    for command in ("demo", "test", "bench", "manage"):
        assert f"./portal.sh {command}" in done.stdout


def test_a_command_that_it_does_not_know_is_refused_with_those_it_knows() -> None:
    done = _run("deom")
    assert done.returncode == 1
    assert "'deom' is no command" in done.stderr
    assert "./portal.sh demo" in done.stderr


def test_a_python_that_is_too_old_is_named(tmp_path: Path) -> None:
    old = tmp_path / "python2"
    old.write_text("#!/bin/sh\nexit 1\n")
    old.chmod(0o755)
    done = _run("manage", environment={"PATH": "/usr/bin:/bin", "PYTHON": str(old)})
    assert done.returncode == 1
    assert f"PYTHON={old} is not Python 3.11 or newer" in done.stderr


def test_a_python_that_was_compiled_here_does_not_come_before_that_of_the_distribution(
    tmp_path: Path,
) -> None:
    """It is built without the optimizations, and everything takes half as long again in it."""
    compiled = tmp_path / "python3"
    compiled.write_text(f'#!/bin/sh\ntouch {tmp_path}/asked\nexec {sys.executable} "$@"\n')
    compiled.chmod(0o755)
    done = _run("manage", "help", environment={"PATH": f"{tmp_path}:/usr/bin:/bin"})
    found = not (tmp_path / "asked").exists()
    assert found == _new_enough("/usr/bin/python3"), done.stderr


def _new_enough(python: str) -> bool:
    new = "import ensurepip, sys; sys.exit(sys.version_info < (3, 11))"
    return subprocess.run([python, "-c", new], check=False).returncode == 0


def test_ci_runs_what_people_run() -> None:
    assert "exec ./portal.sh test" in (ROOT / ".ci" / "run").read_text()


def test_without_apt_a_missing_browser_is_named_with_the_remedy(tmp_path: Path) -> None:
    """Either kind of Chromium is enough, so both are named."""
    for program in (one for folder in ("/usr/bin", "/bin") for one in Path(folder).iterdir()):
        mine = tmp_path / program.name
        if (
            not program.name.startswith(("apt", "dpkg", "chrom", "google-chrome"))
            and not mine.exists()
        ):
            mine.symlink_to(program)
    (tmp_path / "python3").unlink(missing_ok=True)
    (tmp_path / "python3").symlink_to(sys.executable)
    done = _run("test", "--version", environment={"PATH": str(tmp_path)})
    assert done.returncode == 1
    assert "missing: chromium-headless-shell or chromium." in done.stderr
    assert "PORTAL_CHROMIUM" in done.stderr
