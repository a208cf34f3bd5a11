"""Submissions under review, made through the services of partners and staff."""

from __future__ import annotations

from typing import Any

from core import clock
from core.access import Access, for_user
from core.ids import new_id, new_reference
from identity.models import User
from security_models import grants
from security_models.models import SecurityModel
from security_models.services import staff
from security_profile.models import CriterionDecision, Response, Submission, SubmissionItem
from security_profile.services import review
from security_profile.services.submit import submission_content, submit
from security_profile.states import SubmissionKind, SubmissionStatus, Verdict
from tests.factories import models as company
from tests.factories.kept import kept
from tests.factories.people import UserFactory, made_before
from tests.factories.profile import answer_all
from tests.factories.trade import assign, make_account, make_model

COMMENT = "The procedure does not say who holds the keys."


def ready_model(slug: str = "importer", name: str = "Mulberry Lane Footwear") -> SecurityModel:
    """A C-TPAT account whose application is complete and can be signed."""
    return _model(_ready(slug, name))


@kept
def _ready(slug: str, name: str) -> Any:
    officer = UserFactory.create(authenticator=True)
    model = make_model(make_account(name, administrator=officer))
    company.complete_profile(model, slug)
    answer_all(model)
    return model.pk


def _model(key: Any) -> SecurityModel:
    return SecurityModel.objects.select_related("trade_account").get(pk=key)


def send_in(model: SecurityModel) -> Submission:
    """Submit the working copy as the Officer who started the account."""
    actor = grants.enter(for_user(model.started_by), model.pk)
    return submit(actor=actor, model=model, content=submission_content(model))


def sent_in(slug: str = "importer", name: str = "Mulberry Lane Footwear") -> SecurityModel:
    """A C-TPAT account whose first submission waits for its review."""
    return _model(_sent_in(slug, name))


@kept
def _sent_in(slug: str, name: str) -> Any:
    model = ready_model(slug, name)
    send_in(model)
    return model.pk


def specialist(model: SecurityModel, user: User | None = None) -> Access:
    """A specialist assigned to the model, entered."""
    return entered(model, assign(model, user))


def manager(model: SecurityModel) -> Access:
    """A manager inside the model."""
    return entered(model, UserFactory.create(staff_role="management", first_name="Ada"))


def entered(model: SecurityModel, user: User) -> Access:
    """A member of staff with the model loaded, as a page does it."""
    return grants.enter(for_user(user), model.pk)


def in_review(slug: str = "importer") -> tuple[Submission, Access]:
    """A first submission whose review the assigned specialist has started."""
    model, submission, staff = _in_review(slug)
    access = entered(_model(model), made_before(staff))
    return Submission.objects.get(pk=submission), access


@kept
def _in_review(slug: str) -> tuple[Any, Any, Any]:
    model = ready_model(slug)
    submission = send_in(model)
    access = specialist(model)
    review.start_review(actor=access, submission_id=submission.pk)
    return model.pk, submission.pk, access.user_id


def decide(access: Access, submission: Submission, code: str, **about: Any) -> Any:
    """Decide one criterion for the first time: accepted unless told otherwise."""
    values = {
        "verdict": Verdict.ACCEPTED,
        "comment": "",
        "internal_note": "",
        "version": 0,
        **about,
    }
    return review.decide(actor=access, submission_id=submission.pk, code=code, **values)


def accept_all(access: Access, submission: Submission, returned: tuple[str, ...] = ()) -> None:
    """Decide every criterion that has to be: ``returned`` ones go back with a comment.

    What is accepted is written at once, as the service writes it one by one.
    """
    changed = submission.items.filter(changed=True).select_related("criterion")
    for item in changed.filter(criterion__code__in=returned):
        decide(access, submission, item.criterion.code, verdict=Verdict.RETURNED, comment=COMMENT)
    CriterionDecision.objects.bulk_create(
        CriterionDecision(
            security_model_id=item.security_model_id,
            submission=submission,
            item=item,
            verdict=Verdict.ACCEPTED,
            decided_by=access.user,
            decided_by_name=access.name,
            decided_at=clock.now(),
        )
        for item in changed.filter(decision=None)
    )


def complete(access: Access, submission: Submission) -> Submission:
    """Complete the review in its current state."""
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


def as_update(submission: Submission, kind: SubmissionKind = SubmissionKind.UPDATE) -> Submission:
    """The same content submitted as an update or another kind; the submission itself is closed."""
    items = list(submission.items.all())
    Submission.objects.filter(pk=submission.pk).update(status=SubmissionStatus.CLOSED)
    copy = Submission.objects.get(pk=submission.pk)
    copy.pk, copy.kind, copy.status = new_id(), kind, submission.status
    copy.reference = new_reference("S")
    copy.submitted_at = clock.now()
    copy.save(force_insert=True)
    for item in items:
        item.pk, item.submission = new_id(), copy
    SubmissionItem.objects.bulk_create(items)
    return copy
