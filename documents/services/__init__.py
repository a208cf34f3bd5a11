"""Writes documents: adding, changing, tagging, putting away."""

from documents.services.library import (
    Place,
    add_document,
    add_or_use,
    keep_in_library,
    tag_place,
)

__all__ = ["Place", "add_document", "add_or_use", "keep_in_library", "tag_place"]
