"""What became of an uploaded file, for the page and for the script that sends files one by one."""

from __future__ import annotations

from collections.abc import Iterator

from django.conf import settings
from django.http import JsonResponse
from django.utils.translation import gettext as _

from core.errors import Problem
from core.text import filled
from core.web import PortalRequest
from documents.services.uploads import Outcome
from documents.states import DocumentStatus

#: Files that can be chosen at once where each is sent by itself.
MOST_FILES = 20


def wants_json(request: PortalRequest) -> bool:
    """Whether ``static/js/upload.js`` sends one file and reads the result."""
    return request.headers.get("Accept") == "application/json"


def answer_of(outcome: Outcome, url: str) -> JsonResponse:
    """The result of one file: ``added``, ``already`` or ``refused``, in words, with the page of the
    document.
    """
    if outcome.added is not None:
        words = _("Added. It can be opened once it is checked for malware.")
        return JsonResponse({"outcome": "added", "words": words, "url": url})
    found = "already" if outcome.already is not None else "refused"
    words = " ".join(str(one.message) for one in problems_of(outcome))
    return JsonResponse({"outcome": found, "words": words, "url": url})


def problems_of(outcome: Outcome) -> Iterator[Problem]:
    """Why a file was not added, at the field of files."""
    if outcome.already is not None:
        words = filled(_words_of(outcome), name=outcome.name, title=outcome.already.title)
        yield Problem("already", words, "file")
    yield from outcome.problems


def _words_of(outcome: Outcome) -> str:
    """Where the same content is, and what can be done."""
    if not outcome.is_past or outcome.already is None:
        return _("“%(name)s” is in the library already, as “%(title)s”. You can use that one.")
    if outcome.already.status == DocumentStatus.ARCHIVED:
        return _(
            "“%(name)s” is in the archive, as “%(title)s”. Return that one to the library, or "
            "tick “Add it anyway”."
        )
    return _(
        "“%(name)s” is an older version of “%(title)s”. Restore that version, or tick “Add it "
        "anyway”."
    )


def upload_limits() -> dict[str, int]:
    """How many files, and how large, are said beside the field."""
    return {
        "at_once": settings.UPLOAD_FILES_AT_ONCE,
        "most": MOST_FILES,
        "bytes": settings.UPLOAD_MAX_BYTES,
        "megabytes": settings.UPLOAD_MAX_BYTES // (1024 * 1024),
    }
