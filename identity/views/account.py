"""The Application Menu's pages: what a person changes about the own sign-in (N4)."""

from __future__ import annotations

import base64
import binascii
from typing import Any

import segno
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from core.web import PortalRequest, exported, signed_in
from identity import passwords, people, selectors, services, web
from identity.forms import AuthenticatorForm, ChangePasswordForm, ProfileForm
from identity.listings import SIGN_INS
from identity.states import SignInStep

page = require_http_methods(["GET", "HEAD", "POST"])
KEY = "authenticator_key"


@require_safe
@signed_in
def menu(request: PortalRequest) -> HttpResponse:
    """The cards of the Application Menu."""
    user = request.access.user
    context = {
        "expires": selectors.password_ends_at(user),
        "device": selectors.authenticator_of(user),
        "page_code": "AM-1",
    }
    return render(request, "identity/menu.html", context)


@page
@signed_in
def profile(request: PortalRequest) -> HttpResponse:
    """The user profile."""
    user = request.access.user
    names = ("salutation", "first_name", "last_name", "title", "phone", "version")
    form = ProfileForm.of(request, initial={name: getattr(user, name) for name in names})
    if request.method == "POST":
        saved = form.run(lambda data: services.save_profile(actor=request.access, **data))
        if saved is not None:
            messages.success(request, _("Your user profile is saved."))
            return redirect("identity:menu")
    context = {"form": form, "email": user.email, "page_code": "AM-2"}
    return render(request, "identity/profile.html", context, status=form.status)


@page
@sensitive_post_parameters()
@web.detour_page("password")
def password(request: PortalRequest) -> HttpResponse:
    """Change the password; once it has expired every page leads here (U4)."""
    user = request.access.user
    form = ChangePasswordForm.of(request)
    if request.method == "POST":
        changed = form.run(
            lambda data: services.change_password(actor=request.access, request=request, **data)
        )
        if changed is not None:
            update_session_auth_hash(request, changed)
            words = _("Your password is changed. Your other sessions have ended.")
            messages.success(request, words)
            return web.landing(request, request.GET.get("next") or "/account/")
    context = {
        "form": form,
        "rules": passwords.rules(),
        "expired": selectors.password_expired(user),
        "expires": selectors.password_ends_at(user),
        "page_code": "AM-3",
    }
    return render(request, "identity/password.html", context, status=form.status)


@page
@sensitive_post_parameters()
@web.detour_page("second_factor")
def authenticator(request: PortalRequest) -> HttpResponse:
    """Set up an authenticator app, or see that there is one; staff must have one (R5)."""
    user = request.access.user
    device = selectors.authenticator_of(user)
    if device is not None:
        return render(request, "identity/authenticator.html", {"device": device})
    key = request.session.setdefault(KEY, services.new_authenticator_key())
    form = AuthenticatorForm.of(request, with_password=not web.is_fresh(request))
    if request.method == "POST":
        device = form.run(lambda data: _enrol(request, key, **data))
        if device is not None:
            return _enrolled(request, device)
    context = {"form": form, **_secret(user, key), "page_code": "AM-4"}
    return render(request, "identity/authenticator_add.html", context, status=form.status)


def _enrol(request: PortalRequest, key: str, code: str, current_password: str | None = None) -> Any:
    """Ask for the password again where the sign-in is a while ago, then confirm the code."""
    if current_password is not None:
        services.prove_password(
            actor=request.access,
            request=request,
            email=request.access.user.email,
            password=current_password,
            step=SignInStep.PROOF,
            field="current_password",
        )
    return services.add_authenticator(actor=request.access, key=key, code=code)


def _enrolled(request: PortalRequest, device: Any) -> HttpResponse:
    """Go on in this session, which now counts as verified; the others have ended."""
    user = selectors.user_by_id(request.access.user_id)
    assert user is not None  # noqa: S101  # the row was locked a moment ago
    del request.session[KEY]
    messages.success(request, _("Your authenticator app is set up."))
    web.renew(request, user, device)
    return web.landing(request, request.GET.get("next") or "/account/")


def _secret(user: Any, key: str) -> dict[str, str]:
    """The secret as a QR code and as letters to type, in groups of four."""
    device = services.unsaved_device(user, key)
    letters = base64.b32encode(binascii.unhexlify(key)).decode().rstrip("=")
    groups = [letters[start : start + 4] for start in range(0, len(letters), 4)]
    picture = segno.make(device.config_url, error="m")
    return {
        "qr": picture.svg_data_uri(scale=4, border=2, light="#fff"),
        "letters": " ".join(groups),
        "issuer": settings.OTP_TOTP_ISSUER,
    }


@require_safe
@signed_in
def sign_ins(request: PortalRequest) -> HttpResponse:
    """The history of sign-ins with the reader's address, failures included."""
    shown = SIGN_INS.show(selectors.sign_ins_of(request.access), request.GET)
    if kind := request.GET.get("export"):
        return exported(shown, kind, "sign-ins")
    return render(request, "identity/sign_ins.html", {"page": shown, "page_code": "AM-5"})


@require_safe
@web.detour_page("disabled")
def disabled(request: PortalRequest) -> HttpResponse:
    """Why a disabled user can do nothing, and whom to ask (R7)."""
    user = request.access.user
    if user.disabled_at is None:
        return web.landing(request)
    context = {
        "reason": people.why_disabled(user),
        "since": user.disabled_at,
        "who": selectors.reactivators(user),
        "office": settings.PROGRAM_OFFICE_EMAIL,
        "page_code": "AM-6",
    }
    return render(request, "identity/disabled.html", context)
