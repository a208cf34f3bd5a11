"""What this app adds to tasks (N2)."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterator
from dataclasses import replace
from operator import attrgetter
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.access import Access
from core.contributions import Task
from core.days import day
from core.text import filled
from security_models.checks import problems_by_tab
from security_models.facts.model_facts import Facts
from security_models.policies import takes_longer
from security_profile.policies import EDIT, SUBMIT
from security_profile.presentation.completeness import (
    ask_words,
    done_words,
    longer_words,
    submit_words,
)
from security_profile.presentation.profile_rows import page_url, sign_url
from security_profile.presentation.review_tasks import task_of
from security_profile.selectors import Standing, listed
from security_profile.states import SIGNED_AS, ReviewState, SubmissionKind
from security_profile.to_do.profiles import Profile, profiles

#: The position of these tasks among the steps of an application: after the company profile.
ANSWER, EVIDENCE, RETURNED, ANNUAL, SIGN, WAIT = 60, 61, 62, 65, 70, 80
#: If there are more numbers than this, only their count is shown.
NAMED = 6


def tasks_for(access: Access, trade_account_id: uuid.UUID | None) -> list[Task]:
    """The tasks of every model in which the reader is a contact."""
    return [
        task
        for one in profiles(access, trade_account_id)
        if one.facts.types
        for task in _tasks(one)
    ]


def _tasks(one: Profile) -> Iterator[Task]:
    facts, here, standing = one.facts, one.here, one.standing
    is_due = one.review is not None and one.review.is_due
    if standing.is_with_cbp:
        is_review = standing.kind == SubmissionKind.ANNUAL_REVIEW
        yield _task(
            facts,
            here,
            "review",
            _("Annual review") if is_review else _("Review of the security profile"),
            page_url("submission", facts.model, submission_id=standing.submission_id),
            who=_("Your SCSS"),
            mine=False,
            note=_waiting_words(facts, standing),
            status="with_cbp",
            since=standing.since,
            position=WAIT,
        )
        if is_due:
            yield _annual(one)
        return
    if standing.is_approved and not standing.changed and one.work is None:
        return
    if standing.is_returned:
        yield from _returned(facts, here, standing)
    if not standing.is_complete:
        yield from _unfinished(facts, here, standing)
    if one.work is not None and not (one.is_confirmed and standing.is_complete):
        yield _annual(one)
        return
    sign = _sign(one)
    is_update = standing.is_approved and one.work is None
    yield _as_update(here, sign, standing) if is_update else sign


def _annual(one: Profile) -> Task:
    """The annual review that is due. Its Officer signs when nothing else is left (P10)."""
    assert one.review is not None  # noqa: S101  (the caller has looked)
    words = task_of(one.review, one.criteria)
    if one.review.state == ReviewState.RETURNED:
        words["due"] = one.standing.answer_due_on
    where = page_url("annual-review", one.facts.model)
    return _task(one.facts, one.here, "annual", words.pop("title"), where, position=ANNUAL, **words)


def _waiting_words(facts: Facts, standing: Standing) -> str:
    """What waits with the program, and that it takes longer than planned if it does."""
    words = _("Submission %(reference)s.") % {"reference": standing.reference}
    if standing.kind == SubmissionKind.APPLICATION and takes_longer(facts.model):
        return f"{words} {longer_words()}"
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


def _sign(one: Profile) -> Task:
    """The Officer's task. It cannot start before everything else is done.

    A person who cannot sign has the task to ask an Officer, until one was asked (R6).
    """
    facts, here, standing = one.facts, one.here, one.standing
    kind = SubmissionKind(standing.kind or SubmissionKind.APPLICATION)
    if one.work is not None:
        kind = SubmissionKind.ANNUAL_REVIEW
    # A lapsed model has no tasks here, so only the tabs and the annual review can block.
    ready = standing.is_complete and one.is_confirmed
    ready = ready and not any(problems_by_tab(here, facts).values())
    names = listed([one.name for one in facts.officers])
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
        due=_sign_by(one),
        position=SIGN,
        kind="officer" if ready else "",
    )


def _sign_by(one: Profile) -> dt.date | None:
    """By when an Officer signs: an answer to a return, or an annual review."""
    if one.work is not None and one.work.is_due:
        return one.work.cycle.due_on
    return one.standing.answer_due_on if one.standing.is_returned else None


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
