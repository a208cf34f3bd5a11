"""What a change request needs before it is sent (T3, S3)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from django.utils.translation import gettext as _

from change_requests import page_links
from change_requests.models import ChangeLine, ChangeProof, ChangeRequest
from core.errors import Problem
from core.text import filled, is_blank
from files.states import ScanState

#: A file in one of these states can be read, or may be once it is checked.
_USABLE = frozenset({ScanState.CLEAN, ScanState.QUARANTINED})


def content_problems(
    request: ChangeRequest, lines: Sequence[ChangeLine], proofs: Iterable[ChangeProof]
) -> Iterator[Problem]:
    """There is a change, a reason, and a proof that can be read."""
    if not lines:
        yield Problem("empty", _("Add a change first. The request has none."))
    if is_blank(request.reason):
        yield Problem("reason", _("Say why this must change."), "reason")
    files = [one.file for one in proofs]
    if not files:
        yield Problem("file", _("Add a document that proves it."), "file")
    elif not any(one.state in _USABLE for one in files):
        words = _("The check blocked every document. Add one that CBP can open.")
        yield Problem("file", words, "file")


def taken_problems(others: Iterable[ChangeLine]) -> Iterator[Problem]:
    """Another request already waits for the same field."""
    for one in others:
        words = _("Request %(reference)s already waits for a change of %(what)s.")
        what = one.before_shown or one.shown
        yield Problem(
            "taken",
            filled(words, reference=one.request.reference, what=what),
            "value",
            url=page_links.of_company(one.request),
        )
