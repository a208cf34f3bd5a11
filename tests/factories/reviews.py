"""Submissions under review, made through the services of the partner and of the program."""

from __future__ import annotations

from typing import Any

from core.access import Access, for_user
from identity.models import User
from security_models import grants
from security_models.models import SecurityModel
from security_models.services import staff
from security_profile.models import Response, Submission
from security_profile.services import review
from security_profile.services.submit import submission_content, submit
from security_profile.states import Verdict
from tests.factories import models as company
from tests.factories.people import UserFactory
from tests.factories.profile import answer_all
from tests.factories.trade import assign, make_account, make_model

COMMENT = "The procedure does not say who holds the keys."


def ready_model(slug: str = "importer", name: str = "Mulberry Lane Footwear") -> SecurityModel:
    """A C-TPAT account whose application is complete and can be signed."""
    officer = UserFactory.create(authenticator=True)
    model = make_model(make_account(name, administrator=officer))
    company.complete_profile(model, slug)
    answer_all(model)
    return SecurityModel.objects.select_related("trade_account").get(pk=model.pk)


def send_in(model: SecurityModel) -> Submission:
    """Submit the working copy as the Officer who started the account."""
    actor = grants.enter(for_user(model.started_by), model.pk)
    return submit(actor=actor, model=model, content=submission_content(model))


def specialist(model: SecurityModel, user: User | None = None) -> Access:
    """A specialist assigned to the model, entered."""
    return entered(model, assign(model, user))


def manager(model: SecurityModel) -> Access:
    """A manager who has entered the model."""
    return entered(model, UserFactory.create(staff_role="management", first_name="Ada"))


def entered(model: SecurityModel, user: User) -> Access:
    """A member of staff with the model loaded, as a page does it."""
    return grants.enter(for_user(user), model.pk)


def in_review(slug: str = "importer") -> tuple[Submission, Access]:
    """A first submission whose review the assigned specialist has started."""
    model = ready_model(slug)
    submission = send_in(model)
    access = specialist(model)
    return review.start_review(actor=access, submission_id=submission.pk), access


def decide(access: Access, submission: Submission, code: str, **about: Any) -> Any:
    """Decide one criterion as its first decision: accepted unless told otherwise."""
    values = {
        "verdict": Verdict.ACCEPTED,
        "comment": "",
        "internal_note": "",
        "version": 0,
        **about,
    }
    return review.decide(actor=access, submission_id=submission.pk, code=code, **values)


def accept_all(access: Access, submission: Submission, returned: tuple[str, ...] = ()) -> None:
    """Decide every criterion that has to be: ``returned`` ones go back with a comment."""
    for item in submission.items.filter(changed=True).select_related("criterion"):
        code = item.criterion.code
        if code in returned:
            decide(access, submission, code, verdict=Verdict.RETURNED, comment=COMMENT)
        else:
            decide(access, submission, code)


def complete(access: Access, submission: Submission) -> Submission:
    """Complete the review as it stands."""
    seen = review.decisions_seen(submission)
    return review.complete_review(actor=access, submission_id=submission.pk, seen=seen)


def answer(model: SecurityModel, code: str, text: str) -> None:
    """Write another text into the working copy."""
    rows = Response.objects.filter(security_model=model, criterion__code=code)
    rows.update(text=text)


def vet(model: SecurityModel, access: Access, result: str = "passed") -> Any:
    """Record vetting with every check ticked."""
    from core.ids import new_id
    from security_models.states import VettingCheck

    return staff.record_vetting(
        actor=access,
        model_id=model.pk,
        form_key=new_id(),
        result=result,
        checklist=dict.fromkeys(VettingCheck.values, True),
        note="Looked at.",
    )
