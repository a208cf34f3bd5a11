"""Returns a part of an annual review that is no criterion, with a comment (P6, P10).

The risk assessment, the eligibility answers of a business type and each section of the company
profile can be returned. Like the decision on a criterion, this is a draft until the review is
completed, and names the version it is based on. Such parts need no acceptance: what is not returned
is approved with the rest.
"""

from __future__ import annotations

import uuid
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from core import clock
from core.access import Access
from core.concurrency import save_versioned
from core.errors import NotVisible, Stale, refusal
from core.text import is_blank
from security_profile.models import CriterionDecision
from security_profile.presentation.review_parts import parts_of
from security_profile.selectors.submissions import signed_review_in
from security_profile.services.review import entered, is_same, refuse_unless_open
from security_profile.services.submission_record import record_about
from security_profile.states import Verdict


@transaction.atomic
def decide_part(
    *,
    actor: Access,
    submission_id: uuid.UUID,
    part: str,
    verdict: str,
    comment: str,
    version: int,
) -> CriterionDecision:
    """Return a part with a comment, or take that back (*To review*); the text is kept.

    ``version`` is the version of the decision that the writer had read, 0 for none: Stale if
    someone else decided since. Two clicks make one decision.
    """
    model, submission = entered(actor, submission_id)
    refuse_unless_open(submission)
    labels = parts_of(signed_review_in(submission.pk) or _NOTHING)
    if part not in labels:
        raise NotVisible("part")
    if verdict == Verdict.RETURNED and is_blank(comment):
        words = _("Write a comment that tells the partner what to change.")
        raise refusal("comment", words, "comment")
    made = submission.decisions.filter(part=part).first()
    wanted = {"verdict": verdict, "comment": comment}
    if made is not None and is_same(made, wanted, actor):
        return made
    if made is not None and version != made.version:
        raise Stale(made)
    by: dict[str, Any] = {
        "decided_by": actor.user,
        "decided_by_name": actor.name,
        "decided_at": clock.now(),
    }
    if made is None:
        made = CriterionDecision.objects.create(
            security_model=model, submission=submission, part=part, **wanted, **by
        )
    else:
        save_versioned(made, expected=made.version, **wanted, **by)
    label = str(Verdict(verdict).label)
    record_about("part_decided", actor, submission, part=labels[part], verdict=label)
    return made


_NOTHING: dict[str, Any] = {"assessment": None, "eligibility": [], "sections": []}
