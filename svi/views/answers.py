"""Answers one partner or many: accept, decline, revoke, remove, mark as verified (SVI4)."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, ngettext
from django.views.decorators.http import require_http_methods

from core.errors import Refused
from core.listing import ListPage
from core.session_notes import kept
from core.text import filled
from core.web import PortalRequest, ids_in, keep_chosen, requires
from security_models import grants
from security_models.models import SecurityModel
from svi.forms import ListActForm
from svi.machine import MONITORING
from svi.models import Monitor
from svi.policies import P
from svi.selectors.relations import monitored_by
from svi.services.answers import MOST_AT_ONCE, Answered, answer_many
from svi.services.answers import answer as answer_one
from svi.services.notes import mark_verified
from svi.states import ListAct
from svi.views.tabs import partner_listed, tab_context

#: The note of the session that says which partners were chosen.
_CHOSEN = "svi_chosen"
_DONE = {
    "accept": gettext_noop("You monitor %(company)s now."),
    "decline": gettext_noop("You declined %(company)s, which can't ask again until you remove it."),
    "revoke": gettext_noop(
        "You no longer monitor %(company)s, which can't ask until you remove it."
    ),
    "remove": gettext_noop("%(company)s is off your list and can ask again."),
}
#: The same for a company that was asked to share its status.
_DONE_OF_MONITORED = {
    "accept": gettext_noop("%(company)s sees your status now."),
    "decline": _DONE["decline"],
    "revoke": gettext_noop(
        "%(company)s no longer sees your status, and can't ask until you remove it."
    ),
    "remove": _DONE["remove"],
}


@require_http_methods(["GET", "HEAD", "POST"])
@requires(P.MANAGE)
def answer(
    request: PortalRequest,
    trade_id: uuid.UUID,
    model_id: uuid.UUID,
    monitoring_id: uuid.UUID,
    answer_code: str,
) -> HttpResponse:
    """Confirm one answer, and give it."""
    what = answer_code
    if what not in _DONE:
        raise Http404(what)
    model = request.access.security_model
    partner, back = partner_listed(model, monitoring_id, is_asked=True)
    if partner is None:
        return off_the_list(request, back)
    shares = isinstance(partner, Monitor)
    done = _DONE_OF_MONITORED if shares else _DONE
    problems: Sequence[Any] = ()
    if request.method == "POST":
        try:
            answer_one(actor=request.access, model=model, monitoring_id=monitoring_id, what=what)
            messages.success(request, filled(_(done[what]), company=partner.name))
            return redirect(back)
        except Refused as refusal:
            problems = refusal.problems
    context = {
        "partner": partner,
        "what": what,
        "move": MONITORING.moves[what],
        "shares": shares,
        "problems": problems,
        "back": back,
        "page_code": "V-6",
    }
    return render(request, "svi/answer.html", context, status=409 if problems else 200)


def off_the_list(request: PortalRequest, back: str) -> HttpResponse:
    """The second of two clicks, or a stale tab: what stood on a list is not there any longer."""
    messages.info(request, _("This company is no longer on your list."))
    return redirect(back)


def act_on_list(
    request: PortalRequest, trade_id: uuid.UUID, accounts: list[SecurityModel], page: ListPage
) -> HttpResponse:
    """Keep which partners of the list were chosen, or do with them what was asked for."""
    if "chosen" not in request.POST:
        address = keep_chosen(
            request,
            page,
            field="partner",
            kind=_CHOSEN,
            most=MOST_AT_ONCE,
            nothing=_("Select at least one partner in the list."),
        )
        return redirect(address)
    form = ListActForm.of(request)
    chosen = ids_in(request.POST["chosen"], MOST_AT_ONCE)
    done = form.run(lambda data: _act(request, accounts, chosen, data["act"]))
    if done is not None:
        return redirect(form.list_url or request.path)
    return _page(request, trade_id, accounts, form, chosen)


def ask(request: PortalRequest, trade_id: uuid.UUID, accounts: list[SecurityModel]) -> HttpResponse:
    """The chosen partners as they are now, and what can be done with them."""
    note = kept(request.session, _CHOSEN, request.GET["chosen"]) or {}
    initial: dict[str, Any] = {name: note[name] for name in ("chosen", "back") if name in note}
    form = ListActForm.of(request, initial)
    chosen = ids_in(form["chosen"].value(), MOST_AT_ONCE)
    if not chosen:
        messages.error(request, _("Select the partners in the list again."))
        return redirect(form.list_url or request.path)
    return _page(request, trade_id, accounts, form, chosen, is_cut=bool(note.get("is_cut")))


def _page(
    request: PortalRequest,
    trade_id: uuid.UUID,
    accounts: list[SecurityModel],
    form: ListActForm,
    chosen: Sequence[uuid.UUID],
    *,
    is_cut: bool = False,
) -> HttpResponse:
    context = {
        **tab_context(trade_id, accounts, "monitored", "V-7"),
        "form": form,
        "rows": monitored_by(accounts).filter(pk__in=chosen).order_by("name", "pk"),
        "most": len(chosen) if is_cut else 0,
        "back": form.list_url or request.path,
    }
    return render(request, "svi/act_on_list.html", context, status=form.status)


def _act(
    request: PortalRequest, accounts: list[SecurityModel], chosen: list[uuid.UUID], act: str
) -> bool:
    """Do it for each own account that has chosen partners; say what became of each."""
    verified, all_done = 0, Answered((), ())
    owners = dict(
        monitored_by(accounts).filter(pk__in=chosen).values_list("pk", "security_model_id")
    )
    for model in accounts:
        ids = [pk for pk in chosen if owners.get(pk) == model.pk]
        if not ids:
            continue
        actor = grants.enter(request.access, model.pk)
        about: dict[str, Any] = {"actor": actor, "model": model, "monitoring_ids": ids}
        if act == ListAct.VERIFY:
            verified += mark_verified(**about)
        else:
            done = answer_many(what=act, **about)
            all_done = Answered(all_done.done + done.done, all_done.refused + done.refused)
    _say(request, act, verified or len(all_done.done), len(chosen), all_done)
    return True


def _say(request: PortalRequest, act: str, count: int, of: int, answered: Answered) -> None:
    label = str(ListAct(act).label)
    words = ngettext(
        "“%(act)s” was done for %(n)s partner.", "“%(act)s” was done for %(n)s partners.", count
    )
    if count:
        messages.success(request, filled(words, act=label, n=str(count)))
    for name, why in answered.refused:
        messages.warning(request, filled("%(company)s: %(why)s", company=name, why=why))
    passed = of - count - len(answered.refused)
    if passed > 0:
        words = ngettext(
            "%(n)s partner was passed over: nothing was to do.",
            "%(n)s partners were passed over: nothing was to do.",
            passed,
        )
        messages.info(request, words % {"n": passed})
