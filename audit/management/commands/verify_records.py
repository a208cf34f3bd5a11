"""``manage.py verify_records``: checks that nothing was changed since it was written."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click
from django.core.management.base import BaseCommand, CommandError, CommandParser

from audit.selectors import Found, accepted_differences
from audit.selectors.anchors import days_outside
from audit.selectors.differences import digests
from audit.services.chain import lay_everything
from audit.services.verification import Asked, steps
from core import clock
from core.access import system
from core.days import day_given
from core.signing import can_check
from core.tenancy import on_behalf_of


class Command(BaseCommand):
    """Check every record, or those since a day. It can be stopped and repeated at any time."""

    help = "Check the chain, signed statements, seals, hashes and files of all records."

    def add_arguments(self, parser: CommandParser) -> None:
        """``--since`` and ``--statements``."""
        parser.add_argument(
            "--since",
            type=day_given,
            metavar="DATE",
            help="only what was written since this day (YYYY-MM-DD)",
        )
        parser.add_argument(
            "--statements",
            type=Path,
            metavar="FOLDER",
            help="a folder with signed statements, instead of RECORDS_DIR; then this only reports",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Exit with 1 and a list if anything differs."""
        if not can_check():
            raise CommandError(
                "There is no key to check the signed statements with. Set RECORDS_KEY, or name its"
                " public key in RECORDS_OLD_KEYS."
            )
        asked = Asked(options["since"], options["statements"], in_log=False)
        if asked.since and asked.since > clock.real_today():
            raise CommandError("Nothing was written since that day: it is in the future.")
        if asked.statements and not days_outside(asked.statements):
            raise CommandError(f"The folder {asked.statements} holds no signed statements.")
        lay_everything()
        with on_behalf_of(system("manage.py verify_records")):
            size = asked.size()
        found: list[Found] = []
        checked = 0
        with click.progressbar(
            length=size, label="Records", show_pos=True, hidden=not self.stdout.isatty()
        ) as bar:
            for part in asked.parts():
                for step in steps(asked, part):
                    found += step.found
                    checked += len(step.rows)
                    bar.update(len(step.rows))
        with on_behalf_of(system("manage.py verify_records")):
            known = {
                (one.of_table, one.row_id, one.what, one.digest) for one in accepted_differences()
            }
            now = digests(found)
        new = [one for one in found if (one.of_table, one.row_id, one.what, now[one]) not in known]
        for one in found:
            word = "" if one in new else " (accepted)"
            self.stdout.write(f"{one.of_table} {one.row_id}: {one.what.label}{word}")
        if new:
            raise CommandError(f"{len(new)} of {checked} records differ.")
        self.stdout.write(f"{checked} records checked. Nothing{' else' * bool(found)} differs.")
