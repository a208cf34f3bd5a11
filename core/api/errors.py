"""Returns every refusal as ``application/problem+json`` (RFC 9457)."""

from __future__ import annotations

import math
from collections.abc import Iterator
from http import HTTPStatus
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.utils.translation import gettext_lazy as _
from rest_framework import exceptions, status
from rest_framework.response import Response
from rest_framework.views import set_rollback

from core.access import Access, Permission, who_can
from core.errors import NotAllowed, NotVisible, Problem, Refused, Stale

MEDIA_TYPE = "application/problem+json"


class Moved(Exception):
    """The trade account of the address was merged, or the C-TPAT account went to another one (T9);
    ``location`` is the address of the same resource now.
    """

    def __init__(self, location: str) -> None:
        self.location = location
        super().__init__(location)


class PreconditionRequired(exceptions.APIException):
    """A change without ``If-Match``."""

    status_code = status.HTTP_428_PRECONDITION_REQUIRED
    default_detail = _("Send the version you have read in the If-Match header.")
    default_code = "version_required"


class NoneMatches(exceptions.APIException):
    """An ``If-Match`` that cannot match any version: weak or foreign entity tags (RFC 9110)."""

    status_code = status.HTTP_412_PRECONDITION_FAILED
    default_detail = _(
        "None of the entity tags in If-Match is the one you were given. A weak tag (W/) matches "
        "nothing here."
    )
    default_code = "stale"


class TooLarge(exceptions.APIException):
    """The body is larger than the limit."""

    status_code = status.HTTP_413_REQUEST_ENTITY_TOO_LARGE
    default_detail = _("The body is too large.")
    default_code = "too_large"


class NeedsBrowser(exceptions.APIException):
    """The caller must first do something on a page: set-up, second factor, password,
    reactivation.
    """

    status_code = status.HTTP_403_FORBIDDEN
    default_detail = _(
        "Sign in with a browser first. The portal has something for you to do there."
    )
    default_code = "needs_browser"


class KeyNotEnough(exceptions.APIException):
    """The person may do this, but the person's key may not."""

    status_code = status.HTTP_403_FORBIDDEN
    default_detail = _("A key can't do this. Sign in with a browser.")
    default_code = "in_person"


class OutOfScope(exceptions.APIException):
    """The person may do this, but the key was not made for it."""

    status_code = status.HTTP_403_FORBIDDEN
    default_code = "scope"

    def __init__(self, needed: str) -> None:
        words = _("This key was not made for this. It needs the scope %(scope)s.")
        super().__init__(words % {"scope": needed})
        self.needed = needed


def _writable(words: Any) -> str:
    """Words that may quote what was sent, made fit for UTF-8: JSON can contain half a surrogate
    pair.
    """
    return str(words).encode("utf-8", "replace").decode("utf-8")


def problem_document(code: str, detail: Any, http: int, **more: Any) -> dict[str, Any]:
    """The content of a refusal; ``more`` adds members."""
    return {
        "type": "about:blank",
        "title": HTTPStatus(http).phrase,
        "status": http,
        "code": code,
        "detail": _writable(detail),
        **more,
    }


def problem_response(code: str, detail: Any, http: int, **more: Any) -> Response:
    """A problem document as the answer of a view."""
    body = problem_document(code, detail, http, **more)
    return Response(body, status=http, content_type=MEDIA_TYPE)


def _listed(problems: list[Problem]) -> list[dict[str, str]]:
    return [
        {"field": _writable(one.field), "code": one.code, "message": _writable(one.message)}
        for one in problems
    ]


def _flat(detail: Any, field: str = "") -> Iterator[Problem]:
    """The errors of a serializer, each with the dotted name of its field."""
    if isinstance(detail, dict):
        for name, inner in detail.items():
            own = "" if name == "non_field_errors" else str(name)
            yield from _flat(inner, ".".join(part for part in (field, own) if part))
    elif isinstance(detail, list):
        for inner in detail:
            yield from _flat(inner, field)
    else:
        yield Problem(str(getattr(detail, "code", "invalid")), detail, field)


def _refused(problems: list[Problem], code: str) -> Response:
    detail = " ".join(str(problem.message) for problem in problems)
    return problem_response(code, detail, 422, problems=_listed(problems))


def _not_allowed(refusal: NotAllowed, access: Access) -> Response:
    if access.by_key and getattr(refusal.permission, "in_person", False):
        return _of_framework(KeyNotEnough())
    names = who_can(access, Permission(refusal.permission))
    words = _("You may not %(what)s.") % {"what": refusal.what}
    return problem_response("not_allowed", words, 403, who=names)


def _stale(stale: Stale) -> Response:
    version = getattr(stale.current, "version", None)
    words = _("Someone else changed this since you read it. Read it again and compare.")
    response = problem_response("stale", words, 412, current_version=version)
    response["ETag"] = f'"{version}"'
    return response


def _of_framework(error: exceptions.APIException) -> Response:
    if isinstance(error, exceptions.ValidationError):
        return _refused(list(_flat(error.detail)), "refused")
    code = error.get_codes()
    more = {"scope": error.needed} if isinstance(error, OutOfScope) else {}
    response = problem_response(
        code if isinstance(code, str) else "refused", error.detail, error.status_code, **more
    )
    if header := getattr(error, "auth_header", None):
        response["WWW-Authenticate"] = header
    if isinstance(error, exceptions.Throttled):
        response["Retry-After"] = str(math.ceil(getattr(error, "wait", None) or 1))
    return response


def _answer(error: Exception, access: Access) -> Response | None:
    if isinstance(error, Refused):
        return _refused(error.problems, error.code)
    if isinstance(error, NotAllowed):
        return _not_allowed(error, access)
    if isinstance(error, Moved):
        moved = problem_response("moved", _("This trade account is part of another one now."), 307)
        moved["Location"] = error.location
        return moved
    if isinstance(error, NotVisible | Http404):
        return problem_response("not_found", _("There is nothing here."), 404)
    if isinstance(error, Stale):
        return _stale(error)
    if isinstance(error, PermissionDenied):
        return problem_response("not_allowed", _("You may not do this."), 403)
    if isinstance(error, exceptions.APIException):
        return _of_framework(error)
    return None


def handle(error: Exception, context: dict[str, Any]) -> Response | None:
    """The problem document of a refusal, after everything half done is rolled back; None for a
    fault.
    """
    response = _answer(error, getattr(context["view"], "access", Access()))
    if response is not None:
        set_rollback()
    return response
