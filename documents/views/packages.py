"""A person's ZIP files of documents: the list, one with its progress, and its download."""

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
from core.web import LAYOUTS, PortalRequest, signed_in
from documents import page_links
from documents.selectors.packages import left_out_of, package_of, packages_of
from documents.services import packages as services
from documents.services.packages import MOST_KEPT
from files.views.inert_download import serve

#: How often the page of a ZIP file in progress checks again, in seconds.
ASK_AGAIN = 3


@require_safe
@signed_in
def packages(request: PortalRequest) -> HttpResponse:
    """The reader's ZIP files, newest first."""
    context = {
        "packages": list(packages_of(request.access)),
        "most": MOST_KEPT,
        "layout": LAYOUTS[request.access.is_staff],
        "page_code": "L-32",
    }
    return render(request, "documents/packages.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def package(request: PortalRequest, package_id: uuid.UUID) -> HttpResponse:
    """One ZIP file: how far it is, what was left out, and what can be done with it."""
    found = package_of(request.access, package_id)
    if request.method == "POST":
        return _act(request, package_id)
    context = {
        "package": found,
        "left_out": left_out_of(request.access, found),
        "seconds": ASK_AGAIN,
        "layout": LAYOUTS[request.access.is_staff],
        "page_code": "L-33",
    }
    response = render(request, "documents/package.html", context)
    if found.is_pending:
        response["Retry-After"] = str(ASK_AGAIN)
    return response


def _act(request: PortalRequest, package_id: uuid.UUID) -> HttpResponse:
    """Stop it, make it again or delete it."""
    acts: dict[str, tuple[Callable[..., Any], str]] = {
        "stop": (services.stop_package, _("The ZIP file is stopped.")),
        "repeat": (services.repeat_package, _("The ZIP file is being made again.")),
        "delete": (services.delete_package, _("The ZIP file is deleted. Its documents stay.")),
    }
    name = next((one for one in acts if one in request.POST), "")
    if not name:
        return redirect(page_links.package_page(package_id))
    act, words = acts[name]
    try:
        act(actor=request.access, package_id=package_id)
    except Refused as refusal:
        _say_refused(request, refusal)
    else:
        messages.success(request, words)
        if name == "delete":
            return redirect("documents:zips")
    return redirect(page_links.package_page(package_id))


@require_safe
@signed_in
def download(request: PortalRequest, package_id: uuid.UUID) -> HttpResponseBase:
    """The ZIP file, if the reader may still read everything in it (D1, U-6)."""
    try:
        found = services.open_package(actor=request.access, package_id=package_id)
    except Refused as refusal:
        _say_refused(request, refusal)
        return redirect(page_links.package_page(package_id))
    assert found.file is not None  # noqa: S101 - open_package hands out no other
    return serve(request, found.file, named_by=[])


def _say_refused(request: PortalRequest, refusal: Refused) -> None:
    for problem in refusal.problems:
        messages.error(request, str(problem.message))
