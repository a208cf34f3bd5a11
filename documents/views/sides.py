"""The same act on a document for its company and for staff: other addresses, other rights (D6)."""

from __future__ import annotations

import functools
import uuid
from collections.abc import Callable, Sequence

from django.http import HttpResponse
from django.views.decorators.http import require_http_methods

from core.access import Permission
from core.web import PortalRequest, View, requires
from documents.policies import P

#: (request, id of the document, more of the address) -> the answer, for either side.
Act = Callable[..., HttpResponse]


def for_partner(act: Act, permission: Permission, methods: Sequence[str] = ("GET", "POST")) -> View:
    """The view of an act below the address of the company."""

    @require_http_methods(list(methods))
    @requires(permission)
    @functools.wraps(_named(act))
    def view(
        request: PortalRequest,
        trade_id: uuid.UUID,
        model_id: uuid.UUID,
        document_id: uuid.UUID,
        **more: int,
    ) -> HttpResponse:
        return act(request, document_id, **more)

    return view


def for_staff(act: Act, methods: Sequence[str] = ("GET", "POST")) -> View:
    """The view of an act below the address of staff."""

    @require_http_methods(list(methods))
    @requires(P.EXCHANGE)
    @functools.wraps(_named(act))
    def view(
        request: PortalRequest, model_id: uuid.UUID, document_id: uuid.UUID, **more: int
    ) -> HttpResponse:
        return act(request, document_id, **more)

    return view


def _named(act: Act) -> Act:
    """The function of an act that is bound to a move."""
    return act.func if isinstance(act, functools.partial) else act
