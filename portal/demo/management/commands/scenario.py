"""Play a named scenario."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from core.access import system
from core.tenancy import on_behalf_of
from portal.demo.scenarios import SCENARIOS


class Command(BaseCommand):
    """``manage.py scenario returned-once``"""

    help = "Bring a company of the demonstration to a certain point of its road."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The name."""
        parser.add_argument("name", choices=sorted(SCENARIOS))

    def handle(self, *args: Any, **options: Any) -> None:
        """Play it in one transaction."""
        played = SCENARIOS[options["name"]]
        with on_behalf_of(system("demonstration")):
            model = played.play()
        self.stdout.write(f"{played.about}: /t/{model.trade_account_id}/m/{model.pk}/")
