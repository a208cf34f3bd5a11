"""A resource: the entry of an API view, and what its methods need."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any, ClassVar

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from redis.exceptions import RedisError
from rest_framework import serializers
from rest_framework.exceptions import NotAuthenticated, ParseError, ValidationError
from rest_framework.parsers import JSONParser
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.throttling import SimpleRateThrottle
from rest_framework.views import APIView

from core import tenancy
from core.access import BY_KEY, Access, Permission, enter_roots, for_user
from core.api.errors import (
    KeyNotEnough,
    Moved,
    NeedsBrowser,
    NoneMatches,
    OutOfScope,
    PreconditionRequired,
    TooLarge,
    handle,
)
from core.api.fields import Body
from core.api.keys import KeyAuthentication, KeyHolder, SessionAccess
from core.api.pages import page_of, part_of
from core.api.schema import PortalSchema
from core.api.scopes import Scope
from core.crypto import text_hash
from core.errors import NotVisible
from core.web import Door, client_ip, detours, now_at

# Version 0 means that nothing was saved yet.
_VERSION = re.compile(r'"(0|[1-9][0-9]{0,8})"')
# An entity tag, and the list of them in a header; empty elements of a list are allowed.
_TAG = re.compile(r'(?:W/)?"[\x21\x23-\x7e\x80-\xff]*"')
_TAGS = re.compile(rf"[ \t,]*{_TAG.pattern}(?:[ \t]*,[ \t,]*(?:{_TAG.pattern})?)*[ \t]*")
_METHODS = ("get", "post", "put", "patch", "delete")


class CallerThrottle(SimpleRateThrottle):
    """Limits the calls a minute of each key, person or address (setting ``API_RATE``).

    Without Redis there is no limit: it protects the service, not a secret.
    """

    scope = "api"
    is_counted = False
    #: Set by the base from the rate.
    num_requests: int
    duration: int

    def get_rate(self) -> str:
        """The current rate in the settings."""
        return str(settings.API_RATE)

    def get_cache_key(self, request: Request, view: APIView) -> str:
        """The key, person or address that is counted."""
        if isinstance(request.auth, KeyHolder):
            return f"api-rate:key:{request.auth.label}:{request.auth.user.pk}"
        return f"api-rate:user:{request.user.pk}"

    def allow_request(self, request: Request, view: APIView) -> bool:
        """Whether the call may continue."""
        try:
            allowed = super().allow_request(request, view)
        except (RedisError, OSError):
            return True
        self.is_counted = True
        return allowed

    def headers(self) -> dict[str, str]:
        """How many calls there may be in a minute, how many are left, and in how many seconds the
        next one comes free.
        """
        if not self.is_counted:
            return {}
        oldest = self.history[-1] if self.history else self.now
        return {
            "RateLimit-Limit": str(self.num_requests),
            "RateLimit-Remaining": str(max(0, self.num_requests - len(self.history))),
            "RateLimit-Reset": str(max(1, math.ceil(oldest + self.duration - self.now))),
        }


def _named_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """An object. If a name appears twice, nobody can say which value was meant."""
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ParseError(_("A name appears twice in one object."))
    return found


def _no_number(constant: str) -> None:
    raise ParseError(_("NaN and Infinity are not JSON."))


class StrictJson(JSONParser):
    """JSON in UTF-8 (RFC 8259) that everyone reads in the same way: each name once, real numbers,
    limited nesting.
    """

    def parse(self, stream: Any, media_type: Any = None, parser_context: Any = None) -> Any:
        """The data. Raises ParseError for what is not JSON, is ambiguous or too deep."""
        try:
            return json.loads(
                stream.read().decode("utf-8"),
                object_pairs_hook=_named_once,
                parse_constant=_no_number,
            )
        except RecursionError as error:
            raise ParseError(_("The body is nested too deeply.")) from error
        except ValueError as error:
            raise ParseError(_("The body is not JSON: %(why)s") % {"why": error}) from error


class Resource(APIView):
    """The base of every API view; ``core.api`` says how to write one.

    ``doors`` maps each method to the permission that it needs in the tenant roots of its URL. None
    admits everyone who is signed in or has a key. ``scopes`` says for each method what a key must
    have been made for; None: any key will do.
    """

    doors: ClassVar[Mapping[str, Permission | None]] = {}
    scopes: ClassVar[Mapping[str, Scope | None]] = {}
    asked_throttles: Sequence[CallerThrottle] = ()
    authentication_classes = [KeyAuthentication, SessionAccess]
    throttle_classes = [CallerThrottle]
    parser_classes = [StrictJson]
    renderer_classes = [JSONRenderer]
    schema = PortalSchema()
    access: Access = Access()

    @classmethod
    def as_view(cls, **initkwargs: Any) -> Any:
        """The view with its entry. A method without one is an error at start."""
        written = {name.upper() for name in _METHODS if hasattr(cls, name)}
        if written != set(cls.doors):
            raise ImproperlyConfigured(f"{cls.__name__}: methods {written}, doors {set(cls.doors)}")
        view: Any = super().as_view(**initkwargs)
        view.door = Door("api", methods=dict(cls.doors))
        return view

    @property
    def allowed_methods(self) -> list[str]:
        """The methods for the Allow header."""
        return [*self.doors, "HEAD"] if "GET" in self.doors else list(self.doors)

    def options(self, request: Any, *args: Any, **kwargs: Any) -> Response:
        """Returns nothing here, because there is a schema."""
        return self.http_method_not_allowed(request, *args, **kwargs)

    def get_exception_handler(self) -> Callable[..., Response | None]:
        """Refusals become problem documents."""
        return handle

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Everything before the method: caller, limits, tenant roots, permission."""
        self.format_kwarg = None
        request.accepted_renderer, request.accepted_media_type = self.perform_content_negotiation(
            request, force=True
        )
        if request.user is None:
            raise NotAuthenticated
        self.check_throttles(request)
        self._check_size(request)
        self._check_standing(request)
        self._check_scope(request)
        self.access = access = self._caller(request)
        tenancy.bind(access)
        if request.method in {*self.doors, "HEAD"}:
            self.access = access = self._entered(request, access, kwargs)
            self._require(access, self.doors["GET" if request.method == "HEAD" else request.method])

    def _entered(self, request: Request, access: Access, named: Mapping[str, Any]) -> Access:
        """The access with the roots of the address; raises Moved with the place where they are now,
        if the caller may enter them there.
        """
        try:
            return enter_roots(access, named)
        except NotVisible:
            now = now_at(access, named)
            match = request.resolver_match
            if now is None or match is None:
                raise
            path, query = reverse(match.view_name, kwargs={**now}), request.META["QUERY_STRING"]
            raise Moved(f"{path}?{query}" if query else path) from None

    def finalize_response(
        self, request: Request, response: Any, *args: Any, **kwargs: Any
    ) -> Response:
        """Make sure that no answer is cached on the way."""
        final = super().finalize_response(request, response, *args, **kwargs)
        final["Cache-Control"] = "no-store"
        for throttle in self.asked_throttles:
            for name, value in throttle.headers().items():
                final[name] = value
        return final

    def get_throttles(self) -> list[Any]:
        """The throttles, which are asked again for what they tell the caller."""
        self.asked_throttles = [CallerThrottle()]
        return list(self.asked_throttles)

    def _caller(self, request: Request) -> Access:
        about = {
            "ip": client_ip(request._request),
            "request_id": getattr(request._request, "request_id", ""),
        }
        if isinstance(request.auth, KeyHolder):
            access = for_user(request.user, via=f"{BY_KEY} {request.auth.label}"[:40], **about)
            return replace(access, only_trade_account_id=request.auth.trade_account_id)
        session = request._request.session.session_key or ""
        return for_user(request.user, session_key=session, **about)

    def _require(self, access: Access, wanted: Permission | None) -> None:
        if wanted is None:
            return
        if access.by_key and wanted.in_person:
            raise KeyNotEnough
        access.require(wanted)

    def _check_scope(self, request: Request) -> None:
        """Refuse a key that was not made for this method; a person in a browser needs no scope."""
        method = "GET" if request.method == "HEAD" else str(request.method)
        needed = self.scopes.get(method)
        if not isinstance(request.auth, KeyHolder) or needed is None:
            return
        if needed not in request.auth.scopes:
            raise OutOfScope(needed)

    def _check_standing(self, request: Request) -> None:
        """Refuse a caller who must first do something on a page (U4, R7)."""
        if isinstance(request.auth, KeyHolder):
            if request.auth.problem is not None:
                raise NeedsBrowser(request.auth.problem.message, request.auth.problem.code)
        elif any(detour is not None for detour in detours(request._request)):
            raise NeedsBrowser

    def _check_size(self, request: Request) -> None:
        length = request.META.get("CONTENT_LENGTH") or "0"
        if not length.isdigit() or int(length) > settings.DATA_UPLOAD_MAX_MEMORY_SIZE:
            raise TooLarge

    # --- what the methods use ---------------------------------------------------------------

    def body(self, shape: type[Body]) -> dict[str, Any]:
        """The body, checked against ``shape``; every problem at once as 422."""
        if not isinstance(self.request.data, dict):
            raise ValidationError([_("Send a JSON object.")])
        form = shape(data=self.request.data, context={"access": self.access})
        form.is_valid(raise_exception=True)
        return dict(form.validated_data)

    def expected(self) -> int:
        """The version that the caller has read, from ``If-Match``, compared strongly (RFC 9110).

        Of several tags the newest counts, because versions only grow. Weak and foreign tags match
        nothing (412). ``*`` names no version, so a change could overwrite what someone else has
        saved (P5); it is answered as if the header were missing (428).
        """
        given = self.request.headers.get("If-Match", "").strip(" \t")
        if given in {"", "*"}:
            raise PreconditionRequired
        if not _TAGS.fullmatch(given):
            raise ParseError(
                _("If-Match holds the ETag that you were given, such as “3” in quotes.")
            )
        versions = [_VERSION.fullmatch(tag) for tag in _TAG.findall(given)]
        known = [int(match[1]) for match in versions if match]
        if not known:
            raise NoneMatches
        return max(known)

    def answer(self, data: Any, *, version: int | None = None, status: int = 200) -> Response:
        """A successful answer; ``version`` becomes its ETag."""
        response = Response(data, status=status)
        if version is not None:
            response["ETag"] = f'"{version}"'
        return response

    def page(
        self,
        rows: QuerySet[Any] | Sequence[Any],
        shown: type[serializers.Serializer[Any]],
    ) -> Response:
        """One page of a list."""
        return Response(page_of(self.request, rows, shown, {"access": self.access}))

    def part(
        self, rows: QuerySet[Any], shown: type[serializers.Serializer[Any]], *, by: str
    ) -> Response:
        """One part of a list with a cursor."""
        context = {"access": self.access}
        return self.if_changed(part_of(self.request, rows, shown, context, by=by))

    def if_changed(self, data: Any) -> Response:
        """An answer with an ``ETag`` of its content; 304 without content for a caller who sends
        that tag in ``If-None-Match`` (RFC 9110).
        """
        tag = f'"{text_hash(JSONRenderer().render(data).decode())[:32]}"'
        given = self.request.headers.get("If-None-Match", "").strip(" \t")
        known = {one.removeprefix("W/") for one in _TAG.findall(given)}
        is_known = given == "*" or tag in known
        response = Response(status=304) if is_known else Response(data)
        response["ETag"] = tag
        return response


class Nothing(Resource):
    """Any address of the API that does not exist: 404 as a problem document."""

    doors = {}

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """The same answer for everyone, whatever the method."""
        raise NotVisible("address")
