"""Refuses members of a trade account who are no contact of a C-TPAT account (R6)."""

from __future__ import annotations

import uuid

from core.access import Permission
from core.errors import NotAllowed
from core.web import PortalRequest
from security_models.selectors import entered, visible


def refuse_member(request: PortalRequest, trade_id: uuid.UUID, wanted: Permission) -> None:
    """A member without a role reads who the contacts are, once there is a C-TPAT account (R6)."""
    model = visible(request.access, trade_id).first()
    if model is not None:
        request.access = entered(request.access, model)
        raise NotAllowed(wanted, wanted.what)
