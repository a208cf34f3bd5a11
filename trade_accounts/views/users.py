"""Users of a trade account (T4, T6)."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.db.models import Q, QuerySet
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core.errors import Refused
from core.listing import Column, Filter, Listing
from core.mailboxes import shown_address
from core.search import contains
from core.text import filled
from core.web import PortalRequest, exported, requires
from trade_accounts import selectors, services
from trade_accounts.forms import ConfirmForm, InvitedForm, InviteForm, MemberForm
from trade_accounts.models import Membership
from trade_accounts.policies import P
from trade_accounts.selectors import contact_checks
from trade_accounts.selectors.asks import asking
from trade_accounts.services.members import FIELDS
from trade_accounts.states import MembershipState, MembershipType, SetUp
from trade_accounts.views.frame import address_of, conflict, frame

_CHANGES = ["trade_accounts.member_changed", "trade_accounts.member_type_changed"]


def _named(rows: QuerySet[Any], text: str) -> QuerySet[Any]:
    names = ("first_name", "last_name", "email", "title")
    own, of_user = contains(text, *names), contains(text, *(f"user__{name}" for name in names))
    return rows.filter(Q(own) | Q(of_user))


def _state(member: Any) -> str:
    disabled = member.user is not None and member.user.disabled_at is not None
    return _("Disabled") if disabled else str(member.get_state_display())


def _failing_since(member: Any) -> dt.date | None:
    since = member.emails_fail_since if member.is_open else None
    return localtime(since).date() if since else None


USERS = Listing(
    columns=[
        Column("name", gettext_lazy("Name"), lambda m: m.name, ["last_name", "first_name"]),
        Column(
            "email", gettext_lazy("Email address"), lambda m: shown_address(m.address), ["email"]
        ),
        Column("title", gettext_lazy("Title"), lambda m: m.position, ["title"]),
        Column("phone", gettext_lazy("Phone number"), lambda m: m.telephone),
        Column("type", gettext_lazy("Type"), lambda m: m.get_type_display(), ["type"]),
        Column(
            "state",
            gettext_lazy("State"),
            _state,
            ["state_order", "last_name", "first_name"],
        ),
    ],
    filters=[
        Filter("q", gettext_lazy("Name or address"), _named),
        Filter(
            "type",
            gettext_lazy("Type"),
            lambda rows, value: rows.filter(type=value),
            lambda: MembershipType.choices,
        ),
        Filter(
            "state",
            gettext_lazy("State"),
            lambda rows, value: rows.filter(state=value),
            lambda: MembershipState.choices,
        ),
    ],
    sort="state",
    beneath=[Column("fails", gettext_lazy("Emails have been coming back since"), _failing_since)],
)


@require_safe
@requires(P.VIEW)
def users(request: PortalRequest, trade_id: uuid.UUID) -> HttpResponse:
    """The list of users."""
    account = request.access.trade_account
    page = USERS.show(selectors.members(account), request.GET)
    if request.GET.get("export") in {"csv", "xlsx"}:
        return exported(page, request.GET["export"], "users")
    context = frame(
        request,
        "users",
        "T-5",
        page=page,
        alone=selectors.alone(account),
        may_manage=request.access.has(P.MANAGE_USERS),
        check_is_due=account.set_up == SetUp.DONE and contact_checks.is_due(account),
        asking=asking(request.access, "users", "trade_account"),
    )
    return render(request, "trade_accounts/users.html", context)


@require_POST
@requires(P.MANAGE_USERS)
def contacts_checked(request: PortalRequest, trade_id: uuid.UUID) -> HttpResponse:
    """Record that the administrator looked over users and contacts."""
    services.contacts_are_right(actor=request.access)
    messages.success(request, _("Thank you. We ask you again in a year."))
    return redirect(address_of("users", request.access.trade_account))


@require_http_methods(["GET", "POST"])
@requires(P.MANAGE_USERS)
def user_add(request: PortalRequest, trade_id: uuid.UUID) -> HttpResponse:
    """Add a person: an invitation goes out by email (T6)."""
    form = InviteForm.of(request, {"type": MembershipType.USER}, **_home(request))
    if request.method == "POST":
        added = form.run(lambda data: services.invite(actor=request.access, **data))
        if added is not None:
            words = _("%(name)s is invited. The invitation was sent to %(email)s.")
            messages.success(
                request, filled(words, name=added.name, email=shown_address(added.email))
            )
            return redirect(address_of("users", request.access.trade_account))
    context = frame(request, "users", "T-6", form=form)
    return render(request, "trade_accounts/user_form.html", context, status=form.status)


@require_http_methods(["GET", "POST"])
@requires(P.MANAGE_USERS)
def user_edit(
    request: PortalRequest, trade_id: uuid.UUID, membership_id: uuid.UUID
) -> HttpResponse:
    """A user of the account: the type, and while invited what was typed of the person.

    *Send again* keeps what is typed.
    """
    member = selectors.find_member(request.access, membership_id)
    again = "again" in request.POST
    invited = member.state == MembershipState.INVITED
    kind: Any = InvitedForm if invited else MemberForm
    about = _home(request) if invited else {}
    form = (kind.beside if again else kind.of)(request, _values(member), **about)
    if again:
        _send_again(request, membership_id)
    elif request.method == "POST":
        saved = form.run(
            lambda data: services.save_member(
                actor=request.access,
                membership_id=membership_id,
                expected=data.pop("version"),
                **data,
            )
        )
        if saved is not None:
            messages.success(request, filled(_("%(name)s is saved."), name=saved.name))
            return redirect(address_of("users", request.access.trade_account))
    context = frame(request, "users", "T-6", form=form, member=member)
    context["conflict"] = conflict(request, form, list(FIELDS), _CHANGES)
    return render(request, "trade_accounts/user_form.html", context, status=form.status)


def _home(request: PortalRequest) -> dict[str, Callable[[], str]]:
    """Where phone numbers without country code belong: asked for only when there is one."""
    return {"home": lambda: selectors.home_country(request.access.trade_account)}


def _values(member: Membership) -> dict[str, Any]:
    return {name: getattr(member, name) for name in FIELDS} | {"version": member.version}


@require_http_methods(["GET", "POST"])
@requires(P.MANAGE_USERS)
def user_end(request: PortalRequest, trade_id: uuid.UUID, membership_id: uuid.UUID) -> HttpResponse:
    """Ask for confirmation before a membership ends or an invitation is withdrawn."""
    member = selectors.find_member(request.access, membership_id)
    invited = member.state == MembershipState.INVITED
    service = services.withdraw if invited else services.end_membership
    form = ConfirmForm.of(request)
    if request.method == "POST":
        ended = form.run(lambda _data: service(actor=request.access, membership_id=membership_id))
        if ended is not None:
            words = filled(_("%(name)s is no longer in the account."), name=ended.name)
            messages.success(request, words)
            own = ended.user_id == request.access.user_id
            return redirect("/" if own else address_of("users", request.access.trade_account))
    context = frame(request, "users", "T-6", form=form, member=member, invited=invited)
    return render(request, "trade_accounts/user_end.html", context, status=form.status)


def _send_again(request: PortalRequest, membership_id: uuid.UUID) -> None:
    """Email an invitation once more."""
    try:
        member = services.send_again(actor=request.access, membership_id=membership_id)
    except Refused as refusal:
        for problem in refusal.problems:
            messages.error(request, problem.message)
    else:
        words = _("The invitation was sent to %(email)s again.") % {
            "email": shown_address(member.email)
        }
        messages.success(request, words)
