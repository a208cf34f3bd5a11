"""The pages of approved versions as rows and words, for partners and for staff (P7)."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from core.days import day
from core.differences import LOOKS_AT_MOST, Budget
from core.links import path_to
from security_models.models import SecurityModel
from security_profile.facts.approvals import Approval, Changed, InForce, Standing
from security_profile.facts.criterion_answers import Answer
from security_profile.models import ResponseVersion
from security_profile.presentation.answer_changes import (
    NOTHING,
    AnswerChange,
    FileLine,
    Places,
    Side,
    answer_change,
    file_line,
    files_of,
    side_of,
)
from security_profile.presentation.profile_rows import page_url

#: The key of the working copy among versions, whose keys are their numbers.
WORKING_COPY = "copy"
#: How many changed criteria a page shows: comparing the longest texts takes some 25 ms each.
CHANGES_A_PAGE = 20
#: The words that the comparisons of such a page may look at together, whatever the texts.
LOOKS_OF_A_LIST = 2 * LOOKS_AT_MOST


@dataclass(frozen=True)
class PartnerPlaces:
    """The pages of a C-TPAT account that its contacts open."""

    model: SecurityModel

    def document(self, version_id: str) -> str:
        """A version of a document."""
        places = {"trade_id": self.model.trade_account_id, "model_id": self.model.pk}
        return path_to("documents:download", **places, version_id=uuid.UUID(version_id))

    def submission(self, submission_id: uuid.UUID) -> str:
        """A submission."""
        return page_url("submission", self.model, submission_id=submission_id)

    def versions(self, code: str) -> str:
        """The versions of a criterion."""
        return page_url("versions", self.model, code=code)

    def profile_on(self, day: str) -> str:
        """The profile as it stood on a date."""
        return page_url("profile-on", self.model) + f"?on={day}"


# --- the versions of a criterion ------------------------------------------------------------------


@dataclass(frozen=True)
class VersionLine:
    """One approved version in the list."""

    number: int
    approved_on: dt.date
    approved_by: str
    reference: str
    submission: str
    not_applicable: bool
    files: list[FileLine]


def version_lines(
    versions: Iterable[ResponseVersion], places: Places, clean: Collection[str]
) -> list[VersionLine]:
    """The list of versions, newest first."""
    return [
        VersionLine(
            number=one.number,
            approved_on=one.approved_on,
            approved_by=one.submission.reviewed_by_name,
            reference=one.submission.reference,
            submission=places.submission(one.submission_id),
            not_applicable=one.not_applicable,
            files=[file_line(file, places, clean) for file in one.evidence],
        )
        for one in versions
    ]


def sides(
    versions: Iterable[ResponseVersion], working: Answer | None = None
) -> dict[str, tuple[str, Side]]:
    """What can be compared, newest first, by its key: the words of the choice, and the answer."""
    found = {}
    if working is not None:
        found[WORKING_COPY] = (_("Working copy, as it is now"), side_of(working))
    for one in versions:
        words = {"number": one.number, "day": day(one.approved_on)}
        label = _("Version %(number)s, approved on %(day)s") % words
        found[str(one.number)] = (label, side_of(one))
    return found


def newest_two(keys: Iterable[str]) -> dict[str, str]:
    """What is compared unless the address says otherwise: the newest two, older one first.

    The working copy is among them only if there are no two versions.
    """
    every = list(keys)
    versions = [key for key in every if key != WORKING_COPY]
    chosen = (versions if len(versions) > 1 else every)[:2] or [""]
    return {"from": chosen[-1], "to": chosen[0]}


# --- the profile on a date ------------------------------------------------------------------------


def evidence_in(standing: Standing) -> set[str]:
    """The versions of documents that a profile has as evidence."""
    return files_of(*(one.version.evidence for one in standing.criteria))


def application_on(
    standing: Standing, places: Places | None = None, clean: Collection[str] = ()
) -> dict[str, Any]:
    """The profile in the form of an application, as page and document draw it.

    Without ``places`` it has no addresses, as in a document.
    """
    categories: dict[tuple[int, str], list[dict[str, Any]]] = {}
    for one in standing.criteria:
        categories.setdefault(one.category, []).append(_entry(one, places, clean))
    return {
        "reference": standing.content["reference"],
        "account": standing.content["account"],
        "criteria_set": standing.content["criteria_set"],
        "categories": [
            {"number": number, "name": name, "criteria": criteria}
            for (number, name), criteria in categories.items()
        ],
    }


def _entry(one: InForce, places: Places | None, clean: Collection[str]) -> dict[str, Any]:
    version = one.version
    words = {"number": version.number, "day": day(version.approved_on)}
    entry = {
        **one.entry,
        "text": version.text,
        "not_applicable": version.not_applicable,
        "reason": version.reason,
        "evidence": version.evidence,
        "version": _("Version %(number)s, approved on %(day)s") % words,
    }
    if places is None:
        return entry
    urls = {file["version"]: places.document(file["version"]) for file in version.evidence}
    evidence = [
        {**file, "url": urls[file["version"]] if file["version"] in clean else ""}
        for file in version.evidence
    ]
    return {**entry, "evidence": evidence, "versions_url": places.versions(one.code)}


# --- what changed between two approvals -----------------------------------------------------------


@dataclass(frozen=True)
class ApprovalLine:
    """One approval in the list."""

    approval: Approval
    submission: str
    profile: str


def approval_lines(approvals: Iterable[Approval], places: Places) -> list[ApprovalLine]:
    """The list of approvals, newest first."""
    return [
        ApprovalLine(one, places.submission(one.id), places.profile_on(one.on.isoformat()))
        for one in approvals
    ]


def approval_choices(approvals: Iterable[Approval]) -> dict[str, str]:
    """The approvals that can be compared, by their reference."""
    words = _("%(reference)s, approved on %(day)s")
    return {
        one.reference: words % {"reference": one.reference, "day": day(one.on)} for one in approvals
    }


@dataclass(frozen=True)
class ChangeLine:
    """One criterion in the list of changes; ``state`` is added, changed or removed."""

    code: str
    category: tuple[int, str]
    statement: str
    state: str
    versions: str
    url: str
    other_words: bool
    change: AnswerChange


def change_lines(
    changed: Iterable[Changed], places: Places, clean: Collection[str]
) -> Iterator[ChangeLine]:
    """The changes, with words compared until the budget of the whole list is spent."""
    budget = Budget(LOOKS_OF_A_LIST)
    for one in changed:
        before = side_of(one.before.version) if one.before else NOTHING
        after = side_of(one.after.version) if one.after else NOTHING
        yield ChangeLine(
            code=one.shown.code,
            category=one.shown.category,
            statement=str(one.shown.entry["statement"]),
            state=one.state,
            versions=_versions_words(one),
            url=places.versions(one.shown.code),
            other_words=one.other_words,
            change=answer_change(before, after, places, clean, budget),
        )


def evidence_of(changed: Iterable[Changed]) -> set[str]:
    """The versions of documents that changed criteria have as evidence, before or after."""
    both = [side for one in changed for side in (one.before, one.after) if side is not None]
    return files_of(*(side.version.evidence for side in both))


def _versions_words(one: Changed) -> str:
    if one.before is None or one.after is None:
        return _("Version %(number)s") % {"number": one.shown.version.number}
    words = {"before": one.before.version.number, "after": one.after.version.number}
    return _("Version %(before)s to version %(after)s") % words
