"""The steps of a draft, one page each, with Previous and Next (screens 6.6)."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Sequence
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from core.forms import PortalForm
from core.text import filled
from core.web import PortalRequest, requires
from operations import page_links
from operations.forms.steps import AccountForm, NameForm, ReasonForm, SendForm, WhatForm
from operations.models import TradeAccountRequest
from operations.policies import P
from operations.presentation.choices import (
    Choice,
    delink_choices,
    merge_choices,
    subsidiary_choices,
    top_choices,
)
from operations.presentation.pictures import picture_of
from operations.presentation.words import place_words, title_words
from operations.selectors.parties import (
    has_security_models,
    is_at_once,
    linked_to,
    own_parties,
    parent_name,
    parties,
)
from operations.selectors.requests import open_partners, request_of
from operations.selectors.split_choices import headquarters_of, split_choices
from operations.services import deciding, drafts
from operations.services.locking import problems_now
from operations.services.plans import effects_of, hash_of
from operations.states import Operation, RequestStatus

#: The steps of each operation, in order.
STEPS: dict[str, tuple[str, ...]] = {
    Operation.LINK: ("top", "subsidiary", "reason", "check"),
    Operation.DELINK: ("linked", "reason", "check"),
    Operation.MERGE: ("second", "survivor", "reason", "check"),
    Operation.SPLIT: ("name", "what", "reason", "check"),
}
_LABELS = {
    "top": gettext_lazy("Top account"),
    "subsidiary": gettext_lazy("Subsidiary"),
    "linked": gettext_lazy("Linked account"),
    "second": gettext_lazy("Second account"),
    "survivor": gettext_lazy("Which one stays"),
    "name": gettext_lazy("Name"),
    "what": gettext_lazy("What goes"),
    "reason": gettext_lazy("Reason"),
    "check": gettext_lazy("Check and send"),
}
#: From so many accounts on, a step has a search box.
SEARCHED = 12


@require_http_methods(["GET", "HEAD", "POST"])
@requires(P.ASK)
def step(
    request: PortalRequest, trade_id: uuid.UUID, operation_id: uuid.UUID, operation_step: str
) -> HttpResponse:
    """One step of the reader's draft. A request that was sent shows its page instead."""
    draft = request_of(request.access, operation_id)
    if draft.status != RequestStatus.DRAFT:
        return redirect(page_links.page_of(draft, trade_id))
    if operation_step not in STEPS[draft.kind]:
        raise Http404
    return _PAGES[operation_step](request, draft, operation_step)


def _next(draft: TradeAccountRequest, step: str) -> str:
    steps = STEPS[draft.kind]
    return page_links.step_of(draft, steps[steps.index(step) + 1])


def _frame(
    request: PortalRequest, draft: TradeAccountRequest, step: str, **more: Any
) -> dict[str, Any]:
    steps = STEPS[draft.kind]
    at = steps.index(step)
    return {
        "draft": draft,
        "account": request.access.trade_account,
        "steps": [_label(one, draft) for one in steps],
        "step": at + 1,
        "title": _label(step, draft),
        "previous_url": page_links.step_of(draft, steps[at - 1]) if at else "",
        "manage_url": page_links.manage(draft.asking_id),
        "page_code": "O-2",
        **more,
    }


def _label(step: str, draft: TradeAccountRequest) -> Any:
    return _("Check and split") if step == "check" and is_at_once(draft) else _LABELS[step]


def _saved(
    request: PortalRequest,
    draft: TradeAccountRequest,
    step: str,
    form: PortalForm,
    values: Callable[[dict[str, Any]], dict[str, Any]],
) -> HttpResponse | None:
    """Save a step and go on; None if it is shown or was refused."""
    if not form.is_bound:
        return None
    saved = form.run(
        lambda data: drafts.save(
            actor=request.access,
            request_id=draft.pk,
            expected=data["version"],
            **values(data),
        )
    )
    return redirect(_next(saved, step)) if saved is not None else None


# --- which accounts -------------------------------------------------------------------------------


def _account_page(
    request: PortalRequest,
    draft: TradeAccountRequest,
    step: str,
    choices: Sequence[Choice],
    values: Callable[[Choice], dict[str, Any]],
    chosen: uuid.UUID | None,
) -> HttpResponse:
    """A list of accounts with a radio each; those that can't be chosen say why."""
    possible = {str(one.id): one for one in choices if one.is_possible}
    initial = {"account": str(chosen or ""), "version": draft.version}
    form = AccountForm.of(request, initial).offering([one.id for one in possible.values()])
    done = _saved(request, draft, step, form, lambda data: values(possible[data["account"]]))
    if done is not None:
        return done
    words = request.GET.get("q", "")[:100]
    shown = [one for one in choices if words.casefold() in one.name.casefold()]
    picked = str(form["account"].value() or "")
    context = _frame(
        request,
        draft,
        step,
        form=form,
        choices=shown,
        picked=picked,
        is_searched=len(choices) > SEARCHED,
        words=words,
        hidden=len(choices) - len(shown),
    )
    return render(request, "operations/step_account.html", context, status=form.status)


def _asked(draft: TradeAccountRequest) -> dict[uuid.UUID, str]:
    return open_partners(draft.asking_id).get(draft.kind, {})


def _top(request: PortalRequest, draft: TradeAccountRequest, step: str) -> HttpResponse:
    asking = parties([draft.asking_id], request.access.user_id)[draft.asking_id]

    def values(one: Choice) -> dict[str, Any]:
        if one.id == draft.asking_id:
            keeps = draft.other_id is not None and draft.head_id == draft.asking_id
            other = {} if keeps else {"other_id": None, "other_name": ""}
            return {"head_id": draft.asking_id, **other}
        return {"head_id": one.id, "other_id": one.id, "other_name": one.name}

    choices = top_choices(asking, own_parties(request.access), _asked(draft))
    return _account_page(request, draft, step, choices, values, draft.head_id)


def _subsidiary(request: PortalRequest, draft: TradeAccountRequest, step: str) -> HttpResponse:
    if draft.head_id is None:
        return redirect(page_links.step_of(draft, "top"))
    asking = parties([draft.asking_id], request.access.user_id)[draft.asking_id]
    own = own_parties(request.access)
    if draft.head_id not in {one.id for one in own}:
        return redirect(page_links.step_of(draft, "top"))

    def values(one: Choice) -> dict[str, Any]:
        is_asking = one.id == draft.asking_id
        return {} if is_asking else {"other_id": one.id, "other_name": one.name}

    choices = subsidiary_choices(draft, asking, own, _asked(draft))
    return _account_page(request, draft, step, choices, values, draft.lower_id)


def _linked(request: PortalRequest, draft: TradeAccountRequest, step: str) -> HttpResponse:
    account = request.access.trade_account

    def values(one: Choice) -> dict[str, Any]:
        head = one.id if one.id == account.parent_id else account.pk
        return {"head_id": head, "other_id": one.id, "other_name": one.name}

    asking = parties([account.pk], request.access.user_id)[account.pk]
    linked = linked_to(account) if asking.is_administered else []
    choices = delink_choices(asking, linked, _asked(draft))
    return _account_page(request, draft, step, choices, values, draft.other_id)


def _second(request: PortalRequest, draft: TradeAccountRequest, step: str) -> HttpResponse:
    asking = parties([draft.asking_id], request.access.user_id)[draft.asking_id]

    def values(one: Choice) -> dict[str, Any]:
        keeps = draft.head_id if one.id == draft.other_id else None
        return {"other_id": one.id, "other_name": one.name, "head_id": keeps}

    choices = merge_choices(asking, own_parties(request.access), _asked(draft))
    return _account_page(request, draft, step, choices, values, draft.other_id)


def _survivor(request: PortalRequest, draft: TradeAccountRequest, step: str) -> HttpResponse:
    if draft.other_id is None:
        return redirect(page_links.step_of(draft, "second"))
    stays = _("stays; the addresses of the other one open this one")
    both = [
        Choice(draft.asking_id, draft.asking_name, stays, ()),
        Choice(draft.other_id, draft.other_name, stays, ()),
    ]
    return _account_page(request, draft, step, both, lambda one: {"head_id": one.id}, draft.head_id)


# --- what and why ---------------------------------------------------------------------------------


def _fields_page(
    request: PortalRequest,
    draft: TradeAccountRequest,
    step: str,
    form: PortalForm,
    lead: str = "",
) -> HttpResponse:
    def values(data: dict[str, Any]) -> dict[str, Any]:
        return {name: value for name, value in data.items() if name != "version"}

    done = _saved(request, draft, step, form, values)
    if done is not None:
        return done
    context = _frame(request, draft, step, form=form, lead=lead)
    return render(request, "operations/step_fields.html", context, status=form.status)


def _name(request: PortalRequest, draft: TradeAccountRequest, step: str) -> HttpResponse:
    initial = {"new_name": draft.new_name, "version": draft.version}
    form = NameForm.of(request, initial)
    return _fields_page(request, draft, step, form, lead=_place(draft))


def _what(request: PortalRequest, draft: TradeAccountRequest, step: str) -> HttpResponse:
    initial = {
        "model_ids": [str(one) for one in draft.model_ids],
        "address_ids": [str(one) for one in draft.address_ids or headquarters_of(draft.asking_id)],
        "member_ids": [str(one) for one in draft.member_ids],
        "version": draft.version,
    }
    form = WhatForm.of(request, initial).offering(**split_choices(request.access))
    return _fields_page(request, draft, step, form)


def _reason(request: PortalRequest, draft: TradeAccountRequest, step: str) -> HttpResponse:
    initial = {"reason": draft.reason, "version": draft.version}
    return _fields_page(request, draft, step, ReasonForm.of(request, initial))


def _place(draft: TradeAccountRequest) -> str:
    return place_words(draft, parent_name(draft))


# --- check and send -------------------------------------------------------------------------------


def _check(request: PortalRequest, draft: TradeAccountRequest, step: str) -> HttpResponse:
    for earlier in STEPS[draft.kind]:
        if _is_missing(draft, earlier):
            return redirect(page_links.step_of(draft, earlier))
    effects = effects_of(draft)
    form = SendForm.of(request, {"shown": hash_of(draft, effects)})
    if form.is_bound:
        sent = form.run(
            lambda data: deciding.send(
                actor=request.access, request_id=draft.pk, shown=data["shown"]
            )
        )
        if sent is not None:
            _say_sent(request, sent)
            return redirect(page_links.page_of(sent, draft.asking_id))
        effects = effects_of(draft)
        form.showing(hash_of(draft, effects))
    context = _frame(
        request,
        draft,
        step,
        form=form,
        effects=effects,
        picture=picture_of(draft, parent_name(draft)),
        what=title_words(draft),
        blockers=problems_now(draft),
        for_management=has_security_models([draft.asking_id, draft.other_id]),
        is_at_once=is_at_once(draft),
        place=_place(draft) if draft.kind == Operation.SPLIT else "",
        edit={one: page_links.step_of(draft, one) for one in STEPS[draft.kind]},
    )
    return render(request, "operations/step_check.html", context, status=form.status)


def _is_missing(draft: TradeAccountRequest, step: str) -> bool:
    """Whether a step before the last one was passed over."""
    lacking = {
        "top": draft.head_id is None,
        "subsidiary": draft.other_id is None,
        "linked": draft.other_id is None,
        "second": draft.other_id is None,
        "survivor": draft.head_id is None,
        "name": not draft.new_name,
        "reason": not draft.reason,
    }
    return lacking.get(step, False)


def _say_sent(request: PortalRequest, sent: TradeAccountRequest) -> None:
    if sent.status == RequestStatus.APPLIED:
        words = _("%(account)s is split, and %(new)s is founded (%(reference)s).")
    else:
        words = _("Request %(reference)s is sent. You get an email when it is decided.")
    about = {"account": sent.asking_name, "new": sent.new_name, "reference": sent.reference}
    messages.success(request, filled(words, **about))


_PAGES: dict[str, Callable[[PortalRequest, TradeAccountRequest, str], HttpResponse]] = {
    "top": _top,
    "subsidiary": _subsidiary,
    "linked": _linked,
    "second": _second,
    "survivor": _survivor,
    "name": _name,
    "what": _what,
    "reason": _reason,
    "check": _check,
}
