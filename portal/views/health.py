"""Answers to probes: alive, and ready to serve. Nothing is looked up before them."""

from __future__ import annotations

import ipaddress

from django.http import HttpRequest, JsonResponse

from core.web import probe
from portal import health
from portal.views.errors import RETRY_SECONDS

#: Headers of which a proxy adds at least one.
_OF_PROXIES = (
    "HTTP_X_FORWARDED_FOR",
    "HTTP_X_FORWARDED_PROTO",
    "HTTP_X_REAL_IP",
    "HTTP_FORWARDED",
    "HTTP_VIA",
)


@probe
def healthz(request: HttpRequest) -> JsonResponse:
    """200 as long as this process answers."""
    return JsonResponse({"status": health.OK})


@probe
def readyz(request: HttpRequest) -> JsonResponse:
    """503 only without a database or its migrations; otherwise 200 and whether all is well.

    What is degraded and why is for operators: it is told only to a caller on the same host (L-3).
    """
    unavailable = health.unavailable()
    if unavailable:
        answer = _answer(request, "unavailable", unavailable, 503)
        answer["Retry-After"] = str(RETRY_SECONDS)
        return answer
    checks = health.degraded()
    troubled = any(state != health.OK for state in checks.values())
    status = "degraded" if troubled else health.OK
    return _answer(request, status, {"database": health.OK, **checks}, 200)


def _answer(request: HttpRequest, status: str, checks: dict[str, str], code: int) -> JsonResponse:
    told = {"checks": checks} if _from_this_host(request) else {}
    return JsonResponse({"status": status, **told}, status=code)


def _from_this_host(request: HttpRequest) -> bool:
    """Whether a process of this host (in a container: of it) asks, and no proxy for someone."""
    if any(request.META.get(name) for name in _OF_PROXIES):
        return False
    try:
        return ipaddress.ip_address(request.META.get("REMOTE_ADDR", "")).is_loopback
    except ValueError:
        return False
