"""Moves of a locked change request, which both sides make in the same way."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from change_requests.machine import CHANGE
from change_requests.models import ChangeRequest
from change_requests.states import ChangeStatus
from core import clock
from core.access import Access
from core.errors import refusal
from core.text import filled


def require_undecided(request: ChangeRequest) -> None:
    """Refuse what came too late, and say what happened meanwhile."""
    if request.status not in {ChangeStatus.APPROVED, ChangeStatus.DECLINED}:
        return
    raise refusal("decided", happened(request))


def happened(request: ChangeRequest) -> str:
    """What happened to a request that is over or with the other side, and who did it."""
    words = {
        ChangeStatus.APPROVED: _("%(name)s approved this request meanwhile."),
        ChangeStatus.DECLINED: _("%(name)s declined this request meanwhile."),
        ChangeStatus.RETURNED: _("%(name)s returned this request meanwhile."),
        ChangeStatus.WITHDRAWN: _("%(name)s withdrew this request meanwhile."),
    }[ChangeStatus(request.status)]
    nothing = _("Nothing was changed by you.")
    return f"{filled(words, name=request.status_by_name)} {nothing}"


def settle_lines(request: ChangeRequest) -> None:
    """Nothing waits any longer; of personal numbers only four digits and the hash stay (T7)."""
    request.lines.filter(type__masked=True).update(value="")
    request.lines.update(waits=False)


def move(
    name: str, request: ChangeRequest, actor: Access, reason: str = "", **changes: Any
) -> None:
    """Make a move of a locked request in its next version."""
    CHANGE.apply(
        name,
        request,
        actor=actor,
        reason=reason,
        status_at=clock.now(),
        status_by_name=actor.name,
        updated_by_id=actor.user_id,
        version=request.version + 1,
        **changes,
    )
