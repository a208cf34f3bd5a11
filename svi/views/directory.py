"""The second tab: companies are searched, chosen, checked and asked (SVI3)."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from core.call_limits import beyond_the_day
from core.ids import parse_id
from core.links import path_to
from core.session_notes import keep, kept
from core.text import one_line
from core.web import PortalRequest, requires
from files.contents.inside import look_inside
from files.services import examine
from security_models.models import SecurityModel
from security_models.selectors.workplaces import entered_chosen
from svi import page_links
from svi.checks.participation import participation_problems
from svi.forms import AskForm, ListForm
from svi.presentation.choices import Line, choices, matched
from svi.selectors.directory import (
    LEAST_LETTERS,
    MOST_FOUND,
    companies,
    companies_found,
    companies_listed,
    says_enough,
)
from svi.selectors.participation import participation
from svi.services.requests import MOST_AT_ONCE, Asked, ask_to_be_monitored, ask_to_monitor
from svi.views.tabs import account_chips, asking_account, own_accounts, tab_context
from trade_accounts.policies import P as AccountP

#: In an address: companies are asked to be monitored.
TO_MONITOR = "monitor"
#: Lines of a list that are matched at once.
MOST_LINES = 200
#: The note of the session with the lines of a list.
_LINES = "svi_lines"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@require_safe
@requires(AccountP.VIEW)
def search(request: PortalRequest, trade_id: uuid.UUID) -> HttpResponse:
    """Search companies by name, other name or account number."""
    accounts = own_accounts(request, trade_id)
    model = asking_account(request, accounts)
    text = one_line(request.GET.get("q", "")).strip()[:100]
    problem, found, is_cut = "", [], False
    if text and not says_enough(text):
        problem = _("Type a word of at least %(n)s letters or digits.") % {"n": LEAST_LETTERS}
    elif text and _searched_too_often(trade_id, 1):
        problem = _too_often_words()
    elif text and participation(model).is_full:
        entries = list(companies_found(text, accounts)[: MOST_FOUND + 1])
        is_cut = len(entries) > MOST_FOUND
        found = choices(model, entries[:MOST_FOUND], to_monitor=_is_to_monitor(request))
    context = {
        **_frame(request, trade_id, accounts, model, "V-2"),
        "q": request.GET.get("q", ""),
        "searched": bool(text) and not problem,
        "problem": problem,
        "found": found,
        "some_can_be_asked": any(one.can_be_asked for one in found),
        "is_cut": is_cut,
        "most": MOST_FOUND,
    }
    return render(request, "svi/request.html", context, status=429 if _is_limit(problem) else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(AccountP.VIEW)
def match(request: PortalRequest, trade_id: uuid.UUID) -> HttpResponse:
    """Match a list of companies, pasted or from a spreadsheet, and choose from what was found."""
    accounts = own_accounts(request, trade_id)
    model = asking_account(request, accounts)
    note = kept(request.session, _LINES, request.GET.get("lines", "")) or {}
    lines: list[str] = note.get("lines", []) if "lines" in request.GET else []
    form = ListForm.of(request, {"companies": "\n".join(lines)})
    if form.is_bound:
        typed = form.run(lambda data: _typed_lines(form, trade_id, data))
        if typed is not None:
            key = keep(request.session, _LINES, {"lines": typed})
            return redirect(f"{request.path}?{urlencode({**_kept(request, model), 'lines': key})}")
    context = {
        **_frame(request, trade_id, accounts, model, "V-9"),
        "form": form,
        "lines": _matched(model, accounts, lines, to_monitor=_is_to_monitor(request)),
    }
    return render(request, "svi/match.html", context, status=form.status)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(AccountP.VIEW)
def check(request: PortalRequest, trade_id: uuid.UUID) -> HttpResponse:
    """Check who is asked, add a note, and ask."""
    accounts = own_accounts(request, trade_id)
    model = asking_account(request, accounts)
    to_monitor = _is_to_monitor(request)
    ids = [parse_id(one) for one in request.GET.getlist("partner")]
    chosen = [one for one in ids if one is not None][: MOST_AT_ONCE + 1]
    found = []
    if participation(model).is_full:
        own = {one.pk for one in accounts}
        entries = [one for one in companies(chosen) if one.pk not in own]
        found = choices(model, entries, to_monitor=to_monitor)
    asked = [one for one in found if one.can_be_asked]
    form = AskForm.of(request)
    if form.is_bound:
        inside = entered_chosen(request.access, accounts, str(model.pk))
        ask = ask_to_monitor if to_monitor else ask_to_be_monitored
        done = form.run(
            lambda data: ask(
                actor=inside or request.access,
                model=model,
                partners=[one.entry.pk for one in found],
                note=data["note"],
            )
        )
        if done is not None:
            _say(request, done)
            leads = page_links.monitored_of if to_monitor else page_links.monitors_of
            return redirect(leads(model))
    context = {
        **_frame(request, trade_id, accounts, model, "V-10"),
        "form": form,
        "asked": asked,
        "passed": [one for one in found if not one.can_be_asked],
    }
    return render(request, "svi/check.html", context, status=form.status)


# --- parts of these -------------------------------------------------------------------------------


def _frame(
    request: HttpRequest,
    trade_id: uuid.UUID,
    accounts: list[SecurityModel],
    model: SecurityModel,
    code: str,
) -> dict[str, Any]:
    kept_in = _kept(request, model)
    return {
        **tab_context(trade_id, accounts, "request", code),
        "model": model,
        "account_choices": account_chips(accounts, model),
        "blockers": list(participation_problems(participation(model))),
        "agreement_url": page_links.agreement_of(model),
        "search_url": f"{path_to('svi:request', trade_id=trade_id)}?{urlencode(kept_in)}",
        "match_url": f"{path_to('svi:match', trade_id=trade_id)}?{urlencode(kept_in)}",
        "check_url": path_to("svi:check", trade_id=trade_id),
        "kept": kept_in,
        "to_monitor": _is_to_monitor(request),
        "directions": _directions(request, model),
        "searches_a_day": settings.SVI_SEARCHES_A_DAY,
    }


def _is_to_monitor(request: HttpRequest) -> bool:
    """Whether companies are asked to be monitored, where the program offers that. Raises Http404
    where it does not.
    """
    if "direction" not in request.GET:
        return False
    if request.GET["direction"] != TO_MONITOR or not settings.SVI_BOTH_DIRECTIONS:
        raise Http404("direction")
    return True


def _kept(request: HttpRequest, model: SecurityModel) -> dict[str, str]:
    """What the addresses of the pages of this tab keep."""
    direction = {"direction": TO_MONITOR} if _is_to_monitor(request) else {}
    return {"account": str(model.pk), **direction}


def _directions(request: HttpRequest, model: SecurityModel) -> list[tuple[str, str, bool]]:
    """Both directions with their addresses and which one is chosen; none if there is one only."""
    if not settings.SVI_BOTH_DIRECTIONS:
        return []
    to_monitor, own = _is_to_monitor(request), {"account": model.pk}
    return [
        (urlencode(own), _("Ask them to monitor you"), not to_monitor),
        (urlencode({**own, "direction": TO_MONITOR}), _("Ask to monitor them"), to_monitor),
    ]


def _searched_too_often(trade_id: uuid.UUID, searches: int) -> bool:
    return beyond_the_day(f"svi-search:{trade_id}", settings.SVI_SEARCHES_A_DAY, searches)


def _too_often_words() -> str:
    words = _("Your company can search %(n)s times a day. Search again tomorrow.")
    return words % {"n": settings.SVI_SEARCHES_A_DAY}


def _is_limit(problem: str) -> bool:
    return bool(problem) and problem == _too_often_words()


def _typed_lines(form: ListForm, trade_id: uuid.UUID, data: dict[str, Any]) -> list[str] | None:
    """The lines of the list; None with errors at the fields."""
    upload = data["file"]
    lines = _lines_of_file(form, upload) if upload is not None else _lines(data["companies"])
    if form.errors:
        return None
    if not lines:
        form.add_error("companies", _("Type or paste at least one company, or choose a file."))
    elif len(lines) > MOST_LINES:
        words = _("The list has %(n)s lines. Match at most %(most)s at once.")
        form.add_error("companies", words % {"n": len(lines), "most": MOST_LINES})
    elif _searched_too_often(trade_id, len(lines)):
        form.add_error("companies", _too_often_words())
    return None if form.errors else lines


def _matched(
    model: SecurityModel, accounts: list[SecurityModel], lines: Sequence[str], *, to_monitor: bool
) -> list[Line]:
    """What the lines name, for an account that takes part."""
    if not lines or not participation(model).is_full:
        return []
    searched = [line for line in lines if says_enough(line)]
    entries, numbered = companies_listed(searched, accounts)
    return matched(lines, choices(model, entries, to_monitor=to_monitor), numbered)


def _lines(text: str) -> list[str]:
    """The lines of a list without empty and repeated ones."""
    stripped = (one_line(line).strip()[:200] for line in text.splitlines())
    return list(dict.fromkeys(line for line in stripped if line))


def _lines_of_file(form: ListForm, upload: Any) -> list[str]:
    """The first cells of a spreadsheet, read in a bounded process."""
    problems = examine(upload)
    for one in problems:
        form.add_error("file", str(one.message))
    if problems:
        return []
    inside = look_inside(upload, XLSX)
    if inside.problem or not upload.name.lower().endswith(".xlsx"):
        form.add_error("file", _("This file can't be read as an XLSX spreadsheet."))
        return []
    # The first line is the name of the sheet.
    rows = inside.text.split("\n\n")[0].splitlines()[1:]
    return _lines("\n".join(row.split("\t")[0] for row in rows))


def _say(request: HttpRequest, done: Asked) -> None:
    if done.asked:
        n = len(done.asked)
        words = ngettext("%(n)s company is asked.", "%(n)s companies are asked.", n)
        messages.success(request, words % {"n": n})
    if done.passed:
        n = len(done.passed)
        words = ngettext(
            "%(n)s company is on your list already.",
            "%(n)s companies are on your list already.",
            n,
        )
        messages.info(request, words % {"n": n})
