"""Keys outside the database: encrypted fields, keyed hashes for comparison, content hashes."""

from __future__ import annotations

import hashlib
import hmac
import json
import unicodedata
from typing import Any

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings


def _box() -> MultiFernet:
    return MultiFernet([Fernet(key) for key in settings.FIELD_KEYS])


def encrypt(text: str) -> str:
    """Encrypt with the newest field key."""
    return _box().encrypt(text.encode()).decode()


def decrypt(token: str, *, max_age: int | None = None) -> str:
    """Decrypt; raises ValueError if the token is not ours or older than ``max_age`` seconds."""
    try:
        return _box().decrypt(token.encode(), ttl=max_age).decode()
    except InvalidToken as error:
        raise ValueError("not decryptable") from error


def keyed_hash(purpose: str, text: str) -> str:
    """A hash to compare secrets, which only a holder of the key can make (hex, 256 bits)."""
    key = f"{purpose}:{settings.FIELD_KEYS[0]}".encode()
    return hmac.new(key, text.encode(), hashlib.sha256).hexdigest()


def secret_hash(secret: str) -> str:
    """The hash that the database stores for a random 256-bit secret (links, API keys)."""
    return hashlib.sha256(secret.encode()).hexdigest()


def canonical(data: Any) -> str:
    """Canonical JSON: sorted keys, no spaces, NFC; the same content gives the same bytes."""
    text = json.dumps(data, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return unicodedata.normalize("NFC", text)


def text_hash(text: str) -> str:
    """SHA-256 (hex) of exactly this text."""
    return hashlib.sha256(text.encode()).hexdigest()


def content_hash(data: Any) -> str:
    """SHA-256 (hex) of the canonical JSON of ``data``."""
    return text_hash(canonical(data))
