"""The Summary as a document (T7)."""

from __future__ import annotations

import io
from typing import Any

import pdfplumber
import pytest
from django.test import Client

from core import clock
from files import services as files
from files.models import Rendering
from tests.factories.trade import make_account, make_member
from tests.trade_accounts.test_addresses import _address
from tests.trade_accounts.test_users import _access, _invited
from trade_accounts import services
from trade_accounts.services import organization_summary

pytestmark = pytest.mark.django_db


def test_t7_the_pdf_holds_everything_that_was_entered(client: Client) -> None:
    account = make_account(
        doing_business_as="Thistle & Wick <Lamps>",
        employees=48,
        history="Imports lamps since 2004.\nSecond line.",
        phone="+1 956 555 0100",
        website="https://www.example.com",
        business_started_on=clock.today(),
    )
    _address(account, name="Head office")
    _invited(account)
    member: Any = make_member(account)
    client.force_login(account.created_by)
    url = f"/t/{account.pk}/profile/summary.pdf"
    assert client.get(url).status_code == 202
    files.render(Rendering.objects.get().pk)
    answer: Any = client.get(url)
    assert answer.status_code == 200 and answer["Content-Type"] == "application/pdf"
    with pdfplumber.open(io.BytesIO(b"".join(answer.streaming_content))) as document:
        text = " ".join(page.extract_text() for page in document.pages)
    for words in (
        account.name,
        "Thistle & Wick <Lamps>",
        "48",
        "Second line.",
        "+1 956 555 0100",
        "12 Harbor Street",
        "Laredo, TX 78040",
        "Headquarters",
        "Ines Calder",
        "Invited",
        member.user.email,
    ):
        assert words in text, words


def test_t7_the_same_profile_is_the_same_document() -> None:
    account = make_account(employees=48)
    first = organization_summary.document_of(account)
    assert organization_summary.document_of(account) == first
    actor = _access(account.created_by, account)
    changed = services.save_company(actor=actor, expected=1, employees=49)
    assert organization_summary.document_of(changed) != first
