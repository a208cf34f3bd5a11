"""Saved views as links above the list that they filter."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from core.access import Access
from core.ids import parse_id
from core.links import path_to
from core.listing import ListPage
from trade_accounts.models import SavedView
from trade_accounts.providers.saved_lists import list_at
from trade_accounts.selectors.saved_views import views_at


@dataclass(frozen=True)
class ViewLink:
    """A saved view as a link; ``is_current`` is the one that the page shows."""

    name: str
    url: str
    is_current: bool
    is_shared: bool


@dataclass(frozen=True)
class SavedViews:
    """The views of one list. ``save_url`` saves the filter of the page, empty while there is none;
    ``unknown`` are filters of an opened view that the list no longer has.
    """

    links: list[ViewLink]
    save_url: str
    has_own: bool
    unknown: list[str]


def saved_views(access: Access, path: str, page: ListPage, params: Mapping[str, str]) -> SavedViews:
    """What stands above a list: one statement."""
    views = views_at(access, path)
    opened = parse_id(params.get("view", ""))
    query = page.query()
    filtered = bool(page.chosen) or page.sort != page.listing.sort
    save = urlencode({"path": path, "query": query})
    return SavedViews(
        [_link(one, is_current=one.pk == opened) for one in views],
        f"{path_to('trade_accounts:view-new')}?{save}" if filtered else "",
        any(one.user_id == access.user_id for one in views),
        page.unknown(params) if any(one.pk == opened for one in views) else [],
    )


def _link(view: SavedView, *, is_current: bool) -> ViewLink:
    url = path_to("trade_accounts:view", view_id=view.pk)
    return ViewLink(view.name, url, is_current, view.trade_account_id is not None)


@dataclass(frozen=True)
class ViewRow:
    """A view in the list of the reader's own; ``label`` is empty if its list is gone."""

    view: SavedView
    label: str


def view_rows(views: Iterator[SavedView]) -> list[ViewRow]:
    """The rows of the reader's own views."""
    return [
        ViewRow(one, place.label if (place := list_at(one.path)) is not None else "")
        for one in views
    ]
