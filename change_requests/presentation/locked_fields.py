"""What a locked field offers: where to ask for its change, or how far the request is (T3, S3)."""

from __future__ import annotations

import uuid
from collections.abc import Sequence

from django.utils.translation import gettext as _

from change_requests import page_links
from change_requests.selectors.requests import unfinished_name_request, waiting_numbers
from change_requests.states import ChangeStatus
from core.text import filled
from security_models.models import SecurityModel
from security_models.providers import NumberRequests
from trade_accounts.models import TradeAccount
from trade_accounts.providers.name_requests import NameRequest


def name_request(account: TradeAccount) -> NameRequest:
    """Where members ask for another company name, or the request that is not over."""
    request = unfinished_name_request(account)
    if request is None:
        return NameRequest(page_links.new_name(account.pk), _("Ask for another name"))
    url = page_links.of_company(request)
    if request.status == ChangeStatus.DRAFT:
        return NameRequest(url, _("Continue the request"), _("A request is drafted, but not sent."))
    words = _("Request %(reference)s: %(status)s.")
    note = filled(words, reference=request.reference, status=request.get_status_display())
    return NameRequest(url, _("See the request"), note)


def number_requests(model: SecurityModel, numbers: Sequence[uuid.UUID]) -> NumberRequests:
    """Where contacts ask for changes of locked numbers; one query."""
    changes = {one: page_links.change_of_number(model, one) for one in numbers}
    waiting = dict(waiting_numbers(model))
    changes |= {
        number: page_links.page_of_numbers(model, request) for number, request in waiting.items()
    }
    return NumberRequests(
        page_links.new_number(model),
        page_links.list_of(model.trade_account_id),
        changes,
        frozenset(waiting),
    )
