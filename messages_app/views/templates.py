"""Pages on which staff keep templates of replies."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from core.errors import NotAllowed
from core.forms import PortalForm
from core.text import filled
from core.web import PortalRequest, exported, requires
from messages_app.forms.templates import NewTemplateForm, TemplateForm
from messages_app.listings import TEMPLATES
from messages_app.models import ReplyTemplate
from messages_app.policies import P
from messages_app.selectors.templates import may_change, template_of, templates_of
from messages_app.services import templates as services

LIST = "messages_app:templates"


@require_safe
@requires(P.SEE_INBOX)
def templates(request: PortalRequest) -> HttpResponse:
    """The reader's own templates, and those that all staff share."""
    page = TEMPLATES.show(templates_of(request.access), request.GET)
    if kind := request.GET.get("export"):
        return exported(page, kind, "message-templates")
    rows = [(one, may_change(request.access, one)) for one in page.page]
    context = {"page": page, "rows": rows, "page_code": "W-10"}
    return render(request, "messages_app/templates.html", context)


@require_http_methods(["GET", "POST"])
@requires(P.SEE_INBOX)
def new_template(request: PortalRequest) -> HttpResponse:
    """Write a template."""
    form = NewTemplateForm.of(request)
    if not request.access.has(P.KEEP_SHARED_TEMPLATES):
        form = form.for_one_person()
    if form.is_bound:
        done = form.run(lambda data: services.add_template(actor=request.access, **data))
        if done is not None:
            return _saved(request, done)
    context = {"form": form, "page_code": "W-11"}
    return render(request, "messages_app/template_form.html", context, status=form.status)


@require_http_methods(["GET", "POST"])
@requires(P.SEE_INBOX)
def template(request: PortalRequest, template_id: uuid.UUID) -> HttpResponse:
    """Change a template."""
    found = _kept(request, template_id)
    now = {"name": found.name, "body": found.body, "version": found.version}
    form = TemplateForm.of(request, now)
    if form.is_bound:
        done = form.run(
            lambda data: services.save_template(
                actor=request.access, template_id=template_id, expected=data.pop("version"), **data
            )
        )
        if done is not None:
            return _saved(request, done)
    context = {"form": form, "template": found, "conflict": _conflict(form), "page_code": "W-12"}
    return render(request, "messages_app/template_form.html", context, status=form.status)


def _saved(request: PortalRequest, done: ReplyTemplate) -> HttpResponse:
    messages.success(request, filled(_("The template “%(name)s” is saved."), name=done.name))
    return redirect(LIST)


def _conflict(form: TemplateForm) -> dict[str, Any] | None:
    """After a conflict (P5): who saved when, and the fields that differ; None without one."""
    if form.stale is None:
        return None
    current: Any = form.stale.current
    saved = {"name": current.name, "body": current.body}
    return {
        "who": current.changed_by_name,
        "at": current.changed_at,
        "rows": form.differences(saved),
    }


@require_http_methods(["GET", "POST"])
@requires(P.SEE_INBOX)
def retire(request: PortalRequest, template_id: uuid.UUID) -> HttpResponse:
    """Ask, then offer a template no more; or again."""
    found = _kept(request, template_id)
    form = PortalForm.of(request)
    if form.is_bound:
        wanted = "again" not in request.POST
        done = form.run(
            lambda _data: services.retire_template(
                actor=request.access, template_id=template_id, retired=wanted
            )
        )
        if done is not None:
            words = _("“%(name)s” is retired.") if wanted else _("“%(name)s” is offered again.")
            messages.success(request, filled(words, name=done.name))
            return redirect(LIST)
    context = {"form": form, "template": found, "page_code": "W-13"}
    return render(request, "messages_app/template_retire.html", context, status=form.status)


def _kept(request: PortalRequest, template_id: uuid.UUID) -> ReplyTemplate:
    """A template that the reader keeps. Raises NotVisible, or NotAllowed for a shared one."""
    found = template_of(request.access, template_id)
    if not may_change(request.access, found):
        raise NotAllowed(P.KEEP_SHARED_TEMPLATES, P.KEEP_SHARED_TEMPLATES.what)
    return found
