"""A rendered page as a tree for tests."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from lxml import html  # type: ignore[import-untyped]
from lxml.html import HtmlElement  # type: ignore[import-untyped]

LABELLED = {"input", "select", "textarea"}


class Page:
    """What the tests ask about a page."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.tree: HtmlElement = html.document_fromstring(text)

    def all(self, path: str) -> list[HtmlElement]:
        """The elements that an XPath selects."""
        return list(self.tree.xpath(path))

    def one(self, path: str) -> HtmlElement:
        """The only element that a path selects."""
        (found,) = self.tree.xpath(path)
        return found

    def words(self, path: str) -> str:
        """The text of the only element that a path selects, with spaces folded."""
        return " ".join(self.one(path).text_content().split())

    def doubled_ids(self) -> list[str]:
        """Ids that occur more than once."""
        counted = Counter(self.tree.xpath("//@id"))
        return [name for name, times in counted.items() if times > 1]

    def dangling(self) -> Iterator[str]:
        """References to ids that the page does not have."""
        ids = set(self.tree.xpath("//@id"))
        names = ("aria-describedby", "aria-labelledby", "for", "popovertarget", "form")
        for name in names:
            for value in self.tree.xpath(f"//@{name}"):
                yield from (f"{name}={one}" for one in value.split() if one not in ids)

    def unlabelled(self) -> Iterator[str]:
        """Controls without a label of their own."""
        targets = set(self.tree.xpath("//label/@for"))
        for control in self.tree.iter(*LABELLED):
            if control.get("type") not in {"hidden", "submit"} and control.get("id") not in targets:
                yield f"{control.tag} {control.get('name')}"
