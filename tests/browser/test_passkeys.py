"""U6: a passkey in a real browser, with a virtual authenticator."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

import pytest
from django_otp_webauthn.models import WebAuthnCredential

from tests.browser import road
from tests.browser.desk import Desk
from tests.factories.people import PASSWORD, UserFactory, code_of

pytestmark = pytest.mark.browser


@pytest.fixture
def key(desk: Desk, site: str, settings: Any) -> Any:
    """A security key in the browser of the desk; the portal is at http://localhost."""
    assert urlsplit(site).hostname == "localhost"
    settings.OTP_WEBAUTHN_RP_ID = "localhost"
    settings.OTP_WEBAUTHN_ALLOWED_ORIGINS = [site]
    chrome = desk.context.new_cdp_session(desk.page)
    chrome.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    chrome.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    return chrome


def add(desk: Desk, name: str) -> None:
    """Add a passkey from the page of second factors."""
    desk.go("/account/second-factors")
    desk.follow("Add a passkey")
    desk.type("Name", name)
    desk.type("Password", PASSWORD)
    desk.press("Next")
    desk.picture("road-passkey-make")
    desk.press("Create the passkey")
    assert desk.reads(f"The passkey “{name}” is added.")


def test_u6_a_passkey_is_added_lets_in_proves_again_and_is_removed(desk: Desk, key: Any) -> None:
    user = UserFactory.create()
    desk.go("/sign-in")
    road.type_sign_in(desk, user.email)
    add(desk, "Office laptop")
    desk.picture("account-factors-passkey")
    desk.go("/account/")
    desk.press("Sign out", within="main")
    desk.go("/sign-in")
    road.type_sign_in(desk, user.email)
    assert desk.reads("Second step")
    desk.picture("road-sign-in-passkey")
    desk.press("Use a passkey")
    desk.go("/account/second-factors")
    desk.follow("Rename Office laptop")
    desk.picture("road-passkey-rename")
    desk.type("Name", "Home laptop")
    desk.press("Save")
    assert WebAuthnCredential.objects.get(user=user).last_used_at is not None
    # As if five minutes had passed: the passkey is asked for again.
    session = user.sessions.get()
    data = session.get_decoded()
    del data["second_factor_at"]
    session.session_data = session.get_session_store_class()().encode(data)
    session.save()
    desk.follow("Remove Home laptop")
    desk.type("Password", PASSWORD)
    desk.press("Remove", status=422)
    desk.picture("road-passkey-remove-refused")
    desk.page.get_by_role("button", name="Use a passkey").click()
    desk.page.get_by_text("Your passkey is confirmed.").wait_for()
    desk.look()
    # The password was right, so it is not asked for again.
    desk.press("Remove")
    assert desk.reads("The passkey “Home laptop” is removed.")
    assert not WebAuthnCredential.objects.exists()


def test_u6_a_browser_that_gives_no_passkey_is_said_so_and_another_way_is_open(
    desk: Desk, key: Any
) -> None:
    user = UserFactory.create(authenticator=True)
    desk.come_signed_in(user)
    desk.go("/account/passkeys/add")
    desk.type("Name", "Key")
    desk.type("Password", PASSWORD)
    desk.type("Six-digit code", code_of(user))
    desk.press("Next")
    refused = "() => { navigator.credentials.create = () => Promise.reject(new Error('no')); }"
    desk.page.evaluate(refused)
    desk.page.get_by_role("button", name="Create the passkey").click()
    desk.page.get_by_text("The browser sent no passkey.").wait_for()
    desk.look()
