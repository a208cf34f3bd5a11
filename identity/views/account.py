"""The Application Menu's pages: what people change about their own sign-in (N4)."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from core.web import PortalRequest, exported, signed_in
from identity import services
from identity.credentials import passwords
from identity.forms import ChangePasswordForm, ProfileForm
from identity.listings import SIGN_INS
from identity.selectors import disabled_people, user_state
from identity.views import browser_session

page = require_http_methods(["GET", "HEAD", "POST"])


@require_safe
@signed_in
def menu(request: PortalRequest) -> HttpResponse:
    """The cards of the Application Menu."""
    user = request.access.user
    context = {
        "expires": user_state.password_ends_at(user),
        "device": user_state.authenticator_of(user),
        "passkeys": user_state.passkeys_of(user),
        "codes_left": user_state.codes_left(user),
        "enrolled": user_state.has_second_factor(user),
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
@browser_session.detour_page("password")
def password(request: PortalRequest) -> HttpResponse:
    """Change the password. Once it has expired, every page opens this one (U4)."""
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
            return browser_session.landing(request, request.GET.get("next") or "/account/")
    context = {
        "form": form,
        "rules": passwords.rules(),
        "expired": user_state.password_expired(user),
        "expires": user_state.password_ends_at(user),
        "page_code": "AM-3",
    }
    return render(request, "identity/password.html", context, status=form.status)


@require_safe
@signed_in
def sign_ins(request: PortalRequest) -> HttpResponse:
    """The history of sign-ins with the reader's address, failures included."""
    shown = SIGN_INS.show(user_state.sign_ins_of(request.access), request.GET)
    if kind := request.GET.get("export"):
        return exported(shown, kind, "sign-ins")
    return render(request, "identity/sign_ins.html", {"page": shown, "page_code": "AM-5"})


@require_safe
@browser_session.detour_page("disabled")
def disabled(request: PortalRequest) -> HttpResponse:
    """Why a disabled user can do nothing, and who can help (R7)."""
    user = request.access.user
    if user.disabled_at is None:
        return browser_session.landing(request)
    context = {
        "reason": disabled_people.why_disabled(user),
        "since": user.disabled_at,
        "who": user_state.reactivators(user),
        "is_staff": bool(user.staff_role),
        "management": user_state.management_beside(user) if user.staff_role else [],
        "office": settings.PROGRAM_OFFICE_EMAIL,
        "page_code": "AM-6",
    }
    return render(request, "identity/disabled.html", context)
