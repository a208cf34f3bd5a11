"""``manage.py receive_mail``: takes in one email from standard input, or all of a Maildir."""

from __future__ import annotations

import mailbox
import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from core.access import system
from core.tenancy import on_behalf_of
from notifications.facts.incoming_mail import MOST_BYTES
from notifications.services.incoming_mail import receive


class Command(BaseCommand):
    """Any mail server can pipe to it (docs/operators.md). What an email contains is no error: only
    an error of the portal makes the mail server keep the email and try again.
    """

    help = "Take in bounces, complaints and answers: one email from standard input, or a Maildir."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The sender of the envelope, as the mail server knows it, or a folder."""
        parser.add_argument("--sender", help="the sender of the envelope; empty for bounces")
        parser.add_argument("--maildir", type=Path, help="a Maildir; its emails are deleted")

    def handle(self, *args: Any, **options: Any) -> None:
        """Take in, and say what was done."""
        folder: Path | None = options["maildir"]
        if folder is None:
            content = sys.stdin.buffer.read(MOST_BYTES)
            while sys.stdin.buffer.read(MOST_BYTES):
                pass  # a mail server takes a pipe that closes early for a failure
            self._take_in(content, options["sender"])
            return
        if not (folder / "new").is_dir():
            raise CommandError("This is not a Maildir: it has no folder new.")
        box = mailbox.Maildir(str(folder), create=False)
        for key in sorted(box.keys()):
            with box.get_file(key) as file:
                content = file.read(MOST_BYTES)
            self._take_in(content, None)
            box.discard(key)

    def _take_in(self, content: bytes, sender: str | None) -> None:
        with on_behalf_of(system("manage.py receive_mail")):
            self.stdout.write(receive(content, envelope_sender=sender).value)
