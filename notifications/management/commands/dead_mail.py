"""``manage.py dead_mail``: lists the emails that were given up, and sends them again."""

from __future__ import annotations

import uuid
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from core.access import system
from core.mailboxes import masked_address
from core.tenancy import on_behalf_of
from notifications import selectors
from notifications.services.dead_letters import try_again

LISTED = 200


class Command(BaseCommand):
    """``manage.py dead_mail [--retry ID | --all]``"""

    help = "List emails that were given up, newest first, or send them again."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Which are sent again."""
        which = parser.add_mutually_exclusive_group()
        which.add_argument("--retry", type=uuid.UUID, metavar="ID", action="append")
        which.add_argument("--all", action="store_true", help="all that can be sent again")

    def handle(self, *args: Any, **options: Any) -> None:
        """List, or send again and say how many."""
        actor = system("manage.py dead_mail")
        with on_behalf_of(actor):
            rows = selectors.unsent(actor).order_by("-created_at")
            ids = options["retry"] or []
            if options["all"]:
                ids = list(selectors.can_be_sent_again(rows).values_list("pk", flat=True))
            if not ids:
                self._list(rows)
                return
            tried = try_again(actor=actor, mail_ids=ids)
        self.stdout.write(f"{tried.waiting} wait to be sent.")
        if tried.left:
            raise CommandError(
                f"{tried.left} can't be sent again: not given up, or without text or address."
            )

    def _list(self, rows: Any) -> None:
        for mail in rows[:LISTED]:
            sendable = "" if mail.is_complete else "  (can't be sent again)"
            address = masked_address(mail.to_address)
            when = mail.created_at.isoformat(timespec="minutes")
            line = f"{mail.pk}  {when}  {mail.state}  {mail.kind}  {address}  {mail.last_error}"
            self.stdout.write(f"{line}{sendable}")
        self.stdout.write(f"{rows.count()} were not sent.")
