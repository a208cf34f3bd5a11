"""Checks a new password while it is typed (U3)."""

from __future__ import annotations

import unicodedata

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_POST

from core.call_limits import too_often
from core.web import PortalRequest, public
from identity.credentials import passwords
from identity.models import User
from identity.views import browser_session, recovery_proof

CHECKS_A_MINUTE = 120


@require_POST
@sensitive_post_parameters()
@sensitive_variables("typed")
@never_cache
@public
def check(request: PortalRequest) -> HttpResponse:
    """The rules, each met or not yet; for the change, the set-up and the reset.

    The typed text is checked and forgotten: it is neither stored nor logged, and nothing slow runs.
    Rules that need a slow hash are checked when the form is sent.
    """
    user = _at_work(request)
    if user is None:
        # The form was sent while this request was in progress: nobody waits for the answer.
        return HttpResponse(status=204)
    # More often than anyone types.
    if too_often(f"password-check:{request.session.session_key}", CHECKS_A_MINUTE):
        return HttpResponse(status=429)
    typed = request.POST.get("new_password", "")[: passwords.MAX_LENGTH]
    rules = passwords.rules(unicodedata.normalize("NFC", typed), user)
    checked = [rule for rule in rules if rule.met is not None]
    context = {"rules": rules, "met": sum(rule.met is True for rule in checked), "of": len(checked)}
    return render(request, "identity/parts/password_rules.html", context)


def _at_work(request: HttpRequest) -> User | None:
    """The person who chooses a password: signed in, in the set-up, or proved by an emailed link."""
    link = recovery_proof.at_hand(request)
    if link is not None and recovery_proof.is_proved(request, link):
        return link.user
    return browser_session.in_set_up(request)
