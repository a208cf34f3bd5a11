"""The storage of an account in words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _

from documents.selectors.storage import Part, Storage
from documents.states import DocumentStatus


@dataclass(frozen=True)
class PartShown:
    """Files of one kind, in words."""

    label: str
    files: int
    size: str


@dataclass(frozen=True)
class StorageShown:
    """The storage of one account, in words; ``files`` and ``bytes`` for the bars."""

    storage: Storage
    account: str
    reference: str
    bytes_words: str
    files_words: str
    by_status: list[PartShown]
    by_type: list[PartShown]


def storage_shown(storage: Storage, names: Mapping[str, str]) -> StorageShown:
    """The storage of one account with the names of types."""
    used = {"used": filesizeformat(storage.bytes), "most": filesizeformat(storage.most_bytes)}
    files = {"used": storage.files, "most": f"{storage.most_files:,}"}
    return StorageShown(
        storage,
        storage.model.trade_account.name,
        storage.model.reference,
        _("%(used)s of %(most)s used") % used,
        _("%(used)s of %(most)s files") % files,
        [_shown(one, _status(one.code)) for one in storage.by_status],
        [_shown(one, names.get(one.code, _("No type"))) for one in storage.by_type],
    )


def _shown(part: Part, label: str) -> PartShown:
    return PartShown(label, part.files, filesizeformat(part.bytes))


def _status(code: str) -> str:
    return str(DocumentStatus(code).label) if code else _("In no library, such as drafts")
