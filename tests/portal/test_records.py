"""The page about records, for management (L-2)."""

from __future__ import annotations

import pytest

from audit.models import Anchor, Difference, SweepRun
from audit.services import note_sweep
from core import clock
from identity.states import StaffRole
from tests.factories.people import UserFactory
from tests.reviews.test_pages import signed_in, words_of

pytestmark = pytest.mark.django_db
PAGE = "/mgmt/records"


def test_l2_management_sees_which_records_differ_and_when_all_were_checked() -> None:
    client = signed_in(UserFactory.create(staff_role=StaffRole.MANAGEMENT))
    assert "Not checked yet" in words_of(client.get(PAGE))
    note_sweep("records")
    Anchor.objects.create(day=clock.real_today(), statement="{}", signature="")
    Difference.objects.create(
        of_table="audit_event", row_id="one", what="missing", found_at=clock.now()
    )
    words = words_of(client.get(PAGE))
    assert "Not checked yet" not in words and SweepRun.objects.exists()
    assert "audit_event" in words and "Deleted" in words
    assert "accepted" not in words
    Difference.objects.update(
        accepted_at=clock.now(), accepted_by="Ada Quill", reason="Restored on purpose"
    )
    words = words_of(client.get(PAGE))
    assert "audit_event" in words and "Ada Quill" in words and "Restored on purpose" in words
    assert "Records that differ 0" in words
    Difference.objects.update(settled_at=clock.now())
    assert "audit_event" not in words_of(client.get(PAGE))
