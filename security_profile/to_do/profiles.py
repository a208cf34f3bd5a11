"""The profiles that the reader works on, with how far each one is and its annual review."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable
from dataclasses import dataclass

from core.access import Access
from security_models.facts.model_facts import Facts
from security_models.selectors import entered, facts_for
from security_profile.facts.annual_reviews import Review, anchor_of
from security_profile.policies import VIEW
from security_profile.selectors import Standing, live_types, standings
from security_profile.selectors.annual_reviews import reviews_of


@dataclass(frozen=True)
class Profile:
    """A profile that the reader works on; ``review`` is its annual review if it is certified."""

    facts: Facts
    here: Access
    standing: Standing
    review: Review | None

    @property
    def work(self) -> Review | None:
        """The annual review, while the company works on it: then it is what an Officer signs."""
        return self.review if self.review is not None and self.review.is_in_work else None

    @property
    def is_confirmed(self) -> bool:
        """Whether nothing of the annual review is left but the signature, or none is due."""
        certified = [one.slug for one in self.facts.types if one.anniversary is not None]
        every = self.standing.total
        return self.work is None or self.work.figures.are_all(every, certified)


def profiles(access: Access, trade_account_id: uuid.UUID | None) -> list[Profile]:
    """Every profile that the reader works on; its statements are shared while a page is built."""
    key = ("profiles", trade_account_id)
    return access.once(key, lambda: _read(access, trade_account_id))


def _read(access: Access, trade_account_id: uuid.UUID | None) -> list[Profile]:
    every = [
        (facts, here)
        for facts in facts_for(access, trade_account_id)
        if (here := entered(access, facts.model)).has(VIEW) and not facts.lapsed and not facts.over
    ]
    found = standings(
        [
            (facts.model.pk, live_types((one.slug, one.status) for one in facts.types))
            for facts, _here in every
        ]
    )
    reviews = reviews_of(_anchors(facts for facts, _here in every))
    return [
        Profile(facts, here, found[facts.model.pk], reviews.get(facts.model.pk))
        for facts, here in every
    ]


def _anchors(every: Iterable[Facts]) -> dict[uuid.UUID, dt.date]:
    """The first certification date of each account that has one (P13)."""
    found = {
        facts.model.pk: anchor_of((one.status, one.certified_on) for one in facts.types)
        for facts in every
    }
    return {model_id: anchor for model_id, anchor in found.items() if anchor is not None}
