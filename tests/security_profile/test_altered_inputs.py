"""What was changed behind the portal's back is neither shown nor built upon (P8): decisions of a
completed review, evidence, account numbers, and the day by which a return is to be answered.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from audit.models import Difference
from audit.selectors import Altered, fact_versions
from core import clock
from core.program_days import add_years
from identity.states import StaffRole
from notifications.models import Outbox
from reviews.to_do import dates_for as dates_of_staff
from security_models.models import SecurityModel
from security_profile.models import (
    AnnualReview,
    CriterionDecision,
    EvidenceLink,
    ResponseVersion,
    Submission,
)
from security_profile.selectors import overview
from security_profile.selectors.annual_reviews import review_of
from security_profile.services import review
from security_profile.services.submit import submission_content
from security_profile.tasks import RETURNED
from tests.factories import reviews as made
from tests.factories.models import make_file
from tests.factories.people import UserFactory
from tests.reviews.test_pages import signed_in, words_of
from tests.superuser import ALIAS, superuser

pytestmark = pytest.mark.django_db(transaction=True)
STOPPED = "This record differs from what was signed"
Page = tuple[Client, str]
DECISIONS = "security_profile_criteriondecision"


def _change(table: str, row: Any, **values: Any) -> None:
    """Set columns as a superuser for whom no trigger runs."""
    columns = ", ".join(f'"{name}" = %s' for name in values)
    with superuser() as cursor:
        cursor.execute(f"UPDATE {table} SET {columns} WHERE id = %s", [*values.values(), str(row)])
        assert cursor.rowcount == 1


def _statuses(pages: list[Page]) -> list[int]:
    return [client.get(address).status_code for client, address in pages]


def _all_stop(pages: list[Page]) -> bool:
    """Whether each page is stopped and says why."""
    shown = [client.get(address) for client, address in pages]
    return all(page.status_code == 503 and STOPPED in words_of(page) for page in shown)


def _returned() -> tuple[Submission, Any]:
    """A review that returned two criteria; its specialist."""
    submission, access = made.in_review()
    made.accept_all(access, submission, returned=("1.1", "6.1"))
    made.complete(access, submission)
    submission.refresh_from_db()
    return submission, access


def _partner_pages(model: SecurityModel) -> list[Page]:
    partner = signed_in(model.started_by)
    places = [model.trade_account_id, model.pk]
    return [
        (partner, reverse("security_profile:profile", args=places)),
        (partner, reverse("security_profile:criterion", args=[*places, "1.1"])),
        (partner, reverse("security_profile:summary", args=places)),
        (partner, reverse("portal:home")),
        (partner, reverse("portal:tasks")),
    ]


@pytest.mark.parametrize(
    "forged",
    [
        {"comment": "", "verdict": "accepted"},
        {"comment": ""},
        {"verdict": "accepted"},
        {"is_draft": True},
    ],
)
def test_p8_a_completed_decision_that_was_altered_is_not_shown(forged: dict[str, Any]) -> None:
    submission, _access = _returned()
    pages = _partner_pages(submission.security_model)
    assert _statuses(pages) == [200] * len(pages)
    _change(DECISIONS, submission.decisions.get(item__criterion__code="1.1").pk, **forged)
    assert _all_stop(pages)
    assert {one.of_table for one in Difference.objects.all()} == {DECISIONS}


def test_p8_a_completed_decision_that_was_deleted_is_missed() -> None:
    submission, _access = _returned()
    pages = _partner_pages(submission.security_model)
    decision = submission.decisions.get(item__criterion__code="1.1").pk
    with superuser() as cursor:
        cursor.execute(f"DELETE FROM {DECISIONS} WHERE id = %s", [str(decision)])
    assert _all_stop(pages)
    assert Difference.objects.get().what == "missing"


@pytest.mark.parametrize(
    ("rows", "forged"),
    [
        ("decisions", {"verdict": "accepted", "comment": ""}),
        ("decisions", {"comment": ""}),
        ("items", {"item_hash": "0" * 64}),
    ],
)
def test_p8_no_round_follows_one_that_was_altered(rows: str, forged: dict[str, Any]) -> None:
    submission, _access = _returned()
    model = submission.security_model
    made.answer(model, "1.1", "The gate is locked by the guard.")
    code = "item__criterion__code" if rows == "decisions" else "criterion__code"
    row = getattr(submission, rows).get(**{code: "6.1"})
    _change(row._meta.db_table, row.pk, **forged)
    with pytest.raises(Altered):
        made.send_in(model)
    assert Submission.objects.count() == 1


def test_p8_no_update_follows_an_altered_version() -> None:
    submission, access = made.in_review()
    made.accept_all(access, submission)
    made.complete(access, submission)
    model = submission.security_model
    made.answer(model, "1.1", "The gate is locked by the guard.")
    version = ResponseVersion.objects.get(criterion__code="6.1")
    _change(version._meta.db_table, version.pk, item_hash="0" * 64)
    with pytest.raises(Altered):
        made.send_in(model)


def test_p8_a_review_is_not_completed_after_an_altered_round() -> None:
    """What was returned before and came back unchanged would be carried over as accepted."""
    submission, access = _returned()
    made.answer(submission.security_model, "1.1", "The gate is locked by the guard.")
    following = made.send_in(submission.security_model)
    review.start_review(actor=access, submission_id=following.pk)
    made.decide(access, following, "1.1")
    decision = submission.decisions.get(item__criterion__code="6.1").pk
    _change(DECISIONS, decision, verdict="accepted", comment="")
    with pytest.raises(Altered):
        made.complete(access, following)
    page = reverse("reviews:review", args=[submission.security_model_id, following.pk])
    assert _all_stop([(signed_in(access.user), page)])
    assert not ResponseVersion.objects.exists()


def test_p8_altered_evidence_is_neither_listed_nor_signed() -> None:
    model = made.ready_model()
    link = EvidenceLink.objects.select_related("document_version__file", "response__criterion")[0]
    version, code = link.document_version, link.response.criterion.code
    other = make_file(model)
    partner = signed_in(model.started_by)
    places = [model.trade_account_id, model.pk]
    pages = [
        (partner, reverse("security_profile:criterion", args=[*places, code])),
        (partner, reverse("security_profile:summary", args=places)),
    ]
    for row, column, value in (
        (version, "title", "Forged"),
        (version, "file_id", str(other.pk)),
        (version.file, "name", "forged.pdf"),
        (version.file, "sha256", "0" * 64),
        (link, "added_by_name", "Nobody"),
    ):
        assert _statuses(pages) == [200, 200]
        _change(row._meta.db_table, row.pk, **{column: value})
        assert _all_stop(pages)
        with pytest.raises(Altered):
            submission_content(model)
        with pytest.raises(Altered):
            made.send_in(model)
        before = getattr(row, column)
        _change(row._meta.db_table, row.pk, **{column: str(before)})
    assert not Submission.objects.exists()


def _pages_with_numbers(model: SecurityModel, submission: Submission) -> list[Page]:
    partner = signed_in(model.started_by)
    staff = signed_in(UserFactory.create(staff_role=StaffRole.MANAGEMENT))
    places = [model.trade_account_id, model.pk]
    return [
        (staff, reverse("reviews:partners")),
        (staff, reverse("reviews:partners") + "?export=csv"),
        (staff, reverse("reviews:partner", args=[model.pk])),
        (partner, reverse("agreements:list", args=places)),
        (partner, reverse("security_profile:submission", args=[*places, submission.pk])),
        (partner, reverse("security_profile:profile", args=places)),
        (partner, reverse("security_models:history", args=places)),
        (partner, reverse("portal:home")),
    ]


@pytest.mark.parametrize(
    ("column", "forged"), [("account_number", "10000001"), ("certified_on", "1999-09-09")]
)
def test_p8_an_altered_number_stops_every_page_that_names_the_partner(
    column: str, forged: str
) -> None:
    submission, access = made.in_review()
    made.accept_all(access, submission)
    made.complete(access, submission)
    model = submission.security_model
    made.vet(model, made.manager(model))
    pages = _pages_with_numbers(model, submission)
    assert _statuses(pages) == [200] * len(pages)
    account = model.business_types.get()
    assert account.account_number and account.certified_on
    _change(account._meta.db_table, account.pk, **{column: forged})
    assert _all_stop(pages)


def test_p8_an_altered_day_for_the_answer_is_shown_to_nobody() -> None:
    submission, access = _returned()
    model = submission.security_model
    staff = signed_in(access.user)
    manager = signed_in(UserFactory.create(staff_role=StaffRole.MANAGEMENT))
    pages = [
        *_partner_pages(model),
        (staff, reverse("reviews:partner", args=[model.pk])),
        (staff, reverse("reviews:queue")),
        (manager, reverse("reviews:open-work")),
    ]
    assert _statuses(pages) == [200] * len(pages)
    _change(submission._meta.db_table, submission.pk, answer_due_on="1999-09-09")
    assert _all_stop(pages)
    assert [one for one in dates_of_staff(access) if one.on == dt.date(1999, 9, 9)] == []


def test_p8_nobody_is_reminded_of_an_altered_day_and_it_is_told() -> None:
    submission, _access = _returned()
    assert submission.answer_due_on is not None
    Outbox.objects.all().delete()
    _change(submission._meta.db_table, submission.pk, answer_due_on="1999-09-09")
    run = RETURNED.run()
    assert run is not None and (run.done, run.error) == ({"differ": 1, "failed": 0}, "")
    assert not Outbox.objects.filter(kind="submission.return_waiting").exists()
    assert Difference.objects.get().row_id == str(submission.pk)


def test_p8_a_returned_part_that_was_pointed_elsewhere_is_missed_by_the_review() -> None:
    """Nobody waits for a return of a type that is not there; it is compared all the same."""
    submission, access = _returned()
    model, due = submission.security_model, clock.today()
    certified = {"status": "certified", "account_number": "10000001"}
    model.business_types.update(**certified, certified_on=add_years(due, -1))
    AnnualReview.objects.create(
        security_model=model, due_on=due, submission=submission, submitted_on=due
    )
    decision = CriterionDecision.objects.create(
        security_model=model, submission=submission, part="eligibility:importer",
        verdict="returned", comment="Which ports?", is_draft=False,
        decided_by=access.user, decided_at=clock.now(),
    )  # fmt: skip
    now = review_of(SecurityModel.objects.get(pk=model.pk))
    assert now is not None and set(now.remarks) == {"eligibility:importer"}
    _change(DECISIONS, decision.pk, part="eligibility:gone")
    with pytest.raises(Altered) as stopped:
        review_of(SecurityModel.objects.get(pk=model.pk))
    assert {one.of_table for one in stopped.value.found} == {DECISIONS}


def test_p8_evidence_is_compared_once_for_each_version_of_its_rows() -> None:
    """Also where a column is dropped and comes back with a default, which writes no row again."""
    model = made.ready_model()
    link = EvidenceLink.objects.all()[0]
    _change(link._meta.db_table, link.pk, added_by_name=link.added_by_name)
    assert [_compares_evidence(model), _compares_evidence(model)] == [True, False]
    links = EvidenceLink.objects.using(ALIAS).filter(pk=link.pk)
    with superuser() as cursor, transaction.atomic(using=ALIAS):
        before = _versions_of(links)
        assert before == _versions_of(links)
        cursor.execute(f"ALTER TABLE {link._meta.db_table} ADD COLUMN more text DEFAULT 'Forged'")
        assert before != _versions_of(links)
        transaction.set_rollback(True, using=ALIAS)


def _compares_evidence(model: SecurityModel) -> bool:
    """Whether reading the profile compares the evidence with its seals."""
    with CaptureQueriesContext(connection) as captured:
        overview(model)
    asked = [one["sql"] for one in captured.captured_queries]
    return any("evidencelink fact" in sql and "fact_digest" in sql for sql in asked)


def _versions_of(links: Any) -> list[Any]:
    return list(links.values_list(fact_versions((EvidenceLink, "pk"))))
