"""The application in the real ceremony: read, certify, prove, submitted (A2-A5, issue item 11)."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from agreements import selectors, services
from agreements.models import Ceremony, Signature
from agreements.providers.signables import Change, Signable, signable
from core.access import Access
from core.crypto import content_hash
from core.errors import Refused
from files import services as files
from security_models import grants
from security_models.models import Contact, SecurityModel
from security_models.states import ContactRole
from security_profile import signing
from security_profile.models import Submission
from security_profile.selectors import copy_of_record
from security_profile.services.submit import withdraw
from tests.factories import reviews as made
from tests.factories.people import UserFactory
from tests.factories.profile import access_to
from tests.factories.trade import make_contact
from tests.security_profile.test_documents import words_of
from tests.security_profile.test_submit import change, reviewed

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _store(tmp_path: Any, settings: Any) -> None:
    settings.MEDIA_ROOT = str(tmp_path)


@pytest.fixture
def ready(db: None) -> SecurityModel:
    return made.ready_model(name="Thistlewick Home Goods")


def application() -> Signable:
    found = signable("application")
    assert found is not None
    return found


def declared(officer: Access) -> Ceremony:
    shown = selectors.offer(application(), access=officer).hash
    ceremony = services.begin(actor=officer, signable=application(), read_hash=shown)
    return services.declare(
        actor=officer, ceremony=ceremony, certified=True, electronic=True, typed_name=officer.name
    )


def sign(officer: Access, ceremony: Ceremony) -> services.Signed:
    return services.sign(
        actor=officer,
        signable=application(),
        ceremony=ceremony,
        proofs=["password", "authenticator"],
    )


def test_a3_one_ceremony_submits_and_signs_everything(ready: SecurityModel) -> None:
    officer = access_to(ready)
    signed = sign(officer, declared(officer))
    kinds = [one.kind for one in signed.signatures]
    assert kinds == ["e_signature_consent", "partner_agreement", "application"]
    submission = Submission.objects.get()
    assert signed.signatures[-1].content_hash == submission.content_hash
    assert submission.content_hash == content_hash(submission.content)
    assert copy_of_record(submission) == signed.signatures[-1]


def test_a5_the_copy_of_record_holds_every_response(ready: SecurityModel) -> None:
    officer = access_to(ready)
    signed = sign(officer, declared(officer))
    copy = signed.signatures[-1].copy_of_record
    assert copy is not None
    files.render(copy.pk)
    copy.refresh_from_db()
    assert copy.file is not None, copy.error
    from django.core.files.storage import default_storage

    with default_storage.open(copy.file.storage_key) as stored:
        text = words_of(stored.read())
    assert "3.5:Ourcomplianceteam" in text
    assert "12.10:Ourcomplianceteam" in text


def test_a4_changed_between_reading_and_signing_submits_nothing(ready: SecurityModel) -> None:
    officer = access_to(ready)
    ceremony = declared(officer)
    change(ready, "1.2", "A colleague went on writing.")
    with pytest.raises(Refused) as refused:
        sign(officer, ceremony)
    words = [str(one.message) for one in refused.value.problems]
    assert "The response to 1.2 changed." in words
    assert not Submission.objects.exists() and not Signature.objects.exists()


def test_a2_an_officer_demoted_between_reading_and_signing_submits_nothing(
    ready: SecurityModel,
) -> None:
    officer = access_to(ready)
    ceremony = declared(officer)
    make_contact(ready, UserFactory.create(), ContactRole.OFFICER)
    Contact.objects.filter(security_model=ready, membership__user=officer.user).update(
        role=ContactRole.EMPLOYEE
    )
    grants.sync(ready)
    with pytest.raises(Refused):
        sign(officer, ceremony)
    assert not Submission.objects.exists()


def test_pressed_twice_is_one_submission(ready: SecurityModel) -> None:
    officer = access_to(ready)
    ceremony = declared(officer)
    assert sign(officer, ceremony).signatures == sign(officer, ceremony).signatures
    assert Submission.objects.count() == 1


def test_two_tabs_make_one_submission(ready: SecurityModel) -> None:
    officer = access_to(ready)
    one, other = declared(officer), declared(officer)
    sign(officer, one)
    with pytest.raises(Refused):
        sign(officer, other)
    assert Submission.objects.count() == 1


def test_a3_a_later_round_signs_the_application_alone(ready: SecurityModel) -> None:
    officer = access_to(ready)
    sign(officer, declared(officer))
    reviewed(Submission.objects.get(), {"3.5": "Too old."})
    change(ready, "3.5", "Renewed.")
    signed = sign(officer, declared(officer))
    assert [one.kind for one in signed.signatures] == ["application"]
    assert Submission.objects.get(round=2).previous is not None


def test_a4_what_was_withdrawn_is_signed_again_as_it_is(
    client: Client, ready: SecurityModel
) -> None:
    officer = access_to(ready)
    client.force_login(ready.started_by)
    page = reverse("agreements:read", args=[ready.trade_account_id, ready.pk, "application"])
    first = sign(officer, declared(officer))
    body = client.get(page).content.decode()
    assert "Already signed" in body and "is with CBP. You can sign again after the decision" in body
    taken_back = Submission.objects.get()
    withdraw(actor=officer, model=ready, submission_id=taken_back.pk)
    body = client.get(page).content.decode()
    assert "Already signed" not in body and "Continue to certify" in body
    again = sign(officer, declared(officer))
    assert [one.kind for one in again.signatures] == ["application"]
    assert copy_of_record(taken_back) == first.signatures[-1]
    newest = Submission.objects.get(status="submitted")
    assert copy_of_record(newest) == again.signatures[-1]
    receipts = [application().receipt(one.signatures[-1]) for one in (first, again)]
    assert receipts == [taken_back.reference, newest.reference]


def test_a4_an_account_number_is_no_change_of_the_company_profile(ready: SecurityModel) -> None:
    applied = signing.content(ready)
    company = applied["company"]
    types = [{**one, "account_number": "46136534"} for one in company["business_types"]]
    certified = {**applied, "company": {**company, "business_types": types}}
    assert signing.changes(applied, certified) == []
    moved = {**applied, "company": {**company, "contacts": []}}
    assert signing.changes(applied, moved) == [Change("The company profile changed.", "#content")]
