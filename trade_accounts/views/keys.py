"""API keys of a trade account."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_http_methods, require_safe

from core.text import filled
from core.web import PortalRequest, requires
from trade_accounts import selectors, services
from trade_accounts.forms import ConfirmForm, KeyForm
from trade_accounts.policies import P
from trade_accounts.views.frame import address_of


@require_safe
@requires(P.USE_KEYS)
def api_keys(request: PortalRequest, trade_id: uuid.UUID) -> HttpResponse:
    """The reader's keys; all keys of the account for Company Administrators."""
    context = {
        "account": request.access.trade_account,
        "keys": selectors.keys_of(request.access),
        "sees_all": request.access.has(P.MANAGE_USERS),
        "page_code": "T-10",
    }
    return render(request, "trade_accounts/api_keys.html", context)


@require_http_methods(["GET", "POST"])
@requires(P.USE_KEYS)
@sensitive_variables("secret", "made")
def api_key_add(request: PortalRequest, trade_id: uuid.UUID) -> HttpResponse:
    """A new key, shown in the answer to this form and never again."""
    account = request.access.trade_account
    form = KeyForm.of(request)
    if request.method == "POST":
        made = form.run(lambda data: services.create_key(actor=request.access, **data))
        if made is not None:
            key, secret = made
            context = {"account": account, "key": key, "secret": secret, "page_code": "T-11"}
            return render(request, "trade_accounts/api_key_made.html", context)
    context = {"account": account, "form": form, "page_code": "T-11"}
    return render(request, "trade_accounts/api_key_form.html", context, status=form.status)


@require_http_methods(["GET", "POST"])
@requires(P.USE_KEYS)
def api_key_revoke(request: PortalRequest, trade_id: uuid.UUID, key_id: uuid.UUID) -> HttpResponse:
    """Asks before a key is revoked."""
    key = selectors.find_key(request.access, key_id)
    form = ConfirmForm.of(request)
    if request.method == "POST":
        revoked = form.run(lambda _data: services.revoke_key(actor=request.access, key_id=key_id))
        if revoked is not None:
            messages.success(request, filled(_("The key %(name)s is revoked."), name=revoked.name))
            return redirect(address_of("api-keys", request.access.trade_account))
    context = {"account": request.access.trade_account, "form": form, "key": key}
    context["page_code"] = "T-11"
    return render(request, "trade_accounts/api_key_revoke.html", context, status=form.status)
