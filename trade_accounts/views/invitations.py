"""What an invited person sees: the emailed link, the list, accept and decline (U1, T6)."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from core.errors import NotVisible
from core.web import PortalRequest, public, signed_in
from identity.credentials.mailed_links import UNKNOWN, opened
from identity.selectors.user_state import user_by_email
from identity.states import SetUpStep
from identity.views.browser_session import begin_set_up
from identity.views.mailed_links import not_held
from trade_accounts import selectors, services
from trade_accounts.forms import ConfirmForm
from trade_accounts.models import Invitation
from trade_accounts.services.invitations import link_problem
from trade_accounts.states import INVITATION, MembershipState
from trade_accounts.views.frame import address_of, wants


def _answer_url(invitation: Invitation) -> str:
    return reverse("trade_accounts:invitation", kwargs={"membership_id": invitation.membership_id})


@require_http_methods(["GET", "POST"])
@never_cache
@public
def invitation_link(request: PortalRequest, link_id: uuid.UUID) -> HttpResponseBase:
    """Where an opened link leads: on to the answer, to sign-in, or to the set-up of a sign-in.

    Reading the page uses nothing up; only the answer of the signed-in owner of the address does.
    """
    if link_id == UNKNOWN:
        raise NotVisible("invitation")
    invitation = opened(request, INVITATION, link_id)
    if invitation is None:
        return not_held(request)
    email, reader = invitation.membership.email, request.access.user
    if reader is not None and reader.email == email:
        return redirect(_answer_url(invitation))
    form = ConfirmForm.of(request)
    if request.method == "POST" and reader is None:
        user = form.run(
            lambda _data: services.begin_set_up(actor=request.access, invitation=invitation)
        )
        if user is not None:
            return begin_set_up(request, user, _answer_url(invitation))
    owner = user_by_email(email)
    context = {
        "form": form,
        "membership": invitation.membership,
        "problem": link_problem(invitation),
        "until": invitation.expires_at,
        "has_sign_in": owner is not None and owner.set_up_step == SetUpStep.DONE,
        "answer_url": _answer_url(invitation),
        "page_code": "I-1",
    }
    return render(request, "trade_accounts/invitation_link.html", context, status=form.status)


@require_safe
@signed_in
def invitations(request: PortalRequest) -> HttpResponse:
    """The open invitations of the reader."""
    rows = selectors.open_invitations(request.access.user)
    context = {"invitations": rows, "page_code": "I-2"}
    return render(request, "trade_accounts/invitations.html", context)


@require_http_methods(["GET", "POST"])
@signed_in
def invitation(request: PortalRequest, membership_id: uuid.UUID) -> HttpResponse:
    """Accept or decline one invitation to the reader's confirmed address."""
    membership: Any = selectors.invitation_of(request.access, membership_id)
    form = ConfirmForm.of(request)
    if request.method == "POST":
        declines = wants(request, "decline")
        service = services.decline if declines else services.accept
        done = form.run(lambda _data: service(actor=request.access, membership_id=membership_id))
        if done is not None:
            return _answered(request, done.trade_account, declines)
    context = {
        "form": form,
        "membership": membership,
        "is_open": membership.state == MembershipState.INVITED and membership.is_live,
        "page_code": "I-3",
    }
    return render(request, "trade_accounts/invitation.html", context, status=form.status)


def _answered(request: PortalRequest, account: object, declined: bool) -> HttpResponse:
    name = {"name": str(account)}
    if declined:
        messages.info(request, _("The invitation of %(name)s is declined.") % name)
        return redirect("trade_accounts:invitations")
    messages.success(request, _("You are a user of %(name)s now.") % name)
    return redirect(address_of("company", account))  # type: ignore[arg-type]
