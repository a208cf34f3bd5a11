"""``manage.py receive_mail``: takes in one email from standard input, or all of a Maildir."""

from __future__ import annotations

import logging
import os
import sys
from argparse import ArgumentParser
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import Error, connection

from core.access import system
from core.tenancy import on_behalf_of
from notifications.facts.incoming_mail import MOST_BYTES
from notifications.services.incoming_mail import receive

log = logging.getLogger(__name__)

#: The folder of the Maildir for emails with which the portal can do nothing.
UNREADABLE = ".unreadable"


class Command(BaseCommand):
    """Any mail server can pipe to it (docs/operators.md). What an email contains is no error: only
    an error of the portal makes the mail server keep the email and try again (EX_TEMPFAIL).
    """

    help = "Take in bounces, complaints and answers: one email from standard input, or a Maildir."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The sender of the envelope, as the mail server knows it, or a folder."""
        parser.add_argument("--sender", help="the sender of the envelope; empty for bounces")
        parser.add_argument("--maildir", type=Path, help="a Maildir; its emails are deleted")

    def handle(self, *args: Any, **options: Any) -> None:
        """Take in, and say what was done."""
        folder: Path | None = options["maildir"]
        if folder is not None:
            self._empty(folder)
            return
        content = sys.stdin.buffer.read(MOST_BYTES)
        while sys.stdin.buffer.read(MOST_BYTES):
            pass  # a mail server takes a pipe that closes early for a failure
        try:
            self._take_in(content, options["sender"])
        except Exception as error:
            log.exception("an email could not be taken in")
            raise _try_again("The email could not be taken in. Try again later.") from error

    def _take_in(self, content: bytes, sender: str | None) -> None:
        with on_behalf_of(system("manage.py receive_mail")):
            self.stdout.write(receive(content, envelope_sender=sender).value)

    def _empty(self, folder: Path) -> None:
        """Take in each email of a Maildir. One that fails is put aside and delays no other; while
        the database is away, all stay where they are.
        """
        if not (folder / "new").is_dir():
            raise CommandError("This is not a Maildir: it has no folder new.")
        aside = 0
        for path in _waiting(folder):
            try:
                with path.open("rb") as file:
                    content = file.read(MOST_BYTES)
                self._take_in(content, None)
                path.unlink(missing_ok=True)
            except FileNotFoundError:
                continue  # another run has it
            except Exception as error:
                log.exception("email %s could not be taken in", path.name)
                if isinstance(error, Error) and not _database_answers():
                    raise _try_again("The database is away. The emails stay.") from error
                _put_aside(folder, path)
                aside += 1
        if aside:
            raise CommandError(f"Emails put aside in {folder / UNREADABLE}: {aside}.")


def _waiting(folder: Path) -> Iterator[Path]:
    """The emails of a Maildir, the oldest first, as their names begin with the time."""
    found = [one for name in ("new", "cur") for one in (folder / name).glob("[!.]*")]
    yield from sorted((one for one in found if one.is_file()), key=lambda one: one.name)


def _put_aside(folder: Path, path: Path) -> None:
    """Move an email into a folder of the Maildir, where any email program shows it."""
    for name in ("new", "cur", "tmp"):
        (folder / UNREADABLE / name).mkdir(parents=True, exist_ok=True)
    path.rename(folder / UNREADABLE / "new" / path.name)


def _database_answers() -> bool:
    """Whether the error was about one email, not about the database."""
    try:
        connection.ensure_connection()
        return bool(connection.is_usable())
    except Error:
        return False


def _try_again(words: str) -> CommandError:
    return CommandError(words, returncode=os.EX_TEMPFAIL)
