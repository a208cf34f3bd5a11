"""The events of webhooks in the words of the timeline; the sentence follows the actor's name."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from audit.providers.event_kinds import declare

declare("webhooks.added", _("added the webhook %(name)s, which sends events to %(host)s"))
declare("webhooks.changed", _("changed the webhook %(name)s, which sends events to %(host)s"))
declare("webhooks.secret_rotated", _("made a new secret for the webhook %(name)s"))
declare("webhooks.old_secret_ended", _("ended the old secret of the webhook %(name)s"))
declare("webhooks.turned_off", _("turned off the webhook %(name)s"))
declare(
    "webhooks.failed_for_a_day",
    _("turned off the webhook %(name)s: nothing was delivered to %(host)s for a day"),
)
declare("webhooks.turned_on", _("turned on the webhook %(name)s"))
declare("webhooks.deleted", _("deleted the webhook %(name)s, which sent events to %(host)s"))
