"""Checks an address and a password with the same work whether or not the address exists (U9)."""

from __future__ import annotations

from typing import Any

from axes.handlers.base import AxesHandler
from django.contrib.auth.backends import ModelBackend
from django.http import HttpRequest

from core.web import client_ip
from identity.credentials import growing_delay
from identity.models import User


class GrowingDelay(AxesHandler):
    """Decides before every check of a password whether to wait (setting ``AXES_HANDLER``).

    The package's own handlers lock out for one fixed time and then forget the failures. This one
    lets a delay grow over the attempts that ``identity.services.sign_in`` records.
    """

    def is_allowed(self, request: HttpRequest, credentials: dict[str, Any] | None = None) -> bool:
        """Whether both the name and the network address have waited long enough."""
        name = str((credentials or {}).get(User.USERNAME_FIELD) or "")
        return not growing_delay.wait_for(
            name, client_ip(request), growing_delay.device_of(request, name)
        )


class PasswordBackend(ModelBackend):
    """Django's own check without its permissions: only ``core.access`` grants rights."""

    def authenticate(
        self,
        request: HttpRequest | None,
        username: str | None = None,
        password: str | None = None,
        **kwargs: Any,
    ) -> User | None:
        """The user, or None. An unknown address also costs one hash run."""
        user = super().authenticate(request, username, password, **kwargs)
        return user if isinstance(user, User) else None

    def has_perm(self, user_obj: Any, perm: str, obj: Any = None) -> bool:
        """Django's permissions grant nothing."""
        return False
