"""What Ctrl+K finds: accounts of the reader, and pages (N1).

Without scripts, the list of accounts serves the same end.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.access import Access
from core.links import path_to
from core.text import filled, fold
from portal.navigation import Navigation
from portal.organization_tree import company_page, paths_of, pinned_of, recent_of
from security_models.selectors.account_search import (
    accounts_by_words,
    accounts_with_hash,
    personal_hash,
)
from trade_accounts.selectors import accounts_of, accounts_of_member, own_accounts
from trade_accounts.selectors.moved import closed_accounts

#: So many accounts are offered; the list of accounts has all.
MOST_ACCOUNTS = 8
MOST_PAGES = 6


@dataclass(frozen=True)
class Found:
    """An option: its words, what it is, and the page that it opens."""

    label: str
    note: str
    url: str


def found(access: Access, nav: Navigation, text: str) -> list[Found]:
    """The accounts and pages for what was typed; without words, the pinned and recent accounts."""
    text = text.strip()[:100]
    pages = [page for page in _pages(nav) if _has_words(page, text)]
    return [*_accounts(access, nav, text), *_closed(access, text), *pages[:MOST_PAGES]]


def count_words(options: list[Found]) -> str:
    """How many there are, to be read out."""
    n = len(options)
    return ngettext("%(n)s result", "%(n)s results", n) % {"n": n} if n else _("Nothing matches.")


def _accounts(access: Access, nav: Navigation, text: str) -> Iterator[Found]:
    above = paths_of(accounts_of(access))
    for name, account_id in _named(access, nav, text):
        path = " › ".join(above.get(account_id, ()))
        yield Found(name, path or _("Trade account"), company_page(account_id))


def _closed(access: Access, text: str) -> Iterator[Found]:
    """Names of accounts that were merged open the account that stays (T9)."""
    for one in closed_accounts(access, text)[:MOST_ACCOUNTS]:
        note = filled(_("Now part of %(name)s"), name=one.account_name)
        yield Found(one.name, note, company_page(one.account_id))


def _named(access: Access, nav: Navigation, text: str) -> list[tuple[str, Any]]:
    if not text:
        own = own_accounts(access)
        current = nav.account.pk if nav.account is not None else None
        nodes = [*pinned_of(own), *recent_of(own, current)]
        return [(node.name, node.id) for node in nodes[:MOST_ACCOUNTS]]
    rows = accounts_of_member(access.user_id)
    hashed = personal_hash(rows, text, access.user_id)
    if hashed:
        matching = accounts_with_hash(rows, hashed, access.user_id)
    else:
        matching = accounts_by_words(rows, text, access.user_id)
    return list(matching.values_list("name", "pk")[:MOST_ACCOUNTS])


def _has_words(page: Found, text: str) -> bool:
    said = fold(page.label)
    return all(word in said for word in fold(text).split())


def _pages(nav: Navigation) -> Iterator[Found]:
    """The pages of the account where the reader is, then those across accounts."""
    if nav.shortcuts is not None and nav.model is not None:
        for entry in nav.shortcuts.items:
            yield Found(entry.label, nav.model.reference, entry.url)
    if nav.account is not None:
        yield from _of(nav.information, nav.account.name)
    yield from _of(_everywhere(), _("Page"))
    yield from _of((one for one in nav.menu if not one.get("post")), _("Your account"))


def _of(items: Iterable[dict[str, Any]], note: str) -> Iterator[Found]:
    for item in items:
        yield Found(str(item["label"]), note, item["url"])


def _everywhere() -> Iterator[dict[str, Any]]:
    pages = {
        "portal:home": _("Home"),
        "portal:accounts": _("Your accounts"),
        "portal:account-tree": _("Trade organizations"),
        "portal:tasks": _("Tasks"),
        "messages_app:inbox": _("Messages"),
        "documents:library": _("Partner Library"),
        "security_profile:review-board": _("Annual reviews"),
        "identity:notices": _("Notices"),
        "trade_accounts:views": _("Saved views"),
        "trade_accounts:create": _("Create a trade account"),
    }
    for name, label in pages.items():
        yield {"label": label, "url": path_to(name)}
