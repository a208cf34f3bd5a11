"""Second factors (U6): authenticator app, passkeys, backup codes."""

from __future__ import annotations

import base64
import binascii
from typing import Any
from urllib.parse import urlencode

import segno
from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from core.crypto import decrypt, encrypt
from core.links import own_path
from core.web import PortalRequest, signed_in
from identity import services
from identity.credentials import passkeys
from identity.forms import AuthenticatorForm
from identity.forms.proofs import ProofForm, note_factor
from identity.forms.proved import AnotherAuthenticatorForm
from identity.selectors import user_state
from identity.states import SignInStep
from identity.views import browser_session

page = require_http_methods(["GET", "HEAD", "POST"])
KEY = "authenticator_key"


def back_to(request: PortalRequest) -> str:
    """The page that the person came from, as a query string for links to the next page."""
    wanted = own_path(request.GET.get("next", ""))
    return "?" + urlencode({"next": wanted}) if wanted else ""


def finish(request: PortalRequest, device: Any = None) -> HttpResponse:
    """Continue in this session (the others have ended), on the page where the person came from."""
    user = user_state.user_by_id(request.access.user_id)
    assert user is not None  # noqa: S101  # the row was locked a moment ago
    browser_session.go_on(request, user, device)
    if device is not None:
        note_factor(request)
    return browser_session.landing(request, request.GET.get("next") or reverse("identity:factors"))


@require_safe
@browser_session.detour_page("second_factor")
def factors(request: PortalRequest) -> HttpResponse:
    """The person's second factors; staff must have one (R5)."""
    user = request.access.user
    context = {
        "device": user_state.authenticator_of(user),
        "passkeys": user_state.passkeys_of(user),
        "codes_left": user_state.codes_left(user),
        "enrolled": user_state.has_second_factor(user),
        "available": passkeys.available(request),
        "place": passkeys.place(),
        "back": back_to(request),
        "next": own_path(request.GET.get("next", "")),
        "page_code": "AM-30",
    }
    return render(request, "identity/factors.html", context)


# --- authenticator app ------------------------------------------------------------------------


@page
@sensitive_post_parameters()
@browser_session.detour_page("second_factor")
def authenticator(request: PortalRequest) -> HttpResponse:
    """Set up an authenticator app, or one that replaces it."""
    user = request.access.user
    replace = user_state.authenticator_of(user) is not None
    enrolled = user_state.has_second_factor(user)
    key = _pending_key(request)
    if enrolled:
        form: Any = AnotherAuthenticatorForm.of(request, user=user)
    else:
        form = AuthenticatorForm.of(request, with_password=not browser_session.is_fresh(request))
    if request.method == "POST" and (not enrolled or form.prove(request) is not None):
        device = form.run(lambda data: _enrol(request, key, replace, data))
        if device is not None:
            del request.session[KEY]
            messages.success(request, _("Your authenticator app is set up."))
            return finish(request, device)
    context = {
        "form": form,
        "replace": replace,
        "enrolled": enrolled,
        "back": back_to(request),
        **_secret(user, key),
        "page_code": "AM-4",
    }
    return render(request, "identity/authenticator.html", context, status=form.status)


def _pending_key(request: PortalRequest) -> str:
    """The secret that is being set up, encrypted: reading the table of sessions does not
    reveal it.
    """
    try:
        return decrypt(request.session[KEY])
    except (KeyError, ValueError):
        key = services.new_authenticator_key()
        request.session[KEY] = encrypt(key)
        return key


def _enrol(request: PortalRequest, key: str, replace: bool, data: dict[str, Any]) -> Any:
    """Ask for the password again if the sign-in was a while ago, then confirm the code."""
    if "current_password" in data:
        services.prove_password(
            actor=request.access,
            request=request,
            email=request.access.user.email,
            password=data["current_password"],
            step=SignInStep.PROOF,
            field="current_password",
        )
    return services.add_authenticator(
        actor=request.access, key=key, code=data["code"], replace=replace
    )


def _secret(user: Any, key: str) -> dict[str, str]:
    """The secret for an app on this device, as a QR code for another device, and as letters to
    type.
    """
    device = services.unsaved_device(user, key)
    letters = base64.b32encode(binascii.unhexlify(key)).decode().rstrip("=")
    groups = [letters[start : start + 4] for start in range(0, len(letters), 4)]
    picture = segno.make(device.config_url, error="m")
    return {
        "qr": picture.svg_data_uri(scale=4, border=2, light="#fff"),
        "link": device.config_url,
        "key": letters,
        "letters": " ".join(groups),
        "issuer": settings.OTP_TOTP_ISSUER,
    }


@page
@sensitive_post_parameters()
@signed_in
def authenticator_remove(request: PortalRequest) -> HttpResponse:
    """Remove the app, with the proofs."""
    user = request.access.user
    if user_state.authenticator_of(user) is None:
        return redirect("identity:factors")
    form = ProofForm.of(request, user=user)
    if request.method == "POST" and form.prove(request) is not None:
        removed = form.run(lambda data: services.remove_authenticator(actor=request.access))
        if removed is not None:
            messages.success(request, _("The authenticator app is removed."))
            return finish(request)
    last = not user_state.passkeys_of(user)
    context = {"form": form, "last": last, "page_code": "AM-31"}
    return render(request, "identity/authenticator_remove.html", context, status=form.status)


# --- backup codes -----------------------------------------------------------------------------


@page
@sensitive_post_parameters()
@signed_in
def backup_codes(request: PortalRequest) -> HttpResponse:
    """How many are left; new ones are shown once."""
    user = request.access.user
    form = ProofForm.of(request, user=user)
    if request.method == "POST" and form.prove(request) is not None:
        codes = form.run(lambda data: services.make_backup_codes(actor=request.access))
        if codes is not None:
            shown = {"codes": codes, "text": "\r\n".join(codes), "page_code": "AM-36"}
            return render(request, "identity/backup_codes_shown.html", shown)
    context = {
        "form": form,
        "enrolled": user_state.has_second_factor(user),
        "left": user_state.codes_left(user),
        "page_code": "AM-35",
    }
    return render(request, "identity/backup_codes.html", context, status=form.status)
