"""Lists of documents: columns, filters, sorting."""

from documents.listings.library import archive_listing, library_listing

__all__ = ["archive_listing", "library_listing"]
