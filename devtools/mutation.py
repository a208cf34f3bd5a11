"""Mutation tests of what decides: does a test fail if a rule is altered? Limited in time.

`python -m devtools.mutation SECONDS`. pyproject.toml lists the modules and the tests that check
them. Exits with 1 if tests notice fewer than FLOOR of the mutants that they reach.
"""

from __future__ import annotations

import json
import shutil
import signal
import subprocess
import sys
from pathlib import Path

from devtools.embedded import ROOT

FLOOR = 0.6
STATS = ROOT / "mutants" / "mutmut-cicd-stats.json"
MUTMUT = str(Path(sys.executable).with_name("mutmut"))
SHOWN = 40


def _mutate(seconds: float) -> int | None:
    """Run until done, or until the time is over (None)."""
    log = ROOT / "var" / "mutation.log"
    log.parent.mkdir(exist_ok=True)
    with log.open("wb") as output:
        process = subprocess.Popen(
            [MUTMUT, "run", "--max-children", "1"], cwd=ROOT, stdout=output, stderr=output
        )
        try:
            return process.wait(seconds)
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGINT)
            try:
                process.wait(60)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
            return None


def _survivors() -> list[str]:
    done = subprocess.run(
        [MUTMUT, "results"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    lines = (line.strip() for line in done.stdout.splitlines())
    return [line.removesuffix(": survived") for line in lines if line.endswith(": survived")]


def main() -> int:
    """Mutate, count, and name the survivors."""
    seconds = float(sys.argv[1])
    shutil.rmtree(ROOT / "mutants", ignore_errors=True)
    ended = _mutate(seconds)
    subprocess.run([MUTMUT, "export-cicd-stats"], cwd=ROOT, capture_output=True, check=False)
    if not STATS.exists():
        print(f"mutmut did not come as far as a mutant; see {ROOT / 'var' / 'mutation.log'}")
        return 1
    counts = json.loads(STATS.read_text())
    killed = counts["killed"] + counts["timeout"]
    reached = killed + counts["survived"]
    if ended is None:
        print(f"Stopped after {seconds:.0f} s.")
    print(
        f"{reached} of {counts['total']} mutants judged: {killed} noticed, "
        f"{counts['survived']} not; {counts['no_tests']} in code that no test calls."
    )
    for name in _survivors()[:SHOWN]:
        print(f"  not noticed: {name}")
    return 0 if reached and killed / reached >= FLOOR else 1


if __name__ == "__main__":
    sys.exit(main())
