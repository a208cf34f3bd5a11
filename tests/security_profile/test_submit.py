"""Submitting: what is signed is frozen, round after round (P2-P4, P8, domain 3)."""

from __future__ import annotations

import datetime as dt

import pytest

from agreements.providers.signables import Change, signable
from agreements.states import AgreementKind
from audit.models import Event, StatusChange
from core import clock
from core.crypto import content_hash
from core.errors import NotAllowed, Refused
from files.models import StoredFile
from files.states import ScanState
from identity.models import User
from notifications.models import Outbox
from security_models.models import BusinessTypeAccount, SecurityModel
from security_models.states import BusinessTypeStatus
from security_profile.checks import profile_blockers
from security_profile.models import CriterionDecision, Response, Submission, SubmissionItem
from security_profile.selectors import overview
from security_profile.services import review
from security_profile.services.evidence import choose_evidence, remove_evidence
from security_profile.services.responses import Draft, save_response
from security_profile.services.submit import (
    submission_blockers,
    submission_content,
    submit,
    withdraw,
)
from security_profile.states import SubmissionKind, SubmissionStatus, Verdict
from tests.factories.models import complete_profile
from tests.factories.people import UserFactory
from tests.factories.profile import access_to, answer_all, make_document
from tests.factories.trade import assign, make_account, make_contact, make_model
from tests.statements import at_most

pytestmark = pytest.mark.django_db


def submit_now(model: SecurityModel, user: User | None = None) -> Submission:
    return submit(actor=access_to(model, user), model=model, content=submission_content(model))


def change(model: SecurityModel, code: str, text: str) -> None:
    row = Response.objects.get(security_model=model, criterion__code=code)
    save_response(
        actor=access_to(model), model=model, code=code, version=row.version, draft=Draft(text)
    )


AT_ONCE = dt.timedelta(0)


def reviewed(
    submission: Submission, returned: dict[str, str], took: dt.timedelta = AT_ONCE
) -> Submission:
    """The review of a submission: the named criteria returned with a comment, the rest accepted.

    It ends ``took`` after its decisions.
    """
    model = submission.security_model
    specialist = access_to(model, assign(model, None)) if not model.assignments.exists() else None
    specialist = specialist or access_to(model, model.assignments.get().staff)
    review.start_review(actor=specialist, submission_id=submission.pk)
    for code, comment in returned.items():
        review.decide(
            actor=specialist,
            submission_id=submission.pk,
            code=code,
            verdict=Verdict.RETURNED,
            comment=comment,
            internal_note="",
            version=0,
        )
    CriterionDecision.objects.bulk_create(
        CriterionDecision(
            security_model=model,
            submission=submission,
            item=item,
            verdict=Verdict.ACCEPTED,
            decided_by=specialist.user,
            decided_by_name=specialist.name,
            decided_at=clock.now(),
        )
        for item in submission.items.filter(changed=True, decision=None)
    )
    with clock.at(clock.now() + took):
        return review.complete_review(
            actor=specialist, submission_id=submission.pk, seen=review.decisions_seen(submission)
        )


# --- blockers -------------------------------------------------------------------------------------


def test_p2_nothing_answered_blocks_with_every_must_and_should(model: SecurityModel) -> None:
    problems = profile_blockers(model)
    levels = {one.criterion.level for one in overview(model).answers}
    assert len(levels) == 2
    assert sum(one.code == "not_answered" for one in problems) == 94


def test_p3_each_blocker_leads_to_its_place(model: SecurityModel) -> None:
    answer_all(model, skip=("3.5",))
    [answer, evidence] = profile_blockers(model)
    assert answer.url.endswith(f"/m/{model.pk}/security-profile/3.5")
    assert evidence.url.endswith("/security-profile/3.5#evidence")


def test_p2_a_complete_profile_has_no_blocker(ready: SecurityModel) -> None:
    assert submission_blockers(ready) == []


def test_p2_required_evidence_must_be_clean(ready: SecurityModel) -> None:
    StoredFile.objects.update(state=ScanState.QUARANTINED)
    codes = {one.code for one in profile_blockers(ready)}
    assert codes == {"being_checked"}
    StoredFile.objects.update(state=ScanState.INFECTED)
    codes = {one.code for one in profile_blockers(ready)}
    assert codes == {"blocked_file", "no_evidence"}


def test_p2_not_applicable_needs_a_reason_and_waives_evidence(ready: SecurityModel) -> None:
    access = access_to(ready)
    link = overview(ready).answer("3.5").evidence[0]
    remove_evidence(actor=access, model=ready, code="3.5", link_id=link.link_id)
    for reason, expected in (
        ("Too short", {"no_reason"}),
        ("We never outsource any work." * 2, set()),
    ):
        version = overview(ready).answer("3.5").version
        save_response(
            actor=access,
            model=ready,
            code="3.5",
            version=version,
            draft=Draft(not_applicable=True, reason=reason),
        )
        assert {one.code for one in profile_blockers(ready)} == expected


def test_p2_ready_is_a_mark_and_never_a_condition(ready: SecurityModel) -> None:
    assert not any(one.is_ready for one in overview(ready).answers)
    assert submission_blockers(ready) == []


# --- the first submission -------------------------------------------------------------------------


def test_p8_a_submission_freezes_what_was_signed(ready: SecurityModel) -> None:
    content = submission_content(ready)
    submission = submit_now(ready)
    change(ready, "1.2", "Edited after the submission.")
    submission.refresh_from_db()
    assert submission.content_hash == content_hash(content) == content_hash(submission.content)
    item = SubmissionItem.objects.get(submission=submission, criterion__code="1.2")
    assert item.text.startswith("1.2: ")
    assert item.changed


def test_p8_the_items_repeat_the_frozen_content(ready: SecurityModel) -> None:
    submission = submit_now(ready)
    frozen = {
        one["code"]: (one["text"], [file["sha256"] for file in one["evidence"]])
        for category in submission.content["categories"]
        for one in category["criteria"]
    }
    items = SubmissionItem.objects.filter(submission=submission)
    rows = {
        item.criterion.code: (item.text, [file["sha256"] for file in item.evidence])
        for item in items.select_related("criterion")
    }
    assert rows == frozen
    assert len(rows) == 94


def test_the_content_is_the_same_in_every_language(ready: SecurityModel) -> None:
    from django.utils import translation

    with translation.override("es"):
        spanish = submission_content(ready)
    assert content_hash(spanish) == content_hash(submission_content(ready))


def test_the_first_submission_makes_an_applicant_and_tells_everybody(ready: SecurityModel) -> None:
    colleague = UserFactory.create()
    make_contact(ready, colleague)
    submission = submit_now(ready)
    account = BusinessTypeAccount.objects.get(security_model=ready)
    assert account.status == BusinessTypeStatus.APPLICANT
    assert (submission.kind, submission.round) == (SubmissionKind.APPLICATION, 1)
    told = set(
        Outbox.objects.filter(kind="submission.received").values_list("to_address", flat=True)
    )
    assert {ready.started_by.email, colleague.email} <= told
    assert Event.objects.filter(kind="security_profile.submitted").count() == 1
    assert StatusChange.objects.filter(thing="submission", thing_id=submission.pk).count() == 1


def test_p4_only_an_officer_submits(ready: SecurityModel) -> None:
    employee = UserFactory.create()
    make_contact(ready, employee)
    with pytest.raises(NotAllowed):
        submit_now(ready, employee)


def test_an_incomplete_application_is_refused_with_every_reason(ready: SecurityModel) -> None:
    change(ready, "1.2", "")
    change(ready, "1.4", "")
    with pytest.raises(Refused) as refused:
        submit_now(ready)
    assert [str(one.message)[:3] for one in refused.value.problems] == ["1.2", "1.4"]


def test_a4_changed_since_reading_is_refused(ready: SecurityModel) -> None:
    content = submission_content(ready)
    change(ready, "1.2", "Someone went on writing.")
    with pytest.raises(Refused) as refused:
        submit(actor=access_to(ready), model=ready, content=content)
    assert refused.value.code == "changed"


def test_one_submission_is_open_at_a_time(ready: SecurityModel) -> None:
    submit_now(ready)
    with pytest.raises(Refused) as refused:
        submit_now(ready)
    assert refused.value.problems[0].code == "with_cbp"


def test_a_submission_costs_the_same_however_long_the_profile_is(ready: SecurityModel) -> None:
    content, access = submission_content(ready), access_to(ready)
    with at_most(70):
        submit(actor=access, model=ready, content=content)


# --- statuses while the program has it ------------------------------------------------------------


def test_statuses_follow_the_submission(ready: SecurityModel) -> None:
    assert {one.status for one in overview(ready).answers} == {"complete"}
    submission = submit_now(ready)
    assert {one.status for one in overview(ready).answers} == {"with_cbp"}
    reviewed(submission, {"3.5": "The visit report is from 2023."})
    standing = {one.code: one.status for one in overview(ready).answers}
    assert standing.pop("3.5") == "returned"
    assert set(standing.values()) == {"accepted"}


def test_changed_since_submitted_is_said(ready: SecurityModel) -> None:
    submit_now(ready)
    change(ready, "1.2", "Edited after the submission.")
    answer = overview(ready).answer("1.2")
    assert answer.has_changed
    assert answer.status == "complete"
    assert overview(ready).answer("1.4").status == "with_cbp"


def test_p6_draft_decisions_are_never_shown(ready: SecurityModel) -> None:
    submission = submit_now(ready)
    specialist = access_to(ready, assign(ready))
    review.start_review(actor=specialist, submission_id=submission.pk)
    review.decide(
        actor=specialist,
        submission_id=submission.pk,
        code="3.5",
        verdict=Verdict.RETURNED,
        comment="Draft comment",
        internal_note="",
        version=0,
    )
    answer = overview(ready).answer("3.5")
    assert answer.status == "with_cbp"
    assert answer.judged is not None and answer.judged.comment == ""


# --- answering a return ---------------------------------------------------------------------------


def test_answering_a_return_makes_the_next_round(ready: SecurityModel) -> None:
    first = reviewed(submit_now(ready), {"3.5": "Too old.", "6.1": "Incomplete."})
    change(ready, "3.5", "The report of this year is attached.")
    second = submit_now(ready)
    first.refresh_from_db()
    assert first.status == SubmissionStatus.ANSWERED
    assert (second.round, second.previous) == (2, first)
    changed = SubmissionItem.objects.filter(submission=second, changed=True)
    assert [one.criterion.code for one in changed.select_related("criterion")] == ["3.5"]
    standing = {one.code: one.status for one in overview(ready).answers}
    assert standing["3.5"] == "with_cbp"
    assert standing["1.1"] == "accepted"


def test_new_evidence_alone_is_a_change(ready: SecurityModel) -> None:
    reviewed(submit_now(ready), {"3.5": "Attach this year's report."})
    access = access_to(ready)
    version = make_document(ready, "Report 2026.pdf")
    choose_evidence(actor=access, model=ready, code="3.5", version_ids=[version.pk])
    second = submit_now(ready)
    assert SubmissionItem.objects.get(submission=second, changed=True).criterion.code == "3.5"


def test_the_second_round_can_be_approved(ready: SecurityModel) -> None:
    reviewed(submit_now(ready), {"3.5": "Too old."})
    change(ready, "3.5", "Renewed.")
    second = reviewed(submit_now(ready), {})
    assert second.status == SubmissionStatus.APPROVED
    assert {one.status for one in overview(ready).answers} == {"accepted"}
    carried = CriterionDecision.objects.filter(submission=second, carried_over=True)
    assert carried.count() == 93


def test_a_return_is_not_answered_by_the_same_again(ready: SecurityModel) -> None:
    reviewed(submit_now(ready), {"3.5": "Too old."})
    with pytest.raises(Refused) as refused:
        submit_now(ready)
    [problem] = refused.value.problems
    assert problem.code == "unchanged"
    assert problem.url.endswith("?status=returned")


def test_p9_after_an_approval_changes_are_submitted_as_an_update(ready: SecurityModel) -> None:
    reviewed(submit_now(ready), {})
    with pytest.raises(Refused):
        submit_now(ready)
    change(ready, "1.2", "We have a new working group.")
    update = submit_now(ready)
    assert (update.kind, update.round, update.previous) == (SubmissionKind.UPDATE, 1, None)
    changed = SubmissionItem.objects.filter(submission=update, changed=True)
    assert [one.criterion.code for one in changed] == ["1.2"]


def test_after_a_withdrawn_answer_the_returned_criterion_is_decided_anew(
    ready: SecurityModel,
) -> None:
    reviewed(submit_now(ready), {"3.5": "Too old.", "6.1": "Incomplete."})
    change(ready, "6.1", "Completed.")
    second = submit_now(ready)
    withdraw(actor=access_to(ready), model=ready, submission_id=second.pk)
    assert overview(ready).answer("3.5").status == "returned"
    third = submit_now(ready)
    assert (third.round, third.previous) == (2, second)
    changed = SubmissionItem.objects.filter(submission=third, changed=True)
    codes = [one.criterion.code for one in changed.order_by("criterion__position")]
    assert codes == ["3.5", "6.1"]


# --- withdrawing ----------------------------------------------------------------------------------


def test_an_officer_withdraws_before_the_review_starts(ready: SecurityModel) -> None:
    submission = submit_now(ready)
    access = access_to(ready)
    for _twice in range(2):
        withdrawn = withdraw(actor=access, model=ready, submission_id=submission.pk)
        assert withdrawn.status == SubmissionStatus.WITHDRAWN
    account = BusinessTypeAccount.objects.get(security_model=ready)
    assert account.status == BusinessTypeStatus.APPLICANT
    again = submit_now(ready)
    assert (again.round, again.previous) == (1, submission)


def test_after_the_review_has_begun_it_cannot_be_withdrawn(ready: SecurityModel) -> None:
    submission = submit_now(ready)
    review.start_review(actor=access_to(ready, assign(ready)), submission_id=submission.pk)
    with pytest.raises(Refused) as refused:
        withdraw(actor=access_to(ready), model=ready, submission_id=submission.pk)
    assert "has begun" in str(refused.value.problems[0].message)


def test_only_an_officer_withdraws(ready: SecurityModel) -> None:
    submission = submit_now(ready)
    employee = UserFactory.create()
    make_contact(ready, employee)
    with pytest.raises(NotAllowed):
        withdraw(actor=access_to(ready, employee), model=ready, submission_id=submission.pk)


# --- what is signed -------------------------------------------------------------------------------


def test_a3_the_first_submission_takes_the_partner_agreement(ready: SecurityModel) -> None:
    application = signable("application")
    assert application is not None
    assert list(application.agreements(ready)) == [AgreementKind.PARTNER]


def test_a3_an_exporter_signs_the_exporter_agreement_too(db: None) -> None:
    model = complete_profile(make_model(make_account()), "exporter")
    application = signable("application")
    assert application is not None
    assert list(application.agreements(model)) == [AgreementKind.PARTNER, AgreementKind.EXPORTER]


def test_a4_what_changed_since_reading_is_told_in_words(ready: SecurityModel) -> None:
    application = signable("application")
    assert application is not None
    before = application.content(ready)
    change(ready, "1.2", "Other words.")
    link = overview(ready).answer("3.5").evidence[0]
    remove_evidence(actor=access_to(ready), model=ready, code="3.5", link_id=link.link_id)
    told = application.changes(before, application.content(ready))
    assert told == [
        Change("The response to 1.2 changed.", "#c-1.2"),
        Change("“Site visit 2026-09.pdf” was removed from 3.5.", "#c-3.5"),
    ]
    assert application.changes(before, before) == []


def test_completing_the_signing_submits_and_leads_to_the_submission(ready: SecurityModel) -> None:
    application = signable("application")
    assert application is not None
    url = application.complete(ready, access_to(ready), application.content(ready), ())
    submission = Submission.objects.get(security_model=ready)
    assert url.endswith(f"/submissions/{submission.pk}")
