"""Where a request begins: at the locked company name, or at a locked number (T3, S3)."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from change_requests import page_links
from change_requests.forms import NewNameForm, NumberForm
from change_requests.policies import P
from change_requests.selectors.requests import unfinished_name_request
from change_requests.services import drafts
from change_requests.services.numbers import AskedNumber, ask_for_number, kinds_to_ask
from core.errors import NotVisible
from core.ids import parse_id
from core.web import PortalRequest, requires
from security_models.facts.locked_numbers import lockable
from security_models.models import EntityIdentifier
from security_models.selectors import facts_of
from security_models.selectors.numbers_and_papers import identifiers_of
from trade_accounts.providers.reactions import keepers_of


@require_http_methods(["GET", "POST"])
@requires(P.ASK)
def new_name(request: PortalRequest, trade_id: uuid.UUID) -> HttpResponse:
    """Ask for another company name; the request that is not over opens instead."""
    account = request.access.trade_account
    there = unfinished_name_request(account)
    if there is not None and request.method == "GET":
        return redirect(page_links.of_company(there))
    form = NewNameForm.of(request)
    if form.is_bound:
        made = form.run(
            lambda data: drafts.ask_for_name(
                actor=request.access, form_key=data["form_key"], name=data["name"]
            )
        )
        if made is not None:
            return redirect(page_links.of_company(made))
    context = {
        "form": form,
        "account": account,
        "keepers": keepers_of(account),
        "back": page_links.company(account.pk),
        "page_code": "CH-2",
    }
    return render(request, "change_requests/new_name.html", context, status=form.status)


@require_http_methods(["GET", "POST"])
@requires(P.ASK_NUMBERS)
def add_number(request: PortalRequest, trade_id: uuid.UUID, model_id: uuid.UUID) -> HttpResponse:
    """Ask for one more number of a locked kind."""
    return _number(request, None)


@require_http_methods(["GET", "POST"])
@requires(P.ASK_NUMBERS)
def change_number(
    request: PortalRequest, trade_id: uuid.UUID, model_id: uuid.UUID, number_id: uuid.UUID
) -> HttpResponse:
    """Ask for another number in the place of one, or for its removal."""
    model = request.access.security_model
    number = next((one for one in identifiers_of(model) if one.pk == number_id), None)
    if number is None:
        raise NotVisible("identifier")
    return _number(request, number)


def _number(request: PortalRequest, number: EntityIdentifier | None) -> HttpResponse:
    access = request.access
    model = access.security_model
    facts = facts_of(model)
    if number is not None and not lockable([number.type], facts):
        return redirect(page_links.numbers_of(model))
    kinds = kinds_to_ask(facts, number)
    if not kinds:
        return redirect(page_links.numbers_of(model))
    about: dict[str, Any] = {"types": kinds, "is_new": number is None}
    initial = {"kind": number.type_id} if number is not None else {}
    form = NumberForm.of(request, initial, **about)
    if form.is_bound:
        made = form.run(
            lambda data: ask_for_number(
                actor=access,
                model=model,
                form_key=data["form_key"],
                asked=_asked(data, number),
                to=parse_id(request.GET.get("to", "")),
            )
        )
        if made is not None:
            words = _("The change is in the request. Add others, or send it with reason and proof.")
            messages.success(request, words)
            return redirect(page_links.of_company(made))
    context = {
        "form": form,
        "number": number,
        "model": model,
        "back": page_links.numbers_of(model),
        "page_code": "CH-5" if number is None else "CH-6",
    }
    return render(request, "change_requests/number.html", context, status=form.status)


def _asked(data: dict[str, Any], number: EntityIdentifier | None) -> AskedNumber:
    kind = data.get("kind") or (number.type_id if number is not None else "")
    return AskedNumber(
        number_id=number.pk if number is not None else None,
        remove=bool(data.get("remove")),
        kinds=(kind,),
        value=data.get("value", ""),
        personal=bool(data.get("personal")),
    )
