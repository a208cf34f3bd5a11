"""Who is told of a change request."""

from __future__ import annotations

from dataclasses import replace

from change_requests.models import ChangeRequest
from identity.models import User
from identity.selectors.user_state import recipient
from notifications.providers.kinds import Recipient, resolve
from security_models.models import SecurityModel


def company_side(request: ChangeRequest) -> list[Recipient]:
    """Who asked, and the Officers: for the name those of every C-TPAT account of the company, with
    its Company Administrators.
    """
    askers = User.objects.filter(pk__in=[request.asked_by_id])
    found = [replace(recipient(one), group="requester") for one in askers]
    if not request.is_of_name:
        return [*found, *resolve(["officers"], request.security_model)]
    for model in SecurityModel.objects.filter(trade_account=request.trade_account_id):
        found += resolve(["officers"], model)
    return [*found, *resolve(["company_admins"], request.trade_account)]


def deciding_side(request: ChangeRequest) -> list[Recipient]:
    """The specialist in charge with who covers today; without one management."""
    if request.security_model is not None:
        found = resolve(["scss"], request.security_model)
        if found:
            return found
    return resolve(["management"], request.trade_account)
