"""Notes that a session keeps for pages which follow a posted form.

What was chosen, or what an act did, is kept under a key, and the browser is sent to an address with
that key. So every page in its history can be read again: Back and Reload send no form.
"""

from __future__ import annotations

from typing import Any

from django.contrib.sessions.backends.base import SessionBase

from core.ids import new_id

#: So many notes of a kind are kept; older pages say that they are over.
KEPT = 3


def keep(session: SessionBase, kind: str, note: dict[str, Any]) -> str:
    """Keep a note of a kind for a page that follows; return the key for its address."""
    key = str(new_id())
    session[kind] = dict([*session.get(kind, {}).items(), (key, note)][-KEPT:])
    return key


def kept(session: SessionBase, kind: str, key: str = "") -> dict[str, Any] | None:
    """The note with this key, or without a key the newest of its kind; None if it is over."""
    notes: dict[str, dict[str, Any]] = session.get(kind) or {}
    return notes.get(key or next(reversed(notes), ""))


def change(session: SessionBase, kind: str, key: str, **more: Any) -> None:
    """Add to a note that is still kept."""
    notes = session.get(kind, {})
    if key in notes:
        session[kind] = {**notes, key: {**notes[key], **more}}
