"""Events of files, and who is meant by "uploader"."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.translation import gettext_lazy as _

from audit.kinds import declare
from files.models import StoredFile
from identity.models import User
from notifications.kinds import Recipient, register_group

declare("files.blocked", _("blocked the file “%(name)s”: %(why)s"))
declare("files.downloaded", _("downloaded “%(name)s”"), for_partners=False)


def uploader(file: StoredFile) -> Iterable[Recipient]:
    """The person who uploaded a file; nobody for documents made by the portal."""
    for user in User.objects.filter(pk__in=[file.uploaded_by_id]):
        yield Recipient(user.email, user.name, user.pk, user.language)


register_group("uploader", uploader)
