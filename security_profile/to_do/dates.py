"""What this app adds to due dates (N2, P10)."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext as _

from core.access import Access
from core.contributions import DueDate
from security_profile.presentation.profile_rows import page_url
from security_profile.presentation.review_tasks import answer_key, due_date_of
from security_profile.states import SubmissionKind
from security_profile.to_do.profiles import Profile, dated_profiles


def dates_for(access: Access) -> list[DueDate]:
    """By when returned criteria must be answered, and when annual reviews are due."""
    return [date for one in dated_profiles(access) for date in _dates(one)]


def _dates(one: Profile) -> Iterator[DueDate]:
    model, standing = one.facts.model, one.standing
    if standing.is_returned and standing.answer_due_on is not None:
        is_review = standing.kind == SubmissionKind.ANNUAL_REVIEW
        answer = page_url("profile", model) + "?status=returned"
        title = _("Answer the returned criteria")
        if is_review:
            title = _("Answer the returned annual review")
        yield DueDate(
            answer_key(standing.submission_id),
            standing.answer_due_on,
            standing.reviewed_on or standing.answer_due_on,
            title,
            page_url("annual-review", model) if is_review else answer,
            model.trade_account.name,
            model.pk,
        )
    if one.review is not None:
        where = page_url("annual-review", model)
        yield due_date_of(one.review, model, model.trade_account.name, where)
