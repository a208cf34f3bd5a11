"""Addresses of the organization profile (T5)."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from core.saved_messages import say_saved
from core.web import PortalRequest, exported, requires
from trade_accounts import selectors, services
from trade_accounts.checks.addresses import suggested_address
from trade_accounts.forms import AddressAddForm, AddressForm, ConfirmForm
from trade_accounts.listings import ADDRESSES
from trade_accounts.models import Address
from trade_accounts.policies import P
from trade_accounts.providers.reactions import uses_of
from trade_accounts.services.addresses import FIELDS
from trade_accounts.views.frame import address_of, conflict, frame, wants


@require_safe
@requires(P.VIEW)
def addresses(request: PortalRequest, trade_id: uuid.UUID) -> HttpResponse:
    """The list of addresses, and which C-TPAT accounts use each."""
    page = ADDRESSES.show(selectors.addresses_of(request.access.trade_account), request.GET)
    if request.GET.get("export") in {"csv", "xlsx"}:
        return exported(page, request.GET["export"], "addresses")
    context = frame(request, "addresses", "T-3", page=page)
    return render(request, "trade_accounts/addresses.html", context)


def _typed(data: QueryDict) -> dict[str, Any]:
    """What was typed so far, to be shown again without judging it."""
    return {**data.dict(), "types": data.getlist("types")}


@require_http_methods(["GET", "POST"])
@requires(P.EDIT)
def address_add(request: PortalRequest, trade_id: uuid.UUID) -> HttpResponse:
    """A new address; choosing the country brings what addresses of that country need."""
    known = selectors.addresses_of(request.access.trade_account)
    form = AddressAddForm.of(request, suggested_address(known))
    if request.method == "POST" and wants(request, "country_only"):
        form = AddressAddForm(initial=_typed(request.POST))
    elif request.method == "POST":
        added = form.run(lambda data: services.add_address(actor=request.access, **data))
        if added is not None:
            messages.success(request, _("The address is added."))
            again = "address-add" if wants(request, "another") else "addresses"
            return redirect(address_of(again, request.access.trade_account))
    context = frame(request, "addresses", "T-4", form=form)
    return render(request, "trade_accounts/address_form.html", context, status=form.status)


def _values(address: Address) -> dict[str, Any]:
    return {name: getattr(address, name) for name in FIELDS} | {"version": address.version}


@require_http_methods(["GET", "POST"])
@requires(P.EDIT)
def address_edit(
    request: PortalRequest, trade_id: uuid.UUID, address_id: uuid.UUID
) -> HttpResponse:
    """An address that is there."""
    address = selectors.find_address(request.access, address_id)
    form = AddressForm.of(request, _values(address))
    if request.method == "POST" and wants(request, "country_only"):
        form = AddressForm(initial=_typed(request.POST))
    elif request.method == "POST":
        saved = form.run(
            lambda data: services.save_address(
                actor=request.access, address_id=address_id, expected=data.pop("version"), **data
            )
        )
        if saved is not None:
            account = request.access.trade_account
            say_saved(request, _("The address is saved."), services.missing(account))
            return redirect(address_of("addresses", request.access.trade_account))
    context = frame(request, "addresses", "T-4", form=form, address=address)
    context["conflict"] = conflict(request, form, list(FIELDS), ["trade_accounts.address_changed"])
    return render(request, "trade_accounts/address_form.html", context, status=form.status)


@require_http_methods(["GET", "POST"])
@requires(P.EDIT)
def address_remove(
    request: PortalRequest, trade_id: uuid.UUID, address_id: uuid.UUID
) -> HttpResponse:
    """Asks before an address goes; says what still uses it."""
    address = selectors.find_address(request.access, address_id)
    form = ConfirmForm.of(request)
    if request.method == "POST":
        removed = form.run(
            lambda _data: services.remove_address(actor=request.access, address_id=address_id)
        )
        if removed is not None:
            messages.success(request, _("The address is removed."))
            return redirect(address_of("addresses", request.access.trade_account))
    context = frame(request, "addresses", "T-4", form=form, address=address)
    context["uses"] = [one for one in uses_of([address.pk]).get(address.pk, []) if one.holds]
    return render(request, "trade_accounts/address_remove.html", context, status=form.status)
