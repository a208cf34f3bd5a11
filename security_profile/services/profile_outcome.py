"""What the end of a review does to a security profile, in an application or an update (P6, P7).

Criteria that did not change are carried over as accepted. An approval writes versions of what
changed and passes the first gate, which may certify. A return sends one message for everything.
"""

from __future__ import annotations

import datetime as dt
import uuid

from django.db import transaction
from django.db.models import F, Q
from django.urls import reverse

from audit.services import model_scope
from core import clock
from core.access import Access
from core.days import day, days_left
from identity.services import end_staff_asks
from notifications.services.sending import notify
from security_models.models import SecurityModel
from security_models.selectors.who_decides import Act
from security_models.services import staff
from security_models.services.roots import lock
from security_profile.machine import count_returned, items_to_decide
from security_profile.models import CriterionDecision, ResponseVersion, Submission
from security_profile.presentation.profile_rows import page_url
from security_profile.selectors.submissions import awaiting_an_answer, require_unaltered
from security_profile.services.outcomes import Mail, Outcome, register
from security_profile.services.submission_record import record_about, words_about
from security_profile.services.summary import keep_summary
from security_profile.states import SubmissionKind, Verdict

ANSWER_CLOCK = "return_response"


def carry_over(submission: Submission, actor: Access) -> None:
    """Accept, as carried over, what needs no decision and has none."""
    undecided = Q(decision__isnull=True) | Q(decision__verdict=Verdict.TO_REVIEW)
    items = items_to_decide(submission).filter(undecided, Q(to_decide=False))
    ids = list(items.values_list("pk", "decision__pk"))
    by = {
        "verdict": Verdict.ACCEPTED,
        "carried_over": True,
        "decided_by": actor.user,
        "decided_by_name": actor.name,
        "decided_at": clock.now(),
    }
    fresh = [item for item, decision in ids if decision is None]
    CriterionDecision.objects.bulk_create(
        CriterionDecision(
            security_model_id=submission.security_model_id,
            submission=submission,
            item_id=item,
            **by,
        )
        for item in fresh
    )
    if len(fresh) < len(ids):
        reopened = [decision for _item, decision in ids if decision is not None]
        again = submission.decisions.filter(pk__in=reopened)
        again.update(**by, version=F("version") + 1)


def returned(actor: Access, model: SecurityModel, submission: Submission, count: int) -> None:
    """One message for all returned criteria; the comments are in the portal only.

    Whoever was asked to complete the review (G1) need not any longer.
    """
    end_staff_asks(staff.APPROVAL, model.pk)
    record_about("returned", actor, submission, count=count)
    _tell(model, mail(model, submission, count), _profile_url(model) + "?status=returned")


@transaction.atomic
def remind_of_return(*, submission_id: uuid.UUID, last_day: dt.date, offset: int) -> bool:
    """Remind the contacts once for each offset; return whether it was done now.

    Nobody is reminded of what was answered or ended meanwhile: it is read again under the lock.
    Raises Altered if the date, the content or a decision is not what was signed and decided.
    """
    submission = Submission.objects.select_related("security_model").get(pk=submission_id)
    model = lock(submission.security_model_id)
    if not awaiting_an_answer(last_day).filter(pk=submission_id, answer_due_on=last_day).exists():
        return False
    require_unaltered(submission_id)
    today = clock.today()
    is_review = submission.kind == SubmissionKind.ANNUAL_REVIEW
    place = page_url("annual-review", model)
    sent = notify(
        "submission.return_waiting",
        scope=model_scope(model.pk),
        about=model,
        url=place if is_review else _profile_url(model) + "?status=returned",
        is_review=is_review,
        once_key=f"return:{submission.pk}:{last_day:%y%m%d}:{offset}",
        criterion_count=count_returned(submission),
        due_date=day(last_day),
        left=days_left(last_day, today),
        is_late=today > last_day,
        **words_about(model, submission),
    )
    return bool(sent)


def mail(model: SecurityModel, submission: Submission, count: int) -> Mail:
    """The email about a completed review that returned ``count`` criteria."""
    words = words_about(model, submission)
    if not count:
        return Mail("submission.approved", {**words, "commented": commented_on(submission)})
    due = submission.answer_due_on or clock.clock(ANSWER_CLOCK).due(clock.today())
    return Mail("submission.returned", {**words, "criterion_count": count, "due_date": due})


def commented_on(submission: Submission) -> list[str]:
    """The criteria that this review accepted with a comment, in the order of the program."""
    accepted = submission.decisions.filter(verdict=Verdict.ACCEPTED, carried_over=False)
    rows = accepted.exclude(comment="").order_by("item__criterion__position")
    return list(rows.values_list("item__criterion__code", flat=True))


def approved(actor: Access, model: SecurityModel, submission: Submission) -> None:
    """Write versions of what changed, keep the Summary, notify the contacts, and pass the first
    gate.
    """
    versions = write_versions(submission)
    keep_summary(submission)
    record_about("approved", actor, submission, count=len(versions))
    _tell(model, mail(model, submission, 0), _profile_url(model))
    staff.approve_profile(actor=actor, model=model)


def write_versions(submission: Submission) -> list[ResponseVersion]:
    """A new version for each criterion whose frozen answer differs from the last approval (P7)."""
    now = submission.reviewed_at or clock.now()
    newest = ResponseVersion.objects.filter(security_model_id=submission.security_model_id)
    newest = newest.order_by("response_id", "-number").distinct("response_id")
    before = {version.response_id: version for version in newest.defer("text", "evidence")}
    return ResponseVersion.objects.bulk_create(
        ResponseVersion(
            security_model_id=item.security_model_id,
            criterion_id=item.criterion_id,
            response_id=item.response_id,
            submission=submission,
            number=before[item.response_id].number + 1 if item.response_id in before else 1,
            text=item.text,
            not_applicable=item.not_applicable,
            reason=item.reason,
            evidence=item.evidence,
            item_hash=item.item_hash,
            approved_at=now,
            approved_on=clock.today(),
        )
        for item in submission.items.order_by("criterion__position")
        if item.response_id not in before or before[item.response_id].item_hash != item.item_hash
    )


def _tell(model: SecurityModel, told: Mail, url: str) -> None:
    notify(told.kind, scope=model_scope(model.pk), about=model, url=url, **told.words)


def _profile_url(model: SecurityModel) -> str:
    kwargs = {"trade_id": model.trade_account_id, "model_id": model.pk}
    return reverse("security_profile:profile", kwargs=kwargs)


def register_all() -> None:
    """Register both kinds with the same outcome: approving the profile is one of two gates (G1)."""
    for kind in (SubmissionKind.APPLICATION, SubmissionKind.UPDATE):
        register(
            kind.value,
            Outcome(
                settle=carry_over,
                approved=approved,
                returned=returned,
                mail=mail,
                decides=Act.APPROVAL,
                answer_clock=ANSWER_CLOCK,
            ),
        )
