"""Limits how often an address is called. It protects the service, not a secret."""

from __future__ import annotations

from django.core.cache import cache
from redis.exceptions import RedisError

from core import clock


def too_often(what: str, most: int) -> bool:
    """Whether ``what`` was called more than ``most`` times in this minute, with this call.

    Without Redis there is no limit.
    """
    key = f"{what}:{int(clock.now().timestamp()) // 60}"
    try:
        cache.add(key, 0, 120)
        return bool(cache.incr(key) > most)
    except (RedisError, OSError, ValueError):
        return False
