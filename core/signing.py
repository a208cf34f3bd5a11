"""Signs statements that are kept outside the database, and checks them (Ed25519)."""

from __future__ import annotations

import base64

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from django.conf import settings


def can_sign() -> bool:
    """Whether this process has a key."""
    return bool(settings.RECORDS_KEY)


def can_check() -> bool:
    """Whether this process has any key, or the public part of one, to check signatures with."""
    return can_sign() or bool(settings.RECORDS_OLD_KEYS)


def sign(text: str) -> str:
    """The signature of a text with the key of today, in base64."""
    return base64.b64encode(_own_key().sign(text.encode())).decode()


def is_signed_now(text: str, signature: str) -> bool:
    """Whether the key of today has signed exactly this text; an earlier one may be known."""
    return can_sign() and _fits(_own_key().public_key(), text, signature)


def is_signed(text: str, signature: str) -> bool:
    """Whether the key of today or an earlier one has signed exactly this text."""
    keys = [Ed25519PublicKey.from_public_bytes(_raw(one)) for one in settings.RECORDS_OLD_KEYS]
    if can_sign():
        keys.insert(0, _own_key().public_key())
    return any(_fits(key, text, signature) for key in keys)


def public_key() -> str:
    """The public key of today, in base64. It checks signatures after the key was replaced."""
    return base64.b64encode(_own_key().public_key().public_bytes_raw()).decode()


def _own_key() -> Ed25519PrivateKey:
    return Ed25519PrivateKey.from_private_bytes(_raw(settings.RECORDS_KEY))


def _raw(key: str) -> bytes:
    return base64.b64decode(key)


def _fits(key: Ed25519PublicKey, text: str, signature: str) -> bool:
    try:
        key.verify(base64.b64decode(signature, validate=True), text.encode())
    except (InvalidSignature, ValueError):  # ValueError: no base64, or not even ASCII
        return False
    return True
