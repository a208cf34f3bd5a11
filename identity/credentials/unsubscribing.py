"""The signed secret of a person in the links with which digests are ended without signing in.

It lets its holder end and resume the digests of this person, and nothing else, so it does not end.
"""

from __future__ import annotations

import uuid

from django.core.signing import BadSignature, Signer

from core.ids import parse_id

_SALT = "identity.digests"


def token_for(user_id: uuid.UUID) -> str:
    """The secret of a person."""
    return Signer(salt=_SALT).sign(user_id.hex)


def person_of(token: str) -> uuid.UUID | None:
    """Whose secret this is; None if the portal has not signed it."""
    try:
        return parse_id(Signer(salt=_SALT).unsign(token))
    except BadSignature:
        return None
