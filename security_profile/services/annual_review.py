"""The annual review of a company: confirm, answer again, assess (P10). Signing is in ``submit``.

Nothing here submits. Each tick is bound to the content that its writer saw, so whatever is changed
afterwards must be confirmed again. Outside the window nothing can be confirmed: what is changed
then is kept but does not count (P9).
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping
from typing import Any

from django.core import signing
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from audit.services import model_scope, record
from core import clock
from core.access import Access
from core.concurrency import save_versioned
from core.days import day
from core.errors import NotVisible, Problem, Refused, Stale, refusal
from core.text import is_blank
from documents.checks.details import Details
from documents.models import DocumentVersion
from documents.selectors import reusable
from documents.services import Place, add_or_use, tag_place
from documents.states import PlaceKind
from files.checks import names
from files.services import sha256_of
from security_models.facts.questionnaire import Walk
from security_models.models import SecurityModel
from security_models.services.roots import lock
from security_models.states import EligibilityOutcome
from security_profile.checks.annual_review import left_together
from security_profile.facts.annual_reviews import (
    ASSESSMENT,
    ASSESSMENT_PART,
    Review,
    eligibility_key,
    section_digest,
    section_key,
    seen_of,
    walk_again,
)
from security_profile.facts.criterion_answers import Answer
from security_profile.facts.rechecks import Ended
from security_profile.models import AnnualReview, ReviewConfirmation
from security_profile.policies import EDIT
from security_profile.presentation.recheck_words import outcome_label
from security_profile.presentation.review_pages import not_in_work_words
from security_profile.selectors import CategoryAnswers, approved_days, overview
from security_profile.selectors.annual_reviews import review_of
from security_profile.selectors.reviewed import reviewed_now
from security_profile.services.responses import refuse_unless_editable
from security_profile.services.review_rounds import row_of
from security_profile.states import CriterionState, ReviewSection

STATEMENT_MAXIMUM = 2000
#: The type of an uploaded risk assessment in the Partner Library.
DOCUMENT_TYPE = "risk_assessment"
_SHOWN = "security_profile.shown-in-annual-review"


# --- criteria -------------------------------------------------------------------------------------


@transaction.atomic
def confirm_criterion(*, actor: Access, model: SecurityModel, code: str, digest: str) -> Answer:
    """Confirm one criterion with the answer that the page showed (``digest``).

    Whether it is unchanged or an update follows from the last approval. Refused for an answer that
    is incomplete or still returned, and if it was changed since it was shown. Two clicks, or two
    people, confirm it once: the first one stays.
    """
    row, review = _entered(actor, model)
    answer = overview(model, fresh=True).answer(code)
    _refuse_unconfirmable(answer)
    if answer.hash != digest:
        words = _("Criterion %(code)s was changed since you opened this page. Read it again.")
        raise refusal("changed", words % {"code": code})
    if review.tick(answer.criterion.id, answer.hash) is None:
        _tick(actor, row, {answer.criterion.id: answer.hash})
        _record("confirmed", actor, row, code=code)
    return answer


@transaction.atomic
def confirm_category(*, actor: Access, model: SecurityModel, number: str, shown: str) -> list[str]:
    """Confirm together what is left of a category; return the numbers that were confirmed.

    ``shown`` is the proof that the portal showed these answers to the actor in this cycle
    (:func:`proof_of_showing`). Answers that were changed since, are incomplete, returned, or were
    approved three years ago or earlier are left to be confirmed one by one.
    """
    row, review = _entered(actor, model)
    seen = shown_to(actor, review, shown)
    profile = overview(model, fresh=True)
    category = profile.category(number)
    confirmed = [
        one
        for one in left_together(review, category, approved_days(model))
        if seen.get(one.code) == one.hash
    ]
    if not confirmed and _all_confirmed(review, category, seen):
        return []
    if not confirmed:
        words = _("Nothing was confirmed. What is left here must be confirmed one by one.")
        raise refusal("nothing_left", words)
    _tick(actor, row, {one.criterion.id: one.hash for one in confirmed}, together=True)
    codes = [one.code for one in confirmed]
    _record("confirmed_together", actor, row, codes=", ".join(codes), count=len(codes))
    return codes


@transaction.atomic
def take_back(*, actor: Access, model: SecurityModel, subject: str) -> bool:
    """Take back a confirmation before it is signed; return whether there was one."""
    row, _review = _entered(actor, model)
    taken, _rows = ReviewConfirmation.objects.filter(review=row, subject=subject).delete()
    if not taken:
        return False
    _record("confirmation_taken_back", actor, row, place=subject.rpartition(":")[2])
    return True


def _all_confirmed(review: Review, category: CategoryAnswers, seen: Mapping[str, str]) -> bool:
    """Whether everything that was shown is confirmed: a second click finds nothing left."""
    return bool(seen) and all(
        review.tick(one.criterion.id, seen.get(one.code, "")) is not None
        for one in category.answers
    )


def proof_of_showing(actor: Access, review: Review, category: CategoryAnswers) -> str:
    """A signed statement for a form: these answers were shown to this person in this cycle."""
    answers = {one.code: one.hash for one in category.answers}
    shown = [*_whose(actor, review), answers]
    return signing.dumps(shown, salt=_SHOWN, compress=True)


def shown_to(actor: Access, review: Review, proof: str) -> dict[str, str]:
    """The answers that were shown to the actor in this cycle: criterion -> hash. Refused for any
    other proof.
    """
    try:
        *whose, answers = signing.loads(proof, salt=_SHOWN)
    except (signing.BadSignature, ValueError):
        whose, answers = [], {}
    if whose != _whose(actor, review):
        raise refusal("not_shown", _("Reload the page, read the answers, and confirm them then."))
    return dict(answers)


def _whose(actor: Access, review: Review) -> list[str]:
    """To whom, in which account and in which cycle something was shown."""
    return [str(actor.user_id), str(actor.security_model.pk), review.cycle.due_on.isoformat()]


def _refuse_unconfirmable(answer: Answer) -> None:
    about = {"code": answer.code}
    if not answer.is_complete:
        missing = " ".join(str(one.message) for one in answer.still_to_do())
        words = _("Criterion %(code)s is not complete.") % about
        raise refusal("incomplete", f"{words} {missing}")
    if answer.status == CriterionState.RETURNED:
        words = _("Criterion %(code)s was returned. Change what the comment asks for first.")
        raise refusal("returned", words % about)


# --- company profile, eligibility, risk assessment ------------------------------------------------


@transaction.atomic
def confirm_section(*, actor: Access, model: SecurityModel, section: str, digest: str) -> None:
    """Confirm a section of the company profile as the page showed it (``digest``)."""
    row, review = _entered(actor, model)
    if section not in ReviewSection.values:
        raise NotVisible("section")
    one = ReviewSection(section)
    now = section_digest(one, reviewed_now(model).company)
    if now != digest:
        words = _("This section was changed since you opened this page. Read it again.")
        raise refusal("changed", words)
    if review.tick(section_key(one), now) is None:
        _tick(actor, row, {section_key(one): now})
        _record("section_confirmed", actor, row, section=str(one.label))


@transaction.atomic
def answer_again(
    *, actor: Access, model: SecurityModel, slug: str, answers: Mapping[str, str], seen: str
) -> Walk:
    """Answer the eligibility questions of a certified business type anew (S1).

    ``answers`` are the questions that are asked again, all of them. Refused with a problem for each
    question on the path that is not answered. *Not eligible* is kept like any other outcome: the
    specialist must learn of it. ``seen`` are the answers that the page showed: Stale if someone
    else gave others since.
    """
    row, review = _entered(actor, model)
    now = reviewed_now(model)
    if slug not in now.types:
        raise NotVisible("business_type")
    ended = walk_again(now.questions, now.types[slug], answers)
    if ended.outcome == EligibilityOutcome.OPEN and ended.current is not None:
        raise refusal("unanswered", _("Choose an answer."), ended.current.code)
    made = {
        "answers": [[step.question.code, step.answer] for step in ended.steps],
        "by": actor.name,
        "at": clock.now().isoformat(),
    }
    same = row.rechecks.get(slug, {}).get("answers") == made["answers"]
    if same and not review.waits(eligibility_key(slug)):
        return ended
    if seen_of(review.rechecks.get(slug)) != seen:
        raise Stale(row)
    save_versioned(row, expected=row.version, rechecks={**row.rechecks, slug: made})
    _record(
        "rechecked",
        actor,
        row,
        type=now.questions.types[slug].name,
        outcome=outcome_label(Ended.of_walk(slug, ended)),
    )
    return ended


@transaction.atomic
def assess(
    *,
    actor: Access,
    model: SecurityModel,
    assessed_on: dt.date,
    statement: str,
    upload: Any = None,
    document_id: uuid.UUID | None = None,
    without_document: bool = False,
    seen: str,
) -> AnnualReview:
    """State when the risk assessment of the year was made and what it found, with its document.

    ``upload`` becomes a document of the Partner Library; ``document_id`` names one that is there.
    Without both, the document that is already named stays, unless it is to be taken out
    (``without_document``); it remains in the Library. ``seen`` is the statement that the page
    showed: Stale if someone else saved another one since. The same again changes nothing, but
    answers a return.
    """
    row, review = _entered(actor, model)
    _refuse_assessment(review, assessed_on, statement)
    document = None if without_document else row.assessment_document_id
    if document_id is not None:
        document = _chosen(model, row.due_on.year, document_id)
    said = (row.assessed_on, row.assessment, row.assessment_document_id)
    same = not upload and said == (assessed_on, statement, document)
    if same and not review.waits(ASSESSMENT_PART):
        return row
    if seen_of(review.assessment) != seen:
        raise Stale(row)
    if upload:
        document = _add_document(actor, model, row.due_on.year, upload).pk
    save_versioned(
        row,
        expected=row.version,
        assessed_on=assessed_on,
        assessment=statement,
        assessment_document_id=document,
        assessed_by_name=actor.name,
        assessed_at=clock.now(),
    )
    _record("assessed", actor, row, day=day(assessed_on))
    return row


@transaction.atomic
def keep_document(*, actor: Access, model: SecurityModel, upload: Any) -> DocumentVersion:
    """Add the document of a risk assessment that could not be saved yet to the Partner Library, so
    that it need not be chosen again. The same content is kept once.
    """
    row, _review = _entered(actor, model)
    same = reusable(model).filter(file__sha256=sha256_of(upload)).first()
    return same or _add_document(actor, model, row.due_on.year, upload)


def _add_document(actor: Access, model: SecurityModel, year: int, upload: Any) -> DocumentVersion:
    made, _was_in_library = add_or_use(
        actor=actor,
        model=model,
        upload=upload,
        details=Details(names.clean(upload.name or ""), DOCUMENT_TYPE),
        place=Place(PlaceKind.ANNUAL_REVIEW, str(year)),
    )
    return made


def _chosen(model: SecurityModel, year: int, version_id: uuid.UUID) -> uuid.UUID:
    """The version of a document of the Partner Library, which is tagged with its place (D2).
    Raises NotVisible for any other id.
    """
    version = reusable(model).filter(pk=version_id).first()
    if version is None:
        raise NotVisible("document_version")
    tag_place(version.document, Place(PlaceKind.ANNUAL_REVIEW, str(year)))
    return version_id


def _refuse_assessment(review: Review, assessed_on: dt.date, statement: str) -> None:
    problems = []
    if assessed_on > review.today:
        words = _("This day is in the future. Enter the day on which it was made.")
        problems.append(Problem("future", words, "assessed_on"))
    elif clock.clock(ASSESSMENT).due(assessed_on) <= review.judged_on:
        words = _("This is more than a year ago. The review needs the assessment of this year.")
        problems.append(Problem("assessment_old", words, "assessed_on"))
    if is_blank(statement):
        words = _("Write what the risk assessment covered and what it found.")
        problems.append(Problem("statement", words, "statement"))
    if problems:
        raise Refused(problems[0].code, problems)


# --- under the lock -------------------------------------------------------------------------------


def _entered(actor: Access, model: SecurityModel) -> tuple[AnnualReview, Review]:
    """The review that is worked on now, made if it is the first act, and locked.

    Refused with the reason if the window is not open, or the review is with the program or done.
    """
    actor.require(EDIT)
    if not actor.is_system and actor.security_model.pk != model.pk:
        raise NotVisible("security_model")
    locked = lock(model.pk)
    refuse_unless_editable(locked)
    review = review_of(locked)
    if review is None:
        raise refusal("no_review", _("This account has no annual review yet. It is not certified."))
    if not review.is_in_work:
        raise refusal("not_open", not_in_work_words(review))
    return row_of(model, review.cycle.due_on), review


def _tick(
    actor: Access, row: AnnualReview, digests: Mapping[str, str], *, together: bool = False
) -> None:
    """Confirm subjects with their digests, each over an earlier confirmation; one statement."""
    by = {
        "together": together,
        "confirmed_by": actor.user,
        "confirmed_by_name": actor.name,
        "confirmed_at": clock.now(),
    }
    ReviewConfirmation.objects.bulk_create(
        (
            ReviewConfirmation(
                security_model_id=row.security_model_id,
                review=row,
                subject=subject,
                digest=digest,
                **by,
            )
            for subject, digest in digests.items()
        ),
        update_conflicts=True,
        unique_fields=["review", "subject"],
        update_fields=["digest", *by],
    )


def _record(what: str, actor: Access, row: AnnualReview, **data: Any) -> None:
    record(
        f"security_profile.review_{what}",
        actor=actor,
        scope=model_scope(row.security_model_id),
        subject=("annual_review", row.pk),
        due=day(row.due_on),
        **data,
    )


def count_words(codes: list[str]) -> str:
    """How many criteria were confirmed together, in words."""
    if not codes:
        return _("Everything that you were shown is confirmed already.")
    words = ngettext("%(n)s criterion is confirmed.", "%(n)s criteria are confirmed.", len(codes))
    return words % {"n": len(codes)}
