"""Brings a demo's database up to date in one process: migrate, reference data, demo data, sign-ins.

`python -m devtools.prepare SIGNINS [--demo]` writes the list of people to SIGNINS; with `--demo` it
also loads the demo's companies. It uses the owner's address only for `migrate`.
"""

from __future__ import annotations

import sys
from pathlib import Path

import django
from django.core.management import call_command

from devtools.console import step


def main() -> None:
    """Do it, and report each step."""
    signins, load_demo = Path(sys.argv[1]), "--demo" in sys.argv
    django.setup()
    with step("Migrating the database"):
        call_command("migrate", database="owner", verbosity=0)
    with step("Loading reference data"):
        call_command("load_reference", verbosity=0, stdout=sys.stderr)
    if load_demo:
        with step("Loading demo data", end="\n"):
            call_command("load_demo")
    with signins.open("w") as output:
        call_command("demo_signins", stdout=output)


if __name__ == "__main__":
    main()
