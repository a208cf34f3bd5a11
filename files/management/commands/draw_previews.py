"""``manage.py draw_previews``: draws files that were never drawn, and reads their text."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from core.access import system
from core.tenancy import on_behalf_of
from files.services import Drawn, ask_step, draw
from files.services.previews import LEASES

#: Files that one transaction asks for, or that are read at once.
AT_ONCE = 500
#: Files between two lines of progress.
SAID_EVERY = 50


class Command(BaseCommand):
    """Asks in steps, then draws what is due beside the worker. It can be stopped and repeated."""

    help = "Draw previews of files that have none, and read their text for the search."

    def add_arguments(self, parser: CommandParser) -> None:
        """Which files to draw again, and whether to leave the drawing to the worker."""
        which = parser.add_mutually_exclusive_group()
        which.add_argument("--failed", action="store_true", help="also those that failed")
        which.add_argument("--all", action="store_true", help="every file again")
        parser.add_argument("--ask-only", action="store_true", help="leave it to the worker")

    def handle(self, *args: Any, **options: Any) -> None:
        """Run both halves."""
        drawn = Drawn.ALL if options["all"] else Drawn.FAILED if options["failed"] else Drawn.NONE
        asked = self._ask(drawn)
        if options["ask_only"]:
            self.stdout.write(f"The worker draws {asked:,} files.")
            return
        self._draw()

    def _ask(self, drawn: Drawn) -> int:
        after, read, asked = None, 0, 0
        while True:
            step = ask_step(after, AT_ONCE, drawn=drawn)
            if step.last is None:
                return asked
            after, read, asked = step.last, read + step.read, asked + step.asked
            self.stdout.write(f"{read:,} files read, {asked:,} to draw")

    def _draw(self) -> None:
        done = 0
        while due := self._due():
            for preview_id in due:
                draw(preview_id)
                done += 1
                if done % SAID_EVERY == 0:
                    self.stdout.write(f"{done:,} files drawn")
        self.stdout.write(f"{done:,} files drawn. Nothing is due.")

    def _due(self) -> list[Any]:
        with on_behalf_of(system("Previews")):
            return LEASES.due_ids(AT_ONCE)
