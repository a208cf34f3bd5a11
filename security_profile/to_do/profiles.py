"""The profiles that the reader works on, with how far each one is and its annual review."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from core.access import Access
from security_models.facts.model_facts import Facts
from security_models.facts.questionnaire import Catalogue
from security_models.selectors import entered, facts_for
from security_models.selectors.eligibility import catalogue as questions
from security_models.states import CERTIFIED_STATUSES
from security_profile.checks.annual_review import is_stated, to_answer
from security_profile.facts.annual_reviews import Review, anchor_of
from security_profile.policies import VIEW
from security_profile.selectors import Standing, catalogue, live_types, standings
from security_profile.selectors.annual_reviews import reviews_of
from security_profile.selectors.progress import latest_submissions


@dataclass(frozen=True)
class Profile:
    """A profile that the reader works on, with the ids of its criteria; ``review`` is its annual
    review if it is certified. ``questions`` are read if answers to them could be missing.
    """

    facts: Facts
    here: Access
    standing: Standing
    review: Review | None
    criteria: frozenset[str]
    questions: Catalogue | None = None

    @property
    def work(self) -> Review | None:
        """The annual review, while the company works on it: then it is what an Officer signs."""
        return self.review if self.review is not None and self.review.is_in_work else None

    @property
    def returned(self) -> int:
        """How many returned criteria and parts of the annual review wait for the company."""
        if self.standing.is_with_cbp:
            return 0
        criteria = len(self.standing.returned) if self.standing.is_returned else 0
        return criteria + (len(self.work.unanswered) if self.work is not None else 0)

    @property
    def is_confirmed(self) -> bool:
        """Whether nothing of the annual review is left but the signature, or none is due."""
        if self.work is None:
            return True
        if self.questions is None or not self.is_stated:
            return False
        certified = (one for one in self.facts.types if one.status in CERTIFIED_STATUSES)
        types = {one.slug: list(one.answers.items()) for one in certified}
        return not to_answer(self.work, types, self.questions)

    @property
    def is_stated(self) -> bool:
        """Whether everything of the annual review but the eligibility questions is done."""
        return self.work is not None and is_stated(self.work, self.criteria)


def profiles(access: Access, trade_account_id: uuid.UUID | None) -> list[Profile]:
    """Every profile that the reader works on; its statements are shared while a page is built."""
    key = (_WHOLE, trade_account_id)
    return access.once(key, lambda: _read(access, trade_account_id))


def dated_profiles(access: Access) -> Sequence[Profile]:
    """The same with what was returned and the annual reviews, but not what was answered: enough
    for dates and counts, unless the page has read it all.
    """
    whole: list[Profile] | None = access.recalled((_WHOLE, None))
    if whole is not None:
        return whole
    return access.once(_DATED, lambda: _read_dated(_working(access, None)))


def returned_of(access: Access) -> dict[uuid.UUID, int]:
    """How much was returned to each C-TPAT account in which the reader works, and is unanswered."""
    return {one.facts.model.pk: one.returned for one in dated_profiles(access) if one.returned}


_WHOLE, _DATED = "profiles", "dated profiles"


def _read_dated(every: list[tuple[Facts, Access]]) -> list[Profile]:
    found = latest_submissions([facts.model.pk for facts, _here in every])
    return _with_reviews(every, found)


def _read(access: Access, trade_account_id: uuid.UUID | None) -> list[Profile]:
    every = _working(access, trade_account_id)
    found = standings(
        [
            (facts.model.pk, live_types((one.slug, one.status) for one in facts.types))
            for facts, _here in every
        ]
    )
    read = _with_reviews(every, found)
    if not any(one.is_stated for one in read):
        return read
    asked = questions()
    return [replace(one, questions=asked) for one in read]


def _working(access: Access, trade_account_id: uuid.UUID | None) -> list[tuple[Facts, Access]]:
    """The accounts in which the reader works, each with the reader's access there."""
    return [
        (facts, here)
        for facts in facts_for(access, trade_account_id)
        if (here := entered(access, facts.model)).has(VIEW) and not facts.lapsed and not facts.over
    ]


def _with_reviews(
    every: list[tuple[Facts, Access]], found: Mapping[uuid.UUID, Standing]
) -> list[Profile]:
    reviews = reviews_of(_anchors(facts for facts, _here in every))
    return [
        Profile(
            facts, here, found[facts.model.pk], reviews.get(facts.model.pk), _criteria_of(facts)
        )
        for facts, here in every
    ]


def _criteria_of(facts: Facts) -> frozenset[str]:
    types = live_types((one.slug, one.status) for one in facts.types)
    return catalogue().mix_of(types).ids


def _anchors(every: Iterable[Facts]) -> dict[uuid.UUID, dt.date]:
    """The first certification date of each account that has one (P13)."""
    found = {
        facts.model.pk: anchor_of((one.status, one.certified_on) for one in facts.types)
        for facts in every
    }
    return {model_id: anchor for model_id, anchor in found.items() if anchor is not None}
