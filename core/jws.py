"""Statements that others check without asking us: signed JSON (JWS with ES256, RFC 7515 and 7519),
and the public keys to check them with (RFC 7517).

``STATEMENT_KEYS`` holds the keys, each as 32 random bytes in base64. The first one signs; all are
published, so that what an earlier one signed can be checked as long as it is valid.
"""

from __future__ import annotations

import base64
from collections.abc import Mapping
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec
from django.conf import settings
from joserfc import jwt
from joserfc.jwk import ECKey, Key, KeySet

ALGORITHM = "ES256"
_CURVE = ec.SECP256R1()
#: The order of the curve (SEC 2): private keys are whole numbers from 1 to one less.
_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
_LENGTH = 32


def can_state() -> bool:
    """Whether this portal has a key to sign statements with."""
    return bool(settings.STATEMENT_KEYS)


def stated(claims: Mapping[str, Any], kind: str) -> str:
    """The claims, signed with the first key, in compact form.

    ``kind`` is the media type without ``application/``: a statement of one kind does not pass for
    one of another (RFC 8725, 3.11).
    """
    key = _key(settings.STATEMENT_KEYS[0])
    header = {"alg": ALGORITHM, "kid": key.thumbprint(), "typ": kind}
    return jwt.encode(header, dict(claims), key, algorithms=[ALGORITHM])


def published_keys() -> dict[str, Any]:
    """The public parts of all keys, newest first, as a JSON Web Key Set."""
    keys: list[Key] = [_key(one) for one in settings.STATEMENT_KEYS]
    return dict(KeySet(keys).as_dict(private=False))


def is_key(text: str) -> bool:
    """Whether a text of the settings is a key."""
    try:
        return len(base64.b64decode(text, validate=True)) == _LENGTH
    except ValueError:
        return False


def _key(text: str) -> ECKey:
    """The key made of these bytes, named by its thumbprint (RFC 7638)."""
    number = int.from_bytes(base64.b64decode(text), "big") % (_ORDER - 1) + 1
    private = ec.derive_private_key(number, _CURVE)
    key = ECKey.import_key(private, {"use": "sig", "alg": ALGORITHM})
    return ECKey.import_key({**key.as_dict(private=True), "kid": key.thumbprint()})
