"""The page about records, for management (L-2)."""

from __future__ import annotations

import pytest
from django.urls import reverse

from audit.models import Anchor, Difference, SweepRun, What
from audit.selectors import Found
from audit.services import accept, note_sweep
from audit.services.verification import sealed
from core import clock
from core.access import system
from core.ids import new_id
from identity.states import StaffRole
from notifications.models import Outbox
from portal.alerts import tell_of_differences
from portal.differing_records import KINDS, named
from tests.factories.models import make_file
from tests.factories.people import UserFactory
from tests.factories.trade import make_account, make_model
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
    assert "Event of a history audit_event one" in words and "Deleted" in words
    assert "accepted" not in words
    accept("audit_event", "one", by="Ada Quill", reason="Restored on purpose", actor=system("test"))
    words = words_of(client.get(PAGE))
    assert "audit_event" in words and "Ada Quill" in words and "Restored on purpose" in words
    assert "Records that differ 0" in words
    Difference.objects.update(settled_at=clock.now())
    assert "audit_event" not in words_of(client.get(PAGE))


def test_l2_management_sees_of_which_partner_a_record_is_also_if_it_is_gone() -> None:
    model = make_model(make_account())
    there = Found("files_storedfile", str(make_file(model).pk), What.FILE)
    file = make_file(model)
    gone = Found("files_storedfile", str(file.pk), What.MISSING)
    file.delete()
    never = Found("agreements_signature", str(new_id()), What.MISSING)
    words = named([there, gone, never])
    of_partner = f"Stored file, {model.trade_account.name}, {model.reference}"
    assert str(words[there]) == str(words[gone]) == of_partner
    assert str(words[never]) == "Signature"
    Difference.objects.create(
        of_table=there.of_table, row_id=there.row_id, what=there.what, found_at=clock.now()
    )
    client = signed_in(UserFactory.create(staff_role=StaffRole.MANAGEMENT))
    page = client.get(PAGE).content.decode()
    assert f'href="{reverse("reviews:partner", args=[model.pk])}"' in page
    tell_of_differences([there], False)
    mail = Outbox.objects.filter(kind="operations.record_differs")[0]
    assert f"{model.trade_account.name}, {model.reference}" in mail.text


def test_every_kind_of_record_has_words() -> None:
    assert set(KINDS) == {one._meta.db_table for one in sealed()} | {"audit_seal"}
