"""R5: staff need a second factor, partners may have one."""

from __future__ import annotations

import re
from html import unescape
from typing import Any

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse
from django_otp.oath import totp
from django_otp.plugins.otp_totp.models import TOTPDevice

from audit.models import Event
from core import clock
from core.access import Access, for_user, system
from core.crypto import decrypt
from core.errors import NotAllowed, Refused
from identity import services
from identity.models import SignInEvent, User
from identity.states import StaffRole
from tests.factories.people import PASSWORD, UserFactory, code_of
from tests.identity.road import (
    NEW_PASSWORD,
    PROFILE,
    QUESTIONS,
    is_signed_in,
    link_in,
    mails_to,
    press,
    sign_in,
)

BOSS = "gwendolyn@example.gov"


def typed_secret(page: bytes) -> bytes:
    """The secret that the page shows for typing, as bytes."""
    import base64

    found = re.search(r'class="mono">([A-Z2-7 ]+)<', page.decode())
    assert found
    letters = found[1].replace(" ", "")
    return base64.b32decode(letters + "=" * (-len(letters) % 8))


def shown_code(page: bytes, drift: int = 0) -> str:
    """What an app with the secret of the page would show."""
    return f"{totp(typed_secret(page), drift=drift):06d}"


# --- staff -------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_r5_create_staff_leads_to_a_first_sign_in_with_a_second_factor(
    client: Client, capsys: pytest.CaptureFixture[str]
) -> None:
    call_command("create_staff", BOSS, "management", "--first-name=Gwen", "--last-name=Abara")
    printed = capsys.readouterr().out.strip()
    assert printed.endswith(link_in(mails_to(BOSS)[0]))
    user = User.objects.get(email=BOSS)
    assert not user.has_usable_password()
    press(client, link_in(mails_to(BOSS)[0]))
    assert b"Gwen" in client.get("/register/set-up/profile").content
    client.post("/register/set-up/profile", PROFILE)
    client.post("/register/set-up/questions", QUESTIONS)
    client.post("/register/set-up/password", NEW_PASSWORD)
    away = client.get("/account/profile")["Location"]
    assert away == "/account/second-factors?next=%2Faccount%2Fprofile"
    link = "/account/authenticator?next=%2Faccount%2Fprofile"
    assert link in client.get(away).content.decode()
    away = link
    page = client.get(away)
    done = client.post(away, {"code": shown_code(page.content)})
    assert done["Location"] == "/account/profile"
    assert is_signed_in(client)
    assert Event.objects.filter(kind="identity.staff_created").count() == 1


@pytest.mark.django_db
def test_r5_staff_without_a_verified_second_factor_open_nothing_else(client: Client) -> None:
    client.force_login(UserFactory.create(staff_role="scss", authenticator=False))
    for path in ("/account/", "/account/profile", "/account/sign-ins", "/account/password"):
        response = client.get(path)
        assert response["Location"].startswith("/account/second-factors"), path
    for path in ("/account/second-factors", "/account/authenticator", "/account/passkeys/add"):
        assert client.get(path, headers={"host": "localhost"}).status_code == 200, path


@pytest.mark.django_db
def test_r5_staff_with_an_app_are_asked_for_its_code(client: Client) -> None:
    user = UserFactory.create(staff_role="scss")
    response = sign_in(client, user.email, query_params={"next": "/account/profile"})
    assert response["Location"] == "/sign-in/code?next=%2Faccount%2Fprofile"
    assert not is_signed_in(client)
    assert client.get(response["Location"]).status_code == 200
    done = client.post(response["Location"], {"code": code_of(user)})
    assert done["Location"] == "/account/profile"
    assert is_signed_in(client)


@pytest.mark.django_db
def test_r5_a_session_of_staff_that_was_never_verified_is_asked_for_the_code(
    client: Client,
) -> None:
    user = UserFactory.create(staff_role="scss")
    client.force_login(User.objects.get(pk=user.pk))
    away = client.get("/account/")["Location"]
    assert away.startswith("/sign-in/code")
    client.post(away, {"code": code_of(user)})
    assert is_signed_in(client)


@pytest.mark.django_db
def test_the_code_page_stays_shut_without_the_password(client: Client) -> None:
    assert client.get("/sign-in/code")["Location"] == "/sign-in"
    assert client.post("/sign-in/code", {"code": "123456"})["Location"] == "/sign-in"


@pytest.mark.django_db
def test_the_second_step_must_follow_within_five_minutes(client: Client) -> None:
    import datetime as dt

    user = UserFactory.create(staff_role="scss")
    sign_in(client, user.email)
    with clock.at(clock.now() + dt.timedelta(minutes=5, seconds=2)):
        assert client.post("/sign-in/code", {"code": code_of(user)})["Location"] == "/sign-in"
    assert not is_signed_in(client)


@pytest.mark.django_db
def test_the_second_step_ends_when_the_password_is_changed_meanwhile(client: Client) -> None:
    user = UserFactory.create(staff_role="scss")
    sign_in(client, user.email)
    user.set_password("Quite-Other-42")
    user.save()
    assert client.post("/sign-in/code", {"code": code_of(user)})["Location"] == "/sign-in"


@pytest.mark.django_db
def test_a_code_serves_once(client: Client) -> None:
    user = UserFactory.create(staff_role="scss")
    code = code_of(user)
    sign_in(client, user.email)
    assert client.post("/sign-in/code", {"code": code}).status_code == 302
    other = Client()
    sign_in(other, user.email)
    again = other.post("/sign-in/code", {"code": code})
    assert again.status_code == 422
    assert b"already used" in again.content


@pytest.mark.django_db
def test_a_code_may_be_half_a_minute_off_and_no_more(client: Client) -> None:
    user = UserFactory.create(staff_role="scss")
    for steps, status in ((2, 422), (-2, 422), (1, 302)):
        one = Client()
        sign_in(one, user.email)
        assert one.post("/sign-in/code", {"code": code_of(user, steps)}).status_code == status


@pytest.mark.django_db
def test_u9_codes_are_throttled_and_the_password_does_not_reset_that(client: Client) -> None:
    user = UserFactory.create(staff_role="scss")
    with clock.at(clock.now()):
        for _ in range(2):
            sign_in(client, user.email)
            assert client.post("/sign-in/code", {"code": "000000"}).status_code == 422
        sign_in(client, user.email)
        assert client.post("/sign-in/code", {"code": "000000"}).status_code == 429
        assert client.post("/sign-in/code", {"code": code_of(user)}).status_code == 429
        assert sign_in(Client(), user.email).status_code == 429
    assert SignInEvent.objects.filter(step="code", succeeded=False).count() == 3


@pytest.mark.django_db
def test_somebody_elses_code_does_not_help(client: Client) -> None:
    user, other = UserFactory.create(staff_role="scss"), UserFactory.create(staff_role="scss")
    sign_in(client, user.email)
    assert client.post("/sign-in/code", {"code": code_of(other)}).status_code == 422


@pytest.mark.django_db
@pytest.mark.parametrize(
    "code", ["", "12345", "1234567", "abcdef", "12 34 5", "１２３４５６", "1" * 500]
)
def test_what_is_no_code_is_refused_without_an_attempt(client: Client, code: str) -> None:
    user = UserFactory.create(staff_role="scss")
    sign_in(client, user.email)
    response = client.post("/sign-in/code", {"code": code})
    assert response.status_code == 422
    assert not SignInEvent.objects.filter(step="code").exists()


@pytest.mark.django_db
def test_spaces_in_a_code_do_not_count(client: Client) -> None:
    user = UserFactory.create(staff_role="scss")
    sign_in(client, user.email)
    code = code_of(user)
    assert client.post("/sign-in/code", {"code": f" {code[:3]} {code[3:]} "}).status_code == 302


# --- enrolment ---------------------------------------------------------------------------------


@pytest.mark.django_db
def test_a_partner_may_set_up_an_app_and_is_asked_for_it_from_then_on(client: Client) -> None:
    user = UserFactory.create()
    other = Client()
    sign_in(client, user.email)
    sign_in(other, user.email)
    page = client.get("/account/authenticator")
    assert b"data:image/svg+xml" in page.content
    first = client.get("/account/authenticator")
    assert typed_secret(page.content) == typed_secret(first.content)
    done = client.post("/account/authenticator", {"code": shown_code(page.content)})
    assert done["Location"] == "/account/second-factors"
    assert is_signed_in(client)
    assert not is_signed_in(other)
    kinds = [mail.kind for mail in mails_to(user.email)]
    assert kinds == ["user.new_device", "user.mfa_changed"]
    assert sign_in(Client(), user.email)["Location"].startswith("/sign-in/code")
    assert b"Replace the authenticator app" in client.get("/account/second-factors").content


@pytest.mark.django_db
def test_the_qr_code_holds_the_secret_and_the_address(client: Client) -> None:
    user = UserFactory.create()
    sign_in(client, user.email)
    page = client.get("/account/authenticator").content.decode()
    assert "svg" in unescape(page)
    key = decrypt(client.session["authenticator_key"])
    uri = services.unsaved_device(user, key).config_url
    assert uri.startswith("otpauth://totp/Partner%20Portal%3A")
    assert user.email.replace("@", "%40") in uri


@pytest.mark.django_db
def test_a_wrong_code_sets_up_nothing(client: Client) -> None:
    user = UserFactory.create()
    sign_in(client, user.email)
    client.get("/account/authenticator")
    response = client.post("/account/authenticator", {"code": "000000"})
    assert response.status_code == 422
    assert not TOTPDevice.objects.exists()


@pytest.mark.django_db
def test_some_time_after_sign_in_the_password_is_asked_for_again(client: Client) -> None:
    import datetime as dt

    user = UserFactory.create()
    began = clock.now()
    with clock.at(began):
        sign_in(client, user.email)
    with clock.at(began + dt.timedelta(minutes=11)):
        page = client.get("/account/authenticator").content
        assert b"Current password" in page
        code = shown_code(page)
        assert client.post("/account/authenticator", {"code": code}).status_code == 422
        wrong = {"code": code, "current_password": "Not-The-One-42"}
        assert client.post("/account/authenticator", wrong).status_code == 422
        assert not TOTPDevice.objects.exists()
        right = {"code": code, "current_password": PASSWORD}
        assert client.post("/account/authenticator", right).status_code == 302


@pytest.mark.django_db
def test_the_code_that_confirmed_the_app_is_used_up(client: Client) -> None:
    user = UserFactory.create()
    sign_in(client, user.email)
    code = shown_code(client.get("/account/authenticator").content)
    client.post("/account/authenticator", {"code": code})
    other = Client()
    sign_in(other, user.email)
    assert other.post("/sign-in/code", {"code": code}).status_code == 422


@pytest.mark.django_db
def test_there_is_one_app_a_person() -> None:
    user = UserFactory.create(authenticator=True)
    key = services.new_authenticator_key()
    code = f"{totp(bytes.fromhex(key)):06d}"
    with pytest.raises(Refused) as refused:
        services.add_authenticator(actor=for_user(user), key=key, code=code)
    assert refused.value.code == "second_device"


# --- commands ----------------------------------------------------------------------------------


@pytest.mark.django_db
def test_r5_the_address_of_a_partner_never_becomes_staff() -> None:
    partner = UserFactory.create()
    with pytest.raises(CommandError, match="already has a sign-in"):
        call_command("create_staff", partner.email, "scss", "--first-name=A", "--last-name=B")
    partner.refresh_from_db()
    assert partner.staff_role == ""


@pytest.mark.django_db
def test_r5_create_staff_again_sends_a_new_link_to_who_has_not_finished() -> None:
    for _ in range(2):
        call_command("create_staff", BOSS, "scss", "--first-name=A", "--last-name=B")
    assert len(mails_to(BOSS)) == 2
    with pytest.raises(CommandError):
        call_command("create_staff", "not an address", "scss", "--first-name=A", "--last-name=B")


@pytest.mark.django_db
@pytest.mark.parametrize("role", ["", *StaffRole.values])
def test_r5_no_person_makes_staff(role: str) -> None:
    actor = for_user(UserFactory.create(staff_role=role))
    about: dict[str, Any] = {
        "email": BOSS,
        "role": StaffRole.SCSS,
        "first_name": "A",
        "last_name": "B",
    }
    for nobody in (actor, Access()):
        with pytest.raises(NotAllowed):
            services.create_staff(actor=nobody, **about)
    assert services.create_staff(actor=system("operators"), **about)


@pytest.mark.django_db
def test_the_demo_prints_codes_that_work_one_after_the_other(
    client: Client, capsys: pytest.CaptureFixture[str]
) -> None:
    user = UserFactory.create(staff_role="scss")
    with time_machine.travel("2026-11-21T12:00:00Z", tick=False):
        for _ in range(2):
            one = Client()
            sign_in(one, user.email)
            call_command("demo_code", user.email)
            code = capsys.readouterr().out.strip()
            assert one.post("/sign-in/code", {"code": code}).status_code == 302
    with pytest.raises(CommandError, match="no authenticator app"):
        call_command("demo_code", "nobody@example.com")


@pytest.mark.django_db
def test_u6_an_app_on_the_same_device_is_opened_by_a_link_and_the_key_can_be_copied(
    client: Client,
) -> None:
    client.force_login(UserFactory.create())
    body = client.get(reverse("identity:authenticator")).content.decode()
    key = body.split('data-text="')[1].split('"')[0]
    link = unescape(re.search(r'href="(otpauth://[^"]+)"', body)[1])  # type: ignore[index]
    assert f"secret={key}" in link and " " not in key
    assert body.count(key[:4]) >= 2
