"""What this app adds to tasks and to the at-a-glance page of a model (N2, S6)."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from dataclasses import replace
from operator import attrgetter
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.access import Access
from core.agency import with_agency
from core.contributions import DueDate, Fact, Glance, Section, Task
from core.days import day
from core.errors import Problem
from core.text import filled
from security_models.checks import problems_by_tab
from security_models.facts.model_facts import Facts
from security_models.models import BusinessType, SecurityModel
from security_models.policies import decision_due, takes_longer
from security_models.selectors import entered, facts_for
from security_models.states import BusinessTypeStatus, ContactRole
from security_profile.policies import EDIT, SUBMIT, VIEW
from security_profile.presentation.completeness import (
    ask_words,
    done_words,
    left_words,
    squares_caption,
    submit_words,
)
from security_profile.presentation.profile_rows import page_url, sign_url, square_rows
from security_profile.selectors import Latest, Standing, listed, live_types, overview, standings
from security_profile.states import SIGNED_AS, SubmissionKind

#: The position of these tasks among the steps of an application: after the company profile.
ANSWER, EVIDENCE, RETURNED, SIGN, WAIT = 60, 61, 62, 70, 80
#: If there are more numbers than this, only their count is shown.
NAMED = 6


def tasks_for(access: Access, trade_account_id: uuid.UUID | None) -> list[Task]:
    """The tasks of every model in which the reader is a contact."""
    return [
        task
        for facts, here, standing in _profiles(access, trade_account_id)
        if facts.types
        for task in _tasks(facts, here, standing)
    ]


def dates_for(access: Access) -> list[DueDate]:
    """By when returned criteria must be answered."""
    return [
        DueDate(
            f"answer-{standing.submission_id}",
            standing.answer_due_on,
            standing.reviewed_on or standing.answer_due_on,
            _("Answer the returned criteria"),
            page_url("profile", facts.model) + "?status=returned",
            facts.model.trade_account.name,
            facts.model.pk,
        )
        for facts, _here, standing in _profiles(access, None)
        if standing.is_returned and standing.answer_due_on is not None
    ]


Profile = tuple[Facts, Access, Standing]


def _profiles(access: Access, trade_account_id: uuid.UUID | None) -> list[Profile]:
    """Every profile that the reader works on; its statements are shared while a page is built."""
    key = ("profiles", trade_account_id)
    return access.once(key, lambda: _read_profiles(access, trade_account_id))


def _read_profiles(access: Access, trade_account_id: uuid.UUID | None) -> list[Profile]:
    every = [
        (facts, here)
        for facts in facts_for(access, trade_account_id)
        if (here := entered(access, facts.model)).has(VIEW) and not facts.lapsed and not facts.over
    ]
    found = standings(
        [
            (facts.model.pk, live_types((one.slug, one.status) for one in facts.types))
            for facts, _here in every
        ]
    )
    return [(facts, here, found[facts.model.pk]) for facts, here in every]


def _tasks(facts: Facts, here: Access, standing: Standing) -> Iterator[Task]:
    if standing.is_with_cbp:
        yield _task(
            facts,
            here,
            "review",
            _("Review of the security profile"),
            page_url("submission", facts.model, submission_id=standing.submission_id),
            who=_("Your SCSS"),
            mine=False,
            note=_waiting_words(facts, standing),
            status="with_cbp",
            since=standing.since,
            position=WAIT,
        )
        return
    if standing.is_approved and not standing.changed:
        return
    if standing.is_returned:
        yield from _returned(facts, here, standing)
    if not standing.is_complete:
        yield from _unfinished(facts, here, standing)
    sign = _sign(facts, here, standing)
    yield _as_update(here, sign, standing) if standing.is_approved else sign


def _waiting_words(facts: Facts, standing: Standing) -> str:
    """What waits with the program, and that it takes longer than planned if it does."""
    words = _("Submission %(reference)s.") % {"reference": standing.reference}
    if standing.kind == SubmissionKind.APPLICATION and takes_longer(facts.model):
        return f"{words} {_longer_words()}"
    return words


def _returned(facts: Facts, here: Access, standing: Standing) -> Iterator[Task]:
    if not standing.returned:
        return
    count = len(standing.returned)
    words = ngettext("Answer %(n)s returned criterion", "Answer %(n)s returned criteria", count)
    yield _task(
        facts,
        here,
        "returned",
        words % {"n": count},
        page_url("profile", facts.model) + "?status=returned",
        note=_named(standing.returned),
        status="returned",
        due=standing.answer_due_on,
        position=RETURNED,
    )


def _unfinished(facts: Facts, here: Access, standing: Standing) -> Iterator[Task]:
    missing = standing.without_evidence
    left = standing.total - standing.done - len(missing) - len(standing.returned)
    if left:
        yield _task(
            facts,
            here,
            "answer",
            _("Answer the criteria of the security profile"),
            page_url("profile", facts.model),
            note=f"{done_words(standing.done, standing.total)}.",
            status="in_progress" if standing.started else "not_started",
            position=ANSWER,
        )
    if missing:
        yield _task(
            facts,
            here,
            "evidence",
            _("Attach the required evidence"),
            page_url("profile", facts.model) + "?evidence=missing",
            note=_named(missing),
            status="in_progress",
            position=EVIDENCE,
        )


def _sign(facts: Facts, here: Access, standing: Standing) -> Task:
    """The Officer's task. It cannot start before everything else is done.

    A person who cannot sign has the task to ask an Officer, until one was asked (R6).
    """
    officers = [
        one.name for one in facts.contacts if one.counts and one.role == ContactRole.OFFICER
    ]
    kind = SubmissionKind(standing.kind or SubmissionKind.APPLICATION)
    # A lapsed model has no tasks here, so only the tabs can block.
    ready = standing.is_complete and not any(problems_by_tab(here, facts).values())
    names = listed(officers)
    signs = here.has(SUBMIT)
    asks = ready and not signs and not any(one.act == "sign" for one in facts.asks)
    title = (
        _("Ask an Officer to sign the %(document)s")
        if asks
        else _("Sign and submit the %(document)s")
    )
    return _task(
        facts,
        here,
        "sign",
        title % {"document": SIGNED_AS[kind]},
        sign_url(facts.model) if ready and signs else page_url("summary", facts.model),
        who=filled(_("Officer: %(names)s"), names=names)
        if names
        else _("An Officer (none named yet)"),
        mine=signs or asks,
        note=_sign_note(facts, here, ready=ready),
        status="not_started" if ready else "cannot_start_yet",
        due=standing.answer_due_on if standing.is_returned else None,
        position=SIGN,
    )


def _as_update(here: Access, sign: Task, standing: Standing) -> Task:
    """The signing task for changes to an approved profile; it names what was changed (P9)."""
    asks = sign.mine and not here.has(SUBMIT)
    words = ask_words(len(standing.changed)) if asks else submit_words(len(standing.changed))
    return replace(
        sign,
        title=words,
        note=f"{_named(standing.changed)} {sign.note}",
        status_note=_("Not submitted yet"),
    )


def _sign_note(facts: Facts, here: Access, *, ready: bool) -> str:
    """What the signing waits for, or who asked for it, with the note."""
    if not ready:
        return _("When everything else is complete.")
    asked = facts.asked_of(here, "sign")
    if asked is not None:
        words = filled(_("%(name)s asked you on %(day)s."), name=asked.by, day=day(asked.on))
        return f"{words} {asked.note}".strip()
    if here.has(SUBMIT):
        return _("You need your password and a second factor.")
    last = max((one for one in facts.asks if one.act == "sign"), key=attrgetter("on"), default=None)
    if last is None:
        return _("Only an Officer can sign.")
    words = _("%(name)s asked an Officer to sign on %(day)s.")
    return filled(words, name=last.by, day=day(last.on))


def _task(facts: Facts, here: Access, key: str, title: str, url: str, **more: Any) -> Task:
    model = facts.model
    values: dict[str, Any] = {"who": _("Any contact"), "mine": here.has(EDIT), **more}
    return Task(
        key=f"security_profile.{key}:{model.pk}",
        title=title,
        url=url,
        account_name=model.trade_account.name,
        trade_account_id=model.trade_account_id,
        security_model_id=model.pk,
        **values,
    )


def _named(codes: list[str]) -> str:
    """Criteria by their numbers; only the first few are listed."""
    if len(codes) <= NAMED:
        return _("Criteria: %(codes)s.") % {"codes": listed(codes)}
    about = {"codes": ", ".join(codes[:NAMED]), "more": len(codes) - NAMED}
    return _("Criteria: %(codes)s and %(more)s more.") % about


def criteria_reading(business_type: BusinessType) -> str:
    """The page where the criteria of a business type can be read before an application."""
    return reverse("security_profile:criteria", args=[business_type.pk])


def after_company_profile(model: SecurityModel) -> str:
    """The page after the company profile: its criteria."""
    return page_url("profile", model)


def missing_beyond(facts: Facts) -> list[Problem]:
    """What is missing in the criteria of a model, one line each with its place; two queries."""
    model = facts.model
    types = live_types((one.slug, one.status) for one in facts.types)
    standing = standings([(model.pk, types)])[model.pk]
    lacking = len(standing.without_evidence)
    left = standing.total - standing.done - lacking
    where = page_url("profile", model)
    found = []
    if left:
        words = ngettext("%(n)s criterion to answer", "%(n)s criteria to answer", left)
        found.append(Problem("not_answered", words % {"n": left}, url=where))
    if lacking:
        words = ngettext(
            "%(n)s criterion without the required evidence",
            "%(n)s criteria without the required evidence",
            lacking,
        )
        url = where + "?evidence=missing"
        found.append(Problem("without_evidence", words % {"n": lacking}, url=url))
    return found


def glance_for(access: Access, model: SecurityModel) -> Glance:
    """Progress in figures, and one square for each criterion."""
    profile = overview(model)
    if not profile.answers:
        return Glance()
    fact = Fact(
        label=_("Security profile"),
        value=done_words(profile.counted.done, profile.counted.total),
        note=left_words(profile.counted),
        url=page_url("profile", model),
        link_label=_("Open"),
    )
    context = {
        "categories": square_rows(profile),
        "caption": squares_caption(profile.categories),
        "latest": profile.latest,
    }
    return Glance(
        facts=(fact, *_decision(model, profile.latest)),
        sections=(Section("security_profile/glance.html", context, position=40),),
    )


def _decision(model: SecurityModel, latest: Latest | None) -> Iterator[Fact]:
    """By when the program plans to decide on an application that is with it."""
    due = decision_due(model)
    if latest is None or due is None or not (latest.is_with_cbp or latest.is_approved):
        return
    if not model.business_types.filter(status=BusinessTypeStatus.APPLICANT).exists():
        return
    if takes_longer(model):
        planned = _("It was planned by %(day)s. You do not need to do anything.")
        yield Fact(_("Decision"), _("Taking longer than planned"), planned % {"day": day(due)})
    else:
        note = with_agency(_("%(agency)s plans to decide on the application by that day."))
        yield Fact(_("Decision"), day(due), note)


def _longer_words() -> str:
    return _("The decision takes longer than planned. You do not need to do anything.")
