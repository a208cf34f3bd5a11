"""Locks a change request behind the root that it changes, always in the same order, so that no two
acts wait for each other.
"""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from change_requests.models import ChangeRequest
from change_requests.states import EDITABLE
from core.access import Access
from core.concurrency import save_versioned
from core.errors import NotVisible, Stale, refusal
from security_models.services.roots import lock
from trade_accounts.services.accounts import locked


def lock_request(request: ChangeRequest) -> ChangeRequest:
    """The request as it is now, locked together with the company or the C-TPAT account."""
    if request.is_of_name or request.security_model_id is None:
        locked(request.trade_account_id)
    else:
        lock(request.security_model_id)
    rows = ChangeRequest.objects.select_for_update(of=("self",), no_key=True)
    rows = rows.select_related("trade_account", "security_model__trade_account")
    found = rows.filter(pk=request.pk).first()
    if found is None:
        raise NotVisible("change request")
    return found


def lock_for_writing(request: ChangeRequest, expected: int | None = None) -> ChangeRequest:
    """The same for the company, which can change it until it is sent, and after a return. Raises
    Stale if someone else wrote since the ``expected`` version.
    """
    now = lock_request(request)
    if now.status not in EDITABLE:
        words = _("This request was sent or is over. Nothing was changed.")
        raise refusal("not_editable", words)
    if expected is not None and now.version != expected:
        raise Stale(now)
    return now


def written(request: ChangeRequest, actor: Access, **changes: Any) -> ChangeRequest:
    """Write a locked request in its next version."""
    values = {**changes, "updated_by_id": actor.user_id}
    return save_versioned(request, expected=request.version, **values)
