"""Events of documents."""

from django.utils.translation import gettext_lazy as _

from audit.providers.event_kinds import declare

declare(
    "documents.added",
    _("added the document “%(title)s” (%(name)s)"),
    folded=_("added %(count)s documents"),
    within="security_profile.evidence_added",
)
