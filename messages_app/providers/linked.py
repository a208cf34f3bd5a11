"""What a message can be linked to. Upper apps register their kinds of things."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from core.access import Access
from core.errors import refusal


@dataclass(frozen=True)
class Linkable:
    """A kind of thing of a C-TPAT account.

    ``options`` are (key, words) of what the actor can link in the account of the page. ``url`` is
    its page for the reader's side.
    """

    kind: str
    label: Any
    options: Callable[[Access], Sequence[tuple[str, str]]]
    url: Callable[[Access, str], str]


_kinds: dict[str, Linkable] = {}


def register(kind: Linkable) -> None:
    """Register a kind; apps call this from ``AppConfig.ready``."""
    _kinds[kind.kind] = kind


def choices(access: Access) -> list[tuple[str, list[tuple[str, str]]]]:
    """Everything that can be linked, as (label, [(``kind:key``, words)])."""
    found = []
    for one in _kinds.values():
        options = [(f"{one.kind}:{key}", words) for key, words in one.options(access)]
        if options:
            found.append((str(one.label), options))
    return found


def words_of(access: Access, about: str) -> str:
    """The words of something linked as ``kind:key``; empty for nothing.

    Raises Refused with a problem of the field ``about`` for what the actor can't link.
    """
    if not about:
        return ""
    for _label, options in choices(access):
        for key, words in options:
            if key == about:
                return words
    words = _("Choose something of this account in “About”.")
    raise refusal("about", words, "about")


def url_of(access: Access, about: str) -> str:
    """The page of something linked; empty for nothing, or if its kind is gone."""
    kind, _colon, key = about.partition(":")
    return _kinds[kind].url(access, key) if kind in _kinds and key else ""
