"""The entry of every view: public, signed in, or with a permission.

An unmarked view is refused. The decorator loads the tenant roots named in the URL once into
``request.access`` and tells the database who the acting user is. Pages of other tenants answer 404;
without the right, 403 with the names of those who can (R6).
"""

from __future__ import annotations

import functools
import uuid
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from core import clock, tenancy
from core.access import Access, Permission, enter_roots, for_user, who_can
from core.errors import NotAllowed, NotVisible
from core.ids import parse_id
from core.listing import ListPage
from core.one_act import one_act
from core.providers import Provider
from core.session_notes import keep
from core.text import download_name

View = Callable[..., HttpResponseBase]


#: The layout of a page that partners and staff have, by whether the reader is staff.
LAYOUTS = {False: "layouts/trade.html", True: "layouts/staff.html"}


class PortalRequest(HttpRequest):
    """The request that a guarded view gets: ``access`` is the actor with the roots of the URL
    loaded.
    """

    access: Access
    request_id: str
    kept_post: Any
    notices_stamp: str


#: Called before a signed-in view runs: returns a redirect (set-up unfinished, second factor
#: missing, password expired, user disabled) or None. ``identity`` registers it.
detours: Provider[[HttpRequest], HttpResponse | None] = Provider("detours")

#: Called when an unsafe request comes from someone whose session has ended, so that what was typed
#: is kept. ``identity`` registers it.
expired_posts: Provider[[HttpRequest], None] = Provider("expired_posts")

#: (access, refused permission, name of the page, parts of its address) -> where to ask those who
#: can, and the words of that link; or None. ``trade_accounts`` registers it, and ``identity`` for
#: staff.
ways_to_ask: Provider[[Access, Permission, str, Mapping[str, Any]], tuple[str, Any] | None] = (
    Provider("ways_to_ask")
)


#: The ids in an address -> the ids under which its page is now, or None: a trade account was merged
#: into another (``trade_accounts``), or a C-TPAT account went in a split (``operations``; T9).
moved_roots: Provider[[Mapping[str, Any]], Mapping[str, Any] | None] = Provider("moved_roots")


@dataclass(frozen=True)
class Door:
    """How a view is guarded: ``public``, ``signed_in``, ``permission`` or ``api``.

    An API view has a permission for each of its ``methods`` (None: signed in or a key).
    """

    kind: str
    permission: Permission | None = None
    detours: bool = True
    methods: Mapping[str, Permission | None] = field(default_factory=dict)


def client_ip(request: HttpRequest) -> str:
    """The network address of the client; a proxy's header counts only if the settings say so."""
    if settings.TRUST_X_FORWARDED_FOR:
        forwarded = request.META.get("HTTP_X_FORWARDED_FOR", "")
        if forwarded:
            return str(forwarded.split(",")[-1].strip())
    return str(request.META.get("REMOTE_ADDR", ""))


def access_of(request: HttpRequest) -> Access:
    """The access of the request's user, before tenant roots are loaded."""
    about: dict[str, Any] = {
        "ip": client_ip(request),
        "request_id": getattr(request, "request_id", ""),
        "session_key": request.session.session_key or "",
    }
    if not request.user.is_authenticated:
        return Access(**about)
    return for_user(request.user, **about)


def _guarded(view: View, door: Door) -> View:
    @functools.wraps(view)
    def inner(request: PortalRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if door.kind != "public":
            if not request.user.is_authenticated:
                return _to_sign_in(request)
            for detour in detours(request) if door.detours else ():
                if detour is not None:
                    return detour
        access = access_of(request)
        request.notices_stamp = tenancy.bind(access)
        request.access = access
        try:
            if door.kind == "permission":
                if isinstance(entered := _entered(request, access, kwargs), HttpResponse):
                    return entered
                request.access = access = entered
                access.require(door.permission)  # type: ignore[arg-type]
            with as_preferred(access), one_act():
                return view(request, *args, **kwargs)
        except NotVisible as missing:
            raise Http404 from missing
        except NotAllowed as refusal:
            return not_allowed(request, refusal)

    guarded = never_cache(inner) if door.kind != "public" else inner
    guarded.door = door  # type: ignore[attr-defined]
    return guarded


def _entered(
    request: HttpRequest, access: Access, named: Mapping[str, Any]
) -> Access | HttpResponse:
    """The access with the roots of the address loaded; the way to its page, if that has moved and
    the reader may enter it there. Raises NotVisible otherwise.
    """
    try:
        return enter_roots(access, named)
    except NotVisible:
        now = now_at(access, named)
        if now is None:
            raise
        match = request.resolver_match
        path = reverse(match.view_name, kwargs={**now}) if match else ""
        query = request.META.get("QUERY_STRING", "")
        # What was posted to the old address is posted again to the new one: nothing is lost.
        is_read = request.method in {"GET", "HEAD"}
        where = f"{path}?{query}" if query else path
        return HttpResponseRedirect(where, preserve_request=not is_read)


def now_at(access: Access, named: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """The ids under which the roots of an address are now, if the reader may enter them there."""
    for now in moved_roots(named):
        if now is None:
            continue
        try:
            enter_roots(access, now)
        except NotVisible:
            continue
        return now
    return None


@contextmanager
def as_preferred(access: Access) -> Iterator[None]:
    """Words and times as the reader prefers: the language and the time zone."""
    language = getattr(access.user, "language", "")
    known = language if language in dict(settings.LANGUAGES) else get_language()
    with clock.shown_in(getattr(access.user, "time_zone", "")), override(known):
        yield


def page_behind(request: HttpRequest) -> str:
    """The page to come back to: this one, or the page with the form that was posted here.

    A form may be posted to an address without a page (a button of a list).
    """
    if request.method not in {"GET", "HEAD"}:
        came_from = request.headers.get("HX-Current-URL") or request.headers.get("Referer", "")
        try:
            parts = urlsplit(came_from)
        except ValueError:
            return request.get_full_path()
        if parts.netloc == request.get_host() and parts.path.startswith("/"):
            return f"{parts.path}?{parts.query}" if parts.query else parts.path
    return request.get_full_path()


def _to_sign_in(request: HttpRequest) -> HttpResponse:
    if request.method not in {"GET", "HEAD"}:
        for _ in expired_posts(request):
            pass
    response = redirect_to_login(page_behind(request), settings.LOGIN_URL)
    if request.headers.get("HX-Request") == "true":
        # A part of a page cannot show the sign-in page, so the browser opens it as a whole.
        return HttpResponse(headers={"HX-Redirect": response.url})
    return response


def not_allowed(request: PortalRequest, refusal: NotAllowed) -> HttpResponse:
    """The 403 page: what was refused, and who can do it."""
    names = who_can(request.access, Permission(refusal.permission))
    match = request.resolver_match
    page, places = (match.view_name, match.kwargs) if match else ("", {})
    ways = ways_to_ask(request.access, Permission(refusal.permission), page, places)
    context = {
        "what": _("You can't %(what)s. Nothing was changed.") % {"what": refusal.what},
        "who": names,
        "ask": next((one for one in ways if one), None),
        "in_account": bool(request.access.roots),
    }
    return render(request, "errors/403.html", context, status=403)


def public(view: View) -> View:
    """A view for everyone."""
    return _guarded(view, Door("public"))


def probe(view: View) -> View:
    """A view for machines that check the portal: no session, no transaction, no user.

    It answers even if the database does not.
    """
    bare = transaction.non_atomic_requests(never_cache(view))
    bare.door = Door("public")  # type: ignore[attr-defined]
    return bare


def signed_in(view: View | None = None, *, detours: bool = True) -> Any:
    """A view for every signed-in person. Pass ``detours=False`` for the pages that a
    detour opens.
    """
    if view is None:
        return functools.partial(signed_in, detours=detours)
    return _guarded(view, Door("signed_in", detours=detours))


def requires(permission: Permission) -> Callable[[View], View]:
    """A view for those who have ``permission`` in the tenant roots named in its URL."""

    def decorate(view: View) -> View:
        return _guarded(view, Door("permission", permission))

    return decorate


def exported(page: ListPage, kind: str, name: str) -> HttpResponse:
    """A filtered list as a download; ``kind`` is csv or xlsx, ``name`` the file's stem."""
    content, content_type, extension = page.export("xlsx" if kind == "xlsx" else "csv")
    response = HttpResponse(content, content_type=content_type)
    disposition = content_disposition_header(True, download_name(name, extension))
    response["Content-Disposition"] = disposition or "attachment"
    return response


def keep_chosen(
    request: HttpRequest, page: ListPage, *, field: str, kind: str, most: int, nothing: Any
) -> str:
    """Keep which rows of a list were chosen, as a note of this kind; the address of the page that
    asks what to do with them.

    ``field`` is the name of the ids in the form. At most ``most`` rows are kept. ``nothing`` is
    said on the list if none was chosen.
    """
    back = f"{request.path}?{page.query()}"
    rows = page.rows
    if "every" not in request.POST:
        sent = [parse_id(one) for one in request.POST.getlist(field)]
        rows = rows.filter(pk__in=[one for one in sent if one is not None])
    ids = [str(pk) for pk in rows.values_list("pk", flat=True)[:most]]
    if not ids:
        messages.error(request, nothing)
        return back
    is_cut = "every" in request.POST and page.total > len(ids)
    note = {"chosen": ",".join(ids), "back": back, "is_cut": is_cut}
    return f"{request.path}?chosen={keep(request.session, kind, note)}"


def ids_in(chosen: str | None, most: int) -> list[uuid.UUID]:
    """The ids that a form carries along, separated by commas; what is no id is left out."""
    ids = [parse_id(one) for one in (chosen or "").split(",")[:most]]
    return [one for one in ids if one is not None]
