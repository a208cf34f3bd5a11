"""The tab *Supporting papers*: only what an answer or a number requires."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from core.errors import Refused
from core.forms import PortalForm
from core.ids import parse_id
from core.text import filled
from core.web import PortalRequest, requires
from files.views.inert_download import serve
from security_models import services
from security_models.forms import EventsForm, PaperForm
from security_models.models import SecurityModel
from security_models.policies import P
from security_models.selectors.numbers_and_papers import paper_of, papers_of
from security_models.states import PaperKind
from security_models.views.frame import after_save, frame


@require_http_methods(["GET", "POST"])
@requires(P.VIEW)
def papers(request: PortalRequest, trade_id: uuid.UUID, model_id: uuid.UUID) -> HttpResponse:
    """Upload and remove papers, and describe security events.

    The page is one form: each button also saves the description and the files.
    """
    model = request.access.security_model
    page = _Page(request, model)
    if request.method == "POST" and page.save():
        return redirect(after_save(request, "papers"))
    context = frame(
        request, "papers", "M-4", events=page.events, uploads=page.uploads,
        papers=papers_of(model), forms=[page.events, *page.uploads.values()], kinds=PaperKind,
    )  # fmt: skip
    status = page.refused[0].status if page.refused else 200
    return render(request, "security_models/papers.html", context, status=status)


class _Page:
    """The forms of the page for one request, and the refusals."""

    def __init__(self, request: PortalRequest, model: SecurityModel) -> None:
        self.request, self.model = request, model
        self.events = self._description()
        self.uploads = {kind: self._upload(kind) for kind in PaperKind.values}
        self.refused: list[PortalForm] = []

    def _description(self) -> EventsForm:
        initial = self._described()
        typed = self.request.POST.get("text")
        before = self.model.event_description.strip()
        same = typed is None or typed.replace("\r\n", "\n").strip() == before
        if self.request.method == "POST" and same and "save" not in self.request.POST:
            return EventsForm(initial=initial)
        return EventsForm.of(self.request, initial)

    def _described(self) -> dict[str, Any]:
        return {"text": self.model.event_description, "version": self.model.version}

    def _upload(self, kind: str) -> PaperForm:
        about: dict[str, Any] = {"initial": {"kind": kind}, "prefix": kind}
        chosen = f"{kind}-file" in self.request.FILES
        if chosen or self.request.POST.get("upload") == kind:
            return PaperForm.of(self.request, **about)
        return PaperForm(**about)

    def save(self) -> bool:
        """Save the description, add the files, remove a paper; return whether nothing was
        refused.
        """
        actor, model = self.request.access, self.model
        if self.events.is_bound and self._run(
            self.events,
            lambda data: services.describe_events(actor=actor, model=model, **data),
            lambda _saved: _("The description is saved."),
        ):
            model.refresh_from_db(fields=["event_description", "version"])
            self.events = EventsForm(initial=self._described())
        for kind, form in self.uploads.items():
            if form.is_bound and self._run(
                form,
                lambda data: services.add_paper(actor=actor, model=model, **data),
                lambda paper: filled(
                    _("“%(name)s” was uploaded and is being checked."), name=paper.file.name
                ),
            ):
                self.uploads[kind] = PaperForm(initial={"kind": kind}, prefix=kind)
        if "remove" in self.request.POST:
            _remove(self.request, model)
        return not self.refused

    def _run(
        self,
        form: PortalForm,
        service: Callable[[dict[str, Any]], Any],
        words: Callable[[Any], str],
    ) -> bool:
        done = form.run(service)
        if done is None:
            self.refused.append(form)
            return False
        messages.success(self.request, words(done))
        return True


def _remove(request: PortalRequest, model: SecurityModel) -> None:
    key = parse_id(request.POST["remove"])
    try:
        name = key and services.remove_paper(actor=request.access, model=model, paper_id=key)
        if name:
            messages.success(request, filled(_("“%(name)s” is removed."), name=name))
    except Refused as refusal:
        messages.error(request, str(refusal.problems[0].message))


@require_safe
@requires(P.VIEW)
def paper_file(
    request: PortalRequest, trade_id: uuid.UUID, model_id: uuid.UUID, paper_id: uuid.UUID
) -> HttpResponseBase:
    """The contents of a paper, once it is known to be clean."""
    paper = paper_of(request.access.security_model, paper_id)
    return serve(request, paper.file, named_by=[paper])
