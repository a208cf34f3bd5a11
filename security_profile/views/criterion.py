"""One criterion: read, answer, attach; the conflict page; the library to choose from."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from core.differences import compare
from core.errors import Problem
from core.saved_messages import say_saved
from core.text import filled
from core.web import PortalRequest, requires
from files.views.inert_download import serve
from security_models.models import SecurityModel
from security_profile.facts.criterion_answers import Answer
from security_profile.forms.profile import (
    ANSWER_NOTES,
    NOT_APPLICABLE,
    ChooseForm,
    CriterionForm,
    already_attached,
)
from security_profile.models import Response
from security_profile.policies import EDIT, VIEW
from security_profile.presentation.completeness import progress_words
from security_profile.presentation.profile_rows import (
    category_rows,
    criterion_url,
    evidence_rows,
    page_url,
    reopening,
)
from security_profile.presentation.review_criteria import criterion_notice
from security_profile.selectors import (
    Applicable,
    Profile,
    approved_version,
    catalogue,
    closed_because,
    criterion_of,
    evidence_link,
    library_to_choose,
    overview,
    removed_evidence,
)
from security_profile.selectors.annual_reviews import review_of
from security_profile.services import evidence


@requires(VIEW)
def criterion(
    request: PortalRequest, trade_id: uuid.UUID, model_id: uuid.UUID, code: str
) -> HttpResponse:
    """The page of one criterion. Every button saves first, so that nothing that is typed
    is lost.
    """
    model = request.access.security_model
    one = criterion_of(model, code)
    types = catalogue().document_types_for(one.entry.category)
    if request.method == "POST":
        request.access.require(EDIT)
        if request.POST.get("keep") == "theirs":
            messages.success(request, _("Their answer stays. Yours wasn't saved."))
            return redirect(criterion_url(model, code))
        form = CriterionForm.of(request, document_types=types)
        if form.save(actor=request.access, model=model, code=code) is not None:
            return redirect(_onwards(request, model, code, form))
        profile = overview(model)
    else:
        profile = overview(model)
        form = CriterionForm.for_answer(request, profile.answer(code), document_types=types)
    context = _context(request, profile, code, form)
    return render(request, "security_profile/criterion.html", context, status=form.status)


def _onwards(request: PortalRequest, model: SecurityModel, code: str, form: CriterionForm) -> str:
    """The page after a save: the next criterion, the library, or the page where the user was."""
    here = criterion_url(model, code)
    if "choose" in request.POST:
        return page_url("choose", model, code=code)
    if request.POST.get("remove"):
        return f"{here}?removed={request.POST['remove']}#evidence"
    if "attach" in request.POST or request.POST.get("restore"):
        _say_saved(request, code, form, form.still_to_do())
        return f"{here}#evidence"
    if "next" in request.POST or "previous" in request.POST:
        return _onwards_to_another(request, model, code, form)
    if "confirm" in request.POST:
        confirmed = _("It is confirmed for the annual review.")
        _say_saved(request, code, form, [], confirmed)
        return here
    _say_saved(request, code, form, form.still_to_do())
    return here


def _say_saved(
    request: PortalRequest, code: str, form: CriterionForm, lacks: list[Problem], more: str = ""
) -> None:
    """Say that the criterion is saved, what else happened, and what is still missing."""
    said = [_("Criterion %(code)s is saved.") % {"code": code}, form.attached_words, more]
    say_saved(request, " ".join(part for part in said if part), lacks)


def _onwards_to_another(
    request: PortalRequest, model: SecurityModel, code: str, form: CriterionForm
) -> str:
    """Open the next page that the profile now requires, or go back; say what the save did."""
    profile = overview(model)
    answer, before = profile.answer(code), profile.around(code)[0]
    changed = reopening(profile, answer)
    more = changed["words"] if changed.get("done") else ""
    if answer.is_started or form.cleaned_data["version"]:
        # Going past a criterion that nobody has begun is not a save worth a word.
        _say_saved(request, code, form, answer.still_to_do(), more)
    if "previous" in request.POST and before is not None:
        return criterion_url(model, before.code)
    return _onward_url(model, profile.onward(code))


def _onward_url(model: SecurityModel, after: Answer | None) -> str:
    return criterion_url(model, after.code) if after is not None else page_url("summary", model)


def _context(
    request: PortalRequest, profile: Profile, code: str, form: CriterionForm
) -> dict[str, Any]:
    model, answer = profile.model, profile.answer(code)
    before, after = profile.around(code)[0], profile.onward(code)
    review = review_of(model)
    context = {
        "model": model,
        "profile": profile,
        "answer": answer,
        "criterion": answer.criterion,
        "form": form,
        "notes": ANSWER_NOTES,
        "categories": category_rows(profile, code),
        "words": progress_words(profile.counted),
        "approved": approved_version(answer),
        "files": evidence_rows(profile, code),
        "guidance_open": not answer.is_started,
        "previous_url": criterion_url(model, before.code) if before else "",
        "next_url": _onward_url(model, after),
        "next": after,
        "reopening": reopening(profile, answer),
        "review_notice": criterion_notice(review, answer, model) if review is not None else None,
        "waives_evidence": form["answer"].value() == NOT_APPLICABLE,
        "shows_demand": answer.criterion.entry.evidence_required and not answer.not_applicable,
        "closed": closed_because(model),
        "removed": removed_evidence(model, code, request.GET.get("removed", "")),
        "page_code": "SP-2",
    }
    if form.stale is not None:
        context |= _conflict(form, form.stale.current)
    return context


def _conflict(form: CriterionForm, theirs: Response) -> dict[str, Any]:
    """Show both texts of a conflict (P5). The page starts from what is saved now."""
    form.base_on(theirs.version)
    saved = _in_words(
        theirs.not_applicable, theirs.reason if theirs.not_applicable else theirs.text
    )
    mine = _in_words(form.is_not_applicable, form.mine)
    return {
        "theirs": theirs,
        "their_words": saved,
        "mine": mine,
        "parts": compare(saved, mine).parts,
    }


def _in_words(not_applicable: bool, words: str) -> str:
    """An answer as one text."""
    return _("Not Applicable. %(reason)s") % {"reason": words} if not_applicable else words


@requires(EDIT)
def choose(
    request: PortalRequest, trade_id: uuid.UUID, model_id: uuid.UUID, code: str
) -> HttpResponse:
    """Choose documents of the Partner Library as evidence."""
    model = request.access.security_model
    one: Applicable = criterion_of(model, code)
    rows = library_to_choose(model, code, request.GET.get("q", ""))
    form = ChooseForm.of(request, choices=[(str(row.pk), row.title) for row in rows])
    if request.method == "POST":
        chosen = form.run(
            lambda data: evidence.choose_evidence(
                actor=request.access, model=model, code=code, version_ids=data["versions"]
            )
        )
        if chosen is not None:
            messages.success(request, _chosen_words(chosen))
            return redirect(f"{criterion_url(model, code)}#evidence")
    context = {
        "model": model,
        "criterion": one,
        "rows": rows,
        "form": form,
        "back": criterion_url(model, code),
        "q": request.GET.get("q", ""),
        "page_code": "SP-3",
    }
    return render(request, "security_profile/choose.html", context, status=form.status)


def _chosen_words(chosen: evidence.Chosen) -> str:
    """What happened to each document that was chosen."""
    said = [filled(_("“%(name)s” is attached."), name=name) for name in chosen.attached]
    said += [already_attached(name) for name in chosen.again]
    return " ".join(said)


@requires(VIEW)
def download(
    request: PortalRequest,
    trade_id: uuid.UUID,
    model_id: uuid.UUID,
    code: str,
    link_id: uuid.UUID,
) -> HttpResponseBase:
    """A file of evidence. If it is not Clean, a page says so instead."""
    link = evidence_link(request.access.security_model, code, link_id)
    version = link.document_version
    return serve(request, version.file, named_by=[link, version])
