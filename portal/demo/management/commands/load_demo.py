"""Load the demonstration."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import click
from django.core.management.base import BaseCommand

from core.access import system
from core.tenancy import on_behalf_of
from portal.demo.account_requests import ask_for_changes
from portal.demo.cast import THISTLEWICK
from portal.demo.program_notices import publish_notices
from portal.demo.public_documents import publish_documents
from portal.demo.scenarios import DEMO, SCENARIOS, Scenario, people
from trade_accounts.models import TradeAccount


class Command(BaseCommand):
    """``manage.py load_demo``; a second run finds the companies and changes nothing."""

    help = "Load the four companies of the demonstration and the people of the program."

    def handle(self, *args: Any, **options: Any) -> None:
        """Load everything in one transaction. The worker makes its documents once it runs."""
        with on_behalf_of(system("demonstration")):
            if TradeAccount.objects.filter(name=THISTLEWICK.name).exists():
                self.stdout.write("The demonstration is loaded already.")
                return
            people()
            for played in self._told([SCENARIOS[name] for name in DEMO]):
                played.play()
            publish_notices()
            publish_documents()
            ask_for_changes()

    def _told(self, scenarios: list[Scenario]) -> Iterator[Scenario]:
        """Report progress: as a bar on a terminal, elsewhere as one line each."""
        if not self.stdout.isatty():
            for one in scenarios:
                yield one
                self.stdout.write(f"  {one.about}")
            return
        with click.progressbar(
            scenarios, label="   ", show_eta=False, show_pos=True, item_show_func=_about
        ) as bar:
            yield from bar


def _about(playing: Scenario | None) -> str:
    return playing.about if playing else ""
