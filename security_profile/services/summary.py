"""The Summary of an application and its documents (P3; manual, "Summary")."""

from __future__ import annotations

import datetime as dt
import uuid
from collections import OrderedDict
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from audit.services import model_scope
from core import clock
from core.access import Access
from core.errors import Problem
from files.models import Rendering
from files.selectors import document_about, rendering_of
from files.services import request_rendering
from security_models.models import SecurityModel
from security_models.presentation.contradictions import contradictions
from security_models.selectors import facts_of
from security_profile.models import Submission
from security_profile.policies import VIEW
from security_profile.presentation import application_document
from security_profile.presentation.completeness import (
    changed_words,
    progress_words,
    still_returned_words,
)
from security_profile.selectors import (
    Profile,
    application_state,
    latest_submission,
    next_kind,
    overview,
)
from security_profile.selectors.reviewed import reviewed_now
from security_profile.services.submit import (
    is_as_judged,
    is_company_as_judged,
    profile_content,
    submission_blockers,
    submission_content,
)
from security_profile.states import SIGNED_AS, SubmissionKind, SubmissionStatus


@dataclass(frozen=True)
class Summary:
    """Everything that would be submitted now, and what blocks it."""

    profile: Profile
    content: dict[str, Any]
    blockers: list[Problem]
    evidence: list[dict[str, Any]]
    is_approved: bool
    company_changed: bool
    contradictions: list[Problem]

    @property
    def progress(self) -> str:
        """How complete the profile is, in words."""
        return progress_words(self.profile.counted)

    @property
    def waits(self) -> bool:
        """Whether the program has everything that could be signed now."""
        latest = self.profile.latest
        return latest is not None and latest.is_with_cbp and "annual_review" not in self.content

    @property
    def takes_back(self) -> str:
        """The reference of the update that is taken back when the annual review is signed."""
        latest = self.profile.latest
        return latest.reference if latest is not None and latest.is_with_cbp else ""

    @property
    def unsubmitted(self) -> str:
        """The changes since the last approval that were not submitted, in words; or empty."""
        changed = len(self.profile.changed)
        if not changed and not self.company_changed:
            return ""
        return changed_words(changed, company=self.company_changed)

    @property
    def still_returned(self) -> str:
        """Returned criteria that were not answered, in words."""
        return still_returned_words(self.profile.counted.returned)


def summary_of(model: SecurityModel, actor: Access) -> Summary:
    """The application as it is at this moment."""
    actor.require(VIEW)
    profile = overview(model, fresh=True)
    content = submission_content(model, profile)
    is_review = "annual_review" in content
    now = reviewed_now(model, profile, content["company"]) if is_review else None
    facts = facts_of(model)
    latest = profile.latest
    is_update = latest is not None and latest.is_approved
    return Summary(
        profile=profile,
        content=content,
        blockers=submission_blockers(model, profile, facts, now),
        evidence=application_document.evidence_index(content),
        # While a review is due, what equals the approval is signed again (P10).
        is_approved=not is_review and is_approved(model, profile),
        company_changed=is_update and not is_company_as_judged(model, profile),
        contradictions=contradictions(facts),
    )


#: The newest documents of this process: what they were made from -> their id. Other code, which
#: may have other words, is another process.
_made: OrderedDict[tuple[str, dt.date, str | None], uuid.UUID] = OrderedDict()
_MOST_MADE = 1000


@transaction.atomic
def working_document(model: SecurityModel, actor: Access) -> Rendering:
    """The PDF of the working copy: a draft, unless it equals the last approval.

    Composing the content to find its document costs more than anything else on the way, so it is
    composed only if a row, the day or the language is another than last time. The state is read
    before the content, of which nothing was read with the request: what is written between them
    leaves a state that does not come back.
    """
    actor.require(VIEW)
    state = (application_state(model), clock.today(), get_language())
    known = _made.get(state)
    found = None if known is None else rendering_of(known)
    if found is not None:
        return found
    now = SecurityModel.objects.select_related("trade_account").get(pk=model.pk)
    document = _working_document(now)
    _made[state] = document.pk
    while len(_made) > _MOST_MADE:
        _made.popitem(last=False)
    return document


def _working_document(model: SecurityModel) -> Rendering:
    profile = overview(model, fresh=True)
    approved = is_approved(model, profile)
    return _request(
        model,
        profile_content(model, profile),
        is_draft=not approved,
        latest=latest_submission(model) if approved else None,
    )


def is_approved(model: SecurityModel, profile: Profile) -> bool:
    """Whether the working copy equals the last approval."""
    approved = profile.latest is not None and profile.latest.is_approved
    return approved and is_as_judged(model, profile)


@transaction.atomic
def submission_document(submission: Submission, actor: Access) -> Rendering:
    """The PDF of a frozen submission; a draft until it is approved. The one of the approval is
    kept: later words or another language do not make another document of it.
    """
    actor.require(VIEW)
    if submission.status == SubmissionStatus.APPROVED:
        return summary_kept_of(submission) or keep_summary(submission)
    return _request(submission.security_model, submission.content, is_draft=True, latest=submission)


def keep_summary(submission: Submission) -> Rendering:
    """The document of record of an approved submission, requested as it is approved (P7)."""
    model, kept = submission.security_model, str(submission.pk)
    return _request(model, submission.content, is_draft=False, latest=submission, kept_for=kept)


def summary_kept_of(submission: Submission) -> Rendering | None:
    """The document that was requested as the submission was approved; None for an approval
    before such documents were kept.
    """
    return document_about(
        application_document.KIND,
        model_scope(submission.security_model_id),
        {"submission": str(submission.pk)},
    )


def _request(
    model: SecurityModel,
    content: dict[str, Any],
    *,
    is_draft: bool,
    latest: Submission | None,
    kept_for: str = "",
) -> Rendering:
    kind = SubmissionKind(latest.kind) if latest is not None else next_kind(model)
    name = str(SIGNED_AS[kind])
    day = latest.submitted_on if latest is not None else clock.today()
    facts = [
        (_("Company"), content["account"]),
        (_("C-TPAT account"), content["reference"]),
        (_("Criteria set"), content["criteria_set"]),
        (_("Status"), _status(latest, is_draft)),
        (_("As of"), _as_of(day)),
    ]
    if latest is not None:
        facts += [
            (_("Submission"), f"{latest.reference}, {_('round')} {latest.round}"),
            (_("Signed and submitted by"), latest.submitted_by_name),
            (_("Fingerprint of the content (SHA-256)"), latest.content_hash),
        ]
    return request_rendering(
        kind=application_document.KIND,
        title=f"{capfirst(name)} {content['reference']}",
        scope=model_scope(model.pk),
        content=application_document.document_content(
            content, is_draft=is_draft, facts=facts, as_of=_as_of(day), submission=kept_for
        ),
    )


def _status(latest: Submission | None, is_draft: bool) -> str:
    if latest is None:
        return _("Draft, not submitted in this form")
    return str(SubmissionStatus(latest.status).label) if is_draft else _("Approved")


def _as_of(day: dt.date) -> str:
    """A program date in words, with its zone."""
    return _("%(day)s (Eastern Time)") % {"day": date_format(day, "M j, Y")}
