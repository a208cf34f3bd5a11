"""The four tabs of SVI as contacts use them, also with wrong, foreign and repeated input."""

from __future__ import annotations

import io
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from openpyxl import Workbook

from security_models.models import SecurityModel
from svi.models import Monitoring, PartnerNote
from tests.factories import svi
from tests.statements import at_most

pytestmark = pytest.mark.django_db


def _tab(model: SecurityModel, name: str) -> str:
    return reverse(f"svi:{name}", kwargs={"trade_id": model.trade_account_id})


def _of(row: Monitoring, model: SecurityModel, name: str, **more: Any) -> str:
    places = {"trade_id": model.trade_account_id, "model_id": model.pk, "monitoring_id": row.pk}
    return reverse(f"svi:{name}", kwargs={**places, **more})


def _client(model: SecurityModel) -> Client:
    client = Client()
    client.force_login(model.started_by)
    return client


def _text(answer: Any) -> str:
    return str(answer.content.decode())


def test_svi3_a_company_is_searched_chosen_asked_and_accepts() -> None:
    asks, other = svi.consenting("Asks Freight"), svi.consenting("Brindle & Oat Pet Supply")
    client = _client(asks)
    found = _text(client.get(_tab(asks, "request"), {"q": "brindel"}))
    assert "Brindle &amp; Oat Pet Supply" in found
    check = f"{_tab(asks, 'check')}?account={asks.pk}&partner={other.pk}"
    assert "Ask 1 company" in _text(client.get(check))
    answer = client.post(check, {"note": "We carry your Laredo loads. 我们"}, follow=True)
    assert "1 company is asked." in _text(answer)
    again = client.post(check, {"note": ""}, follow=True)
    assert "1 company is on your list already." in _text(again)
    row = Monitoring.objects.get()
    theirs = _client(other)
    assert "我们" in _text(theirs.get(_tab(other, "monitored")))
    accept = _of(row, other, "answer", answer_code="accept")
    assert theirs.get(accept).status_code == 200
    assert "You monitor Asks Freight now." in _text(theirs.post(accept, follow=True)).replace(
        "\u2068", ""
    ).replace("\u2069", "")
    assert "Certified" in _text(theirs.get(_tab(other, "monitored")))
    assert "Brindle" in _text(client.get(_tab(asks, "monitors")))


def test_svi3_a_note_that_is_too_long_is_refused_and_kept() -> None:
    asks, other = svi.consenting("Asks"), svi.consenting("Other")
    check = f"{_tab(asks, 'check')}?partner={other.pk}"
    answer = _client(asks).post(check, {"note": "x" * 501})
    assert answer.status_code == 422
    assert "x" * 501 in _text(answer)
    assert not Monitoring.objects.exists()


@pytest.mark.parametrize("query", ["a", "  ", "\x00", "zzzz", "%", "'; --", "ब्रिंडल"])
def test_svi3_odd_searches_find_nothing_and_say_so(query: str) -> None:
    asks = svi.consenting("Asks")
    svi.consenting("Other")
    answer = _client(asks).get(_tab(asks, "request"), {"q": query})
    assert answer.status_code == 200
    assert "Other" not in _text(answer)


def test_svi3_a_company_searches_a_number_of_times_a_day(settings: Any) -> None:
    settings.SVI_SEARCHES_A_DAY = 2
    asks = svi.consenting("Asks")
    svi.consenting("Other Freight")
    client, address = _client(asks), _tab(asks, "request")
    for _time in range(2):
        assert "Other Freight" in _text(client.get(address, {"q": "other"}))
    answer = client.get(address, {"q": "other"})
    assert answer.status_code == 429
    assert "Search again tomorrow." in _text(answer)
    assert "Other Freight" not in _text(answer)


def _sheet(*names: str) -> SimpleUploadedFile:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    for name in names:
        sheet.append([name, "more"])
    content = io.BytesIO()
    book.save(content)
    return SimpleUploadedFile("partners.xlsx", content.getvalue())


def test_svi3_a_list_is_matched_by_name_other_name_and_number() -> None:
    asks, other = svi.consenting("Asks"), svi.consenting("Gossamer Parcel Lines")
    number = other.business_types.get().account_number
    client, address = _client(asks), _tab(asks, "match")
    typed = f"gossamer parcel lines\n{number}\nGossamer\nNobody at all"
    text = _text(client.post(address, {"companies": typed}, follow=True))
    assert text.count(f'value="{other.pk}" checked') == 2
    assert "Not found: it may not take part in SVI" in text
    upload = {"companies": "", "file": _sheet("GOSSAMER parcel lines")}
    text = _text(client.post(address, upload, follow=True))
    assert text.count(f'value="{other.pk}" checked') == 1


@pytest.mark.parametrize(
    ("name", "content"),
    [("partners.xlsx", b"no sheet"), ("partners.pdf", b"%PDF-1.7"), ("empty.xlsx", b"")],
)
def test_svi3_a_list_that_is_no_spreadsheet_is_refused_in_words(name: str, content: bytes) -> None:
    asks = svi.consenting("Asks")
    upload = SimpleUploadedFile(name, content)
    answer = _client(asks).post(_tab(asks, "match"), {"companies": "Kept", "file": upload})
    assert answer.status_code == 422
    assert "Kept" in _text(answer)


def test_svi4_another_company_finds_no_page_of_a_monitoring() -> None:
    shows, looks, third = (svi.consenting(name) for name in ("Shows", "Looks", "Third"))
    row = svi.accepted(shows, looks)
    for stranger, model in ((third, third), (third, looks), (shows, shows), (shows, looks)):
        client = _client(stranger)
        assert client.get(_of(row, model, "partner")).status_code == 404
        for act in ("accept", "decline", "revoke", "remove"):
            address = _of(row, model, "answer", answer_code=act)
            assert client.post(address).status_code == 404
    row.refresh_from_db()
    assert row.status == "accepted"


def test_svi_a_second_click_leads_to_the_list_and_says_what_is_there() -> None:
    shows, looks = svi.consenting("Shows"), svi.consenting("Looks")
    row = svi.accepted(shows, looks)
    remove = _of(row, looks, "answer", answer_code="remove")
    client = _client(looks)
    for words in ("off your list and can ask again", "is no longer on your list"):
        assert words in _text(client.post(remove, follow=True))
    again = svi.asked(shows, looks)
    places = {"trade_id": shows.trade_account_id, "model_id": shows.pk, "asked_id": again.pk}
    withdraw = reverse("svi:withdraw", kwargs=places)
    client = _client(shows)
    for words in ("is withdrawn", "is no longer on your list"):
        assert words in _text(client.post(withdraw, follow=True))


def test_svi4_the_answer_of_a_stale_tab_is_refused_in_words() -> None:
    shows, looks = svi.consenting("Shows"), svi.consenting("Looks")
    row = svi.answered(svi.asked(shows, looks), "decline")
    answer = _client(looks).post(_of(row, looks, "answer", answer_code="revoke"))
    assert answer.status_code == 409
    assert "Declined" in _text(answer)


def test_svi4_many_are_answered_at_once_each_by_itself() -> None:
    looks = svi.consenting("Looks")
    rows = [svi.asked(svi.consenting(f"Shows {n}"), looks) for n in range(3)]
    svi.answered(rows[2], "decline")
    foreign = svi.asked(svi.consenting("Elsewhere"), svi.consenting("Other"))
    client, address = _client(looks), _tab(looks, "monitored")
    chosen = ",".join(str(row.pk) for row in [*rows, foreign])
    picked = {"partner": [str(row.pk) for row in rows], "query": ""}
    asked = client.post(address, picked, follow=True)
    assert "3 partners selected" in _text(asked)
    answer = client.post(address, {"chosen": chosen, "act": "decline", "query": ""}, follow=True)
    text = _text(answer)
    assert "was done for 2 partners" in text
    assert "This is not possible while the status is" in text
    assert "1 partner was passed over" in text
    foreign.refresh_from_db()
    assert foreign.status == "pending"


def test_svi_own_notes_are_kept_and_a_colleagues_are_not_overwritten() -> None:
    shows, looks = svi.consenting("Shows"), svi.consenting("Looks")
    row = svi.accepted(shows, looks)
    client, address = _client(looks), _of(row, looks, "partner")
    typed = {"reference": "V-1 参考", "owner": "", "tells": "", "version": "1"}
    assert client.post(address, typed).status_code == 302
    note = PartnerNote.objects.get()
    assert (note.reference, note.is_silent, note.version) == ("V-1 参考", True, 2)
    stale = client.post(address, {**typed, "reference": "V-2"})
    assert stale.status_code == 409
    assert "V-2" in _text(stale)
    note.refresh_from_db()
    assert note.reference == "V-1 参考"
    assert "V-1" not in _text(_client(shows).get(_tab(shows, "monitors")))


def test_svi7_the_status_on_a_day_is_what_was_seen_on_it() -> None:
    shows, looks = svi.consenting("Shows"), svi.consenting("Looks")
    row = svi.accepted(shows, looks)
    client, address = _client(looks), _of(row, looks, "partner")
    today = row.accepted_at.date().isoformat() if row.accepted_at else ""
    assert "Changes of status" in _text(client.get(address, {"on": today}))
    before = _text(client.get(address, {"on": "2020-01-01"}))
    assert "You did not monitor this company on that day." in before
    assert "Write the day as YYYY-MM-DD" in _text(client.get(address, {"on": "yesterday"}))


def test_svi6_the_lists_take_as_many_statements_for_many_partners_as_for_few() -> None:
    looks = svi.consenting("Looks")
    for number in range(6):
        svi.accepted(svi.consenting(f"Shows {number}"), looks)
    client = _client(looks)
    client.get(_tab(looks, "monitored"))
    for name in ("monitored", "monitors", "request", "agreement"):
        with at_most(22):
            client.get(_tab(looks, name))


def test_svi_the_export_holds_what_the_page_shows() -> None:
    shows, looks = svi.consenting("=Shows"), svi.consenting("Looks")
    svi.accepted(shows, looks)
    answer = _client(looks).get(_tab(looks, "monitored"), {"export": "csv"})
    text = b"".join(answer.streaming_content if answer.streaming else [answer.content]).decode()  # type: ignore[attr-defined]
    assert "'=Shows" in text
    assert "Importer: Certified" in text
