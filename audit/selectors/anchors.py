"""Reads the signed statements about the chain: those in the database and those outside it."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from pathlib import Path
from typing import NamedTuple

from django.conf import settings

from audit.models import Anchor, What
from audit.selectors.chain import heads_at
from audit.selectors.facts import Found
from core.signing import is_signed


class Statement(NamedTuple):
    """What was signed, with its signature."""

    text: str
    signature: str

    @property
    def fingerprint(self) -> str:
        """The SHA-256 of its text, which the next statement names."""
        return hashlib.sha256(self.text.encode()).hexdigest()


def newest_anchor() -> Anchor | None:
    """The newest statement in the database."""
    return Anchor.objects.order_by("-day").first()


def folder() -> Path | None:
    """The folder outside the database, if there is one."""
    return Path(settings.RECORDS_DIR) if settings.RECORDS_DIR else None


def kept_outside(place: Path | None) -> dict[str, Statement]:
    """The statements in a folder, by their day. A file that holds none has an empty text."""
    if place is None:
        return {}
    return {path.stem: _read(path) for path in sorted(place.glob("????-??-??.json"))}


def _read(path: Path) -> Statement:
    try:
        read = json.loads(path.read_text(encoding="utf-8"))
        return Statement(str(read["statement"]), str(read["signature"]))
    except (ValueError, KeyError, TypeError):
        return Statement("", "")


def kept_inside() -> dict[str, Statement]:
    """The statements in the database, by their day."""
    rows = Anchor.objects.order_by("day")
    return {row.day.isoformat(): Statement(row.statement, row.signature) for row in rows}


def unmatched(place: Path | None, since: dt.date | None = None) -> tuple[list[str], list[Found]]:
    """The days of all statements, and those whose statement the database does not match.

    A day matches if its statement is the same inside and outside, is signed, follows the one
    before, and says of the chain what the chain says now. So a database that was restored to an
    earlier day, or whose chain was cut or written again, is found by the statements after it.
    """
    inside, outside = kept_inside(), kept_outside(place)
    days = sorted(inside.keys() | outside.keys())
    found, before = [], ""
    for day in days:
        statement = outside.get(day) or inside[day]
        if since is None or day >= since.isoformat():
            same = inside.get(day) == statement and (place is None or day in outside)
            if not (same and _holds(statement, day, before)):
                found.append(Found(Anchor._meta.db_table, day, What.STATEMENT))
        before = statement.fingerprint
    return days, found


def _holds(statement: Statement, day: str, before: str) -> bool:
    if not is_signed(statement.text, statement.signature):
        return False
    said = json.loads(statement.text)
    follows = said["day"] == day and said["previous"] == before
    return bool(follows and said["heads"] == heads_at(said["position"]))
