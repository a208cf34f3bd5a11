"""Passkeys (WebAuthn) on django-otp-webauthn: the challenge to the browser and its answer.

A page that offers a passkey contains a challenge. The session remembers it for five minutes
together with its purpose. An answer names its challenge, and each challenge is accepted once
(``UsedChallenge``).
"""

from __future__ import annotations

import binascii
import json
from typing import Any

from django.conf import settings
from django_otp_webauthn.exceptions import OTPWebAuthnApiError
from django_otp_webauthn.helpers import WebAuthnHelper
from webauthn.helpers import base64url_to_bytes, bytes_to_base64url
from webauthn.helpers.exceptions import WebAuthnException

from core import clock
from identity.credentials.relying_party import unavailable_at
from identity.models import User

#: The purposes of a challenge.
MAKE, SIGN_IN, PROOF = "make", "sign-in", "proof"
CHALLENGES = "passkey_challenges"
SECONDS = 5 * 60
#: The number of pages that may wait for an answer at once, in the tabs of one browser.
KEPT = 5
#: What the libraries raise for a wrong answer.
WRONG = (
    WebAuthnException,
    OTPWebAuthnApiError,
    ValueError,
    TypeError,
    KeyError,
    AttributeError,
    RecursionError,
)


def available(request: Any) -> bool:
    """Whether passkeys can be used at the address under which the browser sees the portal."""
    return not unavailable_at(request.get_host(), settings.OTP_WEBAUTHN_RP_ID)


def place() -> str:
    """The address at which passkeys can be used."""
    return str(settings.OTP_WEBAUTHN_ALLOWED_ORIGINS[0])


def ask(request: Any, user: User, purpose: str) -> str:
    """The options for the browser, as JSON; the session remembers their challenge."""
    helper = WebAuthnHelper(request)
    if purpose == MAKE:
        options, state = helper.register_begin(user)
    else:
        options, state = helper.authenticate_begin(user=user, require_user_verification=False)
    made = {"state": state, "for": purpose, "user": str(user.pk), "at": clock.now().timestamp()}
    request.session[CHALLENGES] = [*request.session.get(CHALLENGES, []), made][-KEPT:]
    return json.dumps(options)


def answered(request: Any, user: User, purpose: str, answer: str) -> tuple[Any, dict[str, Any]]:
    """The answer as data, with the state of the challenge that it names. Raises one of ``WRONG``.

    The session forgets the challenge. ``answer`` is the JSON that the page's script has written.
    """
    data = json.loads(answer)
    client_data = json.loads(base64url_to_bytes(data["response"]["clientDataJSON"]))
    challenge = _canonical(client_data["challenge"])
    oldest = clock.now().timestamp() - SECONDS
    kept = request.session.get(CHALLENGES, [])
    request.session[CHALLENGES] = [one for one in kept if one["state"]["challenge"] != challenge]
    for one in kept:
        ours = one["state"]["challenge"] == challenge and one["for"] == purpose
        if ours and one["user"] == str(user.pk) and one["at"] > oldest:
            return data, one["state"]
    raise ValueError("no such challenge")


def _canonical(challenge: Any) -> str:
    """The one spelling of a challenge: the same bytes can be written in more than one way."""
    try:
        return bytes_to_base64url(base64url_to_bytes(str(challenge)))
    except binascii.Error as error:
        raise ValueError("no base64url") from error
