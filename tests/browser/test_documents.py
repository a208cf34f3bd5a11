"""A document that is made while someone waits for it."""

from __future__ import annotations

import pytest

from tests.browser.desk import Desk
from tests.factories.trade import make_account

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
