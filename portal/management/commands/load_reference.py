"""Load the reference data that ships with the project."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from core.access import system
from core.reference import CannotLoad, loaders
from core.tenancy import on_behalf_of


class Command(BaseCommand):
    """Update every reference table; rows edited in the database stay as they are and are listed."""

    help = "Load reference/ into its tables. Never overwrites a row edited in the database."

    def handle(self, *args: Any, **options: Any) -> None:
        """One transaction: all tables or none."""
        try:
            with on_behalf_of(system("manage.py load_reference")):
                reports = [item for report in loaders() for item in report.items()]
        except CannotLoad as reason:
            raise CommandError(str(reason)) from reason
        for table, report in reports:
            self.stdout.write(
                f"{table}: {report.created} new, {report.updated} updated, "
                f"{report.unchanged} unchanged"
            )
            for row in report.kept:
                self.stdout.write(self.style.WARNING(f"  kept as edited in the database: {row}"))
