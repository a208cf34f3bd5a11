"""Backup codes: ten a person, each of 16 characters, shown once and kept as slow hashes (U6).

The first four characters find the row, so that a guess costs one hash; the other twelve are 59
random bits. The hash is Argon2 over an HMAC with the pepper that lies outside the database.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets

from django.conf import settings
from django.contrib.auth.hashers import check_password, make_password

from core.ids import REFERENCE_ALPHABET

COUNT = 10
#: From this number of unused codes down the person is told to make new ones.
FEW = 3
BEGINS = 4
_LENGTH = 16
_SHAPE = re.compile(f"[{REFERENCE_ALPHABET}]{{{_LENGTH}}}")


def new_codes() -> list[str]:
    """Ten codes as they are shown: four groups of four; no two begin alike."""
    made: dict[str, str] = {}
    while len(made) < COUNT:
        code = "".join(secrets.choice(REFERENCE_ALPHABET) for _ in range(_LENGTH))
        made[code[:BEGINS]] = code
    return [shown(code) for code in made.values()]


def shown(code: str) -> str:
    """A code in groups of four."""
    return "-".join(code[start : start + 4] for start in range(0, _LENGTH, 4))


def normal(typed: str) -> str:
    """What is compared: capitals without spaces and dashes."""
    return re.sub(r"[\s\-\u2010-\u2015]", "", typed).upper()


def is_shape(typed: str) -> bool:
    """Whether it could be a backup code at all."""
    return _SHAPE.fullmatch(normal(typed)) is not None


def _peppered(code: str) -> str:
    key = f"backup-code:{settings.ANSWER_PEPPER}".encode()
    return hmac.new(key, normal(code).encode(), hashlib.sha256).hexdigest()


def hash_code(code: str) -> str:
    """What the database keeps of a code."""
    return make_password(_peppered(code))


def is_code(typed: str, code_hash: str) -> bool:
    """Whether ``typed`` is the code that was hashed; costs one slow hash."""
    return check_password(_peppered(typed), code_hash)
