"""The floor: what a Django page with one query costs at least, with the same server and database.

One primary-key query and one small template, no middleware; and what receiving a file costs.
`devtools.bench.floor:application`.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import django
import environ
from django.apps import apps
from django.conf import settings
from django.core.handlers.wsgi import WSGIHandler
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path

env = environ.Env()

DATABASE: dict[str, Any] = {
    **env.db("DATABASE_URL", engine="django.db.backends.postgresql"),
    "CONN_MAX_AGE": 600,
}


#: As much as the portal reads at once.
READ_AT_ONCE = 1024 * 1024


def page(request: HttpRequest, code: str) -> HttpResponse:
    """Show one row, read by its primary key."""
    row = apps.get_model("contenttypes", "ContentType").objects.get(pk=code)
    answer = render(request, "floor.html", {"row": row})
    answer["Content-Length"] = str(len(answer.content))
    return answer


def raw(request: HttpRequest) -> HttpResponse:
    """Read the bytes of an upload, and nothing more."""
    while request.read(READ_AT_ONCE):
        pass
    return _received()


def form(request: HttpRequest) -> HttpResponse:
    """Receive an upload as Django alone does: the file is on the disk, and no more is done."""
    assert request.FILES.getlist("file")  # noqa: S101
    return _received()


def _received() -> HttpResponse:
    return HttpResponse("received", headers={"Content-Length": "8"})


urlpatterns = [path("<int:code>/", page), path("raw/", raw), path("form/", form)]

if not settings.configured:
    settings.configure(
        ALLOWED_HOSTS=["*"],
        DATABASES={"default": DATABASE},
        INSTALLED_APPS=["django.contrib.contenttypes"],
        ROOT_URLCONF=__name__,
        SECRET_KEY=os.environ["SECRET_KEY"],
        TEMPLATES=[
            {
                "BACKEND": "django.template.backends.django.DjangoTemplates",
                "DIRS": [Path(__file__).parent],
            }
        ],
        USE_TZ=True,
    )
    django.setup()

application = WSGIHandler()
