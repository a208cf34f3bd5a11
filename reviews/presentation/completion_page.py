"""What the check page shows before a review is completed. Runs no queries."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from notifications.providers.kinds import kind
from reviews.presentation.queue_rows import item_words
from reviews.presentation.staff_places import StaffPlaces, annual_review_url
from reviews.selectors.review import (
    ACCEPTED_NOW,
    OPEN,
    RETURNED_NOW,
    UNCHANGED,
    Completion,
    Review,
)
from security_models.services.staff import leaves_vetting_to_others, needs_another_reviewer
from security_profile.models import CriterionDecision
from security_profile.services.outcomes import outcome_of


@dataclass(frozen=True)
class CompletionPage:
    """The check page before a review ends: counts, all return comments, the email."""

    completion: Completion

    @property
    def review(self) -> Review:
        """The review."""
        return self.completion.review

    @property
    def title(self) -> str:
        """The words of the submission with its reference."""
        submission = self.review.submission
        return f"{item_words(submission)}, {submission.reference}"

    @property
    def returned(self) -> tuple[CriterionDecision, ...]:
        """The returned criteria with their comments."""
        return self.completion.returned

    @cached_property
    def parts(self) -> list[dict[str, str]]:
        """The returned parts of an annual review that are no criteria, with their comments."""
        places = StaffPlaces(self.review.model)
        return [
            {
                "label": label,
                "comment": one.comment,
                "by": one.decided_by_name,
                "url": places.part(self.review.submission.pk, one.part),
            }
            for label, one in self.completion.parts
        ]

    @property
    def _returned_count(self) -> int:
        return len(self.returned) + len(self.completion.parts)

    @property
    def commented(self) -> tuple[CriterionDecision, ...]:
        """The accepted criteria with a comment."""
        return self.completion.commented

    @property
    def answer_due_on(self) -> dt.date:
        """The day by which the partner must answer."""
        return self.completion.answer_due_on

    @cached_property
    def figures(self) -> list[dict[str, Any]]:
        """The counts; each links to its criteria."""
        url = reverse("reviews:review", args=[self.review.model.pk, self.review.submission.pk])
        undecided = len(self.completion.undecided)
        counts = [
            (self.completion.accepted, _("Accepted"), ACCEPTED_NOW),
            (len(self.returned), _("Returned"), RETURNED_NOW),
            (self.completion.unchanged, _("Unchanged, carried over"), UNCHANGED),
            (undecided, _("To review"), OPEN),
        ]
        figures: list[dict[str, Any]] = [
            {
                "count": count,
                "label": label,
                "url": f"{url}?show={show}",
                "hot": show == OPEN and count > 0,
            }
            for count, label, show in counts
        ]
        if parts := len(self.completion.parts):
            about = {"label": _("Returned parts"), "url": self.annual_review, "hot": False}
            figures.insert(2, {"count": parts, **about})
        return figures

    @cached_property
    def blockers(self) -> list[dict[str, str]]:
        """Criteria that must be decided first, with links."""
        ids = [self.review.model.pk, self.review.submission.pk]
        return [
            {
                "message": f"{row.code} {row.label}",
                "url": reverse("reviews:criterion", args=[*ids, row.code]),
            }
            for row in self.completion.undecided
        ]

    @property
    def rechecks(self) -> Mapping[str, Any]:
        """What must be checked besides the criteria before an approval; nothing for a return."""
        return {} if self._returned_count else outcome_of(self.review.submission).rechecks

    @property
    def annual_review(self) -> str:
        """The page of everything else that an annual review contains; empty for other kinds."""
        return annual_review_url(self.review)

    @property
    def second_person(self) -> str:
        """Why the reader cannot approve, and who can (G1); empty if the reader can."""
        others = self.completion.others
        return "" if others is None else needs_another_reviewer(others)

    @property
    def before_approving(self) -> str:
        """What the reader can no longer do after approving, and who can then (G1); empty if
        nothing.
        """
        vetters = self.completion.vetters
        return "" if vetters is None else leaves_vetting_to_others(vetters)

    @property
    def button(self) -> str:
        """What the button does, in words."""
        n = self._returned_count
        if not n:
            return _("Complete review: approve")
        if self.parts:
            words = ngettext(
                "Complete review: return %(n)s thing", "Complete review: return %(n)s things", n
            )
            return words % {"n": n}
        words = ngettext(
            "Complete review: return %(n)s criterion",
            "Complete review: return %(n)s criteria",
            n,
        )
        return words % {"n": n}

    @cached_property
    def mail(self) -> dict[str, str]:
        """The email that the contacts get, as it will be written."""
        model, submission = self.review.model, self.review.submission
        told = outcome_of(submission).mail(model, submission, self._returned_count)
        return {
            "subject": kind(told.kind).subject.format_map(told.words),
            "text": render_to_string(f"mail/{told.kind}.txt", told.words).strip(),
        }
