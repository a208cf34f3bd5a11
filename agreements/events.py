"""The events of reading and signing."""

from django.utils.translation import gettext_lazy as _

from audit.providers.event_kinds import declare

declare("agreements.read", _("opened “%(title)s” to sign it"))
declare("agreements.signed", _("signed “%(title)s”"))
