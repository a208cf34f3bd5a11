"""Asking the people to whom an act is reserved (R6)."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from core.web import PortalRequest, requires
from trade_accounts.forms.asks import AskForm
from trade_accounts.policies import P
from trade_accounts.providers.reserved_acts import Act, act_named
from trade_accounts.selectors.asks import Asking, asking
from trade_accounts.services.asking import ask as ask_for
from trade_accounts.services.asking import asked_words


@require_http_methods(["GET", "POST"])
@requires(P.VIEW)
def ask(request: PortalRequest, trade_id: uuid.UUID, account_act: str) -> HttpResponse:
    """Ask for an act on a trade account."""
    return _page(request, act_named(account_act, "trade_account"))


@require_http_methods(["GET", "POST"])
@requires(P.VIEW)
def ask_in_model(
    request: PortalRequest, trade_id: uuid.UUID, model_id: uuid.UUID, model_act: str
) -> HttpResponse:
    """Ask for an act on a C-TPAT account."""
    return _page(request, act_named(model_act, "security_model"))


def _page(request: PortalRequest, act: Act) -> HttpResponse:
    request.access.require(act.asker)
    about = asking(request.access, act.code, act.root)
    if about.mine and request.method == "GET":
        return redirect(about.here)
    form = AskForm.of(request, asking=about)
    if request.method == "POST":
        asked = form.run(
            lambda data: ask_for(
                actor=request.access,
                act=act,
                membership_id=data.get("whom"),
                note=data["note"],
            )
        )
        if asked is not None:
            messages.success(request, asked_words(asked, _name(about, asked.membership_id)))
            return redirect(request.path)
    context = {
        "asking": about,
        "form": form,
        "account": request.access.trade_account,
        "model": request.access.roots.get("security_model"),
        "page_code": "T-12",
    }
    return render(request, "trade_accounts/ask.html", context, status=form.status)


def _name(about: Asking, membership_id: uuid.UUID) -> str:
    return next((one.name for one in about.people if one.membership_id == membership_id), _("They"))
