"""Slow hashes of the demonstration: everyone has the same password and the same answers."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from unittest.mock import patch

from django.contrib.auth.hashers import get_hasher


@contextmanager
def each_secret_hashed_once() -> Iterator[None]:
    """Meanwhile the same secret gets the same hash, and the same comparison is made once.

    The hashes are those of the hasher that is set. Only people of the demonstration share them:
    their secrets stand in the README.
    """
    hasher = get_hasher()
    plain_encode = hasher.encode
    encode = cache(lambda secret: plain_encode(secret, hasher.salt()))
    with (
        patch.object(hasher, "encode", lambda secret, _salt: encode(secret)),
        patch.object(hasher, "verify", cache(hasher.verify)),
    ):
        yield
