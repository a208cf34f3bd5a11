"""The page of an annual review for the specialist: what changed first, then what was confirmed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby
from typing import Any

from django.urls import reverse
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.days import by_and_when, day
from core.text import filled
from reviews.presentation.queue_rows import item_words
from reviews.presentation.staff_places import StaffPlaces
from reviews.selectors.annual_review import SignedReview
from reviews.selectors.review import OPEN, Review, Row
from security_profile.facts.annual_reviews import ASSESSMENT_PART, SECTION, eligibility_key
from security_profile.facts.rechecks import Ended
from security_profile.models import CriterionDecision
from security_profile.presentation.company_changes import CompanyChange, company_changes
from security_profile.presentation.recheck_words import eligibility_words
from security_profile.presentation.review_parts import parts_of
from security_profile.states import Verdict


@dataclass(frozen=True)
class ChangedCriterion:
    """A criterion to decide on, with who confirmed the new answer."""

    code: str
    label: str
    url: str
    status: str
    status_words: str
    confirmed: str


@dataclass(frozen=True)
class Confirmed:
    """Criteria of a category that the same person confirmed on the same day, alone or together."""

    codes: tuple[str, ...]
    by: str
    on: str
    together: bool


@dataclass(frozen=True)
class ConfirmedCategory:
    """The criteria of a category that were confirmed without a change."""

    title: str
    count: int
    groups: tuple[Confirmed, ...]


@dataclass(frozen=True)
class PartRow:
    """A part that is no criterion: whether it is returned, and with what comment.

    ``url`` is the page where that is decided; empty if nothing can be decided now. ``before`` is
    the comment with which it was returned in the round before.
    """

    key: str
    label: str
    heading: str
    comment: str
    before: str
    url: str
    version: int


@dataclass(frozen=True)
class Eligibility:
    """The answers of one business type; ``warning`` says what the specialist must look at, and
    ``outcome`` what the company reads, too.
    """

    name: str
    outcome: str
    is_out: bool
    warning: str
    answered: str
    changed: tuple[Mapping[str, Any], ...]
    same: tuple[Mapping[str, Any], ...]
    part: PartRow | None


@dataclass(frozen=True)
class Stated:
    """What the company signed in a part that is no criterion, with the template that draws it.

    ``company`` is the company profile if the part is a section of it, and ``confirmed`` says who
    confirmed that.
    """

    template: str
    made: Any
    company: Mapping[str, Any] | None = None
    confirmed: str = ""


@dataclass(frozen=True)
class AnnualReviewPage:
    """Everything that was signed with an annual review besides the answers to the criteria."""

    found: SignedReview

    @property
    def review(self) -> Review:
        """The review of the submission."""
        return self.found.review

    @property
    def title(self) -> str:
        """The words of the submission: "Annual review, round 2"."""
        return item_words(self.review.submission)

    @property
    def due(self) -> str:
        """The due day in words."""
        return day(self.found.due_on)

    @property
    def window(self) -> str:
        """The window in words."""
        about = {"opens": _day(self.found.signed["opens_on"]), "due": self.due}
        return _("%(opens)s to %(due)s") % about

    @property
    def submitted(self) -> str:
        """The day of the first round, which was in time or late."""
        return day(self.found.submitted_on)

    @property
    def late(self) -> str:
        """How late the first round was; empty if it was in time."""
        days = (self.found.submitted_on - self.found.due_on).days
        if not self.found.is_late:
            return ""
        return ngettext("%(n)s day late", "%(n)s days late", days) % {"n": days}

    @property
    def rechecked(self) -> str:
        """Who checked again what was signed, and when; empty before the approval."""
        at = self.found.rechecked_at
        return by_and_when(self.found.rechecked_by, at) if at is not None else ""

    # --- what changed

    @cached_property
    def changed(self) -> list[ChangedCriterion]:
        """The criteria that changed or were returned, in the order of the set."""
        made = {one["code"]: one for one in self.found.signed["criteria"]}
        rows = (row for row in self.review.rows if row.to_decide or row.code in self._updated)
        return [self._changed(row, made.get(row.code)) for row in rows]

    @cached_property
    def _updated(self) -> frozenset[str]:
        return frozenset(one["code"] for one in self.found.signed["criteria"] if one["updated"])

    def _changed(self, row: Row, made: Mapping[str, Any] | None) -> ChangedCriterion:
        ids = [self.review.model.pk, self.review.submission.pk, row.code]
        verdict = row.verdict if row.is_decided else Verdict.TO_REVIEW
        return ChangedCriterion(
            code=row.code,
            label=row.label,
            url=reverse("reviews:criterion", args=ids),
            status=verdict,
            status_words=str(Verdict(verdict).label),
            confirmed=_by_and_when(made) if made else "",
        )

    @cached_property
    def company(self) -> list[CompanyChange]:
        """What changed in the company profile since the last approval."""
        before = self.found.company_before
        return company_changes(before, self.found.content["company"]) if before else []

    @property
    def since(self) -> str:
        """The approval that the company profile is compared with; empty without one."""
        before = self.found.before
        if before is None:
            return ""
        return _("Since the approval of %(day)s") % {"day": day(before.on)}

    @property
    def is_quick(self) -> bool:
        """Whether no criterion is to be decided."""
        return not self.review.to_decide

    @property
    def can_complete(self) -> bool:
        """Whether the only step left is to complete the review."""
        return self.review.is_open and not self.review.count(OPEN)

    # --- what was confirmed

    @property
    def assessment(self) -> dict[str, Any] | None:
        """The risk assessment, with the address of its document."""
        made = self.found.signed["assessment"]
        if made is None:
            return None
        found = self.found.document
        url = StaffPlaces(self.review.model).document(found) if found else ""
        return {**made, "on": _day(made["on"]), "url": url, "stated": _by_and_when(made)}

    @cached_property
    def eligibility(self) -> list[Eligibility]:
        """The answers of each business type, those to look at first."""
        found = [
            _eligibility(one, self.parts.get(eligibility_key(one["type"])))
            for one in self.found.signed["eligibility"]
        ]
        return sorted(found, key=lambda one: not one.warning)

    @property
    def sections(self) -> list[tuple[str, str, PartRow]]:
        """The sections of the company profile, each with who confirmed it."""
        return [
            (one["label"], _by_and_when(one), self.parts[f"{SECTION}{one['section']}"])
            for one in self.found.signed["sections"]
        ]

    @cached_property
    def parts(self) -> dict[str, PartRow]:
        """The parts that can be returned with a comment, by their keys."""
        return {key: self._part(key, label) for key, label in parts_of(self.found.signed).items()}

    @property
    def assessment_part(self) -> PartRow | None:
        """The risk assessment as such a part."""
        return self.parts.get(ASSESSMENT_PART)

    def stated(self, key: str) -> Stated:
        """What the company signed in such a part."""
        if key == ASSESSMENT_PART:
            return Stated("reviews/parts/signed_assessment.html", self.assessment)
        for one in self.eligibility:
            if one.part is not None and one.part.key == key:
                return Stated("reviews/parts/signed_eligibility.html", one)
        section = key.removeprefix(SECTION)
        confirmed = next(
            _by_and_when(one) for one in self.found.signed["sections"] if one["section"] == section
        )
        template = f"security_profile/company/{section}.html"
        return Stated(template, None, self.found.content["company"], confirmed)

    def _part(self, key: str, label: str) -> PartRow:
        made, before = self.found.decided.get(key), self.found.decided_before.get(key)
        url = StaffPlaces(self.review.model).part(self.review.submission.pk, key)
        return PartRow(
            key=key,
            label=label,
            heading=_returned_by(made),
            comment=made.comment if made is not None else "",
            before=before.comment if before is not None and _returned_by(before) else "",
            url=url if self.review.is_open else "",
            version=made.version if made is not None else 0,
        )

    @cached_property
    def affirmed(self) -> list[ConfirmedCategory]:
        """The criteria without a change, by category."""
        made = {one["code"]: one for one in self.found.signed["criteria"]}
        found = []
        for category in self.found.content["categories"]:
            codes = [one["code"] for one in category["criteria"]]
            same = [made[code] for code in codes if code in made and code not in self._updated]
            if same:
                title = f"{category['number']}. {category['name']}"
                found.append(ConfirmedCategory(title, len(same), tuple(_groups(same))))
        return found

    @property
    def affirmed_count(self) -> int:
        """How many criteria were confirmed without a change."""
        return sum(one.count for one in self.affirmed)

    @property
    def changed_words(self) -> str:
        """How many criteria changed: "9 of 94"."""
        return self._of_all(len(self.changed))

    @property
    def affirmed_words(self) -> str:
        """How many criteria were confirmed without a change: "85 of 94"."""
        return self._of_all(self.affirmed_count)

    def _of_all(self, count: int) -> str:
        return _("%(n)s of %(all)s") % {"n": count, "all": len(self.review.rows)}


def _groups(ticks: Iterable[Mapping[str, Any]]) -> Iterable[Confirmed]:
    """Neighbors that one person confirmed on one day in the same way."""

    def how(tick: Mapping[str, Any]) -> tuple[str, str, bool]:
        return tick["by"], _day(tick["at"]), tick["together"]

    for (by, on, together), some in groupby(ticks, key=how):
        yield Confirmed(tuple(one["code"] for one in some), by, on, together)


def _returned_by(made: CriterionDecision | None) -> str:
    """Who returned a part; empty if nobody did."""
    if made is None or made.verdict != Verdict.RETURNED:
        return ""
    words = _("Returned by %(name)s")
    if made.is_draft:
        words = _("Returned by %(name)s, as a draft")
    return filled(words, name=made.decided_by_name)


def _eligibility(one: Mapping[str, Any], part: PartRow | None) -> Eligibility:
    """A warning for a company that is no longer eligible for the type, or for other answers."""
    ended = Ended.of_signed(one)
    changed = tuple(answer for answer in one["answers"] if answer["changed"])
    warning = ""
    if ended.is_out:
        warning = _("The answers no longer make the company eligible for this business type.")
    elif changed:
        warning = _("The company is still eligible, but answers differ from the application.")
    return Eligibility(
        name=one["name"],
        outcome=eligibility_words(ended).heading,
        is_out=ended.is_out,
        warning=warning,
        answered=_by_and_when(one),
        changed=changed,
        same=tuple(answer for answer in one["answers"] if not answer["changed"]),
        part=part,
    )


def _by_and_when(made: Mapping[str, Any]) -> str:
    """Who did something that was signed, and when."""
    return by_and_when(made["by"], dt.datetime.fromisoformat(made["at"]))


def _day(iso: str) -> str:
    """A program date, or the day of an instant for the reader."""
    if "T" in iso:
        return day(localtime(dt.datetime.fromisoformat(iso)).date())
    return day(dt.date.fromisoformat(iso))
