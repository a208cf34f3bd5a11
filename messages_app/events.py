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
# Notices of the program: partners do not read who wrote them.
declare("messages_app.notice_drafted", _("drafted “%(title)s”"), for_partners=False)
declare(
    "messages_app.notice_changed",
    _("changed the draft “%(title)s”"),
    for_partners=False,
    folded=_("changed the draft %(count)s times"),
)
declare("messages_app.notice_discarded", _("discarded the draft “%(title)s”"), for_partners=False)
declare(
    "messages_app.notice_published",
    _("published “%(title)s” for %(people)s people"),
    for_partners=False,
)
declare(
    "messages_app.notice_corrected",
    _("published version %(version)s of “%(title)s”: %(note)s"),
    for_partners=False,
)
declare("messages_app.notice_withdrawn", _("withdrew “%(title)s”: %(reason)s"), for_partners=False)

# Templates of replies belong to staff.
declare("messages_app.template_added", _("added the template “%(name)s”"), for_partners=False)
declare("messages_app.template_changed", _("changed the template “%(name)s”"), for_partners=False)
declare("messages_app.template_retired", _("retired the template “%(name)s”"), for_partners=False)
declare(
    "messages_app.template_used_again",
    _("put the template “%(name)s” back into use"),
    for_partners=False,
)

# A message to many partners: what each of them gets is an event of its own.
declare(
    "messages_app.sent_to_many",
    _("sent “%(title)s” to many partners: %(count)s"),
    for_partners=False,
)
declare("messages_app.many_stopped", _("stopped sending “%(title)s”"), for_partners=False)
declare("messages_app.many_continued", _("continued sending “%(title)s”"), for_partners=False)
