"""The helpdesk: finds people, shows their state and history, and acts for them."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from core.listing import EXPORT_LIMIT
from core.text import filled
from core.web import PortalRequest, exported, requires, signed_in
from identity import services
from identity.acts_on_people import DISABLE, END_SESSIONS, REACTIVATE, RECOVERY
from identity.asking import Asking, asking, askings
from identity.forms import ConfirmForm, DisableForm, OpenCaseForm
from identity.forms.recovery_decision import DecideForm
from identity.listings import CASES, SECURITY_EVENTS, kind_in_words, people_listing
from identity.models import User
from identity.policies import P
from identity.presentation.browser_names import browser_in_words
from identity.providers import Onward, left_behind
from identity.selectors import disabled_people
from identity.selectors import helpdesk as selectors

page = require_http_methods(["GET", "HEAD", "POST"])


@require_safe
@requires(P.SEE_USERS)
def users(request: PortalRequest) -> HttpResponse:
    """Everyone with a sign-in, found by words of name, address and company."""
    companies: dict[uuid.UUID, list[str]] = {}
    shown = people_listing(companies).show(selectors.all_people(request.access), request.GET)
    kind = request.GET.get("export")
    found = list(shown.rows[:EXPORT_LIMIT] if kind else shown.page)
    companies |= disabled_people.companies_of(request.access, found)
    if kind:
        return exported(shown, kind, "users")
    rows = [
        {
            "user": one,
            "companies": companies.get(one.pk, []),
            "state": selectors.state_of(one),
            "kind": kind_in_words(one),
        }
        for one in found
    ]
    context = {"page": shown, "rows": rows, "page_code": "AM-43"}
    return render(request, "identity/helpdesk/users.html", context)


@require_safe
@requires(P.SEE_USERS)
def user(request: PortalRequest, user_id: uuid.UUID) -> HttpResponse:
    """State and history of one person, and the acts that are possible."""
    found = selectors.standing(request.access, user_id)
    context = {
        "standing": found,
        "person": found.user,
        "kind": kind_in_words(found.user),
        "sessions": [(browser_in_words(one.user_agent), one) for one in found.sessions],
        "attempts": [(browser_in_words(one.user_agent), one) for one in found.attempts],
        "is_self": user_id == request.access.user_id,
        "may_reactivate": disabled_people.may_reactivate(request.access, found.user),
        "may_act": disabled_people.may_act_on(request.access, found.user),
        "reserved": _reserved(request, found),
        "left": _left(request, found.user),
        "page_code": "AM-44",
    }
    return render(request, "identity/helpdesk/user.html", context)


def _left(request: PortalRequest, user: User) -> list[Onward]:
    """What a disabled person leaves to others that the reader can hand on."""
    if user.disabled_at is None:
        return []
    return [one for found in left_behind(request.access, user) for one in found]


def _reserved(request: PortalRequest, found: selectors.Standing) -> list[Asking]:
    """The acts on a person that others do, or that the reader was asked for."""
    user, codes = found.user, []
    if user.disabled_at is not None:
        codes = [REACTIVATE]
    elif user.staff_role:
        codes = [END_SESSIONS, DISABLE] if found.sessions else [DISABLE]
    return list(askings(request.access, codes, user.pk).values())


def _act(
    request: PortalRequest,
    user_id: uuid.UUID,
    form: Any,
    template: str,
    done: Any,
    act: Any,
    *,
    touches: bool = True,
) -> HttpResponse:
    """A page that asks for confirmation of one act about a person; ``done`` is the message
    afterwards.

    An act that ``touches`` the person is only offered to those who may do it (``may_act_on``).
    """
    person = selectors.person(request.access, user_id)
    if touches:
        disabled_people.require_may_act_on(request.access, person)
    if request.method == "POST" and form.run(act) is not None:
        messages.success(request, filled(done, name=person.name))
        return redirect("identity:helpdesk-user", user_id)
    context = {"form": form, "person": person, "page_code": "AM-45"}
    return render(request, f"identity/helpdesk/{template}.html", context, status=form.status)


@page
@requires(P.DISABLE)
def disable(request: PortalRequest, user_id: uuid.UUID) -> HttpResponse:
    """Disable a person, with a reason."""

    def act(data: Any) -> Any:
        return services.disable_user(actor=request.access, user_id=user_id, **data)

    form = DisableForm.of(request)
    return _act(request, user_id, form, "disable", _("%(name)s is disabled."), act)


@page
@requires(P.END_SESSIONS)
def end_sessions(request: PortalRequest, user_id: uuid.UUID) -> HttpResponse:
    """End all sessions of a person."""
    person = selectors.person(request.access, user_id)

    def act(data: Any) -> bool:
        services.end_sessions(actor=request.access, user=person)
        return True

    form = ConfirmForm.of(request)
    done = _("All sessions of %(name)s have ended.")
    return _act(request, user_id, form, "end_sessions", done, act)


@page
@requires(P.SEE_USERS)
def registration_link(request: PortalRequest, user_id: uuid.UUID) -> HttpResponse:
    """Send the registration link again."""

    def act(data: Any) -> Any:
        return services.send_registration_link(actor=request.access, user_id=user_id)

    form = ConfirmForm.of(request)
    done = _("We sent %(name)s a new link.")
    return _act(request, user_id, form, "registration_link", done, act, touches=False)


@page
@requires(P.RECOVER)
def open_case(request: PortalRequest, user_id: uuid.UUID) -> HttpResponse:
    """Open a recovery for a person."""
    person = selectors.person(request.access, user_id)
    choices = selectors.who_may_agree(person)
    form = OpenCaseForm.of(request, who_may_agree=choices)
    if request.method == "POST":
        case = form.run(
            lambda data: services.open_case(actor=request.access, user_id=user_id, **data)
        )
        if case is not None:
            words = _(
                "The recovery is open. Someone else in the helpdesk or management decides on it."
            )
            messages.success(request, words)
            return redirect("identity:case", case.pk)
    context = {"form": form, "person": person, "nobody": not choices, "page_code": "AM-46"}
    return render(request, "identity/helpdesk/open_case.html", context, status=form.status)


@require_safe
@requires(P.RECOVER)
def cases(request: PortalRequest) -> HttpResponse:
    """All recoveries."""
    shown = CASES.show(selectors.cases(request.access), request.GET)
    if kind := request.GET.get("export"):
        return exported(shown, kind, "recoveries")
    rows = [{"case": one, "state": selectors.case_state(one)} for one in shown.page]
    context = {"page": shown, "rows": rows, "page_code": "AM-47"}
    return render(request, "identity/helpdesk/cases.html", context)


@page
@requires(P.RECOVER)
def case(request: PortalRequest, case_id: uuid.UUID) -> HttpResponse:
    """One recovery, and the decision of the second person."""
    found = selectors.case(request.access, case_id)
    form = DecideForm.of(request, user=request.user)
    if (
        request.method == "POST"
        and form.prove(request) is not None
        and form.run(lambda data: _decide(request, case_id, data)) is not None
    ):
        messages.success(request, _("The recovery is decided."))
        return redirect("identity:case", case_id)
    context = {
        "form": form,
        "case": found,
        "state": selectors.case_state(found),
        "is_opener": found.opened_by_id == request.access.user_id,
        "asking": asking(request.access, RECOVERY, case_id),
        "only_management": found.agreed_by_id is None
        and not request.access.has(P.REACTIVATE_ANYBODY),
        "page_code": "AM-48",
    }
    return render(request, "identity/helpdesk/case.html", context, status=form.status)


def _decide(request: PortalRequest, case_id: uuid.UUID, data: dict[str, Any]) -> Any:
    decide = services.approve_case if data["decision"] == "approve" else services.decline_case
    return decide(actor=request.access, case_id=case_id, note=data["note"])


@require_safe
@signed_in
def security_history(request: PortalRequest) -> HttpResponse:
    """Everything that happened to the reader's own sign-in, whoever did it."""
    shown = SECURITY_EVENTS.show(selectors.own_events(request.access), request.GET)
    if kind := request.GET.get("export"):
        return exported(shown, kind, "security-history")
    context = {"page": shown, "page_code": "AM-40"}
    return render(request, "identity/security_history.html", context)
