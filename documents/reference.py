"""Loads document types from ``reference/program/document_types.csv``."""

from __future__ import annotations

from core.reference import Report, load, loaders, rows_of
from documents.models import DocumentType


@loaders.register
def load_document_types() -> dict[str, Report]:
    """Update the table of document types."""
    rows = [
        {
            "code": row["code"],
            "name": row["name"],
            "description": row["description"],
            "criterion_categories": [int(n) for n in row["criterion_categories"].split(";") if n],
            "added_by": row["added_by"],
            "position": position,
        }
        for position, row in enumerate(rows_of("program", "document_types.csv"), 1)
    ]
    return {"document types": load(DocumentType, ["code"], rows)}
