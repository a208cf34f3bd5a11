"""Users of a trade account (T4, T6)."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from audit.selectors import timeline
from core.errors import Refused
from core.mailboxes import shown_address
from core.text import filled
from core.web import PortalRequest, exported, requires
from trade_accounts import selectors, services
from trade_accounts.forms import ConfirmForm, InvitedForm, InviteForm, MemberForm
from trade_accounts.listings import USERS
from trade_accounts.models import Membership
from trade_accounts.policies import P
from trade_accounts.presentation.membership_endings import endings
from trade_accounts.presentation.role_rights import role_rights
from trade_accounts.selectors import contact_checks
from trade_accounts.selectors.asks import asking
from trade_accounts.services.members import FIELDS
from trade_accounts.states import MembershipState, MembershipType, SetUp
from trade_accounts.views.frame import address_of, conflict, frame

#: So many changes are shown since the last check; the history has all.
MOST_CHANGES = 50
_CHANGES = ["trade_accounts.member_changed", "trade_accounts.member_type_changed"]


@require_safe
@requires(P.VIEW)
def users(request: PortalRequest, trade_id: uuid.UUID) -> HttpResponse:
    """The list of users."""
    account = request.access.trade_account
    page = USERS.show(selectors.members_listed(account), request.GET)
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
        rights=role_rights(),
    )
    return render(request, "trade_accounts/users.html", context)


@require_http_methods(["GET", "POST"])
@requires(P.MANAGE_USERS)
def contacts_checked(request: PortalRequest, trade_id: uuid.UUID) -> HttpResponse:
    """Show who has access and what changed since the last check, and record that it is right."""
    account = request.access.trade_account
    form = ConfirmForm.of(request)
    if request.method == "POST":
        checked = form.run(lambda _data: services.contacts_are_right(actor=request.access))
        if checked is not None:
            messages.success(request, _("Thank you. We ask you again in a year."))
            return redirect(address_of("users", checked))
    people = list(selectors.members_listed(account).filter(state__in=selectors.STAYING))
    USERS.complete(people)
    events = contact_checks.people_changes(request.access, MOST_CHANGES + 1)
    context = frame(
        request,
        "users",
        "T-11",
        form=form,
        people=people,
        entries=list(timeline(events[:MOST_CHANGES])),
        has_more=len(events) > MOST_CHANGES,
        since=account.contacts_checked_on,
    )
    return render(request, "trade_accounts/contacts_check.html", context, status=form.status)


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
    context["endings"] = endings(member)
    return render(request, "trade_accounts/user_end.html", context, status=form.status)


@require_POST
@requires(P.MANAGE_USERS)
def user_again(
    request: PortalRequest, trade_id: uuid.UUID, membership_id: uuid.UUID
) -> HttpResponse:
    """Email an invitation once more, from its row in the list."""
    selectors.find_member(request.access, membership_id)
    _send_again(request, membership_id)
    return redirect(address_of("users", request.access.trade_account))


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
