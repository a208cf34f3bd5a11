"""Signing: by the Officer, of what was read, once, in one transaction (A1-A5)."""

from __future__ import annotations

import dataclasses
import shutil
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from django.core import mail
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction
from django.template import Template
from django.template.loader import render_to_string
from django.test import Client
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django_otp.oath import totp
from django_otp.plugins.otp_totp.models import TOTPDevice

from agreements import selectors, services
from agreements.models import AgreementText, Ceremony, Signature
from agreements.providers.signables import Signable, register, signable
from agreements.states import AgreementKind
from audit.models import Event
from core.access import Access, enter_roots, for_user
from core.crypto import decrypt
from core.errors import NotAllowed, NotVisible, Problem, Refused
from core.reference import rows_of
from identity.models import User
from notifications.models import Outbox
from security_models import grants
from security_models.models import SecurityModel
from security_models.states import ContactRole
from tests.agreements.conftest import Letter
from tests.factories.people import PASSWORD, code_of
from tests.factories.trade import make_account, make_contact, make_model

pytestmark = pytest.mark.django_db
PROOFS = ["password", "authenticator"]


def kind() -> Signable:
    found = signable("letter")
    assert found is not None
    return found


def read(officer: Access) -> Ceremony:
    """The Officer reads and goes on."""
    shown = selectors.offer(kind(), access=officer).hash
    return services.begin(actor=officer, signable=kind(), read_hash=shown)


def declared(officer: Access) -> Ceremony:
    """The Officer has read, ticked both statements and typed the name."""
    return services.declare(
        actor=officer,
        ceremony=read(officer),
        certified=True,
        electronic=True,
        typed_name=officer.name,
    )


def sign(officer: Access, ceremony: Ceremony, **fields: object) -> services.Signed:
    """The Officer proves and signs."""
    proofs = fields.pop("proofs", PROOFS)
    return services.sign(
        actor=officer,
        signable=kind(),
        ceremony=ceremony,
        proofs=proofs,  # type: ignore[arg-type]
    )


def test_a3_one_ceremony_signs_consent_agreement_and_content_together(
    letter: Letter, officer: Access
) -> None:
    signed = sign(officer, declared(officer))
    assert [one.kind for one in signed.signatures] == [
        AgreementKind.CONSENT,
        AgreementKind.PARTNER,
        "letter",
    ]
    assert len(letter.completed) == 1


def test_a1_the_consent_is_signed_once_a_person_and_belongs_to_no_model(
    letter: Letter, officer: Access
) -> None:
    sign(officer, declared(officer))
    assert Signature.objects.get(kind=AgreementKind.CONSENT).security_model is None
    again = sign(officer, declared(officer))
    assert AgreementKind.CONSENT not in [one.kind for one in again.signatures]


def test_a1_a_new_version_of_the_consent_is_asked_for_again(
    letter: Letter, officer: Access
) -> None:
    sign(officer, declared(officer))
    old = AgreementText.objects.get(kind=AgreementKind.CONSENT)
    AgreementText.objects.create(
        id="e_signature_consent:demo-2",
        kind=old.kind,
        version="demo-2",
        title=old.title,
        body="# New\nOther words.",
        sha256="0" * 64,
        must_sign_again=True,
        effect_of_revocation="-",
        position=old.position + 100,
    )
    texts = [text.version for text in selectors.offer(kind(), access=officer).texts]
    assert "demo-2" in texts


def test_a4_a_signature_is_bound_to_the_hash_of_what_was_shown(
    letter: Letter, officer: Access
) -> None:
    signature = sign(officer, declared(officer)).signatures[-1]
    assert signature.content == '{"words":"We lock the gate."}'
    assert signature.content_hash != ""
    assert signature.copy_of_record is not None
    assert signature.copy_of_record.content["content"] == {"words": "We lock the gate."}


def test_a4_changed_since_reading_is_refused_and_the_change_is_shown(
    letter: Letter, officer: Access
) -> None:
    ceremony = declared(officer)
    letter.words = "We lock the gate at night."
    with pytest.raises(Refused) as refusal:
        sign(officer, ceremony)
    assert refusal.value.code == "changed"
    assert "became We lock the gate at night." in str(refusal.value.problems[1].message)
    assert not Signature.objects.exists()


def test_a4_each_missing_tick_and_the_name_are_named_at_once(
    letter: Letter, officer: Access
) -> None:
    with pytest.raises(Refused) as refusal:
        services.declare(
            actor=officer,
            ceremony=read(officer),
            certified=False,
            electronic=False,
            typed_name="Someone Else",
        )
    assert [one.field for one in refusal.value.problems] == [
        "certified",
        "electronic",
        "typed_name",
    ]


def test_a4_the_name_may_be_typed_in_other_case_and_spacing(
    letter: Letter, officer: Access
) -> None:
    ceremony = read(officer)
    typed = f"  {officer.name.upper()} "
    declared_ = services.declare(
        actor=officer, ceremony=ceremony, certified=True, electronic=True, typed_name=typed
    )
    assert declared_.declared_at is not None


@pytest.mark.parametrize(
    ("last_name", "typed"),
    [
        ("D\u2019Quill", "D'Quill"),
        ("Peña", "PEN\u0303A"),
        ("Łuczak\u2013Øst", "luczak-ost"),
        ("Łuczak\u2013Øst", "Luczak Ost"),
        ("Saint Clair", "saint-clair"),
        ("علی", "علي"),
        ("李明", "李明"),
    ],
)
def test_a4_the_name_may_be_typed_on_another_keyboard_and_is_kept_as_typed(
    letter: Letter, officer: Access, last_name: str, typed: str
) -> None:
    ceremony = read(officer)
    officer.user.first_name, officer.user.last_name = "Ana", last_name
    declared_ = services.declare(
        actor=officer, ceremony=ceremony, certified=True, electronic=True, typed_name=f"ana {typed}"
    )
    assert declared_.typed_name == f"ana {typed}"


@pytest.mark.parametrize("what", ["declaration", "proofs"])
def test_a4_nothing_is_signed_without_declaration_and_proofs(
    letter: Letter, officer: Access, what: str
) -> None:
    ceremony = read(officer) if what == "declaration" else declared(officer)
    with pytest.raises(Refused):
        sign(officer, ceremony, proofs=[] if what == "proofs" else PROOFS)
    assert not Signature.objects.exists()


@pytest.mark.parametrize("proofs", [["password"], ["authenticator"], ["password", "answers"]])
def test_u6_a_password_alone_signs_nothing_and_neither_does_a_code_alone(
    letter: Letter, officer: Access, proofs: list[str]
) -> None:
    with pytest.raises(Refused) as refusal:
        sign(officer, declared(officer), proofs=proofs)
    assert refusal.value.code == "incomplete"
    assert not Signature.objects.exists()


def test_u6_an_officer_without_a_second_factor_is_told_why_and_led_there_and_back(
    letter: Letter, officer: Access, client: Client, model: SecurityModel
) -> None:
    register(dataclasses.replace(kind(), template="mail/layout.txt"))
    TOTPDevice.objects.filter(user=officer.user).delete()
    client.force_login(User.objects.get(pk=officer.user_id))
    page = f"/t/{model.trade_account_id}/m/{model.pk}/sign/letter/"
    read_page = client.get(page).content.decode()
    assert "a password alone" in read_page
    assert "Continue to certify" not in read_page
    away = f"/account/second-factors?next={quote(page, safe='')}"
    assert away in read_page
    enrol = away.replace("second-factors", "authenticator")
    assert enrol in client.get(away).content.decode()
    client.post("/sign-out")
    client.post("/sign-in", {"email": officer.user.email, "password": PASSWORD})
    client.get(enrol)
    key = decrypt(client.session["authenticator_key"])
    done = client.post(enrol, {"code": f"{totp(bytes.fromhex(key)):06d}"})
    assert done["Location"] == page
    assert b"Continue to certify" in client.get(page).content


def test_u6_an_officer_who_loses_the_factor_on_the_way_signs_nothing(
    letter: Letter, officer: Access
) -> None:
    ceremony = declared(officer)
    TOTPDevice.objects.filter(user=officer.user).delete()
    with pytest.raises(Refused) as refusal:
        sign(officer, ceremony)
    assert [one.code for one in refusal.value.problems] == ["second_factor"]
    with pytest.raises(Refused):
        read(officer)
    assert not Signature.objects.exists()


def test_u6_a_signature_asks_for_a_code_although_one_was_given_a_moment_ago(
    letter: Letter, officer: Access, client: Client, model: SecurityModel
) -> None:
    user = officer.user
    client.post("/sign-in", {"email": user.email, "password": PASSWORD})
    client.post("/sign-in/code", {"code": code_of(user)})
    base = f"/t/{model.trade_account_id}/m/{model.pk}/sign/letter/{declared(officer).pk}/prove"
    assert b"proof_code" in client.get(base).content
    assert client.post(base, {"proof_password": PASSWORD}).status_code == 422
    used = client.post(base, {"proof_password": PASSWORD, "proof_code": code_of(user)})
    assert used.status_code == 422, "the code that let the person in"
    assert not Signature.objects.exists()
    fresh = {"proof_password": PASSWORD, "proof_code": code_of(user, 1)}
    signed = client.post(base, fresh)
    assert signed["Location"].endswith("/done")
    assert client.post(base, fresh)["Location"] == signed["Location"], "pressed twice"
    kinds = [one["kind"] for one in Signature.objects.latest("id").proofs]
    assert kinds == ["password", "authenticator"]


@pytest.mark.parametrize("role", [ContactRole.EMPLOYEE, ContactRole.CONSULTANT])
def test_a2_an_officer_demoted_between_reading_and_signing_is_refused(
    letter: Letter, officer: Access, model: SecurityModel, role: str
) -> None:
    ceremony = declared(officer)
    model.contacts.update(role=role, is_primary_poc=False)
    with pytest.raises(Refused) as refusal:
        sign(officer, ceremony)
    assert refusal.value.code == "not_officer"
    assert not Signature.objects.exists()


def test_a2_an_employee_cannot_even_begin(letter: Letter, model: SecurityModel) -> None:
    employee = make_contact(model).membership.user
    roots = {"trade_id": model.trade_account_id, "model_id": model.pk}
    access = enter_roots(for_user(employee), roots)
    with pytest.raises(NotAllowed):
        services.begin(actor=access, signable=kind(), read_hash="")


def test_r5_nobody_signs_through_a_key(letter: Letter, officer: Access) -> None:
    ceremony = declared(officer)
    with pytest.raises(NotAllowed):
        sign(dataclasses.replace(officer, via="api-key"), ceremony)


def test_a4_pressed_twice_is_one_signature(letter: Letter, officer: Access) -> None:
    ceremony = declared(officer)
    first = sign(officer, ceremony)
    second = sign(officer, ceremony)
    assert first == second
    assert len(letter.completed) == 1


def test_a4_what_is_signed_cannot_be_declared_again(letter: Letter, officer: Access) -> None:
    ceremony = declared(officer)
    sign(officer, ceremony)
    before = Ceremony.objects.get()
    with pytest.raises(Refused) as refusal:
        services.declare(
            actor=officer,
            ceremony=ceremony,
            certified=True,
            electronic=True,
            typed_name=officer.name.upper(),
        )
    assert refusal.value.code == "signed"
    after = Ceremony.objects.get()
    assert (after.typed_name, after.declared_at) == (before.typed_name, before.declared_at)


@pytest.mark.parametrize("step", ["certify", "prove"])
def test_a4_the_pages_of_a_signed_ceremony_lead_to_its_confirmation(
    client: Client, letter: Letter, officer: Access, step: str
) -> None:
    ceremony = declared(officer)
    signed = sign(officer, ceremony)
    client.force_login(officer.user)
    model = ceremony.security_model
    url = f"/t/{model.trade_account_id}/m/{model.pk}/sign/letter/{ceremony.pk}/{step}"
    before = Ceremony.objects.get()
    typed = {"certified": "on", "electronic": "on", "typed_name": officer.name.upper()}
    for answer in (client.get(url), client.post(url, typed)):
        assert (answer.status_code, answer["Location"]) == (302, signed.url)
    after = Ceremony.objects.get()
    assert (after.typed_name, after.declared_at) == (before.typed_name, before.declared_at)


def test_a_blocker_is_named_and_nothing_is_signed(letter: Letter, officer: Access) -> None:
    ceremony = declared(officer)
    letter.blockers = [Problem("open", "3.5 has no answer."), Problem("open", "No headquarters.")]
    with pytest.raises(Refused) as refusal:
        sign(officer, ceremony)
    assert len(refusal.value.problems) == 2
    assert not Signature.objects.exists()


def test_e6_when_the_act_fails_no_signature_event_or_mail_is_left(
    letter: Letter, officer: Access
) -> None:
    ceremony = declared(officer)
    letter.fail = True
    with pytest.raises(RuntimeError), transaction.atomic():
        sign(officer, ceremony)
    assert not Signature.objects.exists()
    assert not Outbox.objects.exists()
    assert not Event.objects.filter(kind="agreements.signed").exists()
    assert not mail.outbox


def test_a5_signer_officers_and_administrators_each_get_one_mail(
    letter: Letter, officer: Access, model: SecurityModel
) -> None:
    second = make_contact(model, role=ContactRole.OFFICER).membership.user
    assert second is not None
    sign(officer, declared(officer))
    told = Outbox.objects.filter(kind="agreement.signed").values_list("to_address", flat=True)
    assert sorted(told) == sorted([officer.user.email, second.email])


def test_a5_a_signature_can_never_be_changed_or_deleted(letter: Letter, officer: Access) -> None:
    signature = sign(officer, declared(officer)).signatures[-1]
    for statement in [
        "UPDATE agreements_signature SET signer_name = 'x' WHERE id = %s",
        "DELETE FROM agreements_signature WHERE id = %s",
    ]:
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement, [signature.pk])


def publish(text: AgreementText) -> None:
    """A new version of a text comes into force."""
    text.pk, text.version, text.position = f"{text.pk}-next", f"{text.version}-next", 1_000_000
    text.body, text.sha256 = "changed", "1" * 64
    text.save(force_insert=True)


def test_a5_a_new_version_of_a_text_leaves_what_was_signed(letter: Letter, officer: Access) -> None:
    signature = sign(officer, declared(officer)).signatures[1]
    assert signature.text is not None
    publish(signature.text)
    signature.refresh_from_db()
    assert "Voluntary partnership" in signature.content


def test_a5_other_words_under_a_published_version_are_not_loaded(
    letter: Letter, settings: Any, tmp_path: Path
) -> None:
    """The command names the text and says what to do; a new place in the order is loaded."""
    shutil.copytree(settings.REFERENCE_DIR, tmp_path / "reference")
    settings.REFERENCE_DIR = tmp_path / "reference"
    row = rows_of("program", "agreements.csv")[0]
    AgreementText.objects.filter(pk=f"{row['code']}:{row['version']}").update(position=999)
    call_command("load_reference", verbosity=0)
    others = rows_of("program", "agreements.csv")[:2]
    for other in others:
        with (settings.REFERENCE_DIR / "program" / other["file"]).open("a") as text:
            text.write("One more sentence.")
    with pytest.raises(CommandError, match=r"body, sha256.*new version") as refusal:
        call_command("load_reference", verbosity=0)
    assert all(f"{one['code']}:{one['version']}" in str(refusal.value) for one in others)


def test_a4_a_new_version_of_a_text_since_reading_is_refused_and_named(
    letter: Letter, officer: Access
) -> None:
    ceremony = declared(officer)
    for text in list(AgreementText.objects.all()):
        publish(text)
    with pytest.raises(Refused) as refusal:
        sign(officer, ceremony)
    words = [str(problem.message) for problem in refusal.value.problems]
    assert words[1:] == ["An agreement has a new version of its text."]
    assert not Signature.objects.exists()


def test_r6_a_ceremony_of_another_person_or_model_does_not_exist(
    letter: Letter, officer: Access, model: SecurityModel
) -> None:
    ceremony = declared(officer)
    other = make_contact(model, role=ContactRole.OFFICER).membership.user
    roots = {"trade_id": model.trade_account_id, "model_id": model.pk}
    with pytest.raises(NotVisible):
        selectors.ceremony(ceremony.pk, "letter", access=enter_roots(for_user(other), roots))
    second = make_model(model.trade_account, officer.user)
    elsewhere = enter_roots(for_user(officer.user), {"model_id": second.pk})
    with pytest.raises(NotVisible):
        selectors.ceremony(ceremony.pk, "letter", access=elsewhere)


def test_signing_ends_with_the_membership(
    letter: Letter, officer: Access, model: SecurityModel
) -> None:
    ceremony = declared(officer)
    model.contacts.get().membership.trade_account.memberships.update(state="ended")
    grants.sync(model)
    with pytest.raises(Refused):
        sign(officer, ceremony)


def test_a5_the_copy_of_record_says_in_words_when_it_was_signed(
    letter: Letter, officer: Access
) -> None:
    signature = sign(officer, declared(officer)).signatures[-1]
    copy = signature.copy_of_record
    assert copy is not None
    content = {**copy.content, "template": Template("{{ content.words }}")}
    shown = render_to_string(
        "agreements/pdf/copy_of_record.html", {"content": content, "doc_title": copy.title}
    )
    assert date_format(localtime(signature.signed_at), "M j, Y, g:i:s a T") in shown
    assert copy.content["signed_at"] not in shown


def test_a5_signatures_of_another_company_cannot_be_read(letter: Letter, officer: Access) -> None:
    signature = sign(officer, declared(officer)).signatures[-1]
    stranger = make_model(make_account("Old Kettle Packaging"))
    access = enter_roots(for_user(stranger.started_by), {"model_id": stranger.pk})
    with pytest.raises(NotVisible):
        selectors.signature(signature.pk, access=access)
