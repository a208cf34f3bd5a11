"""Reads the signed statements about the chain: those in the database and those outside it."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from typing import NamedTuple

from django.conf import settings

from audit.models import Anchor
from audit.selectors.chain import Said, heads_at
from core.crypto import text_hash
from core.signing import is_signed


class Statement(NamedTuple):
    """What was signed, with its signature."""

    text: str
    signature: str

    @property
    def fingerprint(self) -> str:
        """The SHA-256 of its text, which the next statement names."""
        return text_hash(self.text)


def newest_anchor() -> Anchor | None:
    """The newest statement in the database."""
    return Anchor.objects.order_by("-day").first()


def folder() -> Path | None:
    """The folder outside the database, if there is one."""
    return Path(settings.RECORDS_DIR) if settings.RECORDS_DIR else None


def days_of_statements(place: Path | None) -> list[str]:
    """The days that have a statement in the database or a file in a folder, in their order."""
    inside = {day.isoformat() for day in Anchor.objects.values_list("day", flat=True)}
    return sorted(inside | days_outside(place))


def days_outside(place: Path | None) -> set[str]:
    """The days that have a file in a folder."""
    names = {path.stem for path in place.glob("????-??-??.json")} if place else set()
    return {name for name in names if _is_day(name)}


def _is_day(name: str) -> bool:
    try:
        return dt.date.fromisoformat(name).isoformat() == name
    except ValueError:
        return False


def kept_outside(place: Path | None, day: str) -> Statement | None:
    """The statement of a day in a folder, if its file is there and can be read.

    A file that holds none has an empty text.
    """
    if place is None:
        return None
    try:
        read = json.loads((place / f"{day}.json").read_text(encoding="utf-8"))
        return Statement(str(read["statement"]), str(read["signature"]))
    except OSError:
        return None
    except (ValueError, KeyError, TypeError, RecursionError):
        return Statement("", "")


def kept_inside(day: str) -> Statement | None:
    """The statement of a day in the database."""
    row = Anchor.objects.filter(day=day).first()
    return Statement(row.statement, row.signature) if row else None


def is_matched(place: Path | None, day: str, before: str | None) -> bool:
    """Whether the database matches the statement of a day; ``before`` is the day of the one before.

    It does if the statement is the same inside and outside, is signed, follows the one before, and
    says of the chain what the chain says now. So a database that was restored to an earlier day, or
    whose chain was cut or written again, is found by the statements after it.
    """
    inside, outside = kept_inside(day), kept_outside(place, day)
    if inside is None or (place is not None and outside != inside):
        return False
    previous = (kept_outside(place, before) or kept_inside(before)) if before else None
    return _holds(inside, day, previous.fingerprint if previous else "")


def _holds(statement: Statement, day: str, before: str) -> bool:
    if not is_of_day(statement, day):
        return False
    said = json.loads(statement.text)
    return bool(said["previous"] == before and said["heads"] == heads_at(said["position"]))


def signed_ends() -> list[Said]:
    """What the statements in the database say of where the chain ended, in their order."""
    found = []
    for row in Anchor.objects.order_by("day"):
        if is_of_day(Statement(row.statement, row.signature), row.day.isoformat()):
            said = json.loads(row.statement)
            if "laid_until" in said:
                found.append(Said(dt.datetime.fromisoformat(said["laid_until"]), said["position"]))
    return found


def is_of_day(statement: Statement, day: str) -> bool:
    """Whether a key of ours has signed this for this day."""
    signed = is_signed(statement.text, statement.signature)
    return bool(signed and json.loads(statement.text)["day"] == day)
