"""The reading page of a ceremony, and coming back to a ceremony that is over (A4, A5)."""

from __future__ import annotations

import dataclasses
from html import unescape

import pytest
from django.test import Client
from django.urls import reverse
from django_otp.plugins.otp_totp.models import TOTPDevice

from agreements import services
from agreements.models import Ceremony, Signature
from agreements.providers.signables import Change, register
from agreements.selectors import CHANGES_SHOWN, Since
from core.access import Access
from security_models.models import SecurityModel
from security_profile.signing import CERTIFICATION
from tests.agreements.conftest import Letter
from tests.agreements.test_ceremony import declared, kind, read, sign
from tests.factories.people import PASSWORD, code_of

pytestmark = pytest.mark.django_db


#: Replaces the template of the letter; what it shows is not what these tests ask for.
SHOWN_BY = "security_profile/_evidence_index.html"


@pytest.fixture
def browser(client: Client, model: SecurityModel, letter: Letter) -> Client:
    """The Officer in a browser, where the letter can be shown."""
    register(dataclasses.replace(kind(), template=SHOWN_BY))
    client.force_login(model.started_by)
    return client


def page(model: SecurityModel, name: str = "read", ceremony: Ceremony | None = None) -> str:
    more = [ceremony.pk] if ceremony else []
    where = [model.trade_account_id, model.pk, "letter", *more]
    return reverse(f"agreements:{name}", args=where)


def test_a4_what_changed_since_the_last_signature_is_read_first(
    browser: Client, letter: Letter, officer: Access, model: SecurityModel
) -> None:
    assert "Changed since the signature" not in browser.get(page(model)).content.decode()
    sign(officer, declared(officer))
    letter.words = "We lock both gates."
    body = browser.get(page(model)).content.decode()
    change = body.index("We lock the gate. became We lock both gates.")
    assert body.index("Changed since the signature of") < change < body.index("What you sign")
    assert officer.name in body and '<a href="#content">' in body


def test_a4_many_changes_are_folded_after_the_first_twelve() -> None:
    changes = tuple(Change(str(n)) for n in range(CHANGES_SHOWN + 3))
    since = Since(Signature(), changes, is_same=False)
    assert (len(since.first), len(since.more)) == (CHANGES_SHOWN, 3)


def test_a4_sections_are_folded_and_the_page_says_that_all_of_them_are_read(
    browser: Client, letter: Letter, model: SecurityModel
) -> None:
    body = browser.get(page(model)).content.decode()
    assert body.count('<details class="pp-fold">') == 2
    assert "When you certify, you state that you've read all of them." in unescape(body)
    bar = body.split('class="pp-act"')[1].split("</div>")[0]
    assert 'form="read"' in bar and "Continue to certify" in bar


def test_a4_the_button_at_hand_sends_the_hash_of_what_was_read(
    browser: Client, letter: Letter, model: SecurityModel
) -> None:
    body = browser.get(page(model)).content.decode()
    form = body.split('<form method="post" id="read"')[1].split("</form>")[0]
    digest = form.split('name="hash" value="')[1].split('"')[0]
    answer = browser.post(page(model), {"hash": digest})
    assert answer.status_code == 302 and answer["Location"].endswith("/certify")


@pytest.mark.parametrize("name", ["certify", "prove"])
@pytest.mark.parametrize("method", ["get", "post"])
def test_a4_back_after_signing_leads_to_what_was_signed(
    browser: Client, letter: Letter, officer: Access, model: SecurityModel, name: str, method: str
) -> None:
    ceremony = declared(officer)
    signed = sign(officer, ceremony)
    answer = getattr(browser, method)(page(model, name, ceremony))
    assert (answer.status_code, answer["Location"]) == (302, signed.url)
    assert Signature.objects.filter(ceremony=ceremony).count() == len(signed.signatures)


def test_a4_back_to_the_reading_page_shows_that_it_is_signed_and_no_form(
    browser: Client, letter: Letter, officer: Access, model: SecurityModel
) -> None:
    register(dataclasses.replace(kind(), agreements=lambda model: []))
    signed = sign(officer, declared(officer))
    answer = browser.get(page(model))
    body = answer.content.decode()
    assert "Already signed" in body and signed.url in body
    assert 'id="read"' not in body and "Continue to certify" not in body
    assert "no-store" in answer["Cache-Control"]
    letter.words = "Something new to sign."
    assert "Continue to certify" in browser.get(page(model)).content.decode()


def test_a4_the_certification_speaks_of_nothing_above() -> None:
    for words in (CERTIFICATION, services.ELECTRONIC_BUSINESS):
        assert "above" not in str(words) and "below" not in str(words)


def test_a4_a_ceremony_that_was_only_read_goes_on(
    browser: Client, letter: Letter, officer: Access, model: SecurityModel
) -> None:
    assert browser.get(page(model, "certify", read(officer))).status_code == 200


def test_a4_a_wrong_name_is_named_together_with_a_missing_tick(
    browser: Client, letter: Letter, officer: Access, model: SecurityModel
) -> None:
    posted = {"certified": "on", "typed_name": "Someone Else"}
    answer = browser.post(page(model, "certify", read(officer)), posted)
    body = unescape(answer.content.decode())
    assert "Tick this statement to sign electronically." in body
    assert "Type your name as it appears in your profile" in body
    assert 'value="Someone Else"' in body


def test_a4_changed_since_reading_leads_to_reading_again_and_asks_for_no_more_codes(
    browser: Client, letter: Letter, officer: Access, model: SecurityModel
) -> None:
    ceremony = declared(officer)
    letter.words = "We lock the gate at night."
    code = code_of(model.started_by)
    wrong = {"proof_password": PASSWORD, "proof_code": f"{(int(code) + 1) % 1_000_000:06d}"}
    body = browser.post(page(model, "prove", ceremony), wrong).content.decode()
    assert "Read it again" not in body and 'name="proof_code"' in body
    TOTPDevice.objects.update(throttling_failure_count=0)
    right = {"proof_password": PASSWORD, "proof_code": code}
    body = browser.post(page(model, "prove", ceremony), right).content.decode()
    assert "became We lock the gate at night." in body and "Read it again" in body
    assert 'name="proof_code"' not in body and page(model) in body
