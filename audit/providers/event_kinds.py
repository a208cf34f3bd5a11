"""The kinds of events and their sentences. Apps declare theirs when they are loaded."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from core.text import isolated


@dataclass(frozen=True)
class Kind:
    """A kind of event: the sentence after the actor's name, whether partners may read it, and the
    words for several in a row, also together with another kind (``within``).
    """

    code: str
    sentence: Any
    for_partners: bool = True
    folded: Any = ""
    within: str = ""


_kinds: dict[str, Kind] = {}


def declare(
    code: str,
    sentence: Any,
    *,
    for_partners: bool = True,
    folded: Any = "",
    within: str = "",
) -> None:
    """Declare an event kind; ``sentence`` may contain ``%(name)s`` placeholders filled from the
    data.

    ``folded`` are the words for several in a row by one person, with the placeholder ``%(count)s``.
    ``within`` is the kind that this one accompanies: among those it has no line of its own.
    """
    _kinds[code] = Kind(code, sentence, for_partners, folded, within)


def kind(code: str) -> Kind:
    """The declared kind. An undeclared one raises, so that no event is left without words."""
    return _kinds[code]


def partner_kinds() -> list[str]:
    """The codes of the kinds that partners may read."""
    return [code for code, one in _kinds.items() if one.for_partners]


class _Forgiving(dict[str, Any]):
    """Old events may lack data for a placeholder in a newer sentence."""

    def __missing__(self, key: str) -> str:
        return "…"


def family(code: str) -> str:
    """The kind under which events of a kind are folded: the one that it accompanies, or itself."""
    declared = _kinds.get(code)
    return declared.within if declared is not None and declared.within else code


def folded(code: str, count: int) -> str:
    """The words for several events of a kind in a row; empty if each has its own line."""
    declared = _kinds.get(code)
    if declared is None or not declared.folded:
        return ""
    return str(declared.folded) % {"count": count}


def sentence(code: str, data: dict[str, Any]) -> str:
    """The words of an event after the actor's name, in the reader's language."""
    declared = _kinds.get(code)
    if declared is None:
        return str(_("did something that this version of the portal can't describe (%s)")) % code
    return str(declared.sentence) % _Forgiving(isolated(data))
