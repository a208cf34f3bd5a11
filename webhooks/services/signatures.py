"""Signs what is sent, so that the receiver knows that it comes from the portal and is new."""

from __future__ import annotations

import hashlib
import hmac

from core.crypto import decrypt
from core.ids import new_secret
from webhooks.models import Endpoint

HEADER = "Portal-Signature"


def made_secret() -> str:
    """A new secret of an address."""
    return f"whsec_{new_secret()}"


def secrets_of(endpoint: Endpoint) -> list[str]:
    """The secrets that work now, the newest first."""
    found = [decrypt(endpoint.secret)]
    if endpoint.has_old_secret:
        found.append(decrypt(endpoint.old_secret))
    return found


def signature(secrets: list[str], at: int, body: bytes) -> str:
    """``t=SECONDS,v1=HEX`` with one ``v1`` for each secret: HMAC-SHA256 over time, dot and body."""
    signed = str(at).encode() + b"." + body
    found = [hmac.new(one.encode(), signed, hashlib.sha256).hexdigest() for one in secrets]
    return ",".join([f"t={at}", *(f"v1={one}" for one in found)])
