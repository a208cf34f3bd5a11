"""New messages, and the drafts of a person (M3)."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core.access import Access
from core.errors import NotVisible
from core.ids import parse_id
from core.web import PortalRequest, requires, signed_in
from messages_app import page_links
from messages_app.forms.writing import NewMessageForm, StaffNewMessageForm, TemplateChoice
from messages_app.models import Draft
from messages_app.policies import P
from messages_app.presentation.reply_templates import offered
from messages_app.providers import linked
from messages_app.selectors.drafts import drafts_of, new_message_of
from messages_app.services import drafts as draft_services
from messages_app.services import threads as services
from messages_app.views.draft_page import DraftPage, initial_of
from security_models.models import SecurityModel
from security_models.selectors.workplaces import accounts_worked_in, entered_chosen


@require_http_methods(["GET", "POST"])
@signed_in
def new_message(request: PortalRequest) -> HttpResponse:
    """Write to CBP about one of the accounts in which the writer is a contact."""
    access = request.access
    accounts = [] if access.is_staff else list(accounts_worked_in(access))
    return _new(request, accounts, NewMessageForm, "messages_app/new.html", "W-7")


@require_http_methods(["GET", "POST"])
@requires(P.ANSWER)
def staff_new_message(request: PortalRequest, model_id: uuid.UUID) -> HttpResponse:
    """Write to the contacts of one partner."""
    accounts = [request.access.security_model]
    return _new(request, accounts, StaffNewMessageForm, "messages_app/staff_new.html", "W-8")


def _new(
    request: PortalRequest,
    accounts: list[SecurityModel],
    kind: type[NewMessageForm],
    template: str,
    code: str,
) -> HttpResponse:
    draft = _asked_for(request)
    initial = initial_of(draft)
    chosen = request.POST.get("account") or initial.get("account") or request.GET.get("account")
    inside = entered_chosen(request.access, accounts, chosen)
    if inside is not None:
        initial["account"] = str(inside.security_model.pk)
    form = kind.of(request, initial, sending="send" in request.POST)
    form.offering(accounts, linked.choices(inside) if inside is not None else [])
    if isinstance(form, TemplateChoice):
        form.offering_templates(offered(request.access))
    page = DraftPage(request, form, inside)
    if "autosave" in request.POST:
        return page.as_json()
    if request.method == "POST":
        answer = _act(request, page)
        if answer is not None:
            return answer
    context = {
        "form": form,
        "files": page.files(),
        "accounts": accounts,
        "account": inside.security_model if inside is not None else None,
        "back": _back(request),
        "page_code": code,
    }
    return render(request, template, context, status=form.status)


def _asked_for(request: PortalRequest) -> Draft | None:
    """The draft that the address names. Raises NotVisible for anyone else's."""
    key = request.GET.get("draft")
    if not key:
        return None
    found = parse_id(key)
    if found is None:
        raise NotVisible("draft")
    if request.method == "POST":
        # What is posted counts, also if the draft was sent or deleted in another tab.
        return drafts_of(request.access).filter(pk=found, thread=None).first()
    return new_message_of(request.access, found)


def _back(request: PortalRequest) -> str:
    access = request.access
    return "messages_app:staff-threads" if access.is_staff else "messages_app:inbox"


def _act(request: PortalRequest, page: DraftPage) -> HttpResponse | None:
    """Keep the draft, then do what the button says; None shows the page again."""
    if not page.keep() or page.access is None or "insert" in request.POST:
        return None
    if "send" in request.POST:
        return _send(request, page, page.access)
    if page.draft is None:
        return redirect(request.get_full_path())
    if "remove" not in request.POST and not page.form.chosen_files:
        messages.success(request, _("Your draft is saved. Only you can see it."))
    return redirect(f"{request.path}?draft={page.draft.pk}")


def _send(request: PortalRequest, page: DraftPage, access: Access) -> HttpResponse | None:
    form = page.form
    data = form.cleaned_data
    key = page.draft.pk if page.draft is not None else data["form_key"]
    done = form.run(
        lambda _data: services.send_new(
            actor=access,
            form_key=key,
            subject=data["subject"],
            body=data["body"],
            about=data.get("about") or "",
            is_inquiry=bool(data.get("is_inquiry")),
        )
    )
    if done is None:
        return None
    messages.success(request, _("Your message is sent."))
    return redirect(page_links.page_for(done, is_staff=access.is_staff))


# --- drafts ---------------------------------------------------------------------------------------


@require_safe
@signed_in
def drafts(request: PortalRequest) -> HttpResponse:
    """What the reader has written and not sent."""
    is_staff = request.access.is_staff
    rows = [(one, page_links.draft_page(one, is_staff=is_staff)) for one in _drafts(request)]
    context = {"rows": rows, "back": _back(request), "page_code": "W-9"}
    return render(request, "messages_app/drafts.html", context)


def _drafts(request: PortalRequest) -> list[Draft]:
    return list(drafts_of(request.access)[:200])


@require_POST
@signed_in
def discard(request: PortalRequest, draft_id: uuid.UUID) -> HttpResponse:
    """Delete a draft of the reader."""
    if draft_services.discard(actor=request.access, draft_id=draft_id):
        messages.success(request, _("The draft is deleted."))
    return redirect("messages_app:drafts")
