"""Signs once a day where the chain stands, and keeps the statement outside the database."""

from __future__ import annotations

import datetime as dt
import json
import logging
import os
import tempfile
from pathlib import Path

from django.conf import settings
from django.db import connection, transaction

from audit.models import Anchor, SweepRun
from audit.providers.differences import anchored
from audit.selectors.anchors import (
    Statement,
    days_outside,
    folder,
    is_of_day,
    kept_inside,
    kept_outside,
    newest_anchor,
)
from audit.selectors.chain import heads_at, last_position
from audit.services.chain import lay_everything
from core import clock
from core.access import system
from core.concurrency import one_at_a_time
from core.crypto import canonical
from core.signing import can_sign, is_signed_now, public_key, sign
from core.tenancy import on_behalf_of

log = logging.getLogger(__name__)

#: A run of this name for each day whose file could not be written; finished once it is.
UNWRITTEN = "unwritten_statement"


def sweep_anchor() -> None:
    """Sign today's statement, if there is a key, it was not done yet today, and everything is laid
    that was committed before; write those whose
    files could not be written before.
    """
    if not can_sign():
        return
    began = _database_time()
    _laid, nothing_left = lay_everything()
    if nothing_left:
        with on_behalf_of(system("Statement")):
            anchor(began)
    with on_behalf_of(system("Statement")):
        _write_again()


def _database_time() -> dt.datetime:
    """What the database would write into a seal now."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        moment: dt.datetime = cursor.fetchone()[0]
        return moment


@transaction.atomic
def anchor(laid_until: dt.datetime) -> Anchor | None:
    """Today's statement; None if it is signed already, or if a file stands in its place.

    The file is written first. If the transaction is lost after that, the next run takes the file
    for today's statement instead of signing another one, if it is one that we signed for today.
    """
    day = clock.real_today().isoformat()
    one_at_a_time("anchor")
    if Anchor.objects.filter(day=day).exists():
        return None
    statement = kept_outside(folder(), day)
    if statement is None and day not in days_outside(folder()):
        statement = _statement(day, laid_until)
        _keep_outside(day, statement)
    elif statement is None or not (is_signed_now(*statement) and is_of_day(statement, day)):
        log.error("the file of %s is no statement that we signed; today's is not signed", day)
        return None
    made = Anchor.objects.create(day=day, statement=statement.text, signature=statement.signature)
    for _told in anchored(made):
        pass
    return made


def _statement(day: str, laid_until: dt.datetime) -> Statement:
    """What is signed: the place of every chain, until when all is in it, the statement before."""
    newest = newest_anchor()
    before = Statement(newest.statement, newest.signature).fingerprint if newest else ""
    position = last_position()
    text = canonical(
        {
            "portal": settings.SITE_URL,
            "day": day,
            "made_at": clock.now().isoformat(),
            "position": position,
            "laid_until": laid_until.isoformat(),
            "heads": heads_at(position),
            "previous": before,
            "key": public_key(),
        }
    )
    return Statement(text, sign(text))


def _keep_outside(day: str, statement: Statement) -> None:
    """Write the file whole or not at all. If it cannot be written, the email still is sent, the
    check misses the file, and the next sweep tries again.
    """
    if not _is_written(day, statement):
        SweepRun.objects.create(sweep=UNWRITTEN, day=day, started_at=clock.now())


def _is_written(day: str, statement: Statement) -> bool:
    place = folder()
    try:
        if place is not None:
            _write(place, day, statement)
    except OSError:
        log.exception("the statement of %s could not be written to %s", day, place)
        return False
    return True


def _write_again() -> None:
    """Write what failed to be written when it was signed; what is there already stays.

    Nothing else is ever written again: a file that was lost later is for people to ask about.
    """
    for failed in SweepRun.objects.filter(sweep=UNWRITTEN, finished_at=None):
        day = failed.day.isoformat()
        statement = kept_inside(day)
        if statement is None or day in days_outside(folder()) or _is_written(day, statement):
            failed.finished_at = clock.now()
            failed.save(update_fields=["finished_at"])


def _write(place: Path, day: str, statement: Statement) -> None:
    content = json.dumps({"statement": statement.text, "signature": statement.signature}, indent=1)
    place.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=place, suffix=".part")
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(content + "\n")
            file.flush()
            os.fsync(file.fileno())
        Path(name).chmod(0o640)
        Path(name).rename(place / f"{day}.json")
    finally:
        Path(name).unlink(missing_ok=True)
