"""``manage.py check_scanner``: checks that the current scanner finds malware, and fails closed."""

from __future__ import annotations

import base64
import io
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from files.scanners import EICAR, Outcome, scanner

#: A ZIP archive whose only member is marked as encrypted.
_LOCKED = base64.b64decode(
    "UEsDBBQAAQAAAAAAIVySKmunGAAAABgAAAAFAAAAYS50eHR4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHhQSwECFAMUAAEA"
    "AAAAACFckiprpxgAAAAYAAAABQAAAAAAAAAAAAAAgAEAAAAAYS50eHRQSwUGAAAAAAEAAQAzAAAAOwAAAAAA"
)

#: The samples, and the right results for each.
SAMPLES = (
    ("plain text", b"Gates, seals, visitors.", {Outcome.CLEAN}),
    ("the EICAR test file", EICAR, {Outcome.INFECTED}),
    ("an archive under a password", _LOCKED, {Outcome.UNSCANNABLE, Outcome.INFECTED}),
)


class Command(BaseCommand):
    """Sends three samples to the scanner; exit code 1 if a result is wrong."""

    help = "Ask the scanner about a clean text, the EICAR test file and a locked archive."

    def handle(self, *args: Any, **options: Any) -> None:
        """Run the samples."""
        one, wrong = scanner(), 0
        for name, content, right in SAMPLES:
            verdict = one.scan(io.BytesIO(content))
            good = verdict.outcome in right
            wrong += not good
            mark = "ok   " if good else "WRONG"
            self.stdout.write(f"{mark} {name}: {verdict.outcome.value} {verdict.why}".rstrip())
        if wrong:
            raise CommandError(f"{one.label} does not do its work; do not let files in.")
