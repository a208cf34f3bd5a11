"""Reads ZIP files of documents: each person's own, and whether they may still have them."""

from __future__ import annotations

import uuid
from collections.abc import Iterable

from django.db.models import QuerySet

from core.access import Access
from core.errors import NotAllowed, NotVisible
from documents.models import DocumentVersion, Package
from documents.policies import P
from files.states import ScanState
from security_models import grants


def packages_of(access: Access) -> QuerySet[Package]:
    """The ZIP files of the acting person, newest first, without their contents."""
    rows = Package.objects.filter(user_id=access.user_id).select_related("file").defer("contents")
    return rows.order_by("-requested_at", "-pk")


def package_of(access: Access, package_id: uuid.UUID) -> Package:
    """A ZIP file of the acting person. Raises NotVisible for any other id."""
    rows = Package.objects.filter(user_id=access.user_id).select_related("file")
    found = rows.filter(pk=package_id).first()
    if found is None:
        raise NotVisible("package")
    return found


def still_readable(access: Access, package: Package) -> bool:
    """Whether the actor may read everything that is in a ZIP file, and it can still be opened."""
    inside = [one for one in package.contents if not one.get("left_out")]
    if not all(_reads(access, model) for model in {one["model"] for one in inside}):
        return False
    return _all_clean({one["version"] for one in inside if "version" in one})


def left_out_of(access: Access, package: Package) -> list[tuple[str, str]]:
    """What could not be put in: titles and reasons. A title is empty where the actor no longer
    reads the account.
    """
    missing = [one for one in package.contents if one.get("left_out")]
    readable = {one: _reads(access, one) for one in {each["model"] for each in missing}}
    return [(one["title"] if readable[one["model"]] else "", one["left_out"]) for one in missing]


def _reads(access: Access, model_id: str) -> bool:
    try:
        grants.enter(access, uuid.UUID(model_id)).require(P.READ)
    except (NotVisible, NotAllowed):
        return False
    return True


def _all_clean(versions: Iterable[str]) -> bool:
    wanted = set(versions)
    clean = DocumentVersion.objects.filter(pk__in=wanted, file__state=ScanState.CLEAN)
    return clean.count() == len(wanted)
