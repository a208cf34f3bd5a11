"""One message to many partners: chosen in the list of partners, written, previewed, confirmed."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.ids import new_id, parse_id
from core.session_notes import keep, kept
from core.web import PortalRequest, requires
from messages_app.policies import P
from messages_app.presentation.many_messages import preview_of
from messages_app.presentation.reply_templates import offered
from messages_app.selectors.broadcasts import writable
from messages_app.selectors.templates import template_of
from messages_app.services import broadcasts
from reviews.forms.many_messages import ManyMessagesForm, left_out_in
from reviews.listings import partners_listing
from reviews.selectors.management import partners_of, seen_in
from reviews.selectors.staffing import all_specialists
from security_models.policies import P as ModelP

#: The partners that were chosen: a note of the session.
CHOSEN = "partners_to_write_to"
#: The buttons that show the page again.
_AGAIN = ("preview", "insert", "take_out", "put_back")


@requires(P.SEE_INBOX)
def message_many(request: PortalRequest) -> HttpResponse:
    """Write to the partners that were chosen in the list; a confirmed message goes to its page."""
    if request.method == "POST" and "chosen" not in request.POST:
        return redirect(_chosen(request))
    key = request.GET.get("chosen")
    note = kept(request.session, CHOSEN, key) if key else None
    if request.method != "POST" and note is None and getattr(request, "kept_post", None) is None:
        return redirect("reviews:partners")
    sending = "send" in request.POST or "preview" in request.POST
    return _written(request, ManyMessagesForm.of(request, note, sending=sending))


def _chosen(request: PortalRequest) -> str:
    """Keep the partners that the filtered list contains and the reader selected; the address of the
    form for them. Its key is kept, too: opened again, it sends no second message.
    """
    people = all_specialists() if request.access.has(ModelP.ASSIGN) else []
    query = request.POST.get("query", "")
    page = partners_listing(people).posted(partners_of(request.access), query)
    back = f"{reverse('reviews:partners')}?{page.query()}"
    wanted = None if "every" in request.POST else request.POST.getlist("model")
    seen = seen_in(page.rows, wanted, broadcasts.AT_ONCE)
    if not seen:
        messages.error(request, _("Select at least one partner in the list."))
        return back
    chosen = ",".join(str(pk) for pk in seen)
    note = {"chosen": chosen, "back": back, "form_key": str(new_id())}
    return f"{request.path}?chosen={keep(request.session, CHOSEN, note)}"


def _written(request: PortalRequest, form: ManyMessagesForm) -> HttpResponse:
    """The page with the form; what a button asked for is done first."""
    access = request.access
    preview = preview_of(access, form["chosen"].value() or "")
    form.offering_templates(offered(access))
    form.offering(preview.models)
    if form.is_bound:
        sent = _send(request, form) if "send" in request.POST else None
        if sent is not None:
            return sent
        if any(button in request.POST for button in _AGAIN) and form.is_valid():
            form.done = _act(request, form)
    preview = preview.leaving_out(left_out_in(form["left_out"].value() or ""))
    shown = "preview" in request.POST and form.is_bound and form.is_valid()
    if shown:
        preview = preview.filled(access, form["subject"].value(), form["body"].value())
    context: dict[str, Any] = {
        "form": form,
        "preview": preview,
        "ready": shown and not preview.problems,
        "back": form.list_url,
        "most": broadcasts.AT_ONCE if len(preview.models) == broadcasts.AT_ONCE else 0,
        "page_code": "G-10",
    }
    return render(request, "reviews/many_messages.html", context, status=form.status)


def _act(request: PortalRequest, form: ManyMessagesForm) -> bool:
    """Do to the form what the button asks for; whether it was done."""
    post = request.POST
    if "take_out" in post:
        return form.take_out()
    if "put_back" in post:
        form.put_back(parse_id(post["put_back"]))
        return True
    if "insert" in post:
        key = parse_id(form.cleaned_data.get("template"))
        if key is None:
            form.add_error("template", _("Choose a template."))
            return False
        return form.add_text(template_of(request.access, key).body)
    return False


def _send(request: PortalRequest, form: ManyMessagesForm) -> HttpResponse | None:
    """Confirm the message; ids to whom the writer may not write are named and ignored."""
    done = form.run(
        lambda data: broadcasts.send_to_many(
            actor=request.access,
            form_key=data["form_key"],
            subject=data["subject"],
            body=data["body"],
            is_inquiry=data["is_inquiry"],
            partners=data["chosen"],
            left_out=data["left_out"],
        )
    )
    if done is None:
        return None
    chosen = form.cleaned_data["chosen"]
    foreign = len(chosen) - len(writable(request.access, chosen))
    messages.success(request, _("The message is being sent. You can leave this page."))
    if foreign:
        words = ngettext(
            "%(n)s selected partner is not yours and was ignored.",
            "%(n)s selected partners are not yours and were ignored.",
            foreign,
        )
        messages.warning(request, words % {"n": foreign})
    return redirect("messages_app:broadcast", done.pk)
