"""``manage.py accept_difference``: accepts that a record differs, as after a restore on purpose."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from audit.services import accept
from core.access import system
from core.signing import can_sign
from core.tenancy import on_behalf_of


class Command(BaseCommand):
    """The difference stays listed as accepted, with the reason, and is not told of again."""

    help = "Accept, for a reason that is recorded, that a record differs."

    def add_arguments(self, parser: CommandParser) -> None:
        """The row as the list names it, who accepts it, and why."""
        parser.add_argument("table", help="as listed, such as audit_anchor")
        parser.add_argument("row", help="as listed: the id, the day or the position")
        parser.add_argument("--by", required=True, metavar="NAME", help="who accepts it")
        parser.add_argument("--reason", required=True, help="why it may differ")

    def handle(self, *args: Any, **options: Any) -> None:
        """Refuse without a reason or the key, and what does not differ."""
        name, reason = options["by"].strip(), options["reason"].strip()
        if not name or not reason:
            raise CommandError("Say who accepts the difference, and why.")
        if not can_sign():
            raise CommandError("There is no key to sign the acceptance with. Set RECORDS_KEY.")
        actor = system("manage.py accept_difference")
        with on_behalf_of(actor):
            count = accept(options["table"], options["row"], by=name, reason=reason, actor=actor)
        if not count:
            raise CommandError("No open difference has this table and row.")
        self.stdout.write(f"{count} accepted.")
