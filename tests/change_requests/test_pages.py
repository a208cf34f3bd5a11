"""The pages of change requests from both sides (T3, S3)."""

from __future__ import annotations

import datetime as dt
import html
import re
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from change_requests import page_links
from change_requests.models import ChangeProof, ChangeRequest
from change_requests.services import sending
from change_requests.states import ChangeStatus
from change_requests.tasks import CHANGES
from core import clock
from core.access import for_user
from files.states import ScanState
from notifications.models import Notification
from security_models.models import SecurityModel
from tests.factories.change_requests import (
    ask_name,
    ask_number,
    decided,
    name_row,
    number,
    send_in,
    sides,
)
from tests.factories.documents import file_of
from tests.factories.people import UserFactory
from tests.factories.scanned import scanned
from tests.factories.trade import make_account, make_member
from tests.statements import at_most, counted

pytestmark = pytest.mark.django_db

IOR = "IOR_IRS"


@pytest.fixture
def both() -> tuple[SecurityModel, Any, Any]:
    """An account, its Officer and its specialist."""
    return sides()


def browser(access: Any) -> Client:
    """A browser in which that person has signed in."""
    client = Client()
    client.force_login(access.user, backend="identity.backends.PasswordBackend")
    return client


def text_of(response: Any) -> str:
    """The words of a page, without tags."""
    words = re.sub(r"<[^>]+>", " ", response.content.decode())
    return " ".join(html.unescape(words).split())


def version_on(page: Any, at: int = 0) -> str:
    """The version that the form of a page holds."""
    return str(page.context["forms"][at]["version"].value())


def test_t3_the_locked_name_leads_to_a_request_and_then_shows_it(both: Any) -> None:
    model, officer, _specialist = both
    client, account = browser(officer), model.trade_account
    company = reverse("trade_accounts:company", args=[account.pk])
    new = reverse("change_requests:new-name", args=[account.pk])
    page = client.get(company)
    assert f'href="{new}"' in page.content.decode()
    form = client.get(new).context["form"]
    sent = {"name": "Thistlewick Group", "form_key": form["form_key"].value()}
    made = client.post(new, sent)
    request = ChangeRequest.objects.get()
    assert made["Location"] == page_links.of_company(request)
    assert made["Location"] in client.get(company).content.decode()
    assert client.get(new)["Location"] == made["Location"]


def test_t3_one_form_saves_files_and_text_and_sends(both: Any) -> None:
    _model, officer, specialist = both
    request = ask_name(officer)
    client, here = browser(officer), page_links.of_company(request)
    page = client.get(here)
    typed = {"name": "Thistlewick Group", "reason": "", "version": version_on(page)}
    page = client.post(here, {**typed, "file": file_of(b"deed\n", "deed.txt"), "send": "1"})
    assert page.status_code == 422 and "Say why this must change." in text_of(page)
    assert ChangeProof.objects.count() == 1 and "deed.txt" in text_of(page)
    typed |= {"reason": "We merged.", "version": version_on(page), "send": "1"}
    assert client.post(here, typed)["Location"] == here
    request.refresh_from_db()
    assert (request.status, request.reason) == (ChangeStatus.OPEN, "We merged.")
    assert specialist.name in text_of(client.get(here))


def test_p5_two_tabs_keep_both_texts(both: Any) -> None:
    _model, officer, _specialist = both
    request = ask_name(officer)
    client, here = browser(officer), page_links.of_company(request)
    old = version_on(client.get(here))
    first = {"name": "Thistlewick Group", "reason": "First.", "version": old, "save": "1"}
    assert client.post(here, first).status_code == 302
    page = client.post(here, {**first, "reason": "Second."})
    words = text_of(page)
    assert page.status_code == 409 and "First." in words and "Second." in page.content.decode()
    saved = client.post(here, {**first, "reason": "Second.", "version": version_on(page)})
    assert saved.status_code == 302
    request.refresh_from_db()
    assert request.reason == "Second."


def test_s3_a_refused_number_stays_typed_and_says_why(both: Any) -> None:
    model, officer, _specialist = both
    client = browser(officer)
    here = page_links.change_of_number(model, number(model, IOR).pk)
    key = client.get(here).context["form"]["form_key"].value()
    page = client.post(here, {"kind": IOR, "value": "nonsense", "form_key": key})
    assert page.status_code == 422 and 'value="nonsense"' in page.content.decode()
    page = client.post(here, {"kind": "IOR_SSN", "value": "123-45-6789", "form_key": key})
    assert page.status_code == 422 and "a personal number" in text_of(page)
    typed = {"kind": IOR, "value": "98-7654321-00", "form_key": key}
    assert client.post(here, typed).status_code == 302
    listed = client.get(
        reverse("security_models:identifiers", args=[model.trade_account_id, model.pk])
    )
    assert "Ask to change" in text_of(listed)
    send_in(officer, ChangeRequest.objects.get())
    again = client.get(listed.request["PATH_INFO"])
    assert "Change asked for" in text_of(again)


def test_s3_a_number_is_removed_without_typing_another(both: Any) -> None:
    model, officer, _specialist = both
    client = browser(officer)
    here = page_links.change_of_number(model, number(model, IOR).pk)
    key = client.get(here).context["form"]["form_key"].value()
    assert client.post(here, {"remove": "yes", "form_key": key}).status_code == 302
    assert ChangeRequest.objects.get().lines.get().act == "remove"


def test_s3_staff_decide_on_their_page_and_stale_ones_read_what_happened(both: Any) -> None:
    model, officer, specialist = both
    request = send_in(officer, ask_number(officer, "MXTEJNOR123MON", kind="MID"))
    client, here = browser(specialist), page_links.of_staff(request)
    page = client.get(here)
    assert "MXTEJNOR123MON" in text_of(page) and request.reason in text_of(page)
    seen = page.context["form"]["version"].value()
    missing = client.post(here, {"version": seen, "reason": "Fine."})
    assert missing.status_code == 422 and "Fine." in missing.content.decode()
    sending.withdraw(actor=officer, request=request)
    late = client.post(here, {"version": seen, "decision": "approve", "reason": "Fine."})
    assert late.status_code == 422 and officer.name in text_of(late)
    assert not model.identifiers.filter(type="MID").exists()


def test_s3_an_approval_is_said_and_done(both: Any) -> None:
    model, officer, specialist = both
    request = send_in(officer, ask_number(officer, "MXTEJNOR123MON", kind="MID"))
    client, here = browser(specialist), page_links.of_staff(request)
    seen = client.get(here).context["form"]["version"].value()
    done = client.post(
        here, {"version": seen, "decision": "approve", "reason": "Fine."}, follow=True
    )
    assert "is approved and the changes are made" in text_of(done)
    assert model.identifiers.filter(type="MID").exists()
    assert "approved it" in text_of(browser(officer).get(page_links.of_company(request)))


def test_d5_a_proof_opens_once_it_is_clean(both: Any) -> None:
    _model, officer, specialist = both
    request = send_in(officer, ask_name(officer))
    proof = request.proofs.get()
    for access, is_staff in ((officer, False), (specialist, True)):
        url = page_links.proof(request, proof.pk, is_staff=is_staff)
        assert browser(access).get(url).status_code == 200
    scanned(proof.file_id, ScanState.INFECTED)
    url = page_links.proof(request, proof.pk, is_staff=True)
    assert browser(specialist).get(url).status_code == 409


def test_r6_members_open_requests_about_the_name_and_read_who_may_see_numbers(both: Any) -> None:
    model, officer, _specialist = both
    member = browser(for_user(make_member(model.trade_account).user))
    name, numbers = ask_name(officer), ask_number(officer, "MXTEJNOR123MON", kind="MID")
    assert member.get(page_links.of_company(name)).status_code == 200
    refused = member.get(page_links.of_company(numbers))
    assert refused.status_code == 403 and officer.name in text_of(refused)
    assert member.get(page_links.of_staff(name)).status_code == 403


def test_management_decides_for_a_company_without_an_application() -> None:
    account = make_account("Old Kettle Packaging")
    request = name_row(account, name="New Kettle")
    client = browser(for_user(UserFactory.create(staff_role="management")))
    here = page_links.of_staff(request)
    seen = client.get(here).context["form"]["version"].value()
    client.post(here, {"version": seen, "decision": "decline", "reason": "No proof."})
    request.refresh_from_db()
    assert request.status == ChangeStatus.DECLINED
    assert request.reference in text_of(client.get(page_links.all_requests()))


def test_t7_lists_and_exports_mask_personal_numbers(both: Any) -> None:
    model, officer, specialist = both
    request = ask_number(officer, "123-45-6789", kind="IOR_SSN", personal=True)
    send_in(officer, request)
    for access, url in (
        (officer, page_links.list_of(model.trade_account_id)),
        (specialist, page_links.all_requests()),
    ):
        client = browser(access)
        rows = client.get(f"{url}?export=csv").content.decode("utf-8-sig")
        assert "6789" in rows and "123-45" not in rows
        assert client.get(f"{url}?export=xlsx").status_code == 200
        assert request.reference in text_of(client.get(f"{url}?stage=open"))
        assert request.reference not in text_of(client.get(f"{url}?stage=decided"))
        assert request.reference in text_of(client.get(f"{url}?q={request.reference.lower()}"))
    page = browser(specialist).get(page_links.of_staff(request))
    assert "123-45" not in page.content.decode()


def test_the_statements_of_the_list_do_not_grow_with_the_requests(both: Any) -> None:
    model, officer, _specialist = both
    client, url = browser(officer), page_links.list_of(model.trade_account_id)
    name_row(model.trade_account, model, ChangeStatus.DECLINED)
    client.get(url)
    with CaptureQueriesContext(connection) as few:
        client.get(url)
    for _one in range(20):
        name_row(model.trade_account, model, ChangeStatus.DECLINED)
    with at_most(len(counted(few.captured_queries))):
        assert client.get(url).status_code == 200


def test_staff_are_reminded_before_and_after_the_planned_day(both: Any) -> None:
    _model, officer, specialist = both
    with clock.at(clock.today()):
        send_in(officer, ask_name(officer))
    rows = Notification.objects.filter(kind="account.change_waiting")
    asked_on = ChangeRequest.objects.get().asked_on
    assert asked_on is not None
    due = clock.clock("change_decision").due(asked_on)
    for days, told in ((-8, 0), (-7, 1), (-7, 1), (1, 2), (9, 3)):
        with clock.at(due + dt.timedelta(days=days)):
            CHANGES.run_all()
        assert rows.count() == told, days
    assert set(rows.values_list("user_id", flat=True)) == {specialist.user.pk}
    decided(specialist, ChangeRequest.objects.get())
