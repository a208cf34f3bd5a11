"""Sends files to browsers safely; for views of upper apps, after they checked the right.

A file is sent as an attachment that nothing can run (U-6). If the worker is still making a
document, the answer is a page that checks again by itself.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from typing import BinaryIO
from urllib.parse import quote

from django.conf import settings
from django.db.models import Model
from django.http import FileResponse, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.http import content_disposition_header

from audit.selectors import fact, unaltered
from core.web import PortalRequest
from files import services
from files.models import Rendering, StoredFile
from files.states import RenderState

log = logging.getLogger(__name__)

#: How often the page of a document in progress checks again, in seconds.
ASK_AGAIN = 3
#: The same for a document that could not be made yet: it will not be ready in seconds.
ASK_LATER = 60

INERT = "default-src 'none'; sandbox"
# A browser's own PDF viewer does not run inside a sandbox; this document is the portal's own.
_READ = "default-src 'none'; style-src 'unsafe-inline'; img-src 'self' data:; object-src 'self'"


def serve(
    request: PortalRequest,
    stored_file: StoredFile,
    *,
    named_by: Sequence[Model],
    inline: bool = False,
) -> HttpResponseBase:
    """The content of a clean file; for any other, a page that says why not (D5, status 409).

    If the store does not answer, this is a page, too (status 503, R-12), and so is content that
    changed since the upload (status 503; operators are notified): it is never sent. Always an
    attachment, with the type that was found and not the one that was claimed. ``inline`` is only
    for documents made by the portal itself. ``named_by`` are the rows that say that it is this
    file: they are compared with their seals in the same statement, and raise Altered.
    """
    if not stored_file.is_clean:
        return render(request, "files/not_ready.html", {"file": stored_file}, status=409)
    inline = inline and stored_file.uploaded_by_id is None
    try:
        response = _opened(stored_file, named_by)
    except services.Altered:
        services.tell_of_altered(stored_file)
        return render(request, "files/not_ready.html", _altered(stored_file), status=503)
    except OSError:
        log.exception("file %s cannot be read", stored_file.pk)
        context = {"file": stored_file, "away": True}
        return render(request, "files/not_ready.html", context, status=503)
    services.note_download(stored_file, actor=request.access)
    disposition = content_disposition_header(not inline, stored_file.name) or "attachment"
    policy = _READ if inline else INERT
    return guarded(response, disposition, stored_file.content_type, policy)


def _altered(stored_file: StoredFile) -> dict[str, object]:
    return {"file": stored_file, "altered": True}


def _opened(stored_file: StoredFile, named_by: Sequence[Model]) -> HttpResponseBase:
    """The response with the content, whose hash is compared before the first byte is sent.

    Opened now, inside the request, so that a missing file is an error and not a broken download.
    """
    opened = services.open_unaltered(stored_file, *map(fact, named_by))
    return content_of(opened, stored_file.storage_key, stored_file.size)


def content_of(opened: BinaryIO, key: str, size: int) -> HttpResponseBase:
    """The response with content that was opened and compared: sent from here, or by the web server
    in front from its key in the store.
    """
    if settings.X_ACCEL_PREFIX:
        opened.close()
        response = HttpResponse()
        response["X-Accel-Redirect"] = settings.X_ACCEL_PREFIX + quote(key)
        return response
    streamed = FileResponse(opened)
    streamed["Content-Length"] = str(size)
    return streamed


def guarded(
    response: HttpResponseBase, disposition: str, content_type: str, policy: str = INERT
) -> HttpResponseBase:
    """The same response with the headers of stored content: nothing in it runs, is guessed to be
    something else, is used by another site or is kept (U-6).
    """
    response["Content-Disposition"] = disposition
    response["Content-Type"] = content_type
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = policy
    response["Cross-Origin-Resource-Policy"] = "same-origin"
    response["Cache-Control"] = "private, no-store"
    return response


def rendering_response(
    request: PortalRequest, rendering: Rendering, *, inline: bool = False
) -> HttpResponseBase:
    """The document if it is made; until then a page that checks again by itself (status 202).

    If it failed and is tried again, the page says so and checks less often. If it was given up, the
    page says so (status 503) and offers to try again: the same address with ``?again=1``, so the
    calling view needs nothing extra. Raises Altered if the row is not what was asked for.
    """
    file = rendering.file if rendering.state == RenderState.READY else None
    if file is not None and file.is_clean:
        return serve(request, file, inline=inline, named_by=[rendering])
    unaltered(fact(rendering))
    if file is not None:
        return serve(request, file, inline=inline, named_by=[rendering])
    if rendering.state == RenderState.FAILED and "again" in request.GET:
        services.repeat_rendering(rendering)
        return HttpResponseRedirect(request.path)
    failed = rendering.state == RenderState.FAILED
    seconds = ASK_LATER if rendering.is_late else ASK_AGAIN
    context = {"rendering": rendering, "failed": failed, "seconds": seconds}
    response = render(request, "files/rendering.html", context, status=503 if failed else 202)
    if not failed:
        response["Retry-After"] = str(seconds)
    return response
