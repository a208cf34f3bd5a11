"""Writes documents: adding, changing, tagging, putting away."""

from documents.services.library import Place, add_document, keep_in_library, tag_place

__all__ = ["Place", "add_document", "keep_in_library", "tag_place"]
