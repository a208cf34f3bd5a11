"""Public ids and references."""

from __future__ import annotations

import secrets
import uuid

import uuid6

# No 0/O, 1/I/L: a reference is read over the phone.
REFERENCE_ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"


def new_id() -> uuid.UUID:
    """A time-ordered UUID (version 7): hard enough to guess for a name, but never a secret.

    Time order keeps the primary-key indexes of large tables compact. For a secret, use
    :func:`new_secret`.
    """
    return uuid.UUID(bytes=uuid6.uuid7().bytes)


def new_secret() -> str:
    """A URL-safe secret of 256 random bits, for links and keys."""
    return secrets.token_urlsafe(32)


def new_reference(prefix: str, length: int = 6) -> str:
    """A reference such as ``A-7K2M9Q``: random, readable, without characters that look alike."""
    return f"{prefix}-" + "".join(secrets.choice(REFERENCE_ALPHABET) for _ in range(length))


def new_account_number() -> str:
    """Eight random digits that never start with zero; the caller keeps them unique (domain 2)."""
    return str(secrets.randbelow(90_000_000) + 10_000_000)


def parse_number(value: object) -> int | None:
    """The whole number in ``value``, such as a version; None for anything that is not one.

    Nine digits at most: more are no number of ours, and neither Python nor the database takes them
    at any length.
    """
    text = str(value)
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else None


def parse_id(value: object) -> uuid.UUID | None:
    """The UUID in ``value``, or None for anything that is not one."""
    try:
        return uuid.UUID(str(value))
    except ValueError:
        return None
