"""A document that is made while someone waits for it; acts on documents, and the way back."""

from __future__ import annotations

import pytest

from documents.models import Document
from documents.states import DocumentStatus
from tests.browser.desk import Desk
from tests.factories.documents import add
from tests.factories.models import access_to
from tests.factories.trade import make_account, make_model

pytestmark = pytest.mark.browser


def test_t7_a_document_in_the_making_opens_when_it_is_there(desk: Desk) -> None:
    account = make_account()
    desk.come_signed_in(account.created_by)
    desk.go(f"/t/{account.pk}/profile/summary")
    with desk.page.expect_download() as coming:
        desk.follow("View PDF", status=202)
        assert desk.reads("Your document is being made")
    assert coming.value.suggested_filename.endswith(".pdf")
    assert desk.page.get_by_role("link", name="Your document is ready: open it").is_visible()


def back(desk: Desk) -> None:
    """Go back; a browser that would send a form again answers with an error of its own."""
    answer = desk.page.go_back()
    assert answer is not None and answer.status == 200
    assert answer.request.method == "GET"


def test_l2_selected_documents_are_archived_and_back_and_undo_are_harmless(desk: Desk) -> None:
    officer = access_to(make_model(make_account()))
    for title in ("Seal log", "Fence plan"):
        add(officer, title)
    desk.come_signed_in(officer.user)
    desk.go("/documents/")
    desk.page.get_by_label("Select this page").check()
    desk.press("Tag, move or download selected")
    assert desk.reads("2 documents selected")
    desk.tick("Archive")
    desk.press("Continue")
    assert desk.reads("2 documents are done")
    back(desk)
    assert desk.reads("2 documents selected")
    back(desk)
    assert desk.reads("No documents yet.")
    desk.page.go_forward()
    desk.page.go_forward()
    desk.press("Undo")
    assert desk.reads("Undo: Archive")
    desk.page.reload()
    assert set(Document.objects.values_list("status", flat=True)) == {DocumentStatus.IN_LIBRARY}


def test_back_after_a_form_that_was_refused_first_sends_nothing_again(desk: Desk) -> None:
    model = make_model(make_account())
    document = add(access_to(model))
    desk.come_signed_in(model.started_by)
    place = f"/t/{model.trade_account_id}/m/{model.pk}/library/{document.pk}"
    desk.go(place)
    desk.follow("Edit")
    desk.type("Title", "")
    desk.press("Save Changes", status=422)
    desk.type("Title", "Seals of 2026")
    desk.press("Save Changes")
    assert desk.reads("is saved")
    back(desk)
    assert desk.field("Title").input_value() == "Seals of 2026"
    back(desk)
    back(desk)
    assert desk.path == place
