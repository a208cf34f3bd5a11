"""What messages can be linked to here: criteria that apply, and submissions."""

from __future__ import annotations

import uuid

from django.utils.translation import gettext_lazy as _

from core.access import Access
from core.days import day
from core.ids import parse_id
from core.links import path_to
from messages_app.providers import linked
from security_profile.models import Submission
from security_profile.presentation.profile_rows import criterion_url, page_url
from security_profile.selectors import criteria_of
from security_profile.selectors.submissions import submissions_of

#: Older submissions are found in the history of the account.
MOST = 20


def _criteria(access: Access) -> list[tuple[str, str]]:
    return [
        (one.code, f"{one.code} {one.entry.category.name}")
        for one in criteria_of(access.security_model)
    ]


def _criterion_page(access: Access, code: str) -> str:
    model = access.security_model
    if access.is_staff:
        return path_to("reviews:versions", model_id=model.pk, code=code)
    return criterion_url(model, code)


def _submissions(access: Access) -> list[tuple[str, str]]:
    rows = submissions_of(access.security_model)[:MOST]
    return [(str(one.pk), _words(one)) for one in rows]


def _words(submission: Submission) -> str:
    kind = submission.get_kind_display()
    return f"{kind} {submission.reference}, {day(submission.submitted_on)}"


def _submission_page(access: Access, key: str) -> str:
    found: uuid.UUID | None = parse_id(key)
    if found is None:
        return ""
    if access.is_staff:
        model_id = access.security_model.pk
        return path_to("reviews:review", model_id=model_id, submission_id=found)
    return page_url("submission", access.security_model, submission_id=found)


def register() -> None:
    """Register both kinds of things."""
    linked.register(linked.Linkable("criterion", _("Criteria"), _criteria, _criterion_page))
    linked.register(linked.Linkable("submission", _("Submissions"), _submissions, _submission_page))
