"""Who adds documents of a type."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class AddedBy(models.TextChoices):
    """Partners choose among their own types; staff and the portal add the others."""

    PARTNER = "partner", _("Partner")
    STAFF = "staff", _("Staff")
    SYSTEM = "system", _("Portal")
