"""Changing the security questions (U2, U5)."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from core.web import PortalRequest, signed_in
from identity import services
from identity.forms import QUESTIONS
from identity.views.recovery_proof import ChangeQuestionsForm


@require_http_methods(["GET", "HEAD", "POST"])
@sensitive_post_parameters()
@signed_in
def questions(request: PortalRequest) -> HttpResponse:
    """The current answers, the password and the second factor; then three new questions."""
    form = ChangeQuestionsForm.of(request, user=request.access.user)
    if request.method == "POST" and form.prove(request) is not None:
        changed = form.run(
            lambda data: services.change_questions(
                actor=request.access, proved=form.asked, pairs=form.pairs()
            )
        )
        if changed is not None:
            messages.success(request, _("Your security questions are changed."))
            return redirect("identity:menu")
    context = {"form": form, "suggestions": QUESTIONS, "page_code": "AM-10"}
    return render(request, "identity/questions.html", context, status=form.status)
