"""The check of all records finds what no seal of a row can tell (A5, P8): a status that no move led
to, and a row whose file is gone.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from audit.models import Difference
from audit.services import anchors
from documents.models import DocumentVersion
from security_profile.models import EvidenceLink, Submission
from security_profile.services import evidence
from tests.audit.test_verification import _do, _found
from tests.factories import models as company
from tests.factories import reviews as made
from tests.factories.people import UserFactory
from tests.factories.profile import access_to, answer_all, make_type
from tests.factories.trade import make_account, make_model
from tests.superuser import superuser

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def submission(settings: Any, tmp_path: Path) -> Submission:
    """A submission in review; so far everything is as it was written."""
    settings.RECORDS_DIR = str(tmp_path / "statements")
    submission, _access = made.in_review()
    anchors.sweep_anchor()
    return submission


def _ids() -> set[str]:
    return set(Difference.objects.filter(settled_at=None).values_list("row_id", flat=True))


def test_a5_a_status_that_no_move_led_to_is_found(submission: Submission) -> None:
    before = _found()
    account = submission.security_model.business_types.get()
    for row, status in ((submission, "approved"), (account, "certified")):
        table = row._meta.db_table
        _do(f"UPDATE {table} SET status = '{status}' WHERE id = '{row.pk}'")
        assert _found() - before == {(table, "altered")} and str(row.pk) in _ids()
        _do(f"UPDATE {table} SET status = '{row.status}' WHERE id = '{row.pk}'")
        assert _found() == before


def test_a5_two_business_types_that_were_exchanged_are_found() -> None:
    """Each is named by what was signed, but as the other one."""
    officer = UserFactory.create(authenticator=True)
    model = make_model(make_account("Two Harbors Imports", administrator=officer))
    company.complete_profile(model)
    importer, exporter = model.business_types.get(), make_type(model, "exporter")
    answer_all(model)
    made.send_in(model)
    before = _found()
    table = importer._meta.db_table
    types = "business_type_id = %s WHERE id = %s"
    with superuser() as cursor:
        for slug, row in (
            ("sea_carrier", importer),
            ("importer", exporter),
            ("exporter", importer),
        ):
            cursor.execute(f"UPDATE {table} SET {types}", [slug, str(row.pk)])
    assert _found() - before == {(table, "altered")}
    assert {str(importer.pk), str(exporter.pk)} <= _ids()


def test_a5_the_time_of_a_removal_that_was_moved_by_a_moment_is_found(
    submission: Submission,
) -> None:
    model = made.ready_model(name="Two Harbors Imports")
    link = EvidenceLink.objects.filter(security_model=model)[0]
    code = link.response.criterion.code
    evidence.remove_evidence(actor=access_to(model), model=model, code=code, link_id=link.pk)
    before = _found()
    table, moved = link._meta.db_table, "removed_at = removed_at {} interval '1 millisecond'"
    _do(f"UPDATE {table} SET {moved.format('+')} WHERE id = '{link.pk}'")
    assert _found() - before == {(table, "altered")} and str(link.pk) in _ids()
    _do(f"UPDATE {table} SET {moved.format('-')} WHERE id = '{link.pk}'")
    assert _found() == before


def test_p8_a_row_whose_file_is_gone_is_found_although_a_seal_says_it_was_deleted() -> None:
    before = _found()
    version = DocumentVersion.objects.all()[0]
    _do(
        "INSERT INTO audit_seal (at, of_table, row_id, part, digest, scope, hash) VALUES"
        f" (now(), 'files_storedfile', '{version.file_id}', 'gone', 'x', 'program', '')",
        f"DELETE FROM files_storedfile WHERE id = '{version.file_id}'",
    )
    assert _found() - before == {("documents_documentversion", "file")}
    assert str(version.pk) in _ids()
