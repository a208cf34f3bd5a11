"""Public documents for staff: the list, one document, and what program administrators do (D1)."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from core.text import filled
from core.web import PortalRequest, exported, requires
from documents.forms.public import (
    ConfirmPublicForm,
    NewPublicForm,
    PublicForm,
    PublishForm,
    WithdrawPublicForm,
    shown_public,
)
from documents.listings.public import PUBLIC_DOCUMENTS
from documents.models import PublicDocument
from documents.policies import P
from documents.presentation.languages import language_words
from documents.presentation.public_rows import audience_rows, audience_words, snippet_rows
from documents.selectors import public_documents as selectors
from documents.services import public_documents as services
from documents.states import PublicStage, PublicStatus
from files.selectors import state_words
from files.views.inert_download import serve


@require_safe
@requires(P.READ_ALL_PUBLIC)
def documents(request: PortalRequest) -> HttpResponse:
    """Every public document; drafts only for those who publish."""
    page = PUBLIC_DOCUMENTS.show(selectors.all_public(request.access), request.GET)
    if kind := request.GET.get("export"):
        return exported(page, kind, "public-documents")
    context = {
        "page": page,
        "rows": snippet_rows(page.page, page.chosen.get("q", "")),
        "may_publish": request.access.has(P.PUBLISH),
        "page_code": "L-16",
    }
    return render(request, "documents/public_documents.html", context)


@require_safe
@requires(P.READ_ALL_PUBLIC)
def document(request: PortalRequest, public_id: uuid.UUID) -> HttpResponse:
    """One document: what it says, who can read it, its versions, what happened to it."""
    access = request.access
    row = selectors.public_for_staff(access, public_id)
    versions: Any = selectors.public_versions(row)
    for one in versions:
        one.state = state_words(one.file)
    context = {
        **_about(row),
        "versions": versions,
        "entries": selectors.history_of(access, row),
        "replacement": selectors.replacement_of(row),
        "may_publish": access.has(P.PUBLISH),
        "page_code": "L-17",
    }
    return render(request, "documents/public_document.html", context)


def _about(row: PublicDocument) -> dict[str, Any]:
    """What a document says and who can read it: the same on its page and before publishing."""
    return {
        "document": row,
        "is_draft": row.status == PublicStatus.DRAFT,
        "is_published": row.status == PublicStatus.PUBLISHED,
        "language": language_words(row.language) if row.language else "",
        "audience": audience_words(row),
        "readers": audience_rows(row),
    }


@require_safe
@requires(P.READ_ALL_PUBLIC)
def version_file(request: PortalRequest, public_version_id: uuid.UUID) -> HttpResponseBase:
    """The file of any version, also of an earlier one, if it is clean (D5)."""
    version = selectors.version_for_staff(request.access, public_version_id)
    return serve(request, version.file, named_by=[version])


# --- what program administrators do ---------------------------------------------------------------


@require_http_methods(["GET", "POST"])
@requires(P.PUBLISH)
def new(request: PortalRequest) -> HttpResponse:
    """A new draft."""
    form = NewPublicForm.of(request, {})
    form.offering(selectors.public_types(), selectors.replaceable())
    if form.is_bound:
        made = form.run(
            lambda data: services.draft_public(
                actor=request.access,
                form_key=data["form_key"],
                upload=data["file"],
                details=form.details(),
            )
        )
        if made is not None:
            words = _("The draft is saved. Publish it once its file is checked for malware.")
            messages.success(request, words)
            return redirect("documents:public-document", made.pk)
    context = {"form": form, "page_code": "L-18"}
    return render(request, "documents/public_edit.html", context, status=form.status)


@require_http_methods(["GET", "POST"])
@requires(P.PUBLISH)
def edit(request: PortalRequest, public_id: uuid.UUID) -> HttpResponse:
    """Change a draft, or what is published; a new title or file of that is a new version."""
    row = selectors.public_for_staff(request.access, public_id)
    is_open = row.status in {PublicStatus.DRAFT, PublicStatus.PUBLISHED}
    if not is_open and request.method != "POST":
        return redirect("documents:public-document", row.pk)
    form = _edit_form(request, row)
    if form.is_bound:
        saved = form.run(
            lambda data: services.save_public(
                actor=request.access,
                document_id=public_id,
                expected=data["version"],
                upload=data["file"],
                details=form.details(),
            )
        )
        if saved is not None:
            messages.success(request, filled(_("“%(title)s” is saved."), title=saved.title))
            return redirect("documents:public-document", public_id)
    context = {
        "form": form,
        "document": row,
        "is_draft": row.status == PublicStatus.DRAFT,
        "conflict": _conflict_of(form),
        "page_code": "L-18",
    }
    return render(request, "documents/public_edit.html", context, status=form.status)


def _edit_form(request: PortalRequest, row: PublicDocument) -> PublicForm:
    form = PublicForm.of(request, shown_public(row))
    form.offering(selectors.public_types(), selectors.replaceable(row))
    if row.status != PublicStatus.PUBLISHED:
        return form
    begun = selectors.stage_of(row) != PublicStage.SCHEDULED
    return form.keeping("library", *(["publish_on"] if begun else []))


def _conflict_of(form: PublicForm) -> dict[str, Any] | None:
    """After a conflict: who saved when, and the fields that differ."""
    if form.stale is None:
        return None
    current: Any = form.stale.current
    return {
        "who": current.updated_by_name,
        "at": current.updated_at,
        "rows": form.differences(shown_public(current)),
    }


@require_http_methods(["GET", "POST"])
@requires(P.PUBLISH)
def publish(request: PortalRequest, public_id: uuid.UUID) -> HttpResponse:
    """The second look: who can read it; then publish what was read."""
    row = selectors.public_for_staff(request.access, public_id)
    form = PublishForm.of(request, {"version": row.version, "tell": True})
    if form.is_bound:
        done = form.run(
            lambda data: services.publish_public(
                actor=request.access,
                document_id=public_id,
                expected=data["version"],
                tell=data["tell"],
            )
        )
        if done is not None:
            messages.success(request, filled(_("“%(title)s” is published."), title=done.title))
            return redirect("documents:public-document", public_id)
    elif row.status != PublicStatus.DRAFT:
        return redirect("documents:public-document", public_id)
    is_draft = row.status == PublicStatus.DRAFT
    context = {
        **_about(row),
        "form": form,
        "problems": services.before_publishing(row) if is_draft else [],
        "page_code": "L-19",
    }
    return render(request, "documents/public_publish.html", context, status=form.status)


@require_http_methods(["GET", "POST"])
@requires(P.PUBLISH)
def discard(request: PortalRequest, public_id: uuid.UUID) -> HttpResponse:
    """Discard a draft."""
    row = selectors.public_for_staff(request.access, public_id)
    form = ConfirmPublicForm.of(request, {"version": row.version})
    if form.is_bound:
        done = form.run(
            lambda data: services.discard_public(
                actor=request.access, document_id=public_id, expected=data["version"]
            )
        )
        if done is not None:
            messages.success(request, _("The draft is discarded."))
            return redirect("documents:public-documents")
    elif row.status != PublicStatus.DRAFT:
        return redirect("documents:public-document", public_id)
    context = {"document": row, "form": form, "page_code": "L-20"}
    return render(request, "documents/public_discard.html", context, status=form.status)


@require_http_methods(["GET", "POST"])
@requires(P.PUBLISH)
def withdraw(request: PortalRequest, public_id: uuid.UUID) -> HttpResponse:
    """Take a published document back, with a reason."""
    row = selectors.public_for_staff(request.access, public_id)
    form = WithdrawPublicForm.of(request, {"version": row.version})
    if form.is_bound:
        done = form.run(
            lambda data: services.withdraw_public(
                actor=request.access,
                document_id=public_id,
                expected=data["version"],
                reason=data["reason"],
            )
        )
        if done is not None:
            messages.success(request, filled(_("“%(title)s” is withdrawn."), title=done.title))
            return redirect("documents:public-document", public_id)
    elif row.status != PublicStatus.PUBLISHED:
        return redirect("documents:public-document", public_id)
    context = {"document": row, "form": form, "page_code": "L-21"}
    return render(request, "documents/public_withdraw.html", context, status=form.status)
