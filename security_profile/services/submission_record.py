"""Records and emails about a submission, written here for both review and outcome."""

from __future__ import annotations

from typing import Any

from audit.services import model_scope, record
from core.access import Access
from security_models.models import SecurityModel
from security_profile.facts.rechecks import Ended
from security_profile.models import Submission
from security_profile.presentation.recheck_words import eligibility_words
from security_profile.states import SubmissionKind


def record_about(kind: str, actor: Access, submission: Submission, **data: Any) -> None:
    """Add an event about a submission, with its reference and round."""
    record(
        f"security_profile.{kind}",
        actor=actor,
        scope=model_scope(submission.security_model_id),
        subject=("submission", submission.pk),
        reference=submission.reference,
        round=submission.round,
        **data,
    )


def words_about(model: SecurityModel, submission: Submission) -> dict[str, Any]:
    """The values that every email about a submission contains."""
    return {
        "account": model.trade_account.name,
        "model_reference": model.reference,
        "reference": submission.reference,
        "round": submission.round,
        "ineligible": no_longer_eligible(submission),
    }


def no_longer_eligible(submission: Submission) -> list[dict[str, str]]:
    """The business types for which the answers of an annual review no longer make the company
    eligible, each with the reason: the company is told what the specialist reads (S1).
    """
    if submission.kind != SubmissionKind.ANNUAL_REVIEW:
        return []
    answered = submission.content["annual_review"]["eligibility"]
    return [
        {"type": one["name"], "why": eligibility_words(ended).why}
        for one in answered
        if (ended := Ended.of_signed(one)).is_out
    ]
