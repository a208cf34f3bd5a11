"""The pool, claiming and assigning; which partners a specialist sees (R6)."""

from __future__ import annotations

import pytest

from core.access import for_user
from core.errors import NotAllowed, NotVisible, Refused
from core.ids import new_id
from notifications.models import Outbox
from reviews import services
from reviews.selectors.pool import pool
from reviews.selectors.queue import portfolio, queue_of
from security_models import grants
from security_models.models import InvitationCode, StaffAssignment
from security_models.services import invitation_codes, staff
from security_profile.services.submit import withdraw
from tests.factories import reviews as made
from tests.factories.models import complete_profile
from tests.factories.people import UserFactory
from tests.factories.trade import make_account, make_model

pytestmark = pytest.mark.django_db


def test_r6_the_pool_holds_what_is_submitted_and_unassigned() -> None:
    model = made.ready_model()
    complete_profile(make_model(make_account("Only a draft")))
    assert not pool().exists()
    submission = made.send_in(model)
    assert [one.subject_id for one in pool()] == [submission.pk]
    made.specialist(model)
    assert not pool().exists()


def test_r6_claiming_opens_the_partner_to_the_specialist_and_starts_no_review() -> None:
    model = made.sent_in()
    submission = model.submissions.get()
    scss = UserFactory.create(staff_role="scss")
    with pytest.raises(NotVisible):
        grants.enter(for_user(scss), model.pk)
    services.claim(actor=for_user(scss), model_id=model.pk)
    services.claim(actor=for_user(scss), model_id=model.pk)
    assert StaffAssignment.objects.filter(security_model=model).count() == 1
    access = grants.enter(for_user(scss), model.pk)
    assert [one.subject_id for one in queue_of(portfolio(access))] == [submission.pk]
    submission.refresh_from_db()
    assert submission.status == "submitted"
    subjects = set(Outbox.objects.filter(kind="assignment.changed").values_list("subject"))
    assert subjects == {(f"{model.trade_account.name}: your specialist is {scss.name}",)}


def test_r6_what_is_not_submitted_or_taken_cannot_be_claimed() -> None:
    draft = made.ready_model()
    scss = for_user(UserFactory.create(staff_role="scss"))
    with pytest.raises(NotVisible):
        services.claim(actor=scss, model_id=draft.pk)
    submission = made.send_in(draft)
    officer = grants.enter(for_user(draft.started_by), draft.pk)
    withdraw(actor=officer, model=draft, submission_id=submission.pk)
    with pytest.raises(Refused):
        services.claim(actor=scss, model_id=draft.pk)
    made.send_in(draft)
    other = made.specialist(draft)
    with pytest.raises(Refused) as refusal:
        services.claim(actor=scss, model_id=draft.pk)
    assert other.name in str(refusal.value.problems[0].message)
    with pytest.raises(NotVisible):
        services.claim(actor=scss, model_id=new_id())
    with pytest.raises(NotAllowed):
        services.claim(actor=for_user(draft.started_by), model_id=draft.pk)


def test_a_reassigned_partner_disappears_from_the_former_specialist() -> None:
    submission, before = made.in_review()
    model = submission.security_model
    after = UserFactory.create(staff_role="scss")
    manager = made.manager(model)
    staff.assign(actor=manager, model_id=model.pk, staff_id=after.pk)
    staff.assign(actor=manager, model_id=model.pk, staff_id=after.pk)
    assert StaffAssignment.objects.filter(security_model=model).count() == 2
    told = Outbox.objects.filter(kind="assignment.changed", to_address=before.user.email)
    assert told.filter(text__contains="It has left your queue").exists()
    with pytest.raises(NotVisible):
        made.decide(before, submission, "1.1")
    with pytest.raises(NotVisible):
        made.complete(before, submission)
    assert made.decide(made.entered(model, after), submission, "1.1").verdict == "accepted"


def test_only_active_specialists_and_managers_can_be_assigned() -> None:
    model = made.ready_model()
    manager = made.manager(model)
    helpdesk = UserFactory.create(staff_role="helpdesk")
    for person in (helpdesk, model.started_by):
        with pytest.raises(Refused):
            staff.assign(actor=manager, model_id=model.pk, staff_id=person.pk)


def test_s3_an_invitation_code_is_issued_once_and_can_be_revoked_until_it_is_used() -> None:
    manager = for_user(UserFactory.create(staff_role="management"))
    about = {"business_type": "foreign_manufacturer", "country": "VN", "note": "Hoa Binh Ceramics"}
    key = new_id()
    code = invitation_codes.issue_code(actor=manager, form_key=key, **about)
    again = invitation_codes.issue_code(actor=manager, form_key=key, **about)
    assert code.code == again.code and code.code.startswith("INV-") and len(code.code) == 13
    assert InvitationCode.objects.count() == 1
    invitation_codes.revoke_code(actor=manager, code_id=code.pk)
    assert invitation_codes.revoke_code(actor=manager, code_id=code.pk).revoked_at is not None
    used = invitation_codes.issue_code(actor=manager, form_key=new_id(), **about)
    InvitationCode.objects.filter(pk=used.pk).update(used_at=used.issued_at)
    with pytest.raises(Refused):
        invitation_codes.revoke_code(actor=manager, code_id=used.pk)
    scss = for_user(UserFactory.create(staff_role="scss"))
    with pytest.raises(NotAllowed):
        invitation_codes.issue_code(actor=scss, form_key=new_id(), **about)
