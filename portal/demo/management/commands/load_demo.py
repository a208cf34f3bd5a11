"""Load the demonstration."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand
from django.db import transaction

from portal.demo.cast import THISTLEWICK
from portal.demo.scenarios import DEMO, SCENARIOS
from trade_accounts.models import TradeAccount


class Command(BaseCommand):
    """``manage.py load_demo``; a second run finds its companies and changes nothing."""

    help = "Load the four companies of the demonstration and the people of the program."

    def handle(self, *args: Any, **options: Any) -> None:
        """All scenarios in one transaction, said one by one."""
        if TradeAccount.objects.filter(name=THISTLEWICK.name).exists():
            self.stdout.write("The demonstration is loaded already.")
            return
        with transaction.atomic():
            for name in DEMO:
                SCENARIOS[name].play()
                self.stdout.write(f"  {SCENARIOS[name].about}")
                self.stdout.flush()
