"""U6: passkeys, used properly and forged; tests/browser covers the browser's part."""

from __future__ import annotations

import datetime as dt
import json
import threading
from typing import Any

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django_otp.oath import totp
from django_otp.plugins.otp_totp.models import TOTPDevice
from django_otp_webauthn.models import WebAuthnCredential

from audit.models import Event
from core import clock
from core.access import for_user
from core.crypto import decrypt
from core.errors import NotAllowed, Refused
from identity import services
from identity.credentials.relying_party import relying_party, unavailable_at
from identity.forms.proofs import SigningProofForm
from identity.models import SignInEvent, User
from tests.factories.people import PASSWORD, UserFactory, code_of
from tests.identity.passkeys import Key, add, browser, options_in
from tests.identity.road import is_signed_in, mails_to, sign_in


def a_person(**about: Any) -> tuple[User, Key, Client]:
    """Someone with a passkey, signed in."""
    user, key, client = UserFactory.create(**about), Key(), browser()
    sign_in(client, user.email)
    assert add(client, key, PASSWORD).status_code == 302
    return user, key, client


def at_second_step(user: User) -> tuple[Client, dict[str, Any]]:
    """A new browser in which the password was right, and what its page asks for."""
    client = browser()
    assert sign_in(client, user.email)["Location"].startswith("/sign-in/code")
    return client, options_in(client.get("/sign-in/code").content)


# --- added, used, removed -------------------------------------------------------------------


@pytest.mark.django_db
def test_u6_a_passkey_is_added_with_its_name_and_other_sessions_end() -> None:
    user, other = UserFactory.create(), browser()
    client, key = browser(), Key()
    for one in (other, client):
        sign_in(one, user.email)
    assert add(client, key, PASSWORD)["Location"] == "/account/second-factors"
    page = client.get("/account/second-factors").content.decode()
    assert "Office laptop" in page
    assert "Not used yet" in page
    assert not is_signed_in(other)
    assert "The passkey “Office laptop” was added." in mails_to(user.email)[-1].text
    assert mails_to(user.email)[-1].kind == "user.mfa_changed"
    assert Event.objects.filter(kind="identity.passkey_added").count() == 1


@pytest.mark.django_db
def test_u6_a_passkey_lets_in_as_second_step_and_serves_once() -> None:
    user, key, _client = a_person()
    client, options = at_second_step(user)
    answer = key.use(options)
    assert client.post("/sign-in/code", {"passkey": answer})["Location"] == "/"
    assert is_signed_in(client)
    assert WebAuthnCredential.objects.get().last_used_at is not None
    again, _options = at_second_step(user)
    assert again.post("/sign-in/code", {"passkey": answer}).status_code == 422
    assert not is_signed_in(again)


@pytest.mark.django_db
def test_u6_staff_may_have_a_passkey_alone_and_count_as_verified_by_it() -> None:
    user, _key, client = a_person(staff_role="scss", authenticator=False)
    assert is_signed_in(client)
    key = Key()
    assert add(client, key, PASSWORD, name="Second key").status_code == 302
    one, options = at_second_step(user)
    one.post("/sign-in/code", {"passkey": key.use(options)})
    assert is_signed_in(one)


@pytest.mark.django_db
def test_u6_a_passkey_proves_again_before_a_weighty_change() -> None:
    user, key, client = a_person()
    own = WebAuthnCredential.objects.get()
    page = f"/account/passkeys/{own.pk}/remove"
    with clock.at(clock.now() + dt.timedelta(minutes=6)):
        options = options_in(client.get(page).content)
        assert client.post(page, {"proof_password": PASSWORD}).status_code == 422
        done = client.post(page, {"proof_password": PASSWORD, "proof_passkey": key.use(options)})
        assert done.status_code == 302
    assert not WebAuthnCredential.objects.exists()
    assert "was removed" in mails_to(user.email)[-1].text
    assert sign_in(browser(), user.email)["Location"] == "/"


@pytest.mark.django_db
def test_u6_a_passkey_proves_for_a_signature_each_time_anew() -> None:
    user, key, client = a_person()
    request: Any = Client(SERVER_NAME="localhost").post("/x", {}).wsgi_request
    request.user, request.access, request.session = user, for_user(user), client.session
    form = SigningProofForm.of(request, user=user)
    answer = key.use(json.loads(form.fields["proof_passkey"].options()))  # type: ignore[attr-defined]
    for outcome in (["password", "passkey"], None):
        request.POST = {"proof_password": PASSWORD, "proof_passkey": answer}
        assert SigningProofForm.of(request, user=user).prove(request) == outcome


@pytest.mark.django_db
def test_u6_passkeys_are_renamed_and_only_ones_own_are_found() -> None:
    user, _key, client = a_person()
    own = WebAuthnCredential.objects.get()
    client.post(f"/account/passkeys/{own.pk}", {"name": "Blue key"})
    own.refresh_from_db()
    assert own.name == "Blue key"
    assert client.post(f"/account/passkeys/{own.pk}", {"name": ""}).status_code == 422
    assert client.post(f"/account/passkeys/{own.pk}", {"name": "x" * 61}).status_code == 422
    assert client.post(f"/account/passkeys/{own.pk}", {"name": "a\x00b"}).status_code == 422
    stranger = browser()
    sign_in(stranger, UserFactory.create().email)
    for path in (f"/account/passkeys/{own.pk}", f"/account/passkeys/{own.pk}/remove"):
        assert stranger.get(path).status_code == 404
        assert stranger.post(path, {"name": "Mine"}).status_code == 404
    assert user.pk == WebAuthnCredential.objects.get().user_id


@pytest.mark.django_db
def test_u6_there_are_at_most_ten_passkeys_and_one_key_is_added_once() -> None:
    _user, key, client = a_person()
    assert add(client, key, PASSWORD, name="The same").status_code == 422
    for number in range(9):
        assert add(client, Key(), PASSWORD, name=f"Key {number}").status_code == 302
    assert add(client, Key(), PASSWORD).status_code == 422
    assert WebAuthnCredential.objects.count() == 10


# --- where passkeys work --------------------------------------------------------------------


@pytest.mark.django_db
def test_u6_at_an_address_of_numbers_passkeys_are_shown_as_unavailable_and_why() -> None:
    user, _key, _client = a_person()
    client = Client(SERVER_NAME="127.0.0.1")
    sign_in(client, user.email)
    page = client.get("/sign-in/code").content.decode()
    assert "Your passkeys work only at http://localhost:8000" in page
    assert "data-passkey" not in page
    client.force_login(UserFactory.create())
    page = client.get("/account/second-factors").content.decode()
    assert "Passkeys cannot be used at this address" in page
    assert "Add a passkey" not in page
    assert client.get("/account/passkeys/add")["Location"] == "/account/second-factors"


@pytest.mark.parametrize(
    ("site", "domain", "origin"),
    [
        ("https://portal.example", "portal.example", "https://portal.example"),
        ("https://portal.example:8443", "portal.example", "https://portal.example:8443"),
        ("http://127.0.0.1:8000", "localhost", "http://localhost:8000"),
        ("http://[::1]:8000", "localhost", "http://localhost:8000"),
        ("http://localhost:8000", "localhost", "http://localhost:8000"),
        ("http://192.0.2.7:8000", "192.0.2.7", "https://192.0.2.7:8000"),
    ],
)
def test_u6_passkeys_are_bound_to_the_domain_name_of_the_portal(
    site: str, domain: str, origin: str
) -> None:
    assert relying_party(site) == (domain, [origin])


def test_u6_where_passkeys_work_is_decided_by_the_name_in_the_address() -> None:
    assert not unavailable_at("localhost:8000", "localhost")
    assert not unavailable_at("www.portal.example", "portal.example")
    assert unavailable_at("portal.example.evil.example", "portal.example")
    assert unavailable_at("notportal.example", "portal.example")
    assert unavailable_at("192.0.2.7", "192.0.2.7")
    assert unavailable_at("[::1]:8000", "localhost")


# --- forged ---------------------------------------------------------------------------------


@pytest.mark.django_db
@pytest.mark.parametrize("what", ["origin", "domain", "kind", "absent", "signature", "counter"])
def test_u6_a_forged_answer_does_not_let_in(what: str) -> None:
    user, key, _client = a_person()
    client, options = at_second_step(user)
    if what == "counter":
        key.count = -1
    answer = {
        "origin": lambda: key.use(options, origin="http://localhost:8000.evil.example"),
        "domain": lambda: key.use(options, domain="evil.example"),
        "kind": lambda: key.use(options, kind="webauthn.create"),
        "absent": lambda: key.use(options, flags=0x00),
        "signature": lambda: key.use(options, signer=Key()),
        "counter": lambda: key.use(options),
    }[what]()
    assert client.post("/sign-in/code", {"passkey": answer}).status_code == 422
    assert not is_signed_in(client)
    assert SignInEvent.objects.filter(user=user, step="code", succeeded=False).count() == 1


@pytest.mark.django_db
def test_u6_somebody_elses_passkey_does_not_let_in() -> None:
    user, _key, _client = a_person()
    _other, theirs, _their_client = a_person()
    client, options = at_second_step(user)
    assert client.post("/sign-in/code", {"passkey": theirs.use(options)}).status_code == 422
    assert not is_signed_in(client)


@pytest.mark.django_db
def test_u6_an_answer_to_another_session_or_another_purpose_does_not_count() -> None:
    user, key, client = a_person()
    own = WebAuthnCredential.objects.get()
    later = clock.now() + dt.timedelta(minutes=6)
    with clock.at(later):
        for_proof = options_in(client.get(f"/account/passkeys/{own.pk}/remove").content)
        one, options = at_second_step(user)
        other, _options = at_second_step(user)
        assert other.post("/sign-in/code", {"passkey": key.use(options)}).status_code == 422
        assert one.post("/sign-in/code", {"passkey": key.use(for_proof)}).status_code == 422
    assert not is_signed_in(one)
    assert not is_signed_in(other)


@pytest.mark.django_db
def test_u6_a_challenge_counts_for_five_minutes() -> None:
    _user, key, client = a_person()
    own = WebAuthnCredential.objects.get()
    page = f"/account/passkeys/{own.pk}/remove"
    began = clock.now() + dt.timedelta(minutes=6)
    with clock.at(began):
        options = options_in(client.get(page).content)
    with clock.at(began + dt.timedelta(minutes=5)):
        late = {"proof_password": PASSWORD, "proof_passkey": key.use(options)}
        assert client.post(page, late).status_code == 422


@pytest.mark.django_db
@pytest.mark.parametrize("what", ["origin", "domain", "challenge"])
def test_u6_a_passkey_made_elsewhere_is_not_kept(what: str) -> None:
    user, client, key = UserFactory.create(), browser(), Key()
    sign_in(client, user.email)
    client.post("/account/passkeys/add", {"name": "Key", "proof_password": PASSWORD})
    options = options_in(client.get("/account/passkeys/make").content)
    answer = {
        "origin": lambda: key.make(options, origin="http://evil.example"),
        "domain": lambda: key.make(options, domain="evil.example"),
        "challenge": lambda: key.make({"challenge": "AAAA"}),
    }[what]()
    assert client.post("/account/passkeys/make", {"passkey": answer}).status_code == 422
    assert not WebAuthnCredential.objects.exists()


@pytest.mark.django_db
def test_u6_nobody_registers_the_passkey_of_somebody_else_as_the_own() -> None:
    user, key, _client = a_person()
    client = browser()
    sign_in(client, UserFactory.create().email)
    assert add(client, key, PASSWORD).status_code == 422
    assert WebAuthnCredential.objects.get().user_id == user.pk


@pytest.mark.django_db
@pytest.mark.parametrize(
    "typed",
    [
        "", "x", "null", "[]", "{}", '"x"', "1", '{"response": {}}', '{"response": null}',
        '{"response": {"clientDataJSON": 5}}', '{"response": {"clientDataJSON": "AA"}}',
        '{"response": {"clientDataJSON": "bnVsbA"}}', "[" * 9000, "x" * 30_000, "\ud800",
    ],
)  # fmt: skip
def test_u6_what_is_no_answer_is_refused_in_words(typed: str) -> None:
    user, _key, client = a_person()
    one, _options = at_second_step(user)
    data = {"passkey": typed.encode("utf-8", "surrogatepass").decode("utf-8", "replace")}
    assert one.post("/sign-in/code", data).status_code == 422
    client.post("/account/passkeys/add", {"name": "Key", "proof_password": PASSWORD})
    assert client.post("/account/passkeys/make", data).status_code == 422


@pytest.mark.django_db
def test_u6_a_right_challenge_with_a_broken_rest_is_refused_in_words() -> None:
    user, key, _client = a_person()
    for name in ("authenticatorData", "signature", "clientDataJSON"):
        broken: tuple[Any, ...] = ("", "AA", 5, None, [], "=", "é")
        for value in broken:
            client, options = at_second_step(user)
            answer = json.loads(key.use(options))
            answer["response"][name] = value
            posted = {"passkey": json.dumps(answer)}
            assert client.post("/sign-in/code", posted).status_code == 422, (name, value)
            SignInEvent.objects.all().delete()


@pytest.mark.django_db
def test_u9_wrong_passkeys_are_throttled_together_with_codes_and_passwords() -> None:
    user, key, _client = a_person()
    with clock.at(clock.now()):
        client, options = at_second_step(user)
        for status in (422, 422, 429):
            wrong = {"passkey": key.use(options, origin="http://evil.example")}
            assert client.post("/sign-in/code", wrong).status_code == status
            options = options_in(client.get("/sign-in/code").content)
        assert client.post("/sign-in/code", {"passkey": key.use(options)}).status_code == 429
        assert sign_in(browser(), user.email).status_code == 429


@pytest.mark.django_db(transaction=True)
def test_u6_of_two_parallel_uses_of_one_answer_one_works() -> None:
    user, key, _client = a_person()
    client, options = at_second_step(user)
    answer, cookies = key.use(options), client.cookies[settings.SESSION_COOKIE_NAME].value
    places: list[str] = []

    def try_it() -> None:
        try:
            one = browser()
            one.cookies[settings.SESSION_COOKIE_NAME] = cookies
            done = one.post("/sign-in/code", {"passkey": answer})
            places.append(done.headers.get("Location", ""))
        finally:
            connection.close()

    threads = [threading.Thread(target=try_it) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert places.count("/") == 1
    assert SignInEvent.objects.filter(user=user, step="done").count() == 2


# --- losing a factor ------------------------------------------------------------------------


@pytest.mark.django_db
def test_r5_staff_cannot_remove_the_last_factor_and_others_can() -> None:
    staff, _key, client = a_person(staff_role="scss", authenticator=False)
    own = WebAuthnCredential.objects.get()
    page = f"/account/passkeys/{own.pk}/remove"
    assert "This is your only second factor" in client.get(page).content.decode()
    refused = client.post(page, {"proof_password": PASSWORD})
    assert refused.status_code == 422
    assert "Staff need a second factor" in refused.content.decode()
    assert WebAuthnCredential.objects.filter(user=staff).exists()
    partner = UserFactory.create(authenticator=True)
    services.make_backup_codes(actor=for_user(partner))
    services.remove_authenticator(actor=for_user(partner))
    with pytest.raises(Refused):
        services.make_backup_codes(actor=for_user(partner))
    assert sign_in(browser(), partner.email)["Location"] == "/"


@pytest.mark.django_db
def test_u6_another_app_takes_the_place_of_the_one_before() -> None:
    user = UserFactory.create(authenticator=True)
    client = browser()
    sign_in(client, user.email)
    client.post("/sign-in/code", {"code": code_of(user)})
    old = code_of(user, 1)
    client.get("/account/authenticator")
    key = bytes.fromhex(decrypt(client.session["authenticator_key"]))
    new = f"{totp(key):06d}"
    assert client.post("/account/authenticator", {"code": new}).status_code == 422
    posted = {"code": new, "proof_password": PASSWORD}
    done = client.post("/account/authenticator", posted)
    assert done["Location"] == "/account/second-factors"
    assert is_signed_in(client)
    assert "The earlier one no longer works" in mails_to(user.email)[-1].text
    one = browser()
    sign_in(one, user.email)
    assert one.post("/sign-in/code", {"code": old}).status_code == 422
    assert one.post("/sign-in/code", {"code": code_of(user, 1)}).status_code == 302


@pytest.mark.django_db
def test_u6_an_app_beside_a_passkey_takes_the_password_and_the_passkey() -> None:
    user, key, client = a_person()
    page = "/account/authenticator"
    with clock.at(clock.now() + dt.timedelta(minutes=6)):
        options = options_in(client.get(page).content)
        new = f"{totp(bytes.fromhex(decrypt(client.session['authenticator_key']))):06d}"
        for proofs in ({}, {"proof_password": PASSWORD}, {"current_password": PASSWORD}):
            assert client.post(page, {"code": new, **proofs}).status_code == 422
        assert not TOTPDevice.objects.exists()
        proofs = {"proof_password": PASSWORD, "proof_passkey": key.use(options)}
        assert client.post(page, {"code": new, **proofs}).status_code == 302
    assert TOTPDevice.objects.get().user_id == user.pk


@pytest.mark.django_db
def test_u6_management_ends_all_factors_and_sessions_of_staff_who_enrol_anew() -> None:
    user, _key, client = a_person(staff_role="scss", authenticator=False)
    services.make_backup_codes(actor=for_user(user))
    for role in ("", "scss", "helpdesk"):
        nobody = UserFactory.create(staff_role=role)
        with pytest.raises(NotAllowed):
            services.remove_factors(actor=for_user(nobody), user=user)
    management = UserFactory.create(staff_role="management")
    services.remove_factors(actor=for_user(management), user=user)
    assert not is_signed_in(client)
    assert "The helpdesk removed your second factors" in mails_to(user.email)[-1].text
    assert Event.objects.filter(kind="identity.factors_removed").count() == 1
    sign_in(client, user.email)
    assert client.get("/account/")["Location"].startswith("/account/second-factors")


@pytest.mark.django_db
def test_u6_backup_codes_are_shown_once_and_let_staff_in() -> None:
    user = UserFactory.create(staff_role="scss")
    client = browser()
    sign_in(client, user.email)
    client.post("/sign-in/code", {"code": code_of(user)})
    page = client.post("/account/backup-codes", {"proof_password": PASSWORD})
    codes = page.context["codes"]
    html = page.content.decode()
    assert all(code in html for code in codes)
    assert "no-store" in page["Cache-Control"]
    assert 'download="partner-portal-backup-codes.txt"' in html
    again = client.get("/account/backup-codes").content.decode()
    assert not any(code in again for code in codes)
    assert "You have 10 unused codes" in again
    one = browser()
    sign_in(one, user.email)
    assert one.post("/sign-in/code", {"code": codes[3].lower()}).status_code == 302
    assert is_signed_in(one)
    assert "You have 9 unused codes" in one.get("/account/backup-codes").content.decode()
