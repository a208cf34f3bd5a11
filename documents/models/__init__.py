"""Tables of documents."""

from documents.models.library import (
    DESCRIPTION_LENGTH,
    TITLE_LENGTH,
    Document,
    DocumentType,
    DocumentVersion,
    PlaceTag,
)
from documents.models.packages import Package
from documents.models.public import (
    LibraryVisit,
    PublicDocument,
    PublicReader,
    PublicSending,
    PublicVersion,
)
from documents.models.requests import DocumentRequest
from documents.models.tags import WORD_LENGTH, Tag, Tagging

__all__ = [
    "DESCRIPTION_LENGTH",
    "TITLE_LENGTH",
    "WORD_LENGTH",
    "Document",
    "DocumentRequest",
    "DocumentType",
    "DocumentVersion",
    "LibraryVisit",
    "Package",
    "PlaceTag",
    "PublicDocument",
    "PublicReader",
    "PublicSending",
    "PublicVersion",
    "Tag",
    "Tagging",
]
