"""Print who can sign in to the demonstration."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from portal.demo.cast import PASSWORD
from portal.demo.signins import sign_ins


class Command(BaseCommand):
    """``manage.py demo_signins``; the README contains the same list, and a test compares them."""

    help = "Print who can sign in to the demonstration."

    def handle(self, *args: Any, **options: Any) -> None:
        """Print one line for each person."""
        self.stdout.write(f"Password of everyone: {PASSWORD}")
        for one in sign_ins():
            self.stdout.write(f"  {one.email:<44} {one.what}")
        self.stdout.write("Staff and Officers also need a code: ./portal.sh manage demo_code EMAIL")
