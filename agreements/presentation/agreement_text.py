"""Agreement texts as HTML."""

from __future__ import annotations

import nh3
from django.utils.safestring import SafeString
from markdown_it import MarkdownIt

from agreements.models import AgreementText

_markdown = MarkdownIt("commonmark")
_TAGS = {"h1", "h2", "h3", "p", "ol", "ul", "li", "strong", "em", "br", "hr", "blockquote"}


def as_html(text: AgreementText) -> SafeString:
    """The text as HTML; see :func:`body_as_html`."""
    return body_as_html(text.body)


def body_as_html(body: str) -> SafeString:
    """Markdown as HTML with a short list of tags; the page shows the first heading itself."""
    if body.startswith("# "):
        body = body.split("\n", 1)[1]
    # Rendered from Markdown and then reduced to the tags above, so that nothing else is possible.
    return SafeString(nh3.clean(_markdown.render(body), tags=_TAGS, attributes={}))
