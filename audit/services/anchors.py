"""Signs once a day where the chain stands, and keeps the statement outside the database."""

from __future__ import annotations

import json
import os
import tempfile
from pathlib import Path

from django.conf import settings
from django.db import connection, transaction

from audit.models import Anchor
from audit.providers.differences import anchored
from audit.selectors.anchors import Statement, folder, kept_outside, newest_anchor
from audit.selectors.chain import heads_at, last_position
from audit.services.chain import lay_everything
from core import clock
from core.access import system
from core.crypto import canonical
from core.signing import can_sign, public_key, sign
from core.tenancy import on_behalf_of


def sweep_anchor() -> None:
    """Sign today's statement, if there is a key and it was not done yet today."""
    if not can_sign():
        return
    lay_everything()
    with on_behalf_of(system("Statement")):
        anchor()


@transaction.atomic
def anchor() -> Anchor | None:
    """Today's statement; None if it is signed already.

    The file is written first. If the transaction is lost after that, the next run takes the file
    for today's statement instead of signing another one.
    """
    day = clock.real_today().isoformat()
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('anchor'))")
    if Anchor.objects.filter(day=day).exists():
        return None
    statement = kept_outside(folder(), day) or _statement(day)
    _keep_outside(day, statement)
    made = Anchor.objects.create(day=day, statement=statement.text, signature=statement.signature)
    for _told in anchored(made):
        pass
    return made


def _statement(day: str) -> Statement:
    """What is signed: the place of every chain, and the statement before."""
    newest = newest_anchor()
    before = Statement(newest.statement, newest.signature).fingerprint if newest else ""
    position = last_position()
    text = canonical(
        {
            "portal": settings.SITE_URL,
            "day": day,
            "made_at": clock.now().isoformat(),
            "position": position,
            "heads": heads_at(position),
            "previous": before,
            "key": public_key(),
        }
    )
    return Statement(text, sign(text))


def _keep_outside(day: str, statement: Statement) -> None:
    """Write the file whole or not at all; one that is there stays as it is."""
    place = folder()
    if place is None or (place / f"{day}.json").exists():
        return
    content = json.dumps({"statement": statement.text, "signature": statement.signature}, indent=1)
    place.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=place, suffix=".part")
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(content + "\n")
        file.flush()
        os.fsync(file.fileno())
    Path(name).chmod(0o640)
    Path(name).rename(place / f"{day}.json")
