"""The branching eligibility questions (S1), evaluated from data: the code knows no question.

Pure functions over the loaded questions. A run keeps its answers in order. Walking them again finds
its current position, so a run stays valid if questions are edited in the database.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from security_models.models import BusinessType, EligibilityQuestion
from security_models.states import EligibilityOutcome

START = "START1"
ELIGIBLE = "eligible"
NOT_ELIGIBLE = "not_eligible:"

Answers = Sequence[Sequence[str]]


@dataclass(frozen=True)
class Catalogue:
    """All questions by code and all business types by slug."""

    questions: Mapping[str, EligibilityQuestion]
    types: Mapping[str, BusinessType]

    def words(self, text: str, business_type: str) -> str:
        """A text whose placeholders are filled from the business type that is settled so far."""
        one = self.types.get(business_type)
        if one is None:
            return text
        filled = text.replace("{activity_phrase}", one.activity_phrase)
        return filled.replace("{office_where}", one.office_where)


@dataclass(frozen=True)
class Step:
    """One answered question."""

    question: EligibilityQuestion
    words: str
    answer: str

    @property
    def label(self) -> str:
        """The words of the answer."""
        return dict(self.question.choices).get(self.answer, self.answer)


@dataclass(frozen=True)
class Walk:
    """The position of a run: what was answered, what comes next, and how it ended.

    ``business_type`` is set by the first question whose entry is a business type.
    """

    steps: tuple[Step, ...]
    current: EligibilityQuestion | None
    current_words: str
    outcome: EligibilityOutcome
    reason: str
    business_type: str

    @property
    def answers(self) -> list[list[str]]:
        """The answers that are still on the path."""
        return [[step.question.code, step.answer] for step in self.steps]

    @property
    def flags(self) -> list[list[str]]:
        """What staff must check because of the answers, as [question code, flag] pairs."""
        return [
            [step.question.code, step.question.flags[step.answer]]
            for step in self.steps
            if step.answer in step.question.flags
        ]

    def before(self, code: str) -> list[list[str]]:
        """The answers given before a question that is on the path."""
        codes = [step.question.code for step in self.steps]
        return self.answers[: codes.index(code)] if code in codes else self.answers

    def has(self, code: str) -> bool:
        """Whether a question can be answered now: it was answered, or it is next."""
        return self.given(code) != "" or (self.current is not None and self.current.code == code)

    def given(self, code: str) -> str:
        """The answer given to a question, empty if there is none."""
        return next((step.answer for step in self.steps if step.question.code == code), "")


def walk(catalogue: Catalogue, answers: Answers, start: str = START) -> Walk:
    """Follow the answers from ``start`` as far as they fit; leave out the rest."""
    given = {one[0]: one[1] for one in answers}
    steps: list[Step] = []
    business_type, target = "", start
    while target in catalogue.questions:
        question = catalogue.questions[target]
        if not business_type and question.entry in catalogue.types:
            business_type = question.entry
        words = catalogue.words(question.question, business_type)
        answer = given.get(question.code, "")
        if answer not in question.targets or question.code in {s.question.code for s in steps}:
            return Walk(tuple(steps), question, words, EligibilityOutcome.OPEN, "", business_type)
        steps.append(Step(question, words, answer))
        target = question.targets[answer]
    if target == ELIGIBLE:
        return Walk(tuple(steps), None, "", EligibilityOutcome.ELIGIBLE, "", business_type)
    reason = target.removeprefix(NOT_ELIGIBLE)
    return Walk(tuple(steps), None, "", EligibilityOutcome.NOT_ELIGIBLE, reason, business_type)


def catalogue_of(
    questions: Iterable[EligibilityQuestion], types: Iterable[BusinessType]
) -> Catalogue:
    """Index loaded rows."""
    return Catalogue({one.code: one for one in questions}, {one.slug: one for one in types})
