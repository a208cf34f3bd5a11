"""The tab *Supporting papers*: only what an answer or a number asks for."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from core.errors import Refused
from core.ids import parse_id
from core.web import PortalRequest, requires
from files.web import serve
from security_models import places, services
from security_models.forms import EventsForm, PaperForm
from security_models.models import SecurityModel
from security_models.policies import P
from security_models.selectors.profile import paper_of, papers_of
from security_models.states import PaperKind
from security_models.views.frame import frame


@require_http_methods(["GET", "POST"])
@requires(P.VIEW)
def papers(request: PortalRequest, trade_id: uuid.UUID, model_id: uuid.UUID) -> HttpResponse:
    """Upload and remove papers, and describe security events."""
    model = request.access.security_model
    if "remove" in request.POST:
        return _remove(request, model)
    events = _events_form(request, model)
    uploads = {kind: _paper_form(request, kind) for kind in PaperKind.values}
    if request.method == "POST" and _saved(request, model, events, uploads):
        return redirect(places.url(model, "papers"))
    bound = [form for form in (events, *uploads.values()) if form.is_bound]
    context = frame(
        request, "papers", "M-4", events=events, uploads=uploads, papers=papers_of(model),
        forms=bound, kinds=PaperKind,
    )  # fmt: skip
    status = bound[0].status if bound else 200
    return render(request, "security_models/papers.html", context, status=status)


def _events_form(request: PortalRequest, model: SecurityModel) -> EventsForm:
    initial = {"text": model.event_description, "version": model.version}
    if request.method == "POST" and "upload" in request.POST.get("act", ""):
        return EventsForm(initial=initial)
    return EventsForm.of(request, initial)


def _paper_form(request: PortalRequest, kind: str) -> PaperForm:
    about = {"initial": {"kind": kind}, "auto_id": f"id_{kind}_%s"}
    posted = request.POST.get("act") == "upload" and request.POST.get("kind") == kind
    if posted:
        return PaperForm(request.POST, request.FILES, **about)
    return PaperForm(**about)


def _saved(
    request: PortalRequest,
    model: SecurityModel,
    events: EventsForm,
    uploads: dict[str, PaperForm],
) -> bool:
    """Run the form that was sent."""
    access = request.access
    if events.is_bound:
        done = events.run(lambda data: services.describe_events(actor=access, model=model, **data))
        words = _("The description is saved.")
        if done is not None:
            messages.success(request, words)
        return done is not None
    for form in uploads.values():
        if form.is_bound:
            paper = form.run(lambda data: services.add_paper(actor=access, model=model, **data))
            if paper is not None:
                words = _("“%(name)s” is uploaded and being checked.")
                messages.success(request, words % {"name": paper.file.name})
            return paper is not None
    return False


def _remove(request: PortalRequest, model: SecurityModel) -> HttpResponse:
    key = parse_id(request.POST["remove"])
    try:
        name = key and services.remove_paper(actor=request.access, model=model, paper_id=key)
        if name:
            messages.success(request, _("“%(name)s” is removed.") % {"name": name})
    except Refused as refusal:
        messages.error(request, str(refusal.problems[0].message))
    return redirect(places.url(model, "papers"))


@require_safe
@requires(P.VIEW)
def paper_file(
    request: PortalRequest, trade_id: uuid.UUID, model_id: uuid.UUID, paper_id: uuid.UUID
) -> HttpResponseBase:
    """The bytes of a paper, once they are known to be clean."""
    paper = paper_of(request.access.security_model, paper_id)
    return serve(request, paper.file)
