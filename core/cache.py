"""The cache in Redis, which may hang or be gone; only one caller in a while waits for it.

The setting ``CACHES`` names this backend. Code that uses the cache continues without it if it
raises ``OSError`` or ``RedisError``.
"""

from __future__ import annotations

from typing import Any

import redis
from django.core.cache.backends.redis import RedisCache, RedisCacheClient
from redis.backoff import NoBackoff
from redis.retry import Retry

from core import away

#: The longest time that one answer may take.
SECONDS = 1.0


class _Redis(redis.Redis):
    """A client that remembers that its server does not answer."""

    def execute_command(self, *args: Any, **options: Any) -> Any:
        """Send a command. Raises StillAway while the server is known not to answer."""
        about = self.connection_pool.connection_kwargs
        name = f"redis {about.get('path') or (about.get('host'), about.get('port'))}"
        failures = (redis.ConnectionError, redis.TimeoutError, OSError)
        with away.service(name).attempt(*failures):
            return super().execute_command(*args, **options)


class _Client(RedisCacheClient):
    def __init__(self, servers: Any, **options: Any) -> None:
        patience = {"socket_timeout": SECONDS, "retry": Retry(NoBackoff(), 0)}
        super().__init__(servers, **{**patience, **options})
        self._client = _Redis


class PatientRedisCache(RedisCache):
    """Django's Redis cache with a short timeout, no retries, and a memory of failures."""

    def __init__(self, server: str, params: dict[str, Any]) -> None:
        super().__init__(server, params)
        self._class = _Client
