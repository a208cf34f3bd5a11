"""``manage.py sweep``: shows and does what is due by the clocks of the program."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import replace
from typing import Any

import click
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction

from audit.sweeps import ClockSweep, Served
from core import clock
from core.access import system
from core.days import day, day_given
from core.tenancy import on_behalf_of
from portal.sweeps import SWEEPS


class Command(BaseCommand):
    """Run the sweeps once, now. They can run at any time and be repeated: each acts only once."""

    help = "Send the reminders and end the periods that are due. Beat does the same by itself."

    def add_arguments(self, parser: CommandParser) -> None:
        """The name of a sweep, ``--on`` and ``--dry-run``."""
        parser.add_argument("name", nargs="?", choices=sorted(SWEEPS), help="only this sweep")
        parser.add_argument(
            "--on",
            type=day_given,
            metavar="DATE",
            help="as if it were this program day (YYYY-MM-DD)",
        )
        parser.add_argument(
            "--dry-run", action="store_true", help="show what is due and change nothing"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Exit with 1 if one thing failed; the others are done."""
        on, dry = options["on"], options["dry_run"]
        if on and not dry and on != clock.today() and not settings.IS_DEMO:
            raise CommandError(
                "Only the demonstration acts on another day, because what is written would have a"
                " wrong time. To see what is due on that day, add --dry-run."
            )
        chosen = [SWEEPS[options["name"]]] if options["name"] else list(SWEEPS.values())
        failed = 0
        with (
            ExitStack() as moved,
            click.progressbar(
                chosen, label="Sweeps", show_pos=True, hidden=not self.stdout.isatty()
            ) as bar,
        ):
            if on:
                moved.enter_context(clock.at(on))
            for sweep in bar:
                failed += self._run(sweep, dry=dry)
        if failed:
            raise CommandError(f"{failed} failed; the reasons are in the log.")

    def _run(self, sweep: ClockSweep, *, dry: bool) -> int:
        """Run one sweep; a dry run does everything and takes it back. Return what failed."""
        served: list[Served] = []
        if dry:
            with on_behalf_of(system(sweep.reason)), transaction.atomic():
                run = replace(sweep, most=None).run(served.append)
                transaction.set_rollback(True)
        else:
            run = sweep.run_all(served.append)
        if run is None:
            self.stdout.write(f"{sweep.name}: another run is in progress")
            return 0
        for one in served:
            name = sweep.name_of(one.thing)
            what = f"would be {one.what}" if dry else one.what
            self.stdout.write(f"{sweep.name}: {name} {what}, last day {day(one.last_day)}")
        would = " (nothing was changed)" if dry else ""
        self.stdout.write(f"{sweep.name}: {len(served)} due{would}")
        return sum(one.what == "failed" for one in served)
