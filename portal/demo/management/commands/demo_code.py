"""Print the code that the authenticator app of a demo user shows now."""

from __future__ import annotations

import time
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django_otp.oath import TOTP

from identity.selectors.user_state import authenticator_of, user_by_email


class Command(BaseCommand):
    """``manage.py demo_code EMAIL``; only exists in the demo."""

    help = "Print the current sign-in code of a demo user who has an authenticator app."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The address of the user."""
        parser.add_argument("email")

    def handle(self, *args: Any, **options: Any) -> None:
        """Print six digits that were not used yet; wait if the current ones are used."""
        user = user_by_email(options["email"].strip().lower())
        device = authenticator_of(user) if user else None
        if device is None:
            raise CommandError(f"{options['email']} has no authenticator app here.")
        app = TOTP(device.bin_key, device.step, device.t0, device.digits, device.drift)
        while app.t() <= device.last_t - device.tolerance:
            time.sleep(1)
        if app.t() <= device.last_t:
            # The next code is already valid: a clock may be half a minute off.
            app.drift += device.last_t + 1 - app.t()
        self.stdout.write(f"{app.token():06d}")
