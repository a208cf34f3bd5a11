"""A filter for public documents: their stage."""

from __future__ import annotations

from django import template

from documents.models import PublicDocument
from documents.selectors.public_documents import stage_of

register = template.Library()


@register.filter
def public_stage(document: PublicDocument) -> str:
    """The code of the stage of a document, for ``{% status %}``."""
    return f"public-{stage_of(document).value}"
