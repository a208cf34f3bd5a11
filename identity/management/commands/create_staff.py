"""Make a sign-in for a member of staff (R5)."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError

from core.access import system
from core.errors import Refused
from core.tenancy import on_behalf_of
from identity import services
from identity.forms.address_field import normal_address
from identity.states import StaffRole


class Command(BaseCommand):
    """``manage.py create_staff EMAIL ROLE --first-name … --last-name …``"""

    help = "Make a sign-in for staff: emails and prints a link to set it up. No default password."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The address, the role and the name."""
        parser.add_argument("email")
        parser.add_argument("role", choices=StaffRole.values)
        parser.add_argument("--first-name", required=True)
        parser.add_argument("--last-name", required=True)

    def handle(self, *args: Any, **options: Any) -> None:
        """Make the sign-in and print the link, which works once and for 24 hours."""
        actor = system("manage.py create_staff")
        try:
            with on_behalf_of(actor):
                path = services.create_staff(
                    actor=actor,
                    email=normal_address(options["email"]),
                    role=StaffRole(options["role"]),
                    first_name=options["first_name"],
                    last_name=options["last_name"],
                )
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from error
        except Refused as refusal:
            raise CommandError(" ".join(str(one.message) for one in refusal.problems)) from refusal
        self.stdout.write(f"{settings.SITE_URL}{path}")
