"""A company of the demonstration in the middle of its annual review."""

from __future__ import annotations

import datetime as dt

from core import clock
from core.access import Access
from portal.demo import stage
from portal.demo.cast import Company
from security_models.models import SecurityModel
from security_profile.facts.annual_reviews import Review, section_digest, seen_of
from security_profile.selectors import overview
from security_profile.selectors.annual_reviews import review_of
from security_profile.selectors.reviewed import reviewed_now
from security_profile.services import annual_review
from security_profile.states import ReviewSection

STATEMENT = (
    "Three supply chains, eleven partners and two ports. Weak point: seals at the carrier's "
    "terminal in Lisbon were kept in an open drawer. They are locked away since July."
)
#: The categories that are confirmed already, by number.
CONFIRMED = ("1", "2", "3")


def begin(company: Company, model: SecurityModel, updates: dict[str, str]) -> None:
    """The second person of the company states the risk assessment, confirms the company profile,
    updates some answers and confirms the first categories.
    """
    access = stage.actor(stage.register(company.people[1][0]), model)
    stage.save_answers(access, updates)
    _assess(access, model)
    _confirm_company(access, model)
    _answer_eligibility(access, model)
    for code in updates:
        digest = overview(model).answer(code).hash
        annual_review.confirm_criterion(actor=access, model=model, code=code, digest=digest)
    for number in CONFIRMED:
        category = overview(model).category(number)
        shown = annual_review.proof_of_showing(access, _review(model), category)
        annual_review.confirm_category(actor=access, model=model, number=number, shown=shown)


def _review(model: SecurityModel) -> Review:
    review = review_of(model)
    assert review is not None  # noqa: S101 - the company is certified
    return review


def _assess(access: Access, model: SecurityModel) -> None:
    annual_review.assess(
        actor=access,
        model=model,
        assessed_on=clock.today() - dt.timedelta(days=20),
        statement=STATEMENT,
        seen=seen_of(_review(model).assessment),
    )


def _confirm_company(access: Access, model: SecurityModel) -> None:
    company = reviewed_now(model).company
    for section in (ReviewSection.ORGANIZATION, ReviewSection.IDENTIFIERS):
        digest = section_digest(section, company)
        annual_review.confirm_section(
            actor=access, model=model, section=section.value, digest=digest
        )


def _answer_eligibility(access: Access, model: SecurityModel) -> None:
    now = reviewed_now(model)
    for slug, earlier in now.types.items():
        again = {
            code: answer for code, answer in earlier if now.questions.questions[code].recheck_yearly
        }
        seen = seen_of(_review(model).rechecks.get(slug))
        annual_review.answer_again(actor=access, model=model, slug=slug, answers=again, seen=seen)
