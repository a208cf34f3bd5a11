"""Answers the eligibility questions (S1)."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from audit.services import record
from core import clock
from core.access import Access
from core.concurrency import save_versioned
from core.errors import NotVisible, Stale, refusal
from security_models.facts.questionnaire import Catalogue, Walk, walk
from security_models.machine import business_types
from security_models.models import (
    BusinessType,
    BusinessTypeAccount,
    EligibilityRun,
    SecurityModel,
)
from security_models.policies import P, is_submitted
from security_models.selectors.eligibility import catalogue, newest_run
from security_models.services.roots import lock_open, scope_of
from security_models.states import BusinessTypeStatus, EligibilityOutcome


@transaction.atomic
def answer(
    *, actor: Access, model: SecurityModel, question: str, answer: str, version: int
) -> EligibilityRun:
    """Answer one question. A different answer to an earlier question starts again from there.

    ``version`` is the version of the run that the page showed: someone else may have answered since
    (Stale). The same answer again changes nothing. The last answer decides the outcome: eligible
    makes the business type a Draft, not eligible keeps the reason. A finished run is kept as it
    ended; going back in it begins a new one. Refused after the first submission.
    """
    actor.require(P.EDIT)
    run = _editable_run(model)
    questions = catalogue()
    now = walk(questions, run.answers)
    if now.given(question) == answer and answer:
        return run
    if run.version != version:
        raise Stale(run)
    if not now.has(question):
        raise NotVisible("question")
    asked = questions.questions[question]
    if answer not in asked.targets or answer in asked.retired:
        raise refusal("answer", _("Choose one of the answers."), "answer")
    changed = now.given(question)
    after = walk(questions, [*now.before(question), [question, answer]])
    if run.outcome != EligibilityOutcome.OPEN:
        run = _next_run(model, run)
    if changed:
        record(
            "security_models.answer_changed",
            actor=actor,
            scope=scope_of(model),
            question=question,
        )
    return _keep(model, run, after, questions, actor)


@transaction.atomic
def start_again(*, actor: Access, model: SecurityModel, version: int) -> EligibilityRun:
    """Begin a new run with no answers; the earlier run is kept. Two clicks begin one run."""
    actor.require(P.EDIT)
    run = _editable_run(model)
    if not run.answers:
        return run
    if run.version != version:
        raise Stale(run)
    record("security_models.questions_again", actor=actor, scope=scope_of(model))
    return _next_run(model, run)


def _editable_run(model: SecurityModel) -> EligibilityRun:
    if is_submitted(lock_open(model)):
        raise refusal(
            "locked",
            _("These answers were submitted and can no longer be changed."),
        )
    return newest_run(model)


def _next_run(model: SecurityModel, run: EligibilityRun) -> EligibilityRun:
    return EligibilityRun.objects.create(
        security_model=model,
        started_at=clock.now(),
        started_on=clock.today(),
        version=run.version + 1,
    )


def _keep(
    model: SecurityModel, run: EligibilityRun, after: Walk, questions: Catalogue, actor: Access
) -> EligibilityRun:
    """Write the position of the run, and its outcome if this answer was the last one."""
    finished = after.outcome != EligibilityOutcome.OPEN
    save_versioned(
        run,
        expected=run.version,
        answers=after.answers,
        flags=after.flags,
        outcome=after.outcome,
        reason_id=after.reason or None,
        business_type_id=after.business_type or None,
        finished_on=clock.today() if finished else None,
        answered_by_name=actor.name,
    )
    if not finished:
        return run
    record(
        "security_models.questions_finished",
        actor=actor,
        scope=scope_of(model),
        outcome=str(after.outcome.label),
    )
    if after.outcome == EligibilityOutcome.ELIGIBLE:
        _draft(model, run, questions.types[after.business_type], actor)
    return run


def _draft(
    model: SecurityModel, run: EligibilityRun, settled: BusinessType, actor: Access
) -> BusinessTypeAccount:
    """The Draft of the business type that the run chose.

    There is one business type before the first submission: a second run replaces the choice of the
    first, and numbers that are no longer required are shown as such.
    """
    account = BusinessTypeAccount.objects.filter(
        security_model=model, status=BusinessTypeStatus.DRAFT
    ).first()
    if account is None:
        account = BusinessTypeAccount.objects.create(
            security_model=model,
            business_type=settled,
            run=run,
            started_on=model.started_on,
        )
        business_types.begin(account, actor=actor)
    else:
        account.run = run
        account.business_type = settled
        account.save(update_fields=["run", "business_type"])
    record(
        "security_models.type_settled",
        actor=actor,
        scope=scope_of(model),
        type=settled.name,
    )
    return account
