"""The reader's tags: other words for them, two made one, none (D3)."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from core.forms import PortalForm
from core.text import filled
from core.web import PortalRequest, signed_in
from documents.forms.library import RenameTagForm
from documents.selectors.tags import tag_to_change, tags_to_change
from documents.services import tags as services

LIST = "documents:all-tags"


def _layout(request: PortalRequest) -> str:
    return "layouts/staff.html" if request.access.is_staff else "layouts/trade.html"


@require_safe
@signed_in
def tags(request: PortalRequest) -> HttpResponse:
    """The reader's own tags of all accounts, and those that the contacts of them share."""
    context = {
        "tags": tags_to_change(request.access),
        "layout": _layout(request),
        "page_code": "L-14",
    }
    return render(request, "documents/all_tags.html", context)


@require_http_methods(["GET", "POST"])
@signed_in
def rename(request: PortalRequest, tag_id: uuid.UUID) -> HttpResponse:
    """Give a tag another word; two of the same word become one if the reader says so."""
    found = tag_to_change(request.access, tag_id)
    form = RenameTagForm.of(request, {"word": found.word})
    if form.is_bound:
        done = form.run(
            lambda data: services.rename_tag(
                actor=request.access,
                tag_id=tag_id,
                to=data["word"],
                merge="merge" in request.POST,
            )
        )
        if done is not None:
            messages.success(request, filled(_("The tag is “%(word)s” now."), word=done))
            return redirect(LIST)
    context = {
        "tag": found,
        "form": form,
        "offers_merge": form.has_error("word", "merge") if form.is_bound else False,
        "layout": _layout(request),
        "page_code": "L-15",
    }
    return render(request, "documents/tag.html", context, status=form.status)


@require_http_methods(["GET", "POST"])
@signed_in
def delete(request: PortalRequest, tag_id: uuid.UUID) -> HttpResponse:
    """Ask, then take a tag off all documents."""
    found = tag_to_change(request.access, tag_id)
    form = PortalForm.of(request)
    if form.is_bound:
        done = form.run(lambda _data: services.delete_tag(actor=request.access, tag_id=tag_id))
        if done is not None:
            words = _("The tag “%(word)s” is off all documents.")
            messages.success(request, filled(words, word=done))
            return redirect(LIST)
    context = {"tag": found, "form": form, "layout": _layout(request), "page_code": "L-16"}
    return render(request, "documents/tag_delete.html", context, status=form.status)
