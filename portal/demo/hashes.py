"""Speeds up the slow hashes of the demonstration: everyone has the same password and answers."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from unittest.mock import patch

from django.contrib.auth.hashers import get_hasher


@contextmanager
def each_secret_hashed_once() -> Iterator[None]:
    """Inside the block, the same secret gets the same hash, and the same comparison is made once.

    The hashes are those of the configured hasher. Only people of the demonstration share them, and
    their secrets are in the README.
    """
    hasher = get_hasher()
    plain_encode = hasher.encode
    encode = cache(lambda secret: plain_encode(secret, hasher.salt()))
    with (
        patch.object(hasher, "encode", lambda secret, _salt: encode(secret)),
        patch.object(hasher, "verify", cache(hasher.verify)),
    ):
        yield
