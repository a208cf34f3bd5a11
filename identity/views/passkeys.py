"""Passkeys (U6): adding in two steps, naming, removing."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from core.text import filled
from core.web import PortalRequest, signed_in
from identity import services
from identity.credentials import passkeys
from identity.forms import PasskeyForm, RenamePasskeyForm
from identity.forms.proofs import ProofForm
from identity.forms.proved import AddPasskeyForm
from identity.selectors import user_state
from identity.views import browser_session
from identity.views.factors import back_to, finish

page = require_http_methods(["GET", "HEAD", "POST"])
TO_MAKE = "passkey_to_make"
SECONDS = 5 * 60


@page
@sensitive_post_parameters()
@browser_session.detour_page("second_factor")
def add(request: PortalRequest) -> HttpResponse:
    """Step 1: name the passkey and prove who you are."""
    if not passkeys.available(request):
        return redirect("identity:factors")
    form = AddPasskeyForm.of(request, user=request.access.user)
    if request.method == "POST" and form.prove(request) is not None:
        name = form.cleaned_data["name"]
        request.session[TO_MAKE] = {"name": name, "at": browser_session.seconds_now()}
        response = redirect("identity:passkey-make")
        response["Location"] += back_to(request)
        return response
    context = {"form": form, "back": back_to(request), "page_code": "AM-32"}
    return render(request, "identity/passkey_add.html", context, status=form.status)


@page
@browser_session.detour_page("second_factor")
def make(request: PortalRequest) -> HttpResponse:
    """Step 2: the browser makes the passkey."""
    wanted = request.session.get(TO_MAKE)
    if wanted is None or browser_session.seconds_now() - wanted["at"] > SECONDS:
        return redirect("identity:passkey-add")
    user, name = request.access.user, wanted["name"]
    form = PasskeyForm.of(request, options=lambda: passkeys.ask(request, user, passkeys.MAKE))
    if request.method == "POST":
        device = form.run(
            lambda data: services.add_passkey(
                actor=request.access, request=request, name=name, answer=data["passkey"]
            )
        )
        if device is not None:
            del request.session[TO_MAKE]
            messages.success(request, filled(_("The passkey “%(name)s” is added."), name=name))
            return finish(request, device)
    context = {"form": form, "name": name, "back": back_to(request), "page_code": "AM-33"}
    return render(request, "identity/passkey_make.html", context, status=form.status)


@page
@signed_in
def rename(request: PortalRequest, passkey_id: int) -> HttpResponse:
    """Give a passkey another name."""
    found = user_state.passkey(passkey_id, access=request.access)
    form = RenamePasskeyForm.of(request, initial={"name": found.name})
    if request.method == "POST":
        renamed = form.run(
            lambda data: services.rename_passkey(
                actor=request.access, passkey_id=passkey_id, name=data["name"]
            )
        )
        if renamed is not None:
            messages.success(request, _("The name is saved."))
            return redirect("identity:factors")
    context = {"form": form, "passkey": found, "page_code": "AM-34"}
    return render(request, "identity/passkey.html", context, status=form.status)


@page
@sensitive_post_parameters()
@signed_in
def remove(request: PortalRequest, passkey_id: int) -> HttpResponse:
    """Remove a passkey, with the proofs."""
    found = user_state.passkey(passkey_id, access=request.access)
    user = request.access.user
    form = ProofForm.of(request, user=user)
    if request.method == "POST" and form.prove(request) is not None:
        removed = form.run(
            lambda data: services.remove_passkey(actor=request.access, passkey_id=passkey_id)
        )
        if removed is not None:
            words = filled(_("The passkey “%(name)s” is removed."), name=found.name)
            messages.success(request, words)
            return finish(request)
    last = user_state.authenticator_of(user) is None and len(user_state.passkeys_of(user)) == 1
    context = {"form": form, "passkey": found, "last": last, "page_code": "AM-37"}
    return render(request, "identity/passkey_remove.html", context, status=form.status)
