"""Columns that may change in a row that holds facts: each is compared with what is sealed, or says
why nothing is lost if it changes (A5, P8, L-2).
"""

from __future__ import annotations

from typing import Any

import pytest
from django.db import transaction

from audit.providers.differences import own_checks
from core import clock
from core.access import for_user
from security_models.models import BusinessTypeAccount, SecurityModel
from security_profile.models import AnnualReview, EvidenceLink, Submission
from security_profile.selectors.own_records import reason_digest
from security_profile.services import evidence, review
from security_profile.services.annual_review_closing import record_reason
from security_profile.services.submit import withdraw
from security_profile.states import Verdict
from tests.audit.test_facts import COLUMNS, DECLARED, OTHER
from tests.factories import annual
from tests.factories.people import UserFactory
from tests.factories.profile import access_to
from tests.factories.reviews import accept_all, complete, decide, entered, sent_in, vet
from tests.security_profile.test_submit import change

_SCAN = "how often and when a file was checked; the result is a status change"
_WORK = "how the work on a document goes on; the document is a fact"
_PREPARED = "what the company prepares; what was signed holds its own"
#: Columns of which no fact depends, and why.
LIVING = {
    "agreements.AgreementText": {
        "position": "the order of lists",
        "shipped_hash": "which text was shipped; the text itself is a fact",
    },
    "files.StoredFile": dict.fromkeys(
        ("state_reason", "scanned_at", "scan_attempts", "next_scan_at", "scanner"), _SCAN
    ),
    "files.Rendering": dict.fromkeys(("attempts", "next_attempt_at", "error"), _WORK),
    "svi.StatusProof": dict.fromkeys(
        ("sent_at", "times_sent", "opened_at", "times_opened"),
        "how often it was emailed and opened; each email is an event",
    ),
    "change_requests.ChangeProof": {
        "trade_account_id": "whose request it is after a merge or a split; the scope is a fact",
    },
    "operations.TradeAccountRequest": dict.fromkeys(
        ("status", "version", "waits_since", "agreed_to", "answer", "decision_reason",
         "decided_by_id", "decided_by_name", "decided_at"),
        "the newest step; each is a status change with its reason, and an event",
    ),
    "security_models.BusinessTypeAccount": {
        "started_on": "only sorts the types in lists; the begin of a draft is a status change",
    },
    "security_profile.AnnualReview": {
        **dict.fromkeys(
            ("version", "assessed_on", "assessment", "assessment_document_id",
             "assessed_by_name", "assessed_at", "rechecks"), _PREPARED,
        ),
        "reminded": "the newest reminder; each is an event",
    },
}  # fmt: skip
#: Columns that checks compare with status changes, events, decisions and submissions.
COMPARED = {
    "files.StoredFile": {"state"},
    "files.Rendering": {"state"},
    "security_models.BusinessTypeAccount": {
        "status", "business_type_id", "run_id", "vetting_passed_on", "vetting_passed_by_id",
    },
    "security_profile.EvidenceLink": {"removed_at", "removed_by_name"},
    "security_profile.Submission": {"status"},
    "security_profile.AnnualReview": {
        "submission_id", "submitted_on", "closing_reason", "closed_by_name",
    },
}  # fmt: skip
#: Of which row another value is tried, if not of any.
WHICH = {"security_models_businesstypeaccount": "status = 'certified'"}
#: The other value, where most values say nothing: a document without a file that is ready.
VALUES = {("files_rendering", "state"): "'ready'"}


@pytest.mark.parametrize("model", DECLARED, ids=lambda model: model._meta.label)
def test_a5_each_column_is_sealed_or_compared_or_says_why_it_may_change(model: Any) -> None:
    label = model._meta.label
    declared = {*LIVING.get(label, ()), *COMPARED.get(label, ())}
    assert set(model.frozen.changes) == declared


@pytest.mark.django_db
def test_a5_what_changes_by_the_rules_differs_from_nothing_that_was_recorded() -> None:
    """A review that was withdrawn and signed again, evidence that was put back, vetting twice."""
    model = annual.certified_model()
    access, manager = access_to(model), UserFactory.create(staff_role="management")
    with annual.at_due(model, -20):
        annual.do_everything(model)
        submission = annual.sign(model)
        withdraw(actor=access, model=model, submission_id=submission.pk)
        assert _differing() == []
        links = EvidenceLink.objects.filter(security_model=model)
        link = links.select_related("response__criterion")[0]
        about: Any = {"actor": access, "model": model, "code": link.response.criterion.code}
        evidence.remove_evidence(**about, link_id=link.pk)
        assert _differing() == []
        evidence.restore_evidence(**about, link_id=link.pk)
        annual.do_everything(model)
    with annual.at_due(model, 40):
        oversees = for_user(manager)
        for reason in ("They moved.", "They moved away."):
            row = AnnualReview.objects.get()
            told: Any = {"due_on": row.due_on, "reason": reason, "seen": reason_digest(row)}
            record_reason(actor=oversees, model=model, **told)
        assert _differing() == []
        late = annual.sign(model)
        assert AnnualReview.objects.get().submitted_on == clock.today()
        _return(model, late)
    with annual.at_due(model, -60, number=2):
        change(model, "1.2", "The shift supervisor signs the list of holders each Monday.")
        annual.confirm(model, "1.2")
        annual.do_everything(model)
        second = annual.sign(model)
        assert set(AnnualReview.objects.values_list("submission", flat=True)) == {second.pk}
        assert _differing() == []
        withdraw(actor=access, model=model, submission_id=second.pk)
        assert _differing() == []
    with annual.at_due(model, -59, number=2):
        annual.sign(model)
        assert _differing() == []
    applicant = sent_in(name="Bramble and Finch")
    for result in ("passed", "not_passed", "passed", "passed"):
        vet(applicant, for_user(manager), result)
    assert _differing() == []


def _return(model: SecurityModel, submission: Submission) -> None:
    staff = entered(model, model.assignments.get().staff)
    review.start_review(actor=staff, submission_id=submission.pk)
    decide(staff, submission, "1.2", verdict=Verdict.RETURNED, comment="Who signs the list?")
    accept_all(staff, submission, returned=("1.2",))
    complete(staff, submission)


def _differing() -> list[Any]:
    found = []
    for model in (BusinessTypeAccount, AnnualReview, EvidenceLink, Submission):
        for pk in model._base_manager.values_list("pk", flat=True):
            found += _found(model._meta.db_table, pk)
    return found


def unnoticed_by_checks(cursor: Any) -> list[str]:
    """The columns that checks are said to compare and that a superuser changes unnoticed."""
    unnoticed = []
    for model in DECLARED:
        cursor.execute(COLUMNS, [model._meta.db_table])
        for name, kind in cursor.fetchall():
            if name in COMPARED.get(model._meta.label, ()):
                unnoticed += _unnoticed(cursor, model._meta.db_table, name, kind)
    return unnoticed


def _unnoticed(cursor: Any, table: str, name: str, kind: str) -> list[str]:
    """The column, if checks find nothing of another value in it."""
    which, value = WHICH.get(table, "true"), VALUES.get((table, name))
    value = value or OTHER[kind].format(f'"{name}"')
    one = f'SELECT id FROM "{table}" WHERE {which} ORDER BY id LIMIT 1'
    cursor.execute(f'SELECT id, "{name}" FROM "{table}" WHERE id = ({one})')
    [(row, before)] = cursor.fetchall()
    change = f'UPDATE "{table}" SET "{name}" = '
    assert [*_found(table, row)] == [], (table, name)
    cursor.execute(f"{change}{value} WHERE id = %s", [row])
    found = _found(table, row)
    cursor.execute(f"{change}%s WHERE id = %s", [before, row])
    return [] if found else [f"{table}.{name}"]


def _found(table: str, row: Any) -> list[Any]:
    with transaction.atomic():
        return [one for check in own_checks(table, [str(row)]) for one in check]
