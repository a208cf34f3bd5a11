"""Signing in and out (U9)."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth import logout
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from core.links import own_path
from core.web import PortalRequest, public
from identity import services
from identity.forms import SignInForm
from identity.forms.proofs import SecondStepForm, note_factor
from identity.selectors import user_state
from identity.views import browser_session

page = require_http_methods(["GET", "HEAD", "POST"])


@page
@sensitive_post_parameters()
@never_cache
@public
def sign_in(request: PortalRequest) -> HttpResponse:
    """Address and password. A person with a second factor is asked for it next."""
    if request.user.is_authenticated:
        return browser_session.landing(request)
    form = SignInForm.of(request)
    if request.method == "POST":
        user = form.run(
            lambda data: services.prove_password(actor=request.access, request=request, **data)
        )
        if user is not None:
            next_url = own_path(request.GET.get("next", ""))
            if user_state.has_second_factor(user):
                return browser_session.ask_second_step(request, user, next_url)
            return browser_session.sign_in(request, user, next_url=next_url)
    context = {"form": form, "page_code": "U-1"}
    return render(request, "identity/sign_in.html", context, status=form.status)


@page
@sensitive_post_parameters()
@never_cache
@public
def sign_in_code(request: PortalRequest) -> HttpResponse:
    """The second step: the code of the app, a passkey, or a backup code."""
    user = browser_session.at_second_step(request)
    if user is None:
        messages.info(request, _("Enter your password first, then the code."))
        return redirect("identity:sign-in")
    if request.user.is_authenticated and getattr(request.user, "otp_device", None) is not None:
        return browser_session.landing(request)
    form = SecondStepForm.of(request, user=user)
    if request.method == "POST":
        actor = browser_session.acting_as(request, user)
        device = form.run(lambda data: form.factor.device(actor, data, request))
        if device is not None:
            next_url = request.GET.get("next", "")
            response = browser_session.sign_in(request, user, device=device, next_url=next_url)
            note_factor(request)
            return response
    context = {"form": form, "page_code": "U-2"}
    return render(request, "identity/sign_in_code.html", context, status=form.status)


@require_POST
@public
def sign_out(request: PortalRequest) -> HttpResponse:
    """End the session, also if it had already ended."""
    if request.user.is_authenticated:
        services.record_sign_out(actor=request.access)
        logout(request)
    messages.success(request, _("You are signed out."))
    return redirect("identity:sign-in")
