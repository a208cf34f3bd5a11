"""What the review page shows around one criterion: filters, links, words. Runs no queries."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _

from core.access import Access
from core.text import filled
from reviews.presentation.queue_rows import item_words
from reviews.presentation.staff_places import StaffPlaces, annual_review_url
from reviews.selectors.criterion import CriterionReview, criterion_review, return_reasons
from reviews.selectors.review import (
    ACCEPTED_NOW,
    ALL,
    CHANGED,
    FILTERS,
    NEW_EVIDENCE,
    NOT_APPLICABLE,
    OPEN,
    RETURNED,
    RETURNED_NOW,
    UNCHANGED,
    Review,
    Row,
    review_of,
)
from security_profile.models import ReturnReason
from security_profile.presentation.answer_changes import difference_words
from security_profile.states import Verdict

#: Compare with nothing: show only the new text.
NEW_ONLY = "none"


@dataclass(frozen=True)
class CriterionPage:
    """One criterion of a review with its list; the URL contains ``show`` and ``compare``."""

    review: Review
    detail: CriterionReview
    reasons: tuple[ReturnReason, ...]
    show: str
    compare: str
    back: str = ""

    @property
    def code(self) -> str:
        """The number of the criterion."""
        return str(self.detail.item.criterion.code)

    @property
    def title(self) -> str:
        """The words of the submission: "Application, round 2"."""
        return item_words(self.review.submission)

    @property
    def crumbs(self) -> list[dict[str, str]]:
        """The page's own part of the breadcrumb."""
        return [{"label": self.title, "url": ""}]

    @property
    def category(self) -> str:
        """The category of the criterion."""
        return str(self.detail.item.criterion.category.name)

    @property
    def is_final(self) -> bool:
        """Whether the decisions are final, no longer drafts."""
        return self.review.submission.reviewed_at is not None

    @property
    def is_decided(self) -> bool:
        """Whether there is a decision to undo."""
        made = self.detail.decision
        return made is not None and made.verdict != Verdict.TO_REVIEW

    @property
    def status(self) -> str:
        """The status of the criterion: the decision, or else the result of the last round."""
        if self.is_decided and self.detail.decision is not None:
            return str(self.detail.decision.verdict)
        return "returned" if self.row.returned_before else ""

    @property
    def status_words(self) -> str:
        """The words of that status."""
        made = self.detail.decision
        if self.is_decided and made is not None:
            if self.is_final:
                return str(made.get_verdict_display())
            words = _("%(verdict)s by %(name)s, draft")
            return filled(words, verdict=made.get_verdict_display(), name=made.decided_by_name)
        return _("Returned last time") if self.row.returned_before else ""

    @cached_property
    def row(self) -> Row:
        """The criterion's line in the list."""
        return next(row for row in self.review.rows if row.code == self.code)

    # --- links

    def url(self, name: str) -> str:
        """The address of a page of this review."""
        return reverse(f"reviews:{name}", args=[self.review.model.pk, self.review.submission.pk])

    @cached_property
    def _criteria(self) -> str:
        """What the addresses of all criteria begin with; each line of the list has one."""
        ids = [self.review.model.pk, self.review.submission.pk]
        return reverse("reviews:criterion", args=[*ids, self.code]).removesuffix(self.code)

    def _to(self, code: str, **changes: str) -> str:
        state = {"show": self.show, "compare": self.compare, "back": self.back, **changes}
        query = urlencode({name: value for name, value in state.items() if value})
        return self._criteria + code + (f"?{query}" if query else "")

    @cached_property
    def links(self) -> dict[str, str]:
        """The other pages of this review."""
        names = ("start", "complete", "review")
        query = f"?{urlencode({'back': self.back})}" if self.back else ""
        links = {name: self.url(name) + query for name in names}
        links["versions"] = StaffPlaces(self.review.model).versions(self.code) + query
        whole = annual_review_url(self.review)
        return {**links, "annual_review": whole + query if whole else ""}

    # --- the list at the left

    @cached_property
    def shown(self) -> list[Row]:
        """The lines of the list; the current criterion is always among them, whatever the
        filter.
        """
        return [row for row in self.review.rows if row.is_in(self.show) or row.code == self.code]

    @cached_property
    def items(self) -> list[dict[str, Any]]:
        """The list of criteria for its component."""
        return [
            {
                "number": row.code,
                "label": row.label,
                "url": self._to(row.code),
                "current": row.code == self.code,
                "decision": self._mark(row),
            }
            for row in self.shown
        ]

    def _mark(self, row: Row) -> str:
        if row.is_decided:
            return "carried" if row.carried_over else row.verdict
        return "to_review" if row.to_decide else "unchanged"

    @cached_property
    def chips(self) -> list[dict[str, Any]]:
        """The filters with their counts; empty ones are left out, except the first and the last.

        Filters that the check page links to are shown only there.
        """
        filters = [
            (CHANGED, _("Changed")),
            (OPEN, _("To review")),
            (RETURNED, _("Returned last time")),
            (NEW_EVIDENCE, _("New evidence")),
            (NOT_APPLICABLE, _("N/A")),
            (ACCEPTED_NOW, _("Accepted")),
            (RETURNED_NOW, _("Returned now")),
            (UNCHANGED, _("Unchanged")),
            (ALL, _("All")),
        ]
        chips = [
            {
                "href": self._to(self.code, show=key),
                "label": label,
                "count": self.review.count(key),
                "current": self.show == key,
                "always": key in {CHANGED, ALL},
                "on_request": key in {ACCEPTED_NOW, RETURNED_NOW, UNCHANGED},
            }
            for key, label in filters
        ]
        return [
            chip
            for chip in chips
            if chip["current"] or chip["always"] or (chip["count"] and not chip["on_request"])
        ]

    # --- where to go next

    @cached_property
    def previous(self) -> str:
        """The address of the previous line, or empty."""
        return self._neighbour(-1)

    @cached_property
    def next(self) -> str:
        """The address of the next line, or empty."""
        return self._neighbour(1)

    def _neighbour(self, step: int) -> str:
        place = [row.code for row in self.shown].index(self.code) + step
        return self._to(self.shown[place].code) if 0 <= place < len(self.shown) else ""

    @cached_property
    def all_decided(self) -> bool:
        """Whether the only step left is to complete the review."""
        return self.review.is_open and not self.review.count(OPEN)

    @cached_property
    def undecided(self) -> str:
        """The address of the next undecided criterion, in any filter; or empty."""
        rows = self.review.rows
        place = [row.code for row in rows].index(self.code)
        around = (*rows[place + 1 :], *rows[:place])
        found = next((row for row in around if row.is_in(OPEN)), None)
        return self._to(found.code) if found is not None else ""

    @cached_property
    def following(self) -> str:
        """The number to open after a decision: the next undecided one, or else the next line."""
        codes = [row.code for row in self.shown]
        place = codes.index(self.code)
        around = self.shown[place + 1 :] + self.shown[:place]
        for row in around:
            if row.to_decide and not row.is_decided:
                return row.code
        return codes[place + 1] if place + 1 < len(codes) else ""

    # --- the response

    @cached_property
    def modes(self) -> list[dict[str, Any]]:
        """What the answer can be compared with."""
        keys = [(one.key, one.label) for one in self.detail.baselines]
        if not keys:
            return []
        current = self.detail.baseline.key if self.detail.baseline else NEW_ONLY
        return [
            {"label": label, "url": self._to(self.code, compare=key), "current": key == current}
            for key, label in [*keys[:3], (NEW_ONLY, _("New only"))]
        ]

    @property
    def difference_words(self) -> str:
        """How much changed, in words."""
        difference = self.detail.difference
        return difference_words(difference) if difference is not None else ""

    # --- the form

    def initial(self) -> dict[str, Any]:
        """What the form shows before anything is typed: the current decision."""
        made = self.detail.decision
        return {
            "version": made.version if made else 0,
            "verdict": made.verdict if made else Verdict.TO_REVIEW,
            "comment": made.comment if made else "",
            "internal_note": made.internal_note if made else "",
            "following": self.following,
        }

    @property
    def reason_texts(self) -> dict[str, str]:
        """The saved reasons by code, for the script that inserts them without a request."""
        return {one.code: f"{one.text_to_partner} {one.what_to_do}" for one in self.reasons}


def criterion_page(
    access: Access, submission_id: uuid.UUID, code: str, query: Mapping[str, str]
) -> CriterionPage:
    """The page for one criterion; seven queries."""
    review = review_of(access.security_model, submission_id)
    show = query.get("show", "")
    compare = query.get("compare", "")
    detail = criterion_review(access.security_model, review.submission, code, compare)
    keys = {one.key for one in detail.baselines} | {NEW_ONLY}
    return CriterionPage(
        review=review,
        detail=detail,
        reasons=return_reasons() if review.is_open else (),
        show=show if show in FILTERS else CHANGED,
        compare=compare if compare in keys else "",
        back=query.get("back", "")[:1200],
    )
