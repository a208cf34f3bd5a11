"""Addresses of the tests of files: what upper apps do with downloads and the upload field."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import include, path
from django.views.decorators.csrf import csrf_exempt

from audit.services import PROGRAM
from core.forms import PortalForm, TextField
from core.tenancy import beyond_tenants
from core.web import Door, PortalRequest, signed_in
from files import services
from files.forms import UploadField
from files.models import Rendering, StoredFile
from files.views.inert_download import rendering_response, serve


class _Upload(PortalForm):
    title = TextField(max_length=80)
    file = UploadField()


def _take(request: PortalRequest) -> HttpResponse:
    form = _Upload.of(request)
    stored = form.run(
        lambda data: services.receive(data["file"], actor=request.access, scope=PROGRAM)
    )
    if stored is not None:
        return JsonResponse({"id": str(stored.pk)})
    kept = form["title"].value()
    errors = {name: [str(e) for e in errors] for name, errors in form.errors.items()}
    return JsonResponse({"errors": errors, "title": kept}, status=form.status)


def _read(request: PortalRequest, pk: str, inline: str = "") -> HttpResponse:
    with beyond_tenants("Files of the program stand for those of a company here."):
        file = StoredFile.objects.get(pk=pk)
        return serve(request, file, inline=bool(inline), named_by=[])  # type: ignore[return-value]


def _document(request: PortalRequest, pk: str) -> HttpResponse:
    with beyond_tenants("Documents of the program stand for those of a company here."):
        row = Rendering.objects.select_related("file").get(pk=pk)
        return rendering_response(request, row)  # type: ignore[return-value]


@csrf_exempt
def _measure(request: HttpRequest) -> HttpResponse:
    """What was received, without any session: for incomplete and endless requests."""
    files: dict[str, Any] = dict(request.FILES.items())
    return JsonResponse({name: file.size for name, file in files.items()})


_measure.door = Door("public")  # type: ignore[attr-defined]

urlpatterns = [
    path("take", csrf_exempt(signed_in(_take))),
    path("read/<uuid:pk>", signed_in(_read)),
    path("read/<uuid:pk>/<str:inline>", signed_in(_read)),
    path("document/<uuid:pk>", signed_in(_document)),
    path("measure", _measure),
    path("", include("portal.urls")),
]
