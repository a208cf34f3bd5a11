"""Reads documents of a security model. The caller has entered the model with its access."""

from documents.selectors.library import (
    clean_versions,
    library_of,
    reusable,
    types_for,
    types_for_partners,
    types_to_find,
    version_of,
)

__all__ = [
    "clean_versions",
    "library_of",
    "reusable",
    "types_for",
    "types_for_partners",
    "types_to_find",
    "version_of",
]
