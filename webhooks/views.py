"""Webhooks of a trade account: addresses, their secrets, and the log of deliveries (R1)."""

from __future__ import annotations

import uuid
from typing import Any, NamedTuple

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_http_methods, require_safe

from core.errors import Refused
from core.text import filled
from core.web import PortalRequest, exported, requires
from trade_accounts.views.frame import conflict
from webhooks import page_links, presentation, selectors
from webhooks.forms import AddEndpointForm, ChangeEndpointForm
from webhooks.listings import deliveries_listing
from webhooks.models import Endpoint
from webhooks.policies import P
from webhooks.services import endpoints as services


@require_safe
@requires(P.MANAGE)
def endpoints(request: PortalRequest, trade_id: uuid.UUID) -> HttpResponse:
    """All webhooks of the account."""
    rows = list(selectors.endpoints_shown(request.access))
    context = {
        "account": request.access.trade_account,
        "rows": [(one, presentation.endpoint_status(one), page_links.page_of(one)) for one in rows],
        "is_full": len(rows) >= services.MOST,
        "most": services.MOST,
        "page_code": "W-1",
    }
    return render(request, "webhooks/endpoints.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(P.MANAGE)
@sensitive_variables("secret", "made")
def add(request: PortalRequest, trade_id: uuid.UUID) -> HttpResponse:
    """A new webhook; the answer to its form shows the secret, and nothing does again."""
    form = AddEndpointForm.of(request)
    if request.method == "POST":
        made = form.run(lambda data: services.add_endpoint(actor=request.access, **data))
        if made is not None:
            return _with_secret(request, *made)
    context = {"form": form, "back": page_links.list_of(trade_id), "page_code": "W-2"}
    return render(request, "webhooks/endpoint_form.html", context, status=form.status)


@require_safe
@requires(P.MANAGE)
def endpoint(request: PortalRequest, trade_id: uuid.UUID, endpoint_id: uuid.UUID) -> HttpResponse:
    """One webhook with the log of its deliveries."""
    found = selectors.find_endpoint(request.access, endpoint_id)
    page = deliveries_listing().show(selectors.deliveries_of(found), request.GET)
    if kind := request.GET.get("export"):
        return exported(page, kind, "deliveries")
    context = {
        "endpoint": found,
        "status": presentation.endpoint_status(found),
        "events": presentation.chosen_kinds(found),
        "page": page,
        "rows": [
            (row, presentation.kind_words(row.event.kind), presentation.newest_outcome(row))
            for row in page.page
        ],
        "back": page_links.list_of(trade_id),
        "page_code": "W-3",
    }
    return render(request, "webhooks/endpoint.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(P.MANAGE)
def edit(request: PortalRequest, trade_id: uuid.UUID, endpoint_id: uuid.UUID) -> HttpResponse:
    """Change name, address and events."""
    found = selectors.find_endpoint(request.access, endpoint_id)
    saved = {"name": found.name, "url": found.url, "events": found.events}
    form = ChangeEndpointForm.of(request, {**saved, "version": found.version})
    if request.method == "POST":
        changed = form.run(
            lambda data: services.change_endpoint(
                actor=request.access, endpoint_id=endpoint_id, **data
            )
        )
        if changed is not None:
            messages.success(request, filled(_("%(name)s is saved."), name=changed.name))
            return redirect(page_links.page_of(changed))
    context = {
        "form": form,
        "conflict": conflict(request, form, list(saved), ["webhooks.changed"]),
        "endpoint": found,
        "back": page_links.page_of(found),
        "page_code": "W-4",
    }
    return render(request, "webhooks/endpoint_form.html", context, status=form.status)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(P.MANAGE)
@sensitive_variables("secret", "made")
def rotate(request: PortalRequest, trade_id: uuid.UUID, endpoint_id: uuid.UUID) -> HttpResponse:
    """Ask before a new secret is made, and show it once."""
    found = selectors.find_endpoint(request.access, endpoint_id)
    if request.method == "POST":
        made = services.rotate_secret(actor=request.access, endpoint_id=endpoint_id)
        return _with_secret(request, *made)
    context = {"endpoint": found, "back": page_links.page_of(found), "page_code": "W-5"}
    return render(request, "webhooks/rotate.html", context)


def _with_secret(request: PortalRequest, found: Endpoint, secret: str) -> HttpResponse:
    context = {
        "endpoint": found,
        "secret": secret,
        "page": page_links.page_of(found),
        "page_code": "W-5",
    }
    return render(request, "webhooks/secret.html", context)


class _Act(NamedTuple):
    """An act with a page that asks: its question, its button, what it says afterwards."""

    question: Any
    button: Any
    done: Any
    is_danger: bool = False


_ACTS = {
    "test": _Act(
        gettext_lazy("Send a test event?"),
        gettext_lazy("Send a test event"),
        gettext_lazy("A test event is on its way. Reload this page to see the answer."),
    ),
    "turn-off": _Act(
        gettext_lazy("Turn this webhook off?"),
        gettext_lazy("Turn off"),
        gettext_lazy("%(name)s is off. No events are sent."),
    ),
    "turn-on": _Act(
        gettext_lazy("Turn this webhook on?"),
        gettext_lazy("Turn on"),
        gettext_lazy("%(name)s is on. Events from now on are sent."),
    ),
    "end-secret": _Act(
        gettext_lazy("End the old secret?"),
        gettext_lazy("End the old secret"),
        gettext_lazy("Only the new secret of %(name)s works now."),
    ),
    "delete": _Act(
        gettext_lazy("Delete this webhook?"),
        gettext_lazy("Delete"),
        gettext_lazy("%(name)s is deleted."),
        True,
    ),
}


@require_http_methods(["GET", "HEAD", "POST"])
@requires(P.MANAGE)
def act(
    request: PortalRequest, trade_id: uuid.UUID, endpoint_id: uuid.UUID, hook_act: str
) -> HttpResponse:
    """Ask before an act on one webhook, and do it."""
    if hook_act not in _ACTS:
        raise Http404(hook_act)
    words = _ACTS[hook_act]
    found = selectors.find_endpoint(request.access, endpoint_id)
    if request.method == "POST":
        services.ACTS[hook_act](actor=request.access, endpoint_id=endpoint_id)
        messages.success(request, filled(words.done, name=found.name))
        is_gone = hook_act == "delete"
        return redirect(page_links.list_of(trade_id) if is_gone else page_links.page_of(found))
    context = {
        "endpoint": found,
        "act": hook_act,
        "words": words,
        "back": page_links.page_of(found),
        "page_code": "W-6",
    }
    return render(request, "webhooks/act.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(P.MANAGE)
def delivery(request: PortalRequest, trade_id: uuid.UUID, delivery_id: uuid.UUID) -> HttpResponse:
    """One delivery: what was sent, each attempt, and the button that sends it again."""
    found = selectors.find_delivery(request.access, delivery_id)
    problems: list[Any] = []
    if request.method == "POST":
        try:
            services.send_again(actor=request.access, delivery_id=delivery_id)
            words = _("The event is sent again. Reload this page to see the answer.")
            messages.success(request, words)
            return redirect(request.path)
        except Refused as refusal:
            problems = list(refusal.problems)
    attempts = selectors.attempts_of(found)
    may_read = selectors.may_read(request.access, found)
    context = {
        "delivery": found,
        "kind": presentation.kind_words(found.event.kind),
        "attempts": [(one, presentation.outcome(one.http_status, one.why)) for one in attempts],
        "body": presentation.readable(found) if may_read else "",
        "problems": problems,
        "back": page_links.page_of(found.endpoint),
        "page_code": "W-7",
    }
    return render(request, "webhooks/delivery.html", context, status=409 if problems else 200)
