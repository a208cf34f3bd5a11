"""The events of this app, in the words of the timeline."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from audit.providers.event_kinds import declare

declare(
    "notifications.sent_again",
    _("had %(count)s emails sent again that were given up: %(kinds)s"),
    for_partners=False,
)
