"""ZIP files of documents: asked for, stopped, repeated, deleted. The worker makes them."""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from audit.services import model_scope, note_sweep, record_many
from core import clock
from core.access import Access, system
from core.concurrency import made_before, one_at_a_time
from core.errors import NotVisible, Problem, Refused, refuse
from core.jobs import enqueue
from core.leases import in_time
from core.tenancy import on_behalf_of
from documents.models import DocumentVersion, Package
from documents.models.packages import KEPT
from documents.selectors.packages import package_of, still_readable
from documents.states import PackageState
from files.services import delete_unnamed

#: So many documents, and so many bytes of them, one ZIP file holds.
MOST_DOCUMENTS, MOST_BYTES = 2_000, 2 * 1024**3
#: So many ZIP files the portal keeps for one person.
MOST_KEPT = 5
TITLE_LENGTH = 200
REASON = gettext_noop("The automatic deletion of ZIP files")


@dataclass(frozen=True)
class Entry:
    """A version of a document to put into a ZIP file, in a folder (empty: none)."""

    version: DocumentVersion
    folder: str = ""

    @property
    def size(self) -> int:
        """How many bytes it has."""
        return self.version.file.size

    def as_content(self) -> dict[str, str]:
        """How the row of the ZIP file keeps it."""
        return {
            "model": str(self.version.security_model_id),
            "version": str(self.version.pk),
            "title": self.version.title,
            "folder": self.folder,
        }


@dataclass(frozen=True)
class MadeEntry:
    """A document that the portal makes for a C-TPAT account, of a registered kind."""

    model_id: uuid.UUID
    kind: str
    title: str
    #: Known once it is made; a PDF of text is small.
    size = 0

    def as_content(self) -> dict[str, str]:
        """How the row of the ZIP file keeps it."""
        return {
            "model": str(self.model_id),
            "made": self.kind,
            "title": self.title,
            "folder": "",
        }


@transaction.atomic
def request_package(
    *, actor: Access, title: str, entries: Sequence[Entry | MadeEntry], key: uuid.UUID
) -> Package:
    """Ask for a ZIP file of versions that the actor has just read; the worker asks for their rights
    again. ``key`` is that of the form: sent twice, one is made.

    Only one is made for a person at a time, and only a few are kept.
    """
    made = made_before(Package, key, user_id=actor.user_id)
    if made is not None:
        return made
    one_at_a_time(f"packages:{actor.user_id}")
    refuse(_problems(actor, entries))
    now = clock.now()
    package = Package.objects.create(
        pk=key,
        user_id=actor.user_id,
        title=title[:TITLE_LENGTH],
        contents=[one.as_content() for one in entries],
        total=len(entries),
        requested_at=now,
        next_attempt_at=now,
    )
    _record("package_asked", actor, package)
    enqueue("documents.tasks.make_package", package.pk)
    return package


def _problems(actor: Access, entries: Sequence[Entry | MadeEntry]) -> Iterable[Problem]:
    own = Package.objects.filter(user_id=actor.user_id)
    if own.filter(state=PackageState.PENDING).exists():
        words = _("A ZIP file is being made for you. Wait until it is ready, or stop it first.")
        yield Problem("busy", words)
    elif own.count() >= MOST_KEPT:
        words = _("You have %(n)s ZIP files. Delete one of them first.")
        yield Problem("kept", words % {"n": MOST_KEPT})
    if not entries:
        yield Problem("none", _("There is no document to put into a ZIP file."))
    if len(entries) > MOST_DOCUMENTS:
        words = _("A ZIP file holds up to %(n)s documents. Choose fewer.")
        yield Problem("many", words % {"n": MOST_DOCUMENTS})
    if sum(one.size for one in entries) > MOST_BYTES:
        words = _("A ZIP file holds documents of up to %(n)s GB. Choose fewer.")
        yield Problem("large", words % {"n": MOST_BYTES // 1024**3})


@transaction.atomic
def stop_package(*, actor: Access, package_id: uuid.UUID) -> Package:
    """Stop making a ZIP file; what was made so far is thrown away. One that is ready stays."""
    package = _locked(actor, package_id)
    if package.is_pending:
        package.state = PackageState.STOPPED
        package.save(update_fields=["state"])
    return package


@transaction.atomic
def repeat_package(*, actor: Access, package_id: uuid.UUID) -> Package:
    """Make a ZIP file that was stopped or failed, from the start."""
    one_at_a_time(f"packages:{actor.user_id}")
    package = _locked(actor, package_id)
    if package.state not in {PackageState.STOPPED, PackageState.FAILED}:
        return package
    others = Package.objects.filter(user_id=actor.user_id, state=PackageState.PENDING)
    if others.exists():
        words = _("A ZIP file is being made for you. Wait until it is ready, or stop it first.")
        raise Refused("busy", [Problem("busy", words)])
    package.state, package.attempts, package.done = PackageState.PENDING, 0, 0
    package.requested_at = package.next_attempt_at = clock.now()
    package.left_out = 0
    package.save()
    enqueue("documents.tasks.make_package", package.pk)
    return package


@transaction.atomic
def delete_package(*, actor: Access, package_id: uuid.UUID) -> None:
    """Delete a ZIP file of the actor; its documents stay."""
    _delete(_locked(actor, package_id))


@transaction.atomic
def open_package(*, actor: Access, package_id: uuid.UUID) -> Package:
    """A ZIP file to download, and the record of it in each of its accounts.

    The rights are those of this moment: refused if the actor may no longer read one of its
    accounts, or if one of its documents was blocked or deleted since.
    """
    package = package_of(actor, package_id)
    if not package.is_ready or package.file is None:
        raise NotVisible("package")
    if not still_readable(actor, package):
        words = _(
            "You can no longer read some of the documents in this ZIP file, or they were deleted. "
            "Delete it and make a new one."
        )
        raise Refused("rights", [Problem("rights", words)])
    _record("package_downloaded", actor, package)
    return package


def sweep_packages() -> int:
    """Delete the ZIP files whose time is over; how many. The next sweep continues."""
    deleted = 0
    before = clock.now() - clock.clock(KEPT).span
    with on_behalf_of(system(REASON)):
        asked = Package.objects.filter(requested_at__lte=before).order_by("requested_at")
        old = [one.pk for one in asked.defer("contents")[:500] if one.is_over]
    for pk in in_time(old):
        with on_behalf_of(system(REASON)):
            found = Package.objects.select_for_update(skip_locked=True).filter(pk=pk).first()
            if found is not None:
                _delete(found)
                deleted += 1
    with on_behalf_of(system(REASON)):
        note_sweep("packages", deleted=deleted)
    return deleted


def _delete(package: Package) -> None:
    file = package.file
    package.delete()
    if file is not None:
        delete_unnamed(file)


def _locked(actor: Access, package_id: uuid.UUID) -> Package:
    rows = Package.objects.select_for_update(of=("self",)).select_related("file")
    found = rows.filter(user_id=actor.user_id, pk=package_id).first()
    if found is None:
        raise NotVisible("package")
    return found


def _record(what: str, actor: Access, package: Package) -> None:
    """An event in each account, with the number of its documents; what was left out is not one."""
    inside = [one for one in package.contents if not one.get("left_out")]
    counts = Counter(one["model"] for one in inside)
    record_many(
        f"documents.{what}",
        actor=actor,
        about=[
            (model_scope(uuid.UUID(model)), {"title": package.title, "count": count})
            for model, count in counts.items()
        ],
    )
