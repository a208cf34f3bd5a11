"""Certified accounts and their annual reviews, made through the services of the company."""

from __future__ import annotations

import datetime as dt
from typing import Any

from core import clock
from core.access import Access
from identity.models import User
from security_models.facts.questionnaire import Catalogue
from security_models.models import BusinessTypeAccount, SecurityModel
from security_profile.facts.annual_reviews import Cycle, Review, section_digest, seen_of
from security_profile.models import Submission
from security_profile.selectors import overview
from security_profile.selectors.annual_reviews import review_of
from security_profile.selectors.reviewed import reviewed_now
from security_profile.services import annual_review
from security_profile.services.submit import submission_content, submit
from security_profile.states import ReviewSection
from tests.factories.kept import kept
from tests.factories.models import complete_profile
from tests.factories.people import UserFactory
from tests.factories.profile import access_to, answer_all
from tests.factories.reviews import accept_all, complete, manager, send_in, specialist, vet
from tests.factories.trade import make_account, make_contact, make_model

EMPLOYEE = "employee@example.com"


def certified_model() -> SecurityModel:
    """An account that is certified today, with an Employee, whose profile equals its approval."""
    return _read(_certified())


def _read(key: Any) -> SecurityModel:
    return SecurityModel.objects.select_related("trade_account", "started_by").get(pk=key)


@kept
def _certified() -> Any:
    return certify().pk


def certify(
    name: str = "Mulberry Lane Footwear", employee: str = EMPLOYEE, scss: User | None = None
) -> SecurityModel:
    """A company that is certified today, whatever the clock of the scene says."""
    from security_profile.services import review

    model = complete_profile(make_model(make_account(name)))
    make_contact(model, UserFactory.create(email=employee))
    answer_all(model)
    submission = send_in(model)
    staff = specialist(model, scss)
    review.start_review(actor=staff, submission_id=submission.pk)
    accept_all(staff, submission)
    complete(staff, submission)
    vet(model, manager(model))
    return _read(model.pk)


def certify_another(model: SecurityModel, days: int) -> BusinessTypeAccount:
    """A second business type, certified so many days after the first one."""
    first = model.business_types.get()
    assert first.certified_on is not None
    return BusinessTypeAccount.objects.create(
        security_model=model,
        business_type_id="consolidator",
        run=first.run,
        status="certified",
        account_number="87654321",
        started_on=first.started_on,
        certified_on=first.certified_on + dt.timedelta(days=days),
    )


def cycle(model: SecurityModel, number: int = 1) -> Cycle:
    """A cycle of the model's reviews."""
    certified_on = model.business_types.get().certified_on
    assert certified_on is not None
    return Cycle(certified_on, number)


def at_due(model: SecurityModel, days: int = -30, number: int = 1) -> Any:
    """The clock ``days`` after the due day of a cycle; before it if negative."""
    return clock.at(cycle(model, number).due_on + dt.timedelta(days=days))


def today(model: SecurityModel) -> Review:
    """The review that counts today."""
    found = review_of(model)
    assert found is not None
    return found


def assess(model: SecurityModel, access: Access | None = None, **given: Any) -> Any:
    """State the risk assessment of the year."""
    values = {
        "assessed_on": clock.today(),
        "statement": "All lanes and partners. Two weak points were found and are mended.",
        "seen": seen_of(today(model).assessment),
        **given,
    }
    return annual_review.assess(actor=access or access_to(model), model=model, **values)


def confirm(model: SecurityModel, code: str, access: Access | None = None) -> Any:
    """Confirm one criterion as it is now."""
    digest = overview(model).answer(code).hash
    actor = access or access_to(model)
    return annual_review.confirm_criterion(actor=actor, model=model, code=code, digest=digest)


def confirm_together(model: SecurityModel, number: str, access: Access | None = None) -> list[str]:
    """Confirm together what is left of a category."""
    actor = access or access_to(model)
    category = overview(model).category(number)
    shown = annual_review.proof_of_showing(actor, today(model), category)
    return annual_review.confirm_category(actor=actor, model=model, number=number, shown=shown)


def confirm_sections(model: SecurityModel, access: Access | None = None) -> None:
    """Confirm the company profile."""
    company = reviewed_now(model).company
    for section in ReviewSection:
        annual_review.confirm_section(
            actor=access or access_to(model),
            model=model,
            section=section.value,
            digest=section_digest(section, company),
        )


def answer_eligibility(model: SecurityModel, access: Access | None = None, **other: str) -> None:
    """Answer the eligibility questions as in the application; ``other`` are other answers."""
    now = reviewed_now(model)
    for slug, earlier in now.types.items():
        annual_review.answer_again(
            actor=access or access_to(model),
            model=model,
            slug=slug,
            answers={**asked_again(now.questions, earlier), **other},
            seen=seen_of(today(model).rechecks.get(slug)),
        )


def questions_of(model: SecurityModel) -> tuple[Catalogue, Any]:
    """The questions, and the answers of the application of the first business type."""
    now = reviewed_now(model)
    return now.questions, next(iter(now.types.values()))


def asked_again(questions: Catalogue, earlier: Any) -> dict[str, str]:
    """The earlier answers to the questions that are asked again each year."""
    return {code: given for code, given in earlier if questions.questions[code].recheck_yearly}


def do_everything(model: SecurityModel, access: Access | None = None) -> None:
    """Everything that the company does before the Officer signs."""
    assess(model, access)
    confirm_sections(model, access)
    answer_eligibility(model, access)
    for one in overview(model).categories:
        confirm_together(model, str(one.category.number), access)


def sign(model: SecurityModel) -> Submission:
    """Submit what an Officer signs now."""
    return submit(actor=access_to(model), model=model, content=submission_content(model))
