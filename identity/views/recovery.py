"""A forgotten password (U6): address, emailed link, proof, new password, sign-in."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from core.errors import NotVisible
from core.web import PortalRequest, public
from identity import services
from identity.credentials import passwords
from identity.forms import ForgottenForm, NewPasswordForm
from identity.forms.proofs import Proof
from identity.models import MailedLink, User
from identity.views import browser_session, recovery_proof

page = require_http_methods(["GET", "HEAD", "POST"])


@page
@public
def forgotten(request: PortalRequest) -> HttpResponse:
    """Ask for an address; the answer is the same for every address."""
    form = ForgottenForm.of(request)
    if request.method == "POST":
        asked = form.run(lambda data: services.ask_for_new_password(actor=request.access, **data))
        if asked is not None:
            return redirect("identity:recover-sent")
    context = {"form": form, "page_code": "U-20"}
    return render(request, "identity/recover.html", context, status=form.status)


@require_safe
@public
def sent(request: HttpRequest) -> HttpResponse:
    """Check your email."""
    return render(request, "identity/recover_sent.html", {"page_code": "U-21"})


@page
@sensitive_post_parameters()
@never_cache
@public
def prove(request: PortalRequest, way: str = "") -> HttpResponse:
    """The three answers, all at once, or another proof in their place."""
    found = recovery_proof.at_hand(request)
    if found is None:
        return _ended(request)
    if recovery_proof.is_proved(request, found):
        return redirect("identity:recover-password")
    ways = recovery_proof.ways_of(_person(found), request)
    if not ways:
        return _page(request, found, ways)
    chosen = ways.get(way or next(iter(ways)))
    if chosen is None:
        raise NotVisible("way")
    form = recovery_proof.WayForm.of(request, way=chosen)
    if request.method == "POST":
        if form.run(lambda data: _check(request, found, chosen, data)) is not None:
            recovery_proof.note_proved(request, found)
            return redirect("identity:recover-password")
        if recovery_proof.at_hand(request) is None:
            return _ended(request)
    return _page(request, found, ways, form, chosen)


def _check(request: PortalRequest, found: MailedLink, way: Proof, data: dict[str, Any]) -> Any:
    return services.prove_under_link(
        actor=request.access,
        link=found,
        check=lambda: way.check(_person(found), data, request),
    )


def _page(
    request: PortalRequest,
    found: MailedLink,
    ways: dict[str, Proof],
    form: Any = None,
    chosen: Proof | None = None,
) -> HttpResponse:
    others = [one for one in ways.values() if one is not chosen]
    about = {"link": found, "way": chosen, "others": others, "page_code": "U-22"}
    context = {"form": form, **about}
    status = form.status if form is not None else 200
    return render(request, "identity/recover_prove.html", context, status=status)


@page
@sensitive_post_parameters()
@never_cache
@public
def password(request: PortalRequest) -> HttpResponse:
    """The new password. Afterwards the person signs in as usual, with the second factor."""
    found = recovery_proof.at_hand(request)
    if found is None:
        return _ended(request)
    if not recovery_proof.is_proved(request, found):
        return redirect("identity:recover-prove")
    user = _person(found)
    form = NewPasswordForm.of(request)
    if request.method == "POST":
        actor = browser_session.acting_as(request, user)
        if form.run(lambda data: services.reset_password(actor=actor, link=found, **data)):
            logout(request)
            messages.success(request, _("Your password is changed. Sign in with the new one."))
            return redirect("identity:sign-in")
        if recovery_proof.at_hand(request) is None:
            return _ended(request)
    about = {"link": found, "email": user.email, "page_code": "U-23"}
    context = {"form": form, "rules": passwords.rules(), **about}
    return render(request, "identity/recover_password.html", context, status=form.status)


def _person(found: MailedLink) -> User:
    assert found.user is not None  # noqa: S101  # an open link has a user
    return found.user


def _ended(request: HttpRequest) -> HttpResponse:
    return render(request, "identity/recover_ended.html", {"page_code": "U-24"}, status=410)
