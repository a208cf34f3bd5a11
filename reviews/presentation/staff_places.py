"""The addresses of approved versions for specialists and management (P7)."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from core.links import path_to
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

    def versions(self, code: str) -> str:
        """The versions of a criterion."""
        return path_to("reviews:versions", model_id=self.model.pk, code=code)

    def profile_on(self, day: str) -> str:
        """The profile as it stood on a date."""
        return path_to("reviews:profile-on", model_id=self.model.pk) + f"?on={day}"
