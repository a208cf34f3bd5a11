"""Forms for people who have forgotten something."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from core.forms import PortalForm
from identity.forms.address_field import AddressField


class ForgottenForm(PortalForm):
    """Starts a recovery: asks only for the address."""

    email = AddressField(help_text=_("The address you sign in with. We send a link to it."))
