"""Saved views: opened by their address, saved, renamed, shared, deleted."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from core.forms import PortalForm
from core.text import filled
from core.web import LAYOUTS, PortalRequest, signed_in
from trade_accounts.forms.saved_views import NewViewForm, ViewForm
from trade_accounts.models import SavedView
from trade_accounts.presentation.saved_views import view_rows
from trade_accounts.providers.saved_lists import list_at
from trade_accounts.selectors.saved_views import own_views, view_of, view_to_open
from trade_accounts.services import saved_views as services


@require_safe
@signed_in
def views(request: PortalRequest) -> HttpResponse:
    """The reader's own views of all lists."""
    context = {
        "rows": view_rows(own_views(request.access).iterator()),
        "layout": LAYOUTS[request.access.is_staff],
        "page_code": "V-1",
    }
    return render(request, "trade_accounts/saved_views.html", context)


@require_safe
@signed_in
def open_view(request: PortalRequest, view_id: uuid.UUID) -> HttpResponse:
    """The list as it was saved. Whether the reader may open it, its own page decides."""
    return redirect(_address(view_to_open(request.access, view_id)))


def _address(view: SavedView) -> str:
    """The list with the filter of a view; the page says so by its id."""
    if list_at(view.path) is None:
        raise Http404("this list is gone")
    return f"{view.path}?{view.query}{'&' if view.query else ''}view={view.pk}"


@require_http_methods(["GET", "POST"])
@signed_in
def new(request: PortalRequest) -> HttpResponse:
    """Save the filter of the list from which the reader comes."""
    path = request.POST.get("path") or request.GET.get("path", "")
    query = request.POST.get("query") or request.GET.get("query", "")
    place = list_at(path)
    if place is None:
        messages.error(request, _("This list can't be saved. Go back to it and try again."))
        return redirect("trade_accounts:views")
    form = NewViewForm.of(request, {"path": path, "query": query})
    if place.trade_id is None:
        form.for_one_person()
    if form.is_bound:
        done = form.run(
            lambda data: services.save_view(
                actor=request.access,
                name=data["name"],
                path=data["path"],
                query=data["query"],
                shared=bool(data.get("shared")),
                key=data["form_key"],
            )
        )
        if done is not None:
            messages.success(request, filled(_("The view “%(name)s” is saved."), name=done.name))
            return redirect(_address(done))
    context = {
        "form": form,
        "label": place.label,
        "back": f"{path}?{query}",
        "layout": LAYOUTS[request.access.is_staff],
        "page_code": "V-2",
    }
    return render(request, "trade_accounts/saved_view.html", context, status=form.status)


@require_http_methods(["GET", "POST"])
@signed_in
def edit(request: PortalRequest, view_id: uuid.UUID) -> HttpResponse:
    """Rename a view, share it or not."""
    access = request.access
    found = view_of(access, view_id)
    place = list_at(found.path)
    form = ViewForm.of(request, {"name": found.name, "shared": found.trade_account_id is not None})
    if place is None or place.trade_id is None:
        form.for_one_person()
    if form.is_bound:
        done = form.run(
            lambda data: services.change_view(
                actor=access,
                view_id=view_id,
                name=data["name"],
                shared=bool(data.get("shared")),
            )
        )
        if done is not None:
            messages.success(request, filled(_("The view “%(name)s” is saved."), name=done.name))
            return redirect("trade_accounts:views")
    context = {
        "form": form,
        "view": found,
        "label": place.label if place is not None else "",
        "layout": LAYOUTS[access.is_staff],
        "page_code": "V-3",
    }
    return render(request, "trade_accounts/saved_view_edit.html", context, status=form.status)


@require_http_methods(["GET", "POST"])
@signed_in
def delete(request: PortalRequest, view_id: uuid.UUID) -> HttpResponse:
    """Ask, then delete a view; the list stays what it is."""
    access = request.access
    found = view_of(access, view_id)
    form = PortalForm.of(request)
    if form.is_bound:
        done = form.run(lambda _data: services.delete_view(actor=access, view_id=view_id))
        if done is not None:
            messages.success(request, filled(_("The view “%(name)s” is deleted."), name=done))
            return redirect("trade_accounts:views")
    context = {
        "form": form,
        "view": found,
        "layout": LAYOUTS[access.is_staff],
        "page_code": "V-4",
    }
    return render(request, "trade_accounts/saved_view_delete.html", context, status=form.status)
