"""What a key may do: its scopes, chosen when it is made. A session has no scopes."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Scope(models.TextChoices):
    """What a key is for. Within it the key has the rights of its user, never more."""

    ACCOUNT_READ = "account:read", _("Read the organization profile")
    PROFILE_READ = "profile:read", _("Read C-TPAT accounts and their security profiles")
    PROFILE_WRITE = "profile:write", _("Change answers in security profiles")
    SVI_READ = "svi:read", _("Read the partners of SVI, and look them up")


ALL_SCOPES = tuple(Scope.values)
