"""Reads the catalogue, the profile, evidence and submissions of a security model."""

from security_profile.selectors.application_state import application_state
from security_profile.selectors.catalogue import (
    Applicable,
    Catalogue,
    CategoryEntry,
    CriterionEntry,
    catalogue,
    listed,
)
from security_profile.selectors.evidence import (
    evidence_link,
    library_to_choose,
    removed_evidence,
)
from security_profile.selectors.profile import (
    CategoryAnswers,
    Latest,
    Profile,
    approved_version,
    closed_because,
    criteria_of,
    criterion_of,
    live_types,
    overview,
)
from security_profile.selectors.progress import Standing, standings
from security_profile.selectors.submissions import (
    WITH_CBP,
    approved_hashes,
    copy_of_record,
    items_by_criterion,
    last_reviewed,
    latest_submission,
    next_kind,
    require_unaltered,
    rounds,
    signed_as,
    submission_of,
    submissions_of,
)

__all__ = [
    "WITH_CBP",
    "Applicable",
    "Catalogue",
    "CategoryAnswers",
    "CategoryEntry",
    "CriterionEntry",
    "Latest",
    "Profile",
    "Standing",
    "application_state",
    "approved_hashes",
    "approved_version",
    "catalogue",
    "closed_because",
    "copy_of_record",
    "criteria_of",
    "criterion_of",
    "evidence_link",
    "items_by_criterion",
    "last_reviewed",
    "latest_submission",
    "library_to_choose",
    "listed",
    "live_types",
    "next_kind",
    "overview",
    "removed_evidence",
    "require_unaltered",
    "rounds",
    "signed_as",
    "standings",
    "submission_of",
    "submissions_of",
]
