"""Checking an address and a password, with the same work whether or not the address exists (U9)."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.backends import ModelBackend
from django.http import HttpRequest

from identity.models import User


class PasswordBackend(ModelBackend):
    """Django's own check without its permissions: rights come from ``core.access`` alone."""

    def authenticate(
        self,
        request: HttpRequest | None,
        username: str | None = None,
        password: str | None = None,
        **kwargs: Any,
    ) -> User | None:
        """The user, or None; an unknown address costs one hash run as well."""
        user = super().authenticate(request, username, password, **kwargs)
        return user if isinstance(user, User) else None

    def has_perm(self, user_obj: Any, perm: str, obj: Any = None) -> bool:
        """Program administrators may edit reference data in the admin; nobody anything else."""
        return bool(user_obj.is_active and user_obj.is_staff)

    def has_module_perms(self, user_obj: Any, app_label: str) -> bool:
        """As :meth:`has_perm`."""
        return bool(user_obj.is_active and user_obj.is_staff)
