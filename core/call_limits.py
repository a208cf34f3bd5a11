"""Limits how often an address is called. It protects the service, not a secret."""

from __future__ import annotations

from django.core.cache import cache
from redis.exceptions import RedisError

from core import clock


def too_often(what: str, most: int, *, seconds: int = 60, calls: int = 1) -> bool:
    """Whether ``what`` was called more than ``most`` times in this minute, or in this period of so
    many seconds, with this call. It may count as several ``calls``.

    Without Redis there is no limit.
    """
    key = f"{what}:{int(clock.now().timestamp()) // seconds}"
    try:
        cache.add(key, 0, 2 * seconds)
        return bool(cache.incr(key, calls) > most)
    except (RedisError, OSError, ValueError):
        return False
