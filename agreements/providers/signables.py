"""What can be signed. Upper apps register a :class:`Signable`; ``agreements`` runs the ceremony.

The ceremony shows the content and collects the two ticks, the typed name and the required proofs.
In one transaction it checks the Officer again (A2), compares the hash of the current content with
the hash that was read (A4), writes a Signature for each text, and calls ``complete``.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from agreements.models import Signature
from agreements.states import AgreementKind
from core.access import Access
from core.errors import Problem


@dataclass(frozen=True)
class Change:
    """A difference between what was read or signed and what is there now.

    ``place`` is the fragment of its place on the reading page; empty for what is gone.
    """

    words: str
    place: str = ""


@dataclass(frozen=True)
class Signable:
    """One kind of thing that an Officer signs.

    All functions get the security model, already entered by the signer. ``title`` names what
    would be signed now, as written within a sentence; a signature stores it. ``content`` is
    canonical data (JSON-able) of everything agreed to besides the agreement texts; the signature
    binds its ``content_hash``. ``template`` shows that content. ``agreements`` lists the texts to
    sign in the same ceremony (the ceremony itself adds the consent if the person has not given
    it). ``blockers`` are all reasons why it cannot be signed now. ``changes`` says how two
    contents differ, each with its place in the document (``#c-4.7``). ``complete`` does what the
    signing is for, inside the signing transaction, and returns the path of the confirmation page.
    ``receipt`` is the reference of the result, for the receipt and the email. ``stands`` says
    whether the last signature still counts; if it was taken back, the same content can be signed
    again. ``revokes`` is the signature that this one takes back, if it does. ``next_step`` is what
    the confirmation offers next: its title, address and action.
    """

    kind: str
    title: Callable[[Any], str]
    button: Any
    certification: Any
    template: str
    agreements: Callable[[Any], Sequence[AgreementKind]]
    content: Callable[[Any], dict[str, Any]]
    blockers: Callable[[Any, Access], list[Problem]]
    changes: Callable[[dict[str, Any], dict[str, Any]], list[Change]]
    complete: Callable[[Any, Access, dict[str, Any], Sequence[Signature]], str]
    receipt: Callable[[Signature], str] = lambda _signature: ""
    stands: Callable[[Any], bool] = lambda _model: True
    revokes: Callable[[Any], Signature | None] = lambda _model: None
    next_step: Callable[[Any], dict[str, Any]] | None = None


_signables: dict[str, Signable] = {}


def register(signable: Signable) -> None:
    """Register a kind; apps call this from ``AppConfig.ready``."""
    _signables[signable.kind] = signable


def unregister(kind: str) -> None:
    """Remove a kind; for tests that register their own."""
    _signables.pop(kind, None)


def signable(kind: str) -> Signable | None:
    """The signable of that kind, or None."""
    return _signables.get(kind)
