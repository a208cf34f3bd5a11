"""Submitting: what the Officer signs is frozen, with its hash, and is what the specialist sees
(P8).
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from agreements.models import Signature
from audit.services import model_scope, record
from core import clock
from core.access import Access
from core.crypto import content_hash
from core.errors import NotVisible, Problem, Refused, refusal
from core.ids import new_reference
from notifications.providers.kinds import resolve
from notifications.services.sending import notify
from security_models.checks import blockers_of, company_profile_blockers
from security_models.facts.model_facts import Facts
from security_models.models import SecurityModel
from security_models.selectors.company_profile import content_of
from security_models.services import mark_submitted
from security_profile.checks import profile_blockers
from security_profile.checks.annual_review import review_blockers
from security_profile.facts.annual_reviews import Review
from security_profile.facts.approvals import numberless
from security_profile.facts.criterion_answers import Answer, frozen, item_hash
from security_profile.machine import submissions
from security_profile.models import Submission, SubmissionItem
from security_profile.policies import SUBMIT
from security_profile.presentation.profile_rows import page_url
from security_profile.selectors import (
    WITH_CBP,
    Profile,
    approved_hashes,
    catalogue,
    items_by_criterion,
    last_reviewed,
    latest_submission,
    next_kind,
    overview,
    require_unaltered_before,
)
from security_profile.selectors.annual_reviews import review_of
from security_profile.selectors.reviewed import Reviewed, reviewed_now
from security_profile.services.review_content import STATED, review_content
from security_profile.services.review_rounds import review_submitted, review_withdrawn
from security_profile.services.submission_record import no_longer_eligible
from security_profile.states import SubmissionKind, SubmissionStatus, Verdict
from trade_accounts.services.asking import end_asks
from trade_accounts.states import AskOutcome


def submission_content(model: SecurityModel, profile: Profile | None = None) -> dict[str, Any]:
    """Everything an Officer agrees to, as canonical data: the same state gives the same bytes.

    Both profiles and, while an annual review is due or returned, that review (P10). Pass
    ``profile`` if the caller has just read it.
    """
    profile = profile or overview(model, fresh=True)
    content = profile_content(model, profile)
    review = review_of(model)
    if review is None or not review.is_in_work:
        return content
    now = reviewed_now(model, profile, content["company"])
    with translation.override("en"):
        return {**content, "annual_review": review_content(review, now)}


def profile_content(model: SecurityModel, profile: Profile) -> dict[str, Any]:
    """Company profile, every applicable criterion with its statement and response, and the SHA-256
    of each file of evidence.
    """
    with translation.override("en"):
        return {
            "reference": model.reference,
            "account": model.trade_account.name,
            "criteria_set": catalogue().set_title,
            "company": content_of(model),
            "categories": [
                {
                    "number": one.category.number,
                    "name": one.category.name,
                    "criteria": [_content_of_answer(answer) for answer in one.answers],
                }
                for one in profile.categories
            ],
        }


def _content_of_answer(answer: Answer) -> dict[str, Any]:
    text, reason = frozen(answer.text, answer.not_applicable, answer.reason)
    return {
        "criterion": answer.criterion.id,
        "code": answer.code,
        "level": str(answer.criterion.level),
        "types": list(answer.criterion.types),
        "applies_to": answer.criterion.applies_to,
        "statement": answer.criterion.entry.statement,
        "evidence_required": answer.criterion.entry.evidence_required,
        "text": text,
        "not_applicable": answer.not_applicable,
        "reason": reason,
        "evidence": [one.frozen() for one in answer.evidence],
    }


def submission_blockers(
    model: SecurityModel,
    profile: Profile | None = None,
    facts: Facts | None = None,
    now: Reviewed | None = None,
) -> list[Problem]:
    """Every reason why the application cannot be signed and submitted now (P2, P3, domain 3).

    Pass ``profile``, ``facts`` and what a review is about, if they are already read.
    """
    profile = profile or overview(model, fresh=True)
    review = review_of(model)
    in_work = review if review is not None and review.is_in_work else None
    problems = blockers_of(facts) if facts else company_profile_blockers(model)
    problems += profile_blockers(model, profile)
    if in_work is None:
        return [*_not_open(model, None), *_nothing_new(model, profile), *problems]
    now = now or reviewed_now(model, profile)
    unchanged = [] if _states_more(profile, in_work, now) else _nothing_new(model, profile)
    return [*_not_open(model, in_work), *unchanged, *problems, *review_blockers(in_work, now)]


def _states_more(profile: Profile, review: Review, now: Reviewed) -> bool:
    """Whether an annual review says more than the latest submission, even if the profiles are the
    same: it is another review, or it answers a return with another assessment or other answers.
    """
    latest = profile.latest
    if latest is None or not latest.is_returned or review.has_answers:
        return True
    before = Submission.objects.get(pk=latest.id).content.get("annual_review")
    stated = review_content(review, now)
    return before is None or any(before[part] != stated[part] for part in STATED)


def _nothing_new(model: SecurityModel, profile: Profile) -> list[Problem]:
    """After a return nothing is answered, or after an approval nothing is new."""
    latest = profile.latest
    if latest is None or latest.is_with_cbp or not is_as_judged(model, profile):
        return []
    if latest.is_returned:
        words = _("Nothing has changed since it was returned. Answer the comments first.")
        return [Problem("unchanged", words, url=_profile_url(model) + "?status=returned")]
    words = _("Nothing has changed since %(reference)s was approved.")
    return [Problem("approved", words % {"reference": latest.reference})]


def is_as_judged(model: SecurityModel, profile: Profile) -> bool:
    """Whether everything is the same as in the latest submission, except account numbers."""
    if profile.latest is None:
        return False
    if any(one.judged is None or one.has_changed for one in profile.answers):
        return False
    return is_company_as_judged(model, profile)


def is_company_as_judged(model: SecurityModel, profile: Profile) -> bool:
    """Whether the company profile is the same as in the latest submission, except account
    numbers.
    """
    if profile.latest is None:
        return False
    judged = Submission.objects.get(pk=profile.latest.id).content
    return numberless(judged["company"]) == numberless(content_of(model))


def _profile_url(model: SecurityModel) -> str:
    return page_url("profile", model)


def _not_open(model: SecurityModel, review: Review | None) -> list[Problem]:
    """The states in which nothing can be submitted, even if it is complete."""
    latest = latest_submission(model)
    if review is not None and is_absorbed(latest):
        return []
    if latest is not None and latest.status in WITH_CBP:
        words = _("Submission %(reference)s is with CBP. You can sign again after the decision.")
        words %= {"reference": latest.reference}
        return [Problem("with_cbp", words, url=submission_url(latest))]
    return []


def is_absorbed(latest: Submission | None) -> bool:
    """Whether an annual review takes the place of an update whose review has not begun."""
    return (
        latest is not None
        and latest.kind == SubmissionKind.UPDATE
        and latest.status == SubmissionStatus.SUBMITTED
    )


@transaction.atomic
def submit(
    *,
    actor: Access,
    model: SecurityModel,
    content: dict[str, Any],
    signatures: Sequence[Signature] = (),
) -> Submission:
    """Freeze ``content`` as a submission: the first round, or the answer to a return.

    Called inside the signing transaction. Raises Altered if the rounds or versions that it is
    compared with are not what was decided and approved. Refused with every blocker. ``content``
    must be what :func:`submission_content` gives at this moment. Items that were accepted in the
    previous review and are unchanged are marked as not changed.
    """
    actor.require(SUBMIT)
    if actor.via or actor.user is None:
        raise refusal("in_person", _("Sign in the portal, in person."))
    model = SecurityModel.objects.select_for_update(no_key=True).get(pk=model.pk)
    profile = overview(model, fresh=True)
    previous = latest_submission(model)
    _require_what_it_follows(model, profile, previous)
    problems = submission_blockers(model, profile)
    if problems:
        raise Refused("blocked", problems)
    if content_hash(content) != content_hash(submission_content(model, profile)):
        words = _("This changed since you read it. Nothing was submitted. Read it again.")
        raise refusal("changed", words)
    if previous is not None and previous.status == SubmissionStatus.RETURNED:
        submissions.apply("answer", previous, actor=actor)
    kind = next_kind(model)
    if previous is not None and kind == SubmissionKind.ANNUAL_REVIEW and is_absorbed(previous):
        _withdraw(actor, previous)
    submission = _freeze(actor, model, content, kind, previous)
    _write_items(submission, content, profile)
    submissions.begin(submission, actor=actor)
    if kind == SubmissionKind.APPLICATION:
        mark_submitted(actor=actor, model=model)
    if kind == SubmissionKind.ANNUAL_REVIEW:
        review_submitted(submission, content["annual_review"]["due_on"])
    end_asks(code="sign", root_id=model.pk, outcome=AskOutcome.DONE)
    _tell(actor, model, submission)
    return submission


def _require_what_it_follows(
    model: SecurityModel, profile: Profile, previous: Submission | None
) -> None:
    """Raise Altered unless what the answers are compared with is what was decided and approved."""
    before = [previous, last_reviewed(previous), profile.latest]
    require_unaltered_before(model.pk, *{one.id for one in before if one is not None})


def _freeze(
    actor: Access,
    model: SecurityModel,
    content: dict[str, Any],
    kind: SubmissionKind,
    previous: Submission | None,
) -> Submission:
    """The submission row. A chain of rounds ends with approval or closing; then a new one
    begins.
    """
    ended = {SubmissionStatus.APPROVED, SubmissionStatus.CLOSED}
    goes_on = previous is not None and previous.status not in ended
    number = 1
    if previous is not None and goes_on:
        taken_back = previous.status == SubmissionStatus.WITHDRAWN
        number = previous.round if taken_back else previous.round + 1
    return Submission.objects.create(
        security_model=model,
        reference=new_reference("S"),
        kind=kind,
        round=number,
        previous=previous if goes_on else None,
        content=content,
        content_hash=content_hash(content),
        submitted_at=clock.now(),
        submitted_on=clock.today(),
        submitted_by=actor.user,
        submitted_by_name=actor.name,
    )


def _write_items(submission: Submission, content: dict[str, Any], profile: Profile) -> None:
    """Write one frozen row for each criterion."""
    reviewed = last_reviewed(submission.previous)
    before = items_by_criterion(reviewed)
    approved = approved_hashes(submission.security_model)
    is_next_round = reviewed is not None and reviewed.pk == submission.previous_id
    responses = {one.criterion.id: one.response_id for one in profile.answers}
    items = []
    for category in content["categories"]:
        for one in category["criteria"]:
            answer = (one["text"], one["not_applicable"], one["reason"])
            digest = item_hash(*answer, one["evidence"])
            item = before.get(one["criterion"])
            same = _same_as_before(item, digest, is_next_round)
            same = same or (item is None and approved.get(one["criterion"]) == digest)
            items.append(
                SubmissionItem(
                    security_model_id=submission.security_model_id,
                    submission=submission,
                    criterion_id=one["criterion"],
                    response_id=str(responses[one["criterion"]]),
                    level=one["level"],
                    business_types=one["types"],
                    text=one["text"],
                    not_applicable=one["not_applicable"],
                    reason=one["reason"],
                    evidence=one["evidence"],
                    item_hash=digest,
                    changed=not same,
                )
            )
    SubmissionItem.objects.bulk_create(items)


def _same_as_before(item: SubmissionItem | None, digest: str, is_next_round: bool) -> bool:
    """Whether the last review saw exactly this answer.

    A returned answer counts as seen only in the round that follows directly, where the review still
    knows that it was returned. After a withdrawn round it must be decided again.
    """
    if item is None or item.item_hash != digest:
        return False
    decision = getattr(item, "decision", None)
    accepted = decision is not None and decision.verdict == Verdict.ACCEPTED
    return accepted or is_next_round


def _tell(actor: Access, model: SecurityModel, submission: Submission) -> None:
    scope = model_scope(model.pk)
    record(
        "security_profile.submitted",
        actor=actor,
        scope=scope,
        subject=("submission", submission.pk),
        reference=submission.reference,
        round=submission.round,
    )
    about: dict[str, Any] = {
        "account": model.trade_account.name,
        "reference": submission.reference,
        "model_reference": model.reference,
        "round": submission.round,
        "submitter": actor.name,
        "ineligible": no_longer_eligible(submission),
    }
    for group, for_staff, url, button in (
        ("contacts", False, submission_url(submission), ""),
        ("scss", True, reverse("reviews:partner", args=[model.pk]), _("Review the submission")),
    ):
        people = resolve([group], model)
        code = "submission.received"
        notify(code, scope=scope, to=people, url=url, button=button, for_staff=for_staff, **about)


@transaction.atomic
def withdraw(*, actor: Access, model: SecurityModel, submission_id: uuid.UUID) -> Submission:
    """Take a submission back before its review starts; everything stays in the working copy.

    Refused with an explanation once the review has begun. A second click changes nothing.
    """
    actor.require(SUBMIT)
    SecurityModel.objects.select_for_update(no_key=True).get(pk=model.pk)
    rows = Submission.objects.select_for_update(no_key=True).defer("content")
    submission = rows.filter(security_model=model, pk=submission_id).first()
    if submission is None:
        raise NotVisible("submission")
    if submission.status == SubmissionStatus.WITHDRAWN:
        return submission
    if submission.status == SubmissionStatus.IN_REVIEW:
        words = _("The review has begun, so this submission can no longer be withdrawn.")
        raise refusal("in_review", words)
    _withdraw(actor, submission)
    review_withdrawn(submission)
    return submission


def _withdraw(actor: Access, submission: Submission) -> None:
    submissions.apply("withdraw", submission, actor=actor)
    model_id = submission.security_model_id
    end_asks(code="withdraw", root_id=model_id, outcome=AskOutcome.DONE)
    record(
        "security_profile.withdrawn",
        actor=actor,
        scope=model_scope(model_id),
        subject=("submission", submission.pk),
        reference=submission.reference,
    )


def submission_url(submission: Submission) -> str:
    """The partner's page of a submission."""
    return page_url("submission", submission.security_model, submission_id=submission.pk)
