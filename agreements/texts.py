"""Agreement texts: loading them from the shipped files, and showing them."""

from __future__ import annotations

import hashlib

import nh3
from django.conf import settings
from django.utils.safestring import SafeString
from markdown_it import MarkdownIt

from agreements.models import AgreementText
from core.reference import Report, load, rows_of

_markdown = MarkdownIt("commonmark")
_TAGS = {"h1", "h2", "h3", "p", "ol", "ul", "li", "strong", "em", "br", "hr", "blockquote"}


def load_texts() -> dict[str, Report]:
    """Load ``reference/program/agreements.csv`` and its Markdown files."""
    rows = []
    for position, row in enumerate(rows_of("program", "agreements.csv")):
        path = settings.REFERENCE_DIR / "program" / row["file"]
        body = path.read_text(encoding="utf-8")
        rows.append(
            {
                "id": f"{row['code']}:{row['version']}",
                "kind": row["code"],
                "version": row["version"],
                "title": row["title"],
                "body": body,
                "sha256": hashlib.sha256(body.encode()).hexdigest(),
                "must_sign_again": row["new_version"] == "must_sign_again",
                "effect_of_revocation": row["effect_of_revocation"],
                "position": position,
            }
        )
    return {"agreements.AgreementText": load(AgreementText, ["id"], rows)}


def as_html(text: AgreementText) -> SafeString:
    """The text as HTML; see :func:`body_as_html`."""
    return body_as_html(text.body)


def body_as_html(body: str) -> SafeString:
    """Markdown as HTML with a short list of tags; its first heading is left to the page."""
    if body.startswith("# "):
        body = body.split("\n", 1)[1]
    # Rendered from Markdown and then reduced to the tags above, so nothing else can come through.
    return SafeString(nh3.clean(_markdown.render(body), tags=_TAGS, attributes={}))
