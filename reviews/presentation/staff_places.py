"""The addresses of approved versions for specialists and management (P7)."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass

from core.links import path_to
from reviews.selectors.review import Review
from security_models.models import SecurityModel


@dataclass(frozen=True)
class StaffPlaces:
    """The pages of a partner that its reviewers open."""

    model: SecurityModel

    def document(self, version_id: str) -> str:
        """A version of a document."""
        place = uuid.UUID(version_id)
        return path_to("documents:staff-download", model_id=self.model.pk, version_id=place)

    def submission(self, submission_id: uuid.UUID) -> str:
        """The review of a submission."""
        return path_to("reviews:review", model_id=self.model.pk, submission_id=submission_id)

    def criterion(self, submission_id: uuid.UUID, code: str) -> str:
        """A criterion in the review of a submission."""
        places = {"model_id": self.model.pk, "submission_id": submission_id, "code": code}
        return path_to("reviews:criterion", **places)

    def annual_review(self, submission_id: uuid.UUID) -> str:
        """What an annual review contains besides its criteria."""
        places = {"model_id": self.model.pk, "submission_id": submission_id}
        return path_to("reviews:annual-review", **places)

    def part(self, submission_id: uuid.UUID, part: str) -> str:
        """Where a part of an annual review that is no criterion is returned."""
        places = {"model_id": self.model.pk, "submission_id": submission_id, "part": part}
        return path_to("reviews:annual-part", **places)

    def reason(self, due_on: dt.date) -> str:
        """Why the annual review of a year was not done."""
        places = {"model_id": self.model.pk, "day": due_on.isoformat()}
        return path_to("reviews:review-reason", **places)

    def versions(self, code: str) -> str:
        """The versions of a criterion."""
        return path_to("reviews:versions", model_id=self.model.pk, code=code)

    def profile_on(self, day: str) -> str:
        """The profile as it stood on a date."""
        return path_to("reviews:profile-on", model_id=self.model.pk) + f"?on={day}"


def annual_review_url(review: Review) -> str:
    """The page of what an annual review contains besides its criteria; empty for other kinds."""
    if not review.is_annual:
        return ""
    return StaffPlaces(review.model).annual_review(review.submission.pk)
