"""Backup codes: ten for each person, 16 characters long, shown once and stored as slow hashes (U6).

The first four characters find the row, so a guess costs one hash. The other twelve hold 59 random
bits. The hash is Argon2 over an HMAC with the pepper, which is kept outside the database.
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
#: With this number of unused codes or fewer, the person is told to make new ones.
FEW = 3
BEGINS = 4
_LENGTH = 16
_SHAPE = re.compile(f"[{REFERENCE_ALPHABET}]{{{_LENGTH}}}")


def new_codes() -> list[str]:
    """Ten codes as they are shown: four groups of four. No two start with the same group."""
    made: dict[str, str] = {}
    while len(made) < COUNT:
        code = "".join(secrets.choice(REFERENCE_ALPHABET) for _ in range(_LENGTH))
        made[code[:BEGINS]] = code
    return [shown(code) for code in made.values()]


def shown(code: str) -> str:
    """The code in groups of four."""
    return "-".join(code[start : start + 4] for start in range(0, _LENGTH, 4))


def normal(typed: str) -> str:
    """The form that is compared: capitals without spaces and dashes."""
    return re.sub(r"[\s\-\u2010-\u2015]", "", typed).upper()


def is_shape(typed: str) -> bool:
    """Whether the text could be a backup code."""
    return _SHAPE.fullmatch(normal(typed)) is not None


def _peppered(code: str) -> str:
    key = f"backup-code:{settings.ANSWER_PEPPER}".encode()
    return hmac.new(key, normal(code).encode(), hashlib.sha256).hexdigest()


def hash_code(code: str) -> str:
    """The hash that the database stores for a code."""
    return make_password(_peppered(code))


def is_code(typed: str, code_hash: str) -> bool:
    """Whether ``typed`` is the hashed code; costs one slow hash."""
    return check_password(_peppered(typed), code_hash)
