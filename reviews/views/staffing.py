"""Pages of management: all open work, handing partners over, who is away."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from core.due_calendar import counted_calendar
from core.links import own_path
from core.listing import Listing
from core.session_notes import keep, kept
from core.web import PortalRequest, exported, requires
from reviews.forms.staffing import AbsenceForm, AssignManyForm, read, written
from reviews.listings import APPLICATIONS, open_work_listing, partners_listing
from reviews.presentation.absence_words import absence_recorded
from reviews.presentation.annual_review_rows import due_by_month
from reviews.presentation.handover_rows import figures_of, hand_over_rows, result_rows, work_rows
from reviews.selectors import management, queue, staffing
from reviews.selectors.annual_review_list import annual_reviews
from security_models.policies import P
from security_models.services import handover
from security_profile.selectors.review_list import counts_due


@requires(P.OVERSEE)
def open_work(request: PortalRequest) -> HttpResponse:
    """All open work of the program: its kind, its specialist, and when it is due."""
    people = staffing.all_specialists()
    counts = queue.open_counts()
    page = open_work_listing(people).show(
        queue.all_open_work(), request.GET, plain_total=counts["all"]
    )
    if kind := request.GET.get("export"):
        return exported(page, kind, "open-work")
    context = {
        "page": page,
        "rows": work_rows(page.page),
        "figures": figures_of(counts),
        "due": counted_calendar(queue.due_counts()),
        "annual_due": due_by_month(counts_due(annual_reviews(request.access))),
        "specialists": people,
        "page_code": "G-7",
    }
    return render(request, "reviews/open_work.html", context)


#: Notes of the session: which partners were chosen, and what became of each.
CHOSEN, HANDED_OVER = "partners_chosen", "partners_handed_over"


@requires(P.ASSIGN)
def assign_many(request: PortalRequest) -> HttpResponse:
    """Keep which partners were chosen, preview their hand-over, do it; each has its own address."""
    if request.method != "POST":
        return _preview(request) if "chosen" in request.GET else _result(request)
    if "chosen" not in request.POST:
        return redirect(_chosen(request))
    form = AssignManyForm.of(request).offering(staffing.specialists())
    done = form.run(
        lambda data: handover.assign_many(
            actor=request.access, staff_id=uuid.UUID(data["staff"]), seen=data["chosen"]
        )
    )
    if done is not None:
        rows = [(str(row.model_id), row.outcome.value, row.staff_name) for row in done]
        key = keep(request.session, HANDED_OVER, {"rows": rows, "back": form.list_url})
        return redirect(f"{request.path}?of={key}")
    partners = management.chosen(form.cleaned_data.get("chosen") or {})
    context = {
        "form": form,
        "rows": hand_over_rows(partners),
        "back": form.list_url,
        "page_code": "G-8",
    }
    return render(request, "reviews/assign_many.html", context, status=form.status)


def _result(request: PortalRequest) -> HttpResponse:
    """What became of each row of a hand-over of this session; reading it changes nothing."""
    note = kept(request.session, HANDED_OVER, request.GET.get("of", ""))
    if note is None:
        return redirect("reviews:open-work")
    done = [
        handover.Row(uuid.UUID(model_id), handover.Outcome(outcome), name)
        for model_id, outcome, name in note["rows"]
    ]
    partners = management.chosen([row.model_id for row in done])
    context = {
        "results": result_rows(done, partners),
        "back": own_path(note["back"]),
        "page_code": "G-8",
    }
    return render(request, "reviews/assign_many.html", context)


def _chosen(request: PortalRequest) -> str:
    """Keep which partners of a list were chosen; the address of the preview."""
    name = request.POST.get("list", "")
    if name not in LISTS:
        return reverse("reviews:open-work")
    page, listing, rows = LISTS[name]
    people = staffing.all_specialists()
    matching = listing(people).posted(rows(), request.POST.get("query", ""))
    back = f"{reverse(page)}?{matching.query()}"
    ids = None if "every" in request.POST else request.POST.getlist("model")
    seen = management.seen_in(matching.rows, ids, handover.AT_ONCE)
    if not seen:
        messages.error(request, _("Select at least one partner in the list."))
        return back
    note = {"chosen": written(seen), "back": back}
    return f"{request.path}?chosen={keep(request.session, CHOSEN, note)}"


def _preview(request: PortalRequest) -> HttpResponse:
    """The chosen partners as they are now, and the choice of a specialist."""
    note = kept(request.session, CHOSEN, request.GET["chosen"]) or {}
    form = AssignManyForm.of(request, note)
    seen = read(form["chosen"].value() or "")
    if seen is None:
        messages.error(request, _("Select the partners in the list again."))
        return redirect("reviews:open-work")
    # The specialist who already has all of them is not offered.
    others = [one for one in staffing.all_specialists() if {one.pk} != set(seen.values())]
    context = {
        "form": form.offering(others),
        "rows": hand_over_rows(management.chosen(seen)),
        "back": form.list_url,
        "most": handover.AT_ONCE if len(seen) == handover.AT_ONCE else 0,
        "page_code": "G-8",
    }
    return render(request, "reviews/assign_many.html", context)


#: Where partners can be chosen: the page, its list, its rows.
LISTS: dict[str, tuple[str, Callable[[Any], Listing], Callable[[], QuerySet[Any]]]] = {
    "work": ("reviews:open-work", open_work_listing, queue.all_open_work),
    "applications": ("reviews:management", lambda _people: APPLICATIONS, management.applications),
    "partners": ("reviews:partners", partners_listing, management.every_partner),
}


@requires(P.ASSIGN)
def specialist(request: PortalRequest, user_id: uuid.UUID) -> HttpResponse:
    """One specialist: their workload, whether they are away, and the way to hand the work over."""
    found = staffing.specialist(user_id)
    now = {"until": found.away_until, "cover": str(found.cover_id_now or "")}
    form = AbsenceForm.of(request, initial=now).offering(staffing.specialists(), found)
    if form.is_bound:
        done = form.run(
            lambda data: handover.set_absence(
                actor=request.access,
                staff_id=user_id,
                until=data["until"],
                cover_id=data["cover"],
            )
        )
        if done is not None:
            messages.success(request, absence_recorded(staffing.specialist(user_id)))
            return redirect("reviews:specialist", user_id)
    context = {"form": form, "person": found, "page_code": "G-9"}
    return render(request, "reviews/specialist.html", context, status=form.status)
