"""What the end of a review does to an annual review (P7, P10).

An approval writes versions of the criteria that changed and fulfills the cycle; the next one
follows by its dates. A return names what is to be answered.
"""

from __future__ import annotations

from django.db.models import F
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from audit.services import model_scope, record
from core import clock
from core.access import Access
from core.days import day
from core.errors import NotVisible
from identity.services import end_staff_asks
from notifications.services.sending import notify
from security_models.models import SecurityModel
from security_models.selectors.who_decides import Act
from security_models.services import staff
from security_profile.models import AnnualReview, Submission
from security_profile.presentation.profile_rows import page_url
from security_profile.presentation.review_parts import parts_of
from security_profile.selectors.annual_reviews import review_due_on
from security_profile.selectors.submissions import signed_review_in
from security_profile.services import profile_outcome
from security_profile.services.outcomes import Mail, Outcome, register
from security_profile.services.submission_record import record_about, words_about
from security_profile.services.summary import keep_summary
from security_profile.states import SubmissionKind, Verdict

#: What the specialist checks again besides the criteria, before an approval.
RECHECKS = {
    "company": _("The company profile"),
    "eligibility": _("The answers to the eligibility questions"),
    "vetting": _("The thresholds of vetting"),
    "assessment": _("The risk assessment"),
}


def approved(actor: Access, model: SecurityModel, submission: Submission) -> None:
    """Write versions of what changed, keep the Summary, record the recheck, and notify the
    contacts of the next window.
    """
    versions = profile_outcome.write_versions(submission)
    keep_summary(submission)
    row = review_of_round(submission)
    rows = AnnualReview.objects.filter(submission=submission)
    rows.update(rechecked_by_name=actor.name, rechecked_at=clock.now(), version=F("version") + 1)
    record_about("approved", actor, submission, count=len(versions))
    record(
        "security_profile.rechecked",
        actor=actor,
        scope=model_scope(model.pk),
        subject=("annual_review", row.pk),
        due=day(row.due_on),
        what="; ".join(str(words) for words in RECHECKS.values()),
    )
    told = mail(model, submission, 0)
    url = page_url("annual-review", model)
    notify(told.kind, scope=model_scope(model.pk), about=model, url=url, **told.words)


def mail(model: SecurityModel, submission: Submission, count: int) -> Mail:
    """The email about a completed review; an approval names the next window."""
    if count:
        return _returned_mail(model, submission)
    review = review_due_on(model, review_of_round(submission).due_on)
    after = review.cycle.after() if review is not None else None
    words = {
        **words_about(model, submission),
        "commented": profile_outcome.commented_on(submission),
        "opens_on": after.opens_on if after is not None else None,
        "next_due_on": after.due_on if after is not None else None,
    }
    return Mail("annual_review.approved", words)


def returned(actor: Access, model: SecurityModel, submission: Submission, count: int) -> None:
    """One message for everything that is returned; the comments are in the portal only."""
    end_staff_asks(staff.APPROVAL, model.pk)
    record_about("returned", actor, submission, count=count)
    told = mail(model, submission, count)
    url = page_url("annual-review", model)
    notify(told.kind, scope=model_scope(model.pk), about=model, url=url, **told.words)


def _returned_mail(model: SecurityModel, submission: Submission) -> Mail:
    """The email about a return, which lists what was returned."""
    rows = submission.decisions.filter(verdict=Verdict.RETURNED)
    parts = rows.values_list("part", flat=True)
    criteria = sum(not part for part in parts)
    words = ngettext(
        "%(n)s criterion of the security profile",
        "%(n)s criteria of the security profile",
        criteria,
    )
    labels = parts_of(signed_review_in(submission.pk) or {}) if any(parts) else {}
    listed = [words % {"n": criteria}] if criteria else []
    listed += [label for part, label in labels.items() if part in parts]
    due = submission.answer_due_on or clock.clock(profile_outcome.ANSWER_CLOCK).due(clock.today())
    about = {**words_about(model, submission), "due_date": day(due), "returned": listed}
    return Mail("annual_review.returned", about)


def review_of_round(submission: Submission) -> AnnualReview:
    """The annual review that a submission is the newest round of."""
    row = AnnualReview.objects.filter(submission=submission).order_by("-due_on").first()
    if row is None:
        raise NotVisible("annual_review")
    return row


def register_annual_review() -> None:
    """Register the outcome of annual reviews."""
    register(
        SubmissionKind.ANNUAL_REVIEW.value,
        Outcome(
            settle=profile_outcome.carry_over,
            approved=approved,
            returned=returned,
            mail=mail,
            decides=Act.REVIEW,
            answer_clock=profile_outcome.ANSWER_CLOCK,
            rechecks=RECHECKS,
        ),
    )
