"""Downloads of documents, for contacts of the model and for the staff who review it."""

from __future__ import annotations

import uuid

from django.http.response import HttpResponseBase

from core.web import PortalRequest, requires
from documents import selectors
from documents.policies import P
from files.views.inert_download import serve


@requires(P.READ)
def download(
    request: PortalRequest, trade_id: uuid.UUID, model_id: uuid.UUID, version_id: uuid.UUID
) -> HttpResponseBase:
    """A version of a document, if its file is clean (D5)."""
    version = selectors.version_of(request.access.security_model, version_id)
    return serve(request, version.file, named_by=[version])


@requires(P.EXCHANGE)
def staff_download(
    request: PortalRequest, model_id: uuid.UUID, version_id: uuid.UUID
) -> HttpResponseBase:
    """The same for the assigned specialist and for management (D6)."""
    version = selectors.version_of(request.access.security_model, version_id)
    return serve(request, version.file, named_by=[version])
