"""Events of documents."""

from django.utils.translation import gettext_lazy as _

from audit.providers.event_kinds import declare

declare(
    "documents.added",
    _("added the document “%(title)s” (%(name)s)"),
    folded=_("added %(count)s documents"),
    within="security_profile.evidence_added",
)
declare("documents.titled", _("changed the title of “%(before)s” to “%(title)s”"))
declare("documents.described", _("changed the details of “%(title)s”"))
declare("documents.new_file", _("added a new file to “%(title)s” (%(name)s)"))
declare("documents.version_restored", _("restored version %(number)s of “%(title)s”"))
declare("documents.archived", _("archived “%(title)s”"), folded=_("archived %(count)s documents"))
declare(
    "documents.restored",
    _("returned “%(title)s” to the library"),
    folded=_("returned %(count)s documents to the library"),
)
declare("documents.deleted", _("deleted “%(title)s”; it can be returned for some weeks"))
declare("documents.purged", _("deleted “%(title)s” for good after %(days)s days in the trash"))
declare("documents.held", _("put “%(title)s” on legal hold: %(why)s"))
declare("documents.released", _("ended the legal hold of “%(title)s”"))
# Several tags of one document are folded, too, so the words count tags and not documents.
declare(
    "documents.tagged",
    _("tagged “%(title)s” with “%(word)s” for all contacts"),
    folded=_("added shared tags %(count)s times"),
)
declare(
    "documents.untagged",
    _("removed the shared tag “%(word)s” from “%(title)s”"),
    folded=_("removed shared tags %(count)s times"),
)
declare("documents.tag_deleted", _("took the shared tag “%(word)s” off all documents"))
declare("documents.tag_renamed", _("changed the shared tag “%(before)s” to “%(word)s”"))
declare("documents.requested", _("asked for the document “%(title)s”, due on %(due)s"))
declare("documents.request_answered", _("answered the request “%(title)s” with “%(document)s”"))
declare("documents.requested_again", _("asked again for “%(title)s”, due on %(due)s: %(reason)s"))
declare(
    "documents.request_reopened",
    _("opened the request “%(title)s” again, because the file of “%(document)s” is blocked"),
)
declare("documents.request_canceled", _("canceled the request “%(title)s”: %(reason)s"))
declare("documents.public_drafted", _("drafted the public document “%(title)s”"))
declare("documents.public_changed", _("changed the public document “%(title)s”"))
declare(
    "documents.public_version", _("added version %(number)s of the public document “%(title)s”")
)
declare("documents.public_published", _("published “%(title)s” in the library %(library)s"))
declare("documents.public_discarded", _("discarded the draft of “%(title)s”"))
declare("documents.public_withdrawn", _("withdrew the public document “%(title)s”: %(reason)s"))
declare(
    "documents.package_asked",
    _("asked for a ZIP file with %(count)s documents: “%(title)s”"),
    for_partners=False,
)
declare(
    "documents.package_downloaded",
    _("downloaded a ZIP file with %(count)s documents: “%(title)s”"),
    for_partners=False,
)
