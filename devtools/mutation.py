"""Mutation tests of what decides, reads and writes: does a test fail if it is altered?

`python -m devtools.mutation SECONDS`. pyproject.toml lists the modules and the tests that check
them. There are so many mutants that trying all would take days. So a random sample is tried, until
the time is over: 300 of them tell the share of noticed ones to about three percent points. Each run
draws another sample. Exits with 1 if tests notice fewer than FLOOR of those
that were tried.
"""

from __future__ import annotations

import json
import re
import shutil
import signal
import subprocess
import sys
import time
from collections import Counter
from random import SystemRandom

from devtools.console import say
from devtools.embedded import ROOT

FLOOR = 0.8
SAMPLE = 300
MUTANTS = ROOT / "mutants"
STATS = MUTANTS / "mutmut-stats.json"
LOG = ROOT / "var" / "mutation.log"
MUTMUT = str(ROOT / ".venv" / "bin" / "mutmut")
#: Trying these makes all mutants and finds out which test calls which function.
FIRST = "core.clock.x_today*"
NOTICED = {"killed", "timeout", "caught by type check"}
TRIED = NOTICED | {"survived", "suspicious"}


def _mutate(seconds: float, *names: str) -> bool:
    """Try the mutants with these names; whether that ended before the time was over."""
    LOG.parent.mkdir(exist_ok=True)
    with LOG.open("ab") as output:
        process = subprocess.Popen(
            [MUTMUT, "run", "--max-children", "1", *names], cwd=ROOT, stdout=output, stderr=output
        )
        try:
            process.wait(seconds)
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGINT)
            try:
                process.wait(60)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
            return False
    return True


def _all_mutants() -> list[str]:
    """The names of all mutants in functions that tests call; says how many are in others."""
    called = json.loads(STATS.read_text())["tests_by_mangled_function_name"]
    names = [
        name
        for meta in sorted(MUTANTS.rglob("*.meta"))
        for name in json.loads(meta.read_text())["exit_code_by_key"]
    ]
    reached = [name for name in names if called.get(re.sub(r"__mutmut_\d+$", "", name))]
    print(f"{len(names)} mutants, {len(names) - len(reached)} in code that no test calls.")
    return reached


def _judged() -> dict[str, str]:
    """What became of each mutant that was tried."""
    done = subprocess.run(
        [MUTMUT, "results", "--all", "true"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    found = (line.strip().rsplit(": ", 1) for line in done.stdout.splitlines() if ": " in line)
    return {name: state for name, state in found if state in TRIED}


def main() -> int:
    """Draw, try, count, and name the survivors."""
    until = time.monotonic() + float(sys.argv[1])
    shutil.rmtree(MUTANTS, ignore_errors=True)
    LOG.unlink(missing_ok=True)
    say("Making the mutants, and finding the tests that call them")
    _mutate(until - time.monotonic(), FIRST)
    if not STATS.exists():
        print(f"mutmut did not come as far as a mutant; see {LOG}")
        return 1
    drawn = SystemRandom().sample(_all_mutants(), SAMPLE)
    say(f"Trying {SAMPLE} of them")
    if not _mutate(until - time.monotonic(), *drawn):
        print("The time was over before all were tried.")
    judged = {name: state for name, state in _judged().items() if name in set(drawn)}
    noticed = sum(count for state, count in Counter(judged.values()).items() if state in NOTICED)
    print(f"{len(judged)} mutants tried: tests notice {noticed}.")
    for name, state in sorted(judged.items()):
        if state not in NOTICED:
            print(f"  not noticed: {name}")
    return 0 if judged and noticed / len(judged) >= FLOOR else 1


if __name__ == "__main__":
    sys.exit(main())
