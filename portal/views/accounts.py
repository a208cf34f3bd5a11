"""All trade accounts of the reader: as a list to switch between them, and as a tree (N1, T10)."""

from __future__ import annotations

import uuid
from contextlib import suppress
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import Resolver404, resolve
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core.access import enter_roots
from core.errors import NotVisible, Refused
from core.ids import parse_id
from core.links import own_path, path_to
from core.text import filled
from core.web import PortalRequest, exported, requires, signed_in
from portal.navigation import Navigation
from portal.organization_tree import branches, recent_of
from portal.palette import count_words, found
from portal.staff_home import staff_home
from portal.switcher import Switcher
from portal.switcher_lines import account_lines
from security_models.selectors.account_search import personal_hash
from trade_accounts.policies import P as AccountP
from trade_accounts.presentation.saved_views import saved_views
from trade_accounts.selectors import accounts_of, accounts_of_member, own_accounts
from trade_accounts.services.account_marks import pin_account


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def accounts(request: PortalRequest) -> HttpResponse:
    """The list with search, filters and export; staff have lists of their own.

    What is searched is posted, so that no number that identifies a person gets into an address.
    """
    if request.access.is_staff:
        return redirect(staff_home(request.access))
    asked = request.POST if request.method == "POST" else request.GET
    if request.method == "POST" or _hash(request, asked.get("q", "")):
        return redirect(f"{path_to('portal:accounts')}{_address(request, asked)}")
    request.access = access = request.access.remembering()
    switcher = Switcher(access)
    page = switcher.page(request.GET)
    if "export" in request.GET:
        return exported(page, request.GET["export"], "trade-accounts")
    context = {
        "page": page,
        "lines": account_lines(page.page),
        "closed": switcher.closed,
        "recent": [(node.name, node.id) for node in recent_of(own_accounts(access), None)],
        "saved": saved_views(access, request.path, page, request.GET),
        "page_code": "P-4",
    }
    return render(request, "portal/accounts.html", context)


def _hash(request: PortalRequest, text: str) -> str:
    user_id = request.access.user_id
    return personal_hash(accounts_of_member(user_id), text, user_id)


def _address(request: PortalRequest, asked: QueryDict) -> str:
    """The filters that were sent, as an address; a number that identifies a person as its hash."""
    sent = ((key, str(value)) for key, value in asked.items())
    said = {key: value for key, value in sent if value and key != "csrfmiddlewaretoken"}
    if hashed := _hash(request, said.get("q", "")):
        said.pop("q")
        said["number"] = hashed
    return f"?{urlencode(said)}" if said else ""


@require_safe
@signed_in
def account_tree(request: PortalRequest) -> HttpResponse:
    """The whole tree of the reader's trade organizations: a page, or the part of one that htmx asks
    for.
    """
    if request.access.is_staff:
        return redirect(staff_home(request.access))
    request.access = access = request.access.remembering()
    tree = branches(accounts_of(access), parse_id(request.GET.get("here", "")))
    is_part = request.headers.get("HX-Request") == "true"
    template = "portal/_tree.html" if is_part else "portal/account_tree.html"
    return render(request, template, {"tree": tree, "page_code": "P-5"})


@require_POST
@requires(AccountP.VIEW)
def pin(request: PortalRequest, trade_id: uuid.UUID) -> HttpResponse:
    """Pin a trade account for the reader, or take the pin away; then back to the list."""
    account, pinned = request.access.trade_account, request.POST.get("pinned") == "yes"
    try:
        pin_account(actor=request.access, pinned=pinned)
    except Refused as refused:
        messages.error(request, refused.problems[0].message)
    else:
        words = _("%(name)s is pinned.") if pinned else _("%(name)s is no longer pinned.")
        messages.success(request, filled(words, name=account.name))
    return redirect(own_path(request.GET.get("back", "")) or path_to("portal:accounts"))


@require_POST
@signed_in
def find(request: PortalRequest) -> HttpResponse:
    """The accounts and pages that Ctrl+K finds, as options; staff have a search of their own.

    The page where the reader is counts only if the reader may open it.
    """
    access = request.access
    options = []
    if not access.is_staff:
        with suppress(NotVisible, Resolver404):
            access = enter_roots(access, resolve(own_path(request.POST.get("here", ""))).kwargs)
        request.access = access = access.remembering()
        options = found(access, Navigation(request), request.POST.get("q", ""))
    context = {"options": options, "said": count_words(options)}
    return render(request, "portal/_found.html", context)
