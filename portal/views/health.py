"""Answers to probes: alive, and ready to serve. Nothing is looked up before them."""

from __future__ import annotations

from django.http import HttpRequest, JsonResponse

from core.web import probe
from portal import health
from portal.views.errors import RETRY_SECONDS


@probe
def healthz(request: HttpRequest) -> JsonResponse:
    """200 as long as this process answers."""
    return JsonResponse({"status": health.OK})


@probe
def readyz(request: HttpRequest) -> JsonResponse:
    """503 only without a database or its migrations; otherwise 200 with what is degraded."""
    unavailable = health.unavailable()
    if unavailable:
        answer = JsonResponse({"status": "unavailable", "checks": unavailable}, status=503)
        answer["Retry-After"] = str(RETRY_SECONDS)
        return answer
    checks = health.degraded()
    troubled = any(state != health.OK for state in checks.values())
    status = "degraded" if troubled else health.OK
    return JsonResponse({"status": status, "checks": {"database": health.OK, **checks}})
