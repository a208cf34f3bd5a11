"""Proof of a status for outsiders: address, letter, email and signed statement (SVI5, ADR 27)."""

from __future__ import annotations

import base64
import datetime as dt
import io
import json
import re
from pathlib import Path
from typing import Any

import pdfplumber
import pytest
import time_machine
from django.conf import settings
from django.test import Client
from django.urls import reverse
from joserfc.errors import BadSignatureError, JoseError

from audit.models import Event
from core import clock
from core.errors import NotVisible, Refused
from core.ids import new_id
from files.services.renderings import render
from notifications.models import Outbox
from security_models.models import SecurityModel
from svi.models import Consent, StatusProof
from svi.selectors.proofs import public_path, valid_counts
from svi.selectors.relations import numbers_of
from svi.services import proofs
from svi.services.consent import leave
from tests.factories import svi
from tests.factories.people import UserFactory
from tests.factories.trade import make_contact
from tests.statements import at_most

pytestmark = pytest.mark.django_db

KEYS = "/.well-known/jwks.json"


def _made(model: SecurityModel, **more: Any) -> StatusProof:
    given: dict[str, Any] = {"recipient": "Ostrander Freight", "days": 90, "form_key": new_id()}
    given |= more
    with svi.acting(model) as actor:
        return proofs.make_proof(actor=actor, model=model, **given)


def _client(model: SecurityModel) -> Client:
    client = Client()
    client.force_login(model.started_by)
    return client


def _url(proof: StatusProof, name: str) -> str:
    model = proof.security_model
    places = {"trade_id": model.trade_account_id, "model_id": model.pk, "proof_id": proof.pk}
    return reverse(f"svi:{name}", kwargs=places)


def _words(answer: Any) -> str:
    """The words of the page, without what is no text."""
    body = answer.content.decode().split("<main ", 1)[1].split("</main>", 1)[0].split(">", 1)[1]
    text = re.sub(r"<[^>]+>", " ", body).replace("\u2068", "").replace("\u2069", "")
    return " ".join(text.split())


def _outside(proof: StatusProof, more: str = "") -> Any:
    """What someone without a sign-in gets at the address."""
    return Client().get(public_path(proof) + more)


def _verified(statement: str, keys: Any) -> Any:
    """What the program in the documentation makes of a statement."""
    text = (Path(settings.BASE_DIR) / "docs" / "statements.md").read_text()
    found = re.search(r"```python\n(.*?)```", text, re.DOTALL)
    assert found is not None
    names: dict[str, Any] = {}
    exec(found[1], names)
    return names["verified"](statement, keys, settings.SITE_URL)


def _keys() -> Any:
    return Client().get(KEYS).json()


# --- what outsiders see ---------------------------------------------------------------------------


def test_svi5_an_outsider_sees_name_types_status_and_time_and_nothing_else() -> None:
    model = svi.consenting("Brindle & Oat")
    svi.certify_type(model, "exporter")
    proof = _made(model)
    with time_machine.travel(dt.datetime(2026, 12, 1, 15, tzinfo=dt.UTC), tick=False):
        words = _words(_outside(proof))
    assert words == (
        "Status of a company Company Brindle &amp; Oat Exporter Certified Importer Certified "
        "As of Dec 1, 2026, 10:00 a.m. EST"
    )


def test_svi5_a_suspension_is_seen_at_once_and_so_is_its_end() -> None:
    model = svi.consenting()
    proof = _made(model)
    svi.suspend(model)
    assert "Importer Not Certified" in _words(_outside(proof))
    said = _verified(_outside(proof, "/statement").content.decode(), _keys())
    assert said["types"] == [{"name": "Importer", "status": "not_certified"}]
    svi.reinstate(model)
    assert "Importer Certified" in _words(_outside(proof))


@pytest.mark.parametrize("more", ["", "/statement"])
def test_svi_a_revoked_proof_shows_nothing(more: str) -> None:
    model = svi.consenting("Brindle & Oat")
    proof = _made(model)
    with svi.acting(model) as actor:
        proofs.revoke_proof(actor=actor, model=model, proof_id=proof.pk)
        again = proofs.revoke_proof(actor=actor, model=model, proof_id=proof.pk)
    assert again.revoked_by_name == actor.name
    answer = _outside(proof, more)
    assert answer.status_code == 410
    assert "Brindle" not in answer.content.decode()
    assert Event.objects.filter(kind="svi.proof_revoked").count() == 1


@pytest.mark.parametrize("more", ["", "/statement"])
def test_svi_a_proof_works_on_its_last_day_and_not_after_it(more: str) -> None:
    proof = _made(svi.consenting("Brindle & Oat"), days=30)
    noon = dt.datetime.combine(proof.until, dt.time(12), clock.PROGRAM_ZONE)
    with time_machine.travel(noon, tick=False):
        assert _outside(proof, more).status_code == 200
    with time_machine.travel(noon + dt.timedelta(days=1), tick=False):
        answer = _outside(proof, more)
    assert answer.status_code == 410
    assert "Brindle" not in answer.content.decode()


@pytest.mark.parametrize("token", ["x", "A" * 43, "%F0%9F%90%99", "a" * 3_000])
def test_svi_an_unknown_address_shows_nothing(token: str) -> None:
    for more in ("", "/statement"):
        assert Client().get(f"/verify/{token}{more}").status_code == 404


def test_svi_addresses_are_not_tried_out(settings: Any) -> None:
    settings.SVI_VERIFY_CALLS_A_MINUTE = 2
    proof, guest = _made(svi.consenting("Brindle & Oat")), Client(REMOTE_ADDR="203.0.113.9")
    with time_machine.travel(clock.now(), tick=False):
        answers = [guest.get(f"/verify/{'A' * 43}") for _n in range(2)]
        late = [guest.get(public_path(proof)), guest.get(public_path(proof) + "/statement")]
    assert [one.status_code for one in answers] == [404, 404]
    for one in late:
        assert (one.status_code, one["Retry-After"]) == (429, "60")
        assert "Brindle" not in one.content.decode()
    assert late[1]["Content-Type"] == "application/problem+json"


def test_svi_the_address_goes_to_no_other_site_and_no_search_engine() -> None:
    proof = _made(svi.consenting())
    for more in ("", "/statement"):
        answer = _outside(proof, more)
        assert answer["Referrer-Policy"] == "no-referrer"
        assert "noindex" in answer["X-Robots-Tag"]
        assert "no-store" in answer["Cache-Control"]


def test_svi_the_company_sees_how_often_it_was_opened() -> None:
    model = svi.consenting()
    proof = _made(model)
    _outside(proof)
    _outside(proof, "/statement")
    Client().head(public_path(proof))
    assert "Opened 2 times" in _words(_client(model).get(_url(proof, "proof")))


def test_svi_the_page_of_an_outsider_costs_the_same_for_any_number_of_types() -> None:
    model = svi.consenting()
    proof = _made(model)
    for slug in ("exporter", "air_carrier", "consolidator"):
        svi.certify_type(model, slug)
    with at_most(6):
        _outside(proof)


# --- the agreement --------------------------------------------------------------------------------


def test_svi1_only_accounts_that_take_part_make_proofs() -> None:
    for model in (svi.certified("Never Signed"), svi.consenting("Suspended")):
        if model.trade_account.name == "Suspended":
            svi.suspend(model)
        with pytest.raises(Refused) as refused:
            _made(model)
        assert refused.value.code in {"no_consent", "not_certified"}
    assert not StatusProof.objects.exists()


def test_svi2_the_end_of_the_agreement_ends_every_proof() -> None:
    model, other = svi.consenting("Leaves"), svi.consenting("Stays")
    mine, kept = _made(model), _made(other)
    assert numbers_of(model).proofs == 1
    leave(model=model)
    assert _outside(mine).status_code == 410
    assert _outside(kept).status_code == 200
    assert valid_counts([model, other]) == {other.pk: 1}


def test_svi_only_contacts_of_the_account_that_is_entered_act() -> None:
    model, other = svi.consenting("Shows"), svi.consenting("Next Door")
    proof = _made(model)
    with svi.acting(other) as actor:
        for act in (proofs.send_proof, proofs.revoke_proof):
            with pytest.raises(NotVisible):
                act(actor=actor, model=other, proof_id=proof.pk)
            with pytest.raises(NotVisible):
                act(actor=actor, model=model, proof_id=proof.pk)
    assert (
        "Ostrander"
        not in _client(other)
        .get(reverse("svi:proofs", kwargs={"trade_id": other.trade_account_id}))
        .content.decode()
    )


# --- making ---------------------------------------------------------------------------------------


def test_svi_a_proof_is_made_listed_emailed_and_revoked_on_its_pages() -> None:
    model = svi.consenting()
    client = _client(model)
    trade = {"trade_id": model.trade_account_id}
    page = client.get(reverse("svi:proof-new", kwargs=trade))
    key = re.search(r'name="form_key" value="([^"]+)"', page.content.decode())
    assert key is not None
    typed = {
        "form_key": key[1],
        "recipient": "奥斯特兰德 “Freight” أوسترا",
        "email": "import@ostrander.example",
        "days": "30",
    }
    made = client.post(page.request["PATH_INFO"], typed, follow=True)
    again = client.post(page.request["PATH_INFO"], typed, follow=True)
    assert "is sent to import@ostrander.example" in _words(made)
    assert again.redirect_chain == made.redirect_chain
    proof = StatusProof.objects.get()
    assert public_path(proof) in made.content.decode()
    assert "奥斯特兰德" in _words(client.get(reverse("svi:proofs", kwargs=trade)))
    assert Outbox.objects.filter(kind="svi.proof_sent").count() == 1
    client.post(_url(proof, "proof-send"))
    assert Outbox.objects.filter(kind="svi.proof_sent").count() == 2
    assert client.get(_url(proof, "proof-revoke")).status_code == 200
    ended = client.post(_url(proof, "proof-revoke"), follow=True)
    assert "The proof is revoked." in _words(ended)
    assert public_path(proof) not in ended.content.decode()
    assert client.get(_url(proof, "proof-statement")).status_code == 409
    refused = client.post(_url(proof, "proof-send"))
    assert refused.status_code == 422
    assert "no longer valid" in _words(refused)


def test_svi_wrong_input_is_named_at_its_field_and_stays() -> None:
    model = svi.consenting()
    url = reverse("svi:proof-new", kwargs={"trade_id": model.trade_account_id})
    for typed, words in (
        ({"recipient": "", "days": "90"}, "Fill in “Who asked for it”."),
        ({"recipient": "x" * 121, "days": "90"}, "Shorten “Who asked for it” to 120"),
        ({"recipient": "Bank", "days": "91"}, "Choose an option for “Valid for”."),
        ({"recipient": "Bank", "days": "90", "email": "not an address"}, "not an address"),
    ):
        answer = _client(model).post(url, {"form_key": new_id(), **typed})
        assert answer.status_code == 422
        text = answer.content.decode()
        assert words in text
        assert f'value="{typed["recipient"]}"' in text or not typed["recipient"]
    assert not StatusProof.objects.exists()


def test_svi_a_company_makes_so_many_proofs_a_day(settings: Any) -> None:
    settings.SVI_PROOFS_A_DAY = 2
    model, other = svi.consenting("Shows"), svi.consenting("Next Door")
    for _n in range(2):
        _made(model)
    with pytest.raises(Refused) as refused:
        _made(model)
    assert refused.value.code == "too_many"
    _made(other)
    with time_machine.travel(clock.now() + dt.timedelta(days=1), tick=False):
        _made(model)


def test_svi_a_proof_is_emailed_three_times_at_most() -> None:
    model = svi.consenting()
    proof = _made(model, email="import@ostrander.example")
    with svi.acting(model) as actor:
        for _n in range(2):
            proofs.send_proof(actor=actor, model=model, proof_id=proof.pk)
        with pytest.raises(Refused) as refused:
            proofs.send_proof(actor=actor, model=model, proof_id=proof.pk)
    assert refused.value.code == "sent"
    assert Outbox.objects.filter(kind="svi.proof_sent").count() == 3
    assert "Send the email again" not in _words(_client(model).get(_url(proof, "proof")))


def test_svi_the_email_leads_to_the_page_and_says_no_status() -> None:
    model = svi.consenting("Brindle & Oat")
    proof = _made(model, email="import@ostrander.example")
    mail = Outbox.objects.get(kind="svi.proof_sent")
    assert mail.to_address == "import@ostrander.example"
    assert settings.SITE_URL + public_path(proof) in mail.text
    assert "Certified" not in mail.text
    assert model.reference not in mail.text


def test_svi_the_letter_is_a_pdf_with_status_address_and_every_script() -> None:
    model = svi.consenting("Brindle & Oat")
    proof = _made(model, recipient="Śląska Żegluga – 株式会社")
    assert public_path(proof) not in json.dumps(proof.letter.content)
    client = _client(model)
    assert client.get(_url(proof, "proof-letter")).status_code == 202
    render(proof.letter.pk)
    answer: Any = client.get(_url(proof, "proof-letter"))
    assert answer["Content-Type"] == "application/pdf"
    with pdfplumber.open(io.BytesIO(b"".join(answer.streaming_content))) as document:
        text = "\n".join(page.extract_text() for page in document.pages)
        links = [one["uri"] for page in document.pages for one in page.hyperlinks]
    assert "Brindle & Oat" in text
    assert "Importer Certified" in text
    assert "Śląska Żegluga" in text
    assert "株式会社" in text
    assert settings.SITE_URL + public_path(proof) in links


def test_svi_any_contact_of_the_account_makes_a_proof() -> None:
    model = svi.consenting()
    person = UserFactory.create()
    make_contact(model, person, role="consultant")
    client = Client()
    client.force_login(person)
    typed = {"form_key": new_id(), "recipient": "Bank", "days": "90"}
    url = reverse("svi:proof-new", kwargs={"trade_id": model.trade_account_id})
    assert client.post(url, typed).status_code == 302
    assert StatusProof.objects.get().made_by_id == person.pk


# --- statements -----------------------------------------------------------------------------------


def test_svi_a_statement_is_checked_with_the_published_keys_alone() -> None:
    model = svi.consenting("Brindle & Oat")
    proof = _made(model)
    downloaded = _client(model).get(_url(proof, "proof-statement"))
    assert "attachment" in downloaded["Content-Disposition"]
    for answer in (downloaded, _outside(proof, "/statement")):
        assert answer["Content-Type"] == "application/svi-status+jwt"
        said = _verified(answer.content.decode(), _keys())
        assert set(said) == {"iss", "jti", "iat", "exp", "company", "types", "as_of", "newest"}
        assert said["company"] == "Brindle & Oat"
        assert said["types"] == [{"name": "Importer", "status": "certified"}]
        assert said["newest"] == settings.SITE_URL + public_path(proof) + "/statement"


def test_svi_a_changed_statement_is_refused() -> None:
    head, _body, signature = _statement().split(".")
    forged = base64.urlsafe_b64encode(json.dumps({"company": "Forged"}).encode()).decode()
    with pytest.raises(BadSignatureError):
        _verified(".".join([head, forged.rstrip("="), signature]), _keys())


def test_svi_a_statement_without_a_signature_is_refused() -> None:
    _head, body, _signature = _statement().split(".")
    none = base64.urlsafe_b64encode(b'{"alg":"none","typ":"svi-status+jwt"}').decode()
    with pytest.raises(JoseError):
        _verified(".".join([none.rstrip("="), body, ""]), _keys())


def test_svi_a_statement_counts_for_seven_days_and_not_beyond_the_proof() -> None:
    long, short = _made(svi.consenting("Long")), _made(svi.consenting("Short"), days=30)
    statement = _outside(long, "/statement").content.decode()
    said = _verified(statement, _keys())
    assert said["exp"] - said["iat"] == 7 * 24 * 3600
    with (
        time_machine.travel(clock.now() + dt.timedelta(days=8), tick=False),
        pytest.raises(ValueError, match="expired"),
    ):
        _verified(statement, _keys())
    noon = dt.datetime.combine(short.until, dt.time(12), clock.PROGRAM_ZONE)
    with time_machine.travel(noon, tick=False):
        said = _verified(_outside(short, "/statement").content.decode(), _keys())
    ends = dt.datetime.fromtimestamp(said["exp"], clock.PROGRAM_ZONE)
    assert (ends.date(), ends.hour) == (short.until, 23)


def test_svi_what_an_earlier_key_signed_is_checked_after_a_change_of_keys(settings: Any) -> None:
    before = _statement()
    old = settings.STATEMENT_KEYS
    settings.STATEMENT_KEYS = [base64.b64encode(bytes(range(32))).decode(), *old]
    after = _statement()
    for statement in (before, after):
        assert _verified(statement, _keys())["iss"] == settings.SITE_URL
    settings.STATEMENT_KEYS = settings.STATEMENT_KEYS[:1]
    assert _verified(after, _keys())
    with pytest.raises((JoseError, ValueError)):
        _verified(before, _keys())


def test_svi_only_public_parts_of_keys_are_published() -> None:
    answer = Client().get(KEYS)
    assert answer["Content-Type"] == "application/jwk-set+json"
    assert answer["Access-Control-Allow-Origin"] == "*"
    for one in answer.json()["keys"]:
        assert set(one) == {"kty", "crv", "x", "y", "use", "alg", "kid"}


def test_svi_without_a_key_there_are_no_statements_and_all_else_works(settings: Any) -> None:
    settings.STATEMENT_KEYS = []
    model = svi.consenting()
    proof = _made(model)
    page = _client(model).get(_url(proof, "proof"))
    assert "Signed statement" not in page.content.decode()
    assert _client(model).get(_url(proof, "proof-statement")).status_code == 409
    assert _outside(proof).status_code == 200
    assert _outside(proof, "/statement").status_code == 503
    assert _keys() == {"keys": []}


def _statement() -> str:
    return str(_outside(_made(svi.consenting()), "/statement").content.decode())


def test_svi_a_proof_shows_nothing_without_the_agreement_whatever_its_row_says() -> None:
    model = svi.consenting("Brindle & Oat")
    proof = _made(model)
    Consent.objects.filter(security_model=model).update(status="revoked")
    assert _outside(proof).status_code == 410
    assert _outside(proof, "/statement").status_code == 410


def test_svi_an_address_gets_three_emails_of_a_company_a_week() -> None:
    model = svi.consenting()
    for _n in range(3):
        _made(model, email="import@ostrander.example")
    with pytest.raises(Refused) as refused:
        _made(model, email="import@ostrander.example")
    assert refused.value.code == "sent_lately"
    assert StatusProof.objects.count() == 3
    _made(model, email="another@ostrander.example")
    with time_machine.travel(clock.now() + dt.timedelta(days=8), tick=False):
        _made(model, email="import@ostrander.example")


def test_svi_the_email_repeats_nothing_that_its_sender_typed() -> None:
    _made(svi.consenting(), recipient="Visit evil.example", email="import@ostrander.example")
    mail = Outbox.objects.get(kind="svi.proof_sent")
    assert "evil" not in mail.subject + mail.text + mail.html


def test_svi_pages_of_others_may_read_a_statement() -> None:
    proof = _made(svi.consenting())
    assert _outside(proof, "/statement")["Access-Control-Allow-Origin"] == "*"
