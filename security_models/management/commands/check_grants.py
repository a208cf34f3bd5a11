"""Compare the grants with memberships, contacts and assignments."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from core.access import system
from core.tenancy import on_behalf_of
from security_models import grants


class Command(BaseCommand):
    """Lists every missing or extra grant; with --fix, corrects them."""

    help = "Prove that the grants follow from memberships, contacts and assignments."

    def add_arguments(self, parser: CommandParser) -> None:
        """Add --fix, which corrects what is found."""
        parser.add_argument("--fix", action="store_true", help="bring the grants into line")

    def handle(self, *args: Any, **options: Any) -> None:
        """Exit with 1 if grants differ and were not corrected."""
        with on_behalf_of(system("manage.py check_grants")):
            found = list(grants.drifts())
            for drift in found:
                self.stdout.write(str(drift))
            if not found:
                self.stdout.write(self.style.SUCCESS("All grants follow from the truth."))
            elif options["fix"]:
                grants.mend(found)
                self.stdout.write(self.style.SUCCESS(f"{len(found)} tenant roots mended."))
        if found and not options["fix"]:
            raise CommandError(f"{len(found)} tenant roots differ; run with --fix")
