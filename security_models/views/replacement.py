"""One person takes over from another everywhere: choice, preview, what came of it."""

from __future__ import annotations

import uuid
from dataclasses import asdict
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from core.links import path_to
from core.session_notes import keep, kept
from core.web import PortalRequest, requires
from identity.models import User
from security_models.facts.replacement import AccountPlan
from security_models.forms.replacement import (
    ReplacementConfirmedForm,
    ReplacementForm,
    seen_of,
)
from security_models.presentation.replacement_plans import out_of_reach, plans
from security_models.selectors.replacement import find_leaver, possible_successors
from security_models.services.replacement import replace_person
from trade_accounts.models import Membership
from trade_accounts.policies import P

NOTE = "replaced"


@require_http_methods(["GET", "POST"])
@requires(P.MANAGE_USERS)
def replace(request: PortalRequest, trade_id: uuid.UUID, membership_id: uuid.UUID) -> HttpResponse:
    """Choose the successor, see what would happen in each account, and confirm it.

    The choice is in the address. What is confirmed is what was shown: each account carries a mark.
    """
    if "done" in request.GET:
        return _done(request, trade_id)
    leaver = find_leaver(request.access, membership_id)
    people = possible_successors(request.access.user_id, leaver)
    form: Any = _form(request, people)
    if request.method == "POST":
        outcomes = form.run(lambda data: _replace(request, leaver, data))
        if outcomes is not None:
            note = {
                "name": leaver.name,
                "successor": form.cleaned_data["successor"].name,
                "outcomes": [asdict(one) for one in outcomes],
            }
            return redirect(f"{request.path}?done={keep(request.session, NOTE, note)}")
    chosen = form.cleaned_data if form.is_bound and form.is_valid() else {}
    shown = _plans(request, leaver, chosen) if chosen else []
    context = {
        "account": request.access.trade_account,
        "leaver": leaver,
        "form": form,
        "people": people,
        "successor": chosen.get("successor"),
        "plans": shown,
        "out_of_reach": out_of_reach(request.access.user_id, leaver.user) if chosen else [],  # type: ignore[arg-type]
        "ready": [one for one in shown if not one.problems],
        "seen": seen_of(one for one in shown if not one.problems),
        "page_code": "T-12",
    }
    return render(request, "security_models/replace.html", context, status=form.status)


def _form(request: PortalRequest, people: list[User]) -> ReplacementForm:
    if request.method == "POST":
        return ReplacementConfirmedForm.of(request, people=people)
    if "successor" in request.GET:
        return ReplacementForm(request.GET, people=people)
    return ReplacementForm.of(request, people=people)


def _plans(request: PortalRequest, leaver: Membership, data: dict[str, Any]) -> list[AccountPlan]:
    return plans(
        request.access.user_id,
        leaver.user,  # type: ignore[arg-type]  # find_leaver
        data["successor"],
        passes_type=data["passes_type"],
        removes=data["removes"],
    )


def _replace(request: PortalRequest, leaver: Membership, data: dict[str, Any]) -> Any:
    return replace_person(
        actor=request.access,
        leaver=leaver.user,  # type: ignore[arg-type]
        successor=data["successor"],
        passes_type=data["passes_type"],
        removes=data["removes"],
        seen=data["seen"],
    )


def _done(request: PortalRequest, trade_id: uuid.UUID) -> HttpResponse:
    """What came of each account; the note is kept in the session, so that it can be read again."""
    users = path_to("trade_accounts:users", trade_id=trade_id)
    note = kept(request.session, NOTE, request.GET["done"])
    if note is None:
        messages.info(request, _("This page is over. The history says what was done."))
        return redirect(users)
    context = {
        "account": request.access.trade_account,
        "note": note,
        "users_url": users,
        "page_code": "T-12",
    }
    return render(request, "security_models/replaced.html", context)
