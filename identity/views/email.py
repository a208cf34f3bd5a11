"""Changing the email address (U7): the page, the link sent to the new address, and the link sent to
the old one.

Opening a link only shows a button. The button makes the change or undoes it.
"""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from core.errors import Refused
from core.mailboxes import shown_address
from core.web import PortalRequest, public, signed_in
from identity import services
from identity.forms.email import EmailForm
from identity.models import User
from identity.selectors import user_state
from identity.states import LinkPurpose
from identity.views import browser_session
from identity.views.mailed_links import link_page

page = require_http_methods(["GET", "HEAD", "POST"])


@page
@sensitive_post_parameters()
@signed_in
def change(request: PortalRequest) -> HttpResponse:
    """The address, the change that waits, and the form for a new one.

    The page is one form: the buttons of the waiting change keep what is typed.
    """
    user = request.access.user
    about_waiting = {"again": _send_again, "cancel": _cancel, "try": _try}
    pressed = next((name for name in about_waiting if name in request.POST), "")
    form = (EmailForm.beside if pressed else EmailForm.of)(request, user=user)
    if pressed:
        about_waiting[pressed](request)
    elif request.method == "POST" and form.prove(request) is not None:
        asked = form.run(
            lambda data: services.ask_for_email_change(
                actor=request.access, email=data["new_email"]
            )
        )
        if asked is not None:
            messages.success(request, _("We sent an email to the address you entered."))
            return redirect("identity:email")
    context = {
        "form": form,
        "user": user,
        "waiting": user_state.pending_email_change(user),
        "failing": user_state.failing_emails(user),
        "page_code": "AM-20",
    }
    return render(request, "identity/email.html", context, status=form.status)


def _send_again(request: PortalRequest) -> None:
    """Send a new link for the change that waits."""
    try:
        services.send_email_change_again(actor=request.access)
        messages.success(
            request, _("We sent a new email. The link in the older one no longer works.")
        )
    except Refused as refusal:
        messages.error(request, refusal.problems[0].message)


def _cancel(request: PortalRequest) -> None:
    """Cancel the change that waits."""
    if services.cancel_email_change(actor=request.access):
        messages.success(request, _("The change is canceled. Your address stays as it is."))


def _try(request: PortalRequest) -> None:
    """Send one email although emails come back."""
    try:
        user = services.try_address_again(actor=request.access)
    except Refused as refusal:
        messages.error(request, refusal.problems[0].message)
        return
    words = _("We sent an email to %(email)s. If it arrives, you don't need to do anything else.")
    messages.success(request, words % {"email": shown_address(user.email)})


def _changed(request: PortalRequest, user: User) -> HttpResponse:
    """Go to the page of the address for its person, to the sign-in for anyone else."""
    if request.access.user_id == user.pk:
        messages.success(request, _("Your email address is changed."))
        return browser_session.remember(request, redirect("identity:email"), user)
    messages.success(request, _("Your email address is changed. Sign in with the new one."))
    return redirect("identity:sign-in")


confirm = link_page(
    LinkPurpose.EMAIL_CHANGE,
    template="identity/email_confirm.html",
    ended="identity/email_link_ended.html",
    page_code="U-20",
    act=services.confirm_email_change,
    done=_changed,
)
undo = link_page(
    LinkPurpose.EMAIL_UNDO,
    template="identity/email_undo.html",
    ended="identity/email_undo_ended.html",
    page_code="U-21",
    act=services.undo_email_change,
    done=lambda request, _user: redirect("identity:email-undone"),
)


@require_safe
@public
def undone(request: PortalRequest) -> HttpResponse:
    """Say that the old address is valid again, and what to do next."""
    return render(request, "identity/email_undone.html", {"page_code": "U-22"})
