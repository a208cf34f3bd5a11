"""Middleware of the kit: request ids, probes, and the refusal of unmarked views."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.http import HttpRequest, HttpResponse

from core.ids import new_id

#: Views of packages, which they protect themselves.
FOREIGN = ("django.contrib.admin.", "django.contrib.staticfiles.", "django.views.static")


class RequestIdMiddleware:
    """Gives each request an id, for the record and for the log; sent back to the client."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: Any) -> HttpResponse:
        """Number the request before anything else sees it."""
        request.request_id = str(new_id())
        response = self.get_response(request)
        response["X-Request-Id"] = request.request_id
        return response


class OneSlashMiddleware:
    """Redirects an address with doubled slashes to the page that it means.

    A base address with a slash at its end, or an email gateway, makes such addresses of emailed
    links. Their secret must reach the page that takes it out of the address, and nothing else.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer with the plain address; the method and the body stay (307)."""
        if "//" not in request.path:
            return self.get_response(request)
        path, mark, query = request.get_full_path().partition("?")
        response = HttpResponse(status=307)
        response["Location"] = re.sub("/{2,}", "/", path) + mark + query
        response["Cache-Control"] = "no-store"
        response["Referrer-Policy"] = "no-referrer"
        return response


class BareProbesMiddleware:
    """Removes the cookies from a probe: it has no session, so it answers without the database."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Ignore the cookies of a probe."""
        if request.path in settings.PROBES:
            request.COOKIES = {}
        return self.get_response(request)


class DoorMiddleware:
    """Refuses to run a view that does not say who may open it (ASVS 8.3.1: fail closed)."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Do nothing before the view is known."""
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], args: Any, kwargs: Any
    ) -> None:
        """Raise for a view of ours without ``@public``, ``@signed_in`` or ``@requires``."""
        if getattr(view, "door", None) is None and not view.__module__.startswith(FOREIGN):
            raise ImproperlyConfigured(f"{view.__module__}.{view.__qualname__} has no door")
