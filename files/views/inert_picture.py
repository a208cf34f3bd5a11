"""Sends pictures of pages to browsers; for views of upper apps, after they checked the right (U-8).

The picture was drawn by the worker; no byte of the file itself is sent. Its headers allow nothing.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence

from django.db.models import Model
from django.http import HttpResponse
from django.http.response import HttpResponseBase

from audit.selectors import fact
from core.errors import NotVisible
from core.web import PortalRequest
from files import services
from files.models import StoredFile
from files.selectors import preview_of
from files.views.inert_download import content_of, guarded

log = logging.getLogger(__name__)


def serve_picture(
    request: PortalRequest, file: StoredFile, number: int, *, named_by: Sequence[Model]
) -> HttpResponseBase:
    """The picture of a page of a clean file (D5). Raises NotVisible if there is none.

    One viewing is one event, however many pages are turned. If the store does not answer, or the
    picture is not what was drawn, the answer is empty (status 503). ``named_by`` are the rows that
    say that it is this file: they are compared with their seals, and raise Altered.
    """
    preview = preview_of(file)
    if preview is None or not 0 < number <= len(preview.pages):
        raise NotVisible("preview")
    page = preview.pages[number - 1]
    try:
        opened = services.open_page(file, page, *map(fact, named_by))
    except (services.Altered, OSError):
        log.exception("page %s of file %s cannot be read", number, file.pk)
        return HttpResponse(status=503)
    services.note_viewing(file, actor=request.access)
    return guarded(content_of(opened, page["key"], page["size"]), "inline", "image/png")
