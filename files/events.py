"""Events of files."""

from django.utils.translation import gettext_lazy as _

from audit.providers.event_kinds import declare

declare("files.blocked", _("blocked the file “%(name)s”: %(why)s"))
declare(
    "files.downloaded",
    _("downloaded “%(name)s”"),
    for_partners=False,
    folded=_("downloaded %(count)s files"),
)
declare(
    "files.previewed",
    _("looked at “%(name)s” in the portal"),
    for_partners=False,
    folded=_("looked at %(count)s files in the portal"),
)
