"""What can be signed. Upper apps register a :class:`Signable`; ``agreements`` owns the ceremony.

The ceremony shows the content, collects the two ticks, the typed name and the required proofs,
and in one transaction checks the Officer again (A2), compares the hash of the content as it is
now with the hash that was read (A4), writes a Signature a text, and calls ``complete``.
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
class Signable:
    """One kind of thing that an Officer signs.

    All functions get the security model, already entered by the signer. ``title`` names what would
    be signed now, as it is written within a sentence; a signature keeps it. ``content`` is
    canonical data (JSON-able) of everything agreed to besides the agreement texts, and its
    ``content_hash`` is what the signature binds. ``template`` shows that content to read.
    ``agreements`` lists the texts to be signed in the same ceremony (the consent is added by the
    ceremony itself when the person has not given it). ``blockers`` are all reasons why it cannot
    be signed now. ``changes`` tells in words what differs between two contents. ``complete`` does
    what the signing is for, inside the signing transaction, and returns the path of the
    confirmation page. ``receipt`` is the reference of what it did, for the receipt and the email
    alike. ``stands`` says whether what was signed last still counts: once it was taken back it can
    be signed again as it is.
    """

    kind: str
    title: Callable[[Any], str]
    button: Any
    certification: Any
    template: str
    agreements: Callable[[Any], Sequence[AgreementKind]]
    content: Callable[[Any], dict[str, Any]]
    blockers: Callable[[Any, Access], list[Problem]]
    changes: Callable[[dict[str, Any], dict[str, Any]], list[str]]
    complete: Callable[[Any, Access, dict[str, Any], Sequence[Signature]], str]
    receipt: Callable[[Signature], str] = lambda _signature: ""
    stands: Callable[[Any], bool] = lambda _model: True


_signables: dict[str, Signable] = {}


def register(signable: Signable) -> None:
    """Make a kind known; apps call it from ``AppConfig.ready``."""
    _signables[signable.kind] = signable


def unregister(kind: str) -> None:
    """Forget a kind; for tests that bring their own."""
    _signables.pop(kind, None)


def signable(kind: str) -> Signable | None:
    """The signable of that kind, or None."""
    return _signables.get(kind)
