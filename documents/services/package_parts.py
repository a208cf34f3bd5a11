"""What goes into a ZIP file, opened if its person may read it at this moment (D3)."""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any, BinaryIO

from django.utils.translation import gettext as _

from audit.selectors import Altered as FactAltered
from audit.selectors import Facts, fact
from audit.services import note_differences
from core.access import Access, for_user
from core.errors import NotAllowed, NotVisible
from core.tenancy import on_behalf_of
from documents.models import DocumentVersion
from documents.policies import P
from documents.presentation.package_index import Line
from documents.providers.made_parts import ask_for
from documents.selectors import version_of
from files.models import Rendering, StoredFile
from files.services import Altered, open_unaltered, tell_of_altered
from files.services.renderings import render
from files.states import RenderState
from identity.models import User
from security_models import grants

#: Another worker may make the same document: so often it is looked at, so many seconds apart.
LOOKS, PAUSE = 30, 2


class LeftOut(Exception):
    """Why a document is not in the ZIP file, in words."""


class NotReadable(LeftOut):
    """The person lost the right to it: its title is not theirs to read, either."""


@dataclass(frozen=True)
class Part:
    """A file with its content, opened; ``version`` is the version of a document, if it is one."""

    title: str
    file: StoredFile
    opened: BinaryIO
    version: DocumentVersion | None = None

    def line(self, line: Line, path: str) -> Line:
        """Its line of the index."""
        return line.found(self.version, path) if self.version else line.made(self.file, path)


def opened_part(user: Any, entry: dict[str, str], actor: Callable[[], Access]) -> Part:
    """What an entry names, if its person may read it now and it is unchanged; ``actor`` is the
    system, which keeps what differs.
    """
    if "made" in entry:
        return _made(user, entry, actor)
    access = for_user(user)
    with on_behalf_of(access):
        version = _readable(access, entry)
        opened = _opened(version.file, fact(version))
    return Part(version.title, version.file, _content(opened, actor), version)


def _made(user: Any, entry: dict[str, str], actor: Callable[[], Access]) -> Part:
    """A document that the portal makes: by this worker, or by another one that has begun."""
    access = for_user(user)
    with on_behalf_of(access):
        try:
            found = ask_for(entry["made"], _entered(access, entry))
        except (NotVisible, NotAllowed):
            raise NotReadable(_("You can no longer read this account.")) from None
    if found.state == RenderState.PENDING:
        render(found.pk)
    row = _finished(found.pk, actor)
    if row is None or row.file is None:
        raise LeftOut(_("This PDF could not be made. Make the ZIP file again later."))
    with on_behalf_of(actor()):
        opened = _opened(row.file, fact(row))
    return Part(entry["title"], row.file, _content(opened, actor))


def _finished(rendering_id: uuid.UUID, actor: Callable[[], Access]) -> Rendering | None:
    for look in range(LOOKS):
        with on_behalf_of(actor()):
            row = Rendering.objects.select_related("file").get(pk=rendering_id)
        if row.state != RenderState.PENDING:
            return row
        if row.error or look == LOOKS - 1:
            return None
        time.sleep(PAUSE)
    return None


def _opened(file: StoredFile, seal: Facts) -> BinaryIO | Callable[[], Any]:
    """The content, or what keeps the difference that was found."""
    try:
        return open_unaltered(file, seal)
    except Altered:
        return partial(tell_of_altered, file)
    except FactAltered as altered:
        return partial(note_differences, altered.found)
    except FileNotFoundError:
        raise LeftOut(_("The file is missing in the store.")) from None


def _content(opened: BinaryIO | Callable[[], Any], actor: Callable[[], Access]) -> BinaryIO:
    if not callable(opened):
        return opened
    with on_behalf_of(actor()):
        opened()
    raise LeftOut(_("The file is not what was uploaded, so it is not handed out."))


def _readable(access: Access, entry: dict[str, str]) -> DocumentVersion:
    """The version, if the person is not disabled, may read its account, and it can be opened."""
    try:
        inside = _entered(access, entry)
        inside.require(P.READ)
    except (NotVisible, NotAllowed):
        raise NotReadable(_("You can no longer read the documents of this account.")) from None
    try:
        version = version_of(inside.security_model, uuid.UUID(entry["version"]))
    except NotVisible:
        raise LeftOut(_("This document was deleted.")) from None
    if not version.file.is_clean:
        raise LeftOut(_("This file is not checked for malware yet, or it is blocked."))
    return version


def _entered(access: Access, entry: dict[str, str]) -> Access:
    """The person inside the account of an entry. Raises NotVisible for who may not enter."""
    if not User.objects.filter(pk=access.user_id, disabled_at=None).exists():
        raise NotVisible("user")
    return grants.enter(access, uuid.UUID(entry["model"]))
