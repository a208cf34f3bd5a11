"""Limits how often an address is called in a minute, or something is done in a day."""

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


def beyond_the_day(what: str, most: int, calls: int = 1) -> bool:
    """Whether ``what`` would be called more than ``most`` times on this program day with so many
    calls more. What is refused does not count.

    Without Redis it is refused: this guards what must not be copied.
    """
    key = f"{what}:{clock.program_date(clock.now())}"
    try:
        cache.add(key, 0, 2 * 24 * 3600)
        if cache.incr(key, calls) <= most:
            return False
        cache.decr(key, calls)
    except (RedisError, OSError, ValueError):
        return True
    return True
