"""How much of its storage an account uses (U-2)."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from audit.services import model_scope
from documents.selectors.storage import storage_of
from documents.services import moves
from documents.states import DocumentStatus
from files.models import StoredFile
from files.selectors import usage
from files.states import ScanState
from tests.factories.documents import add
from tests.factories.messages import looked_after
from tests.factories.models import access_to
from tests.factories.trade import make_account, make_model
from tests.statements import at_most

pytestmark = pytest.mark.django_db


def test_u2_the_storage_shown_is_what_an_upload_counts_by_place_and_type() -> None:
    model, officer, specialist = looked_after()
    add(access_to(make_model(make_account("Next Door"))), "Theirs")
    kept, archived, deleted = (add(officer, title) for title in ("Kept", "Put away", "Thrown away"))
    blocked = add(specialist, "Blocked")
    for document, move in ((archived, "archive"), (deleted, "delete")):
        moves.move_document(actor=officer, model=model, document_id=document.pk, move=move)
    StoredFile.objects.filter(pk=blocked.newest.file_id).update(state=ScanState.INFECTED)
    with at_most(1):
        storage = storage_of(model)
    used = usage(model_scope(model.pk))
    assert (storage.files, storage.bytes) == (used.files, used.bytes) == (4, 5 + 9 + 12 + 8)
    assert {(one.code, one.bytes) for one in storage.by_status} == {
        (DocumentStatus.IN_LIBRARY, 5 + 8),
        (DocumentStatus.ARCHIVED, 9),
        (DocumentStatus.IN_TRASH, 12),
    }
    assert [(one.code, one.files) for one in storage.by_type] == [(kept.type_id, 4)]


def test_u2_a_file_with_two_titles_counts_once() -> None:
    model, officer, _specialist = looked_after()
    document = add(officer, "Kept")
    document.versions.create(
        security_model=model,
        number=2,
        title="Another title",
        file=document.newest.file,
        created_at=document.created_at,
        created_by_name="x",
    )
    assert storage_of(model).files == 1


def test_d1_contacts_and_the_specialist_see_the_storage_and_nobody_next_door() -> None:
    model, officer, specialist = looked_after()
    add(officer, "Kept")
    partner = reverse("documents:account-storage", args=[model.trade_account_id])
    staff = reverse("documents:staff-storage", args=[model.pk])
    next_door = access_to(make_model(make_account("Next Door")))
    for actor, page, status in (
        (officer, partner, 200),
        (specialist, staff, 200),
        (next_door, partner, 404),
        (next_door, staff, 404),
    ):
        client = Client()
        client.force_login(actor.user)
        answer = client.get(page)
        assert answer.status_code == status
        # Not "500" alone: ids on the page of an error may contain it.
        assert ("of 500.0\xa0MB used" in answer.content.decode()) == (status == 200)
