"""The events of messages: the sentences that follow the actor's name. They repeat no message."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from audit.providers.event_kinds import declare

declare("messages_app.sent", _("sent a message in the thread “%(title)s”"))
declare("messages_app.inquiry", _("asked for an answer to “%(title)s” by %(due)s"))
declare("messages_app.inquiry_answered", _("answered the inquiry “%(title)s”"))
declare("messages_app.inquiry_ended", _("ended the inquiry “%(title)s” without an answer"))
declare("messages_app.closed", _("closed the thread “%(title)s”"))
declare("messages_app.colleague", _("asked %(name)s to take care of the thread “%(title)s”"))
declare("messages_app.no_colleague", _("took the thread “%(title)s” back from a colleague"))
