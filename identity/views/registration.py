"""Registration (U1): address, link, then profile, questions, password."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_safe

from core.access import Access
from core.web import PortalRequest, public
from identity import services
from identity.credentials import passwords
from identity.forms import (
    QUESTIONS,
    NewPasswordForm,
    ProfileForm,
    QuestionsForm,
    RegisterForm,
)
from identity.states import LinkPurpose, SetUpStep
from identity.views import browser_session
from identity.views.mailed_links import link_page

STEPS = (_("User profile"), _("Security questions"), _("Password"))
page = require_http_methods(["GET", "HEAD", "POST"])


@page
@public
def register(request: PortalRequest) -> HttpResponse:
    """Ask for an address; the answer is the same for every address."""
    if request.user.is_authenticated:
        return browser_session.landing(request)
    form = RegisterForm.of(request)
    if request.method == "POST":
        sent = form.run(lambda data: services.ask_for_link(actor=request.access, **data))
        if sent is not None:
            return redirect("identity:register-sent")
    context = {"form": form, "page_code": "U-3"}
    return render(request, "identity/register.html", context, status=form.status)


@require_safe
@public
def register_sent(request: HttpRequest) -> HttpResponse:
    """Check your email."""
    return render(request, "identity/register_sent.html", {"page_code": "U-4"})


confirm = link_page(
    LinkPurpose.REGISTRATION,
    template="identity/confirm.html",
    ended="identity/link_ended.html",
    page_code="U-5",
    act=services.confirm_link,
    done=lambda request, link: browser_session.begin_set_up(request, link.user, link.next_url),
)


@page
@browser_session.set_up_page(SetUpStep.PROFILE)
def profile(request: PortalRequest, actor: Access) -> HttpResponse:
    """Step 1: the user profile."""
    user = actor.user
    form = ProfileForm.of(request, initial=_profile_of(user))
    if request.method == "POST":
        saved = form.run(lambda data: services.save_profile(actor=actor, **data))
        if saved is not None:
            return redirect("identity:set-up-questions")
    return _step(request, actor, "identity/set_up_profile.html", 1, form)


@page
@browser_session.set_up_page(SetUpStep.QUESTIONS)
def questions(request: PortalRequest, actor: Access) -> HttpResponse:
    """Step 2: three questions and answers."""
    form = QuestionsForm.of(request)
    if request.method == "POST":
        saved = form.run(lambda data: services.save_questions(actor=actor, pairs=form.pairs()))
        if saved is not None:
            return redirect("identity:set-up-password")
    return _step(request, actor, "identity/set_up_questions.html", 2, form, suggestions=QUESTIONS)


@page
@browser_session.set_up_page(SetUpStep.PASSWORD)
def password(request: PortalRequest, actor: Access) -> HttpResponse:
    """Step 3: the password; afterwards the person is signed in."""
    form = NewPasswordForm.of(request)
    if request.method == "POST":
        user = form.run(lambda data: services.set_first_password(actor=actor, **data))
        if user is not None:
            return browser_session.end_set_up(request, user)
    return _step(request, actor, "identity/set_up_password.html", 3, form, rules=passwords.rules())


def _step(
    request: PortalRequest, actor: Access, template: str, number: int, form: Any, **more: Any
) -> HttpResponse:
    context = {
        "form": form,
        "steps": STEPS,
        "number": number,
        "email": actor.user.email,
        "page_code": f"U-{number + 5}",
        **more,
    }
    return render(request, template, context, status=form.status)


def _profile_of(user: Any) -> dict[str, Any]:
    names = ("salutation", "first_name", "last_name", "title", "phone", "version")
    return {name: getattr(user, name) for name in names}
