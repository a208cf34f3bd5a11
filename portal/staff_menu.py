"""The main menu of staff pages: what each role works with, in groups."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Protocol

from django.utils.translation import gettext as _

from change_requests.policies import P as ChangeP
from core.access import Access
from identity.policies import P as PeopleP
from messages_app.policies import P as NoticeP
from notifications.policies import P as MailP
from operations.policies import P as OperationP
from security_models.policies import P as ModelP

Item = dict[str, Any]

#: A menu with more entries is folded into groups.
PLAIN_ENTRIES = 6


class MakeItem(Protocol):
    """Makes an entry: its label, its address, whether the page is there or below it."""

    def __call__(self, label: str, name: str, *, exact: bool = False) -> Item:
        """One entry; ``exact`` if pages below it are entries of their own."""


def staff_menu(access: Access, item: MakeItem, path: str) -> list[Item]:
    """The groups for a reader: label, items, whether the page is among them.

    A short menu is one group without a label.
    """
    groups = [
        (_("Work"), list(_work(access, item))),
        (_("Partners"), list(_partners(access, item))),
        (_("People"), list(_people(access, item, path))),
    ]
    if sum(len(items) for _label, items in groups) <= PLAIN_ENTRIES:
        groups = [("", [one for _label, items in groups for one in items])]
    return [
        {"label": label, "items": items, "current": any(one["current"] for one in items)}
        for label, items in groups
        if items
    ]


def _work(access: Access, item: MakeItem) -> Iterator[Item]:
    if access.has(ModelP.OVERSEE):
        yield item(_("Open work"), "reviews:open-work", exact=True)
    if access.has(ModelP.SEE_POOL):
        yield item(_("My queue"), "reviews:queue", exact=True)
        yield item(_("Pool"), "reviews:pool")
        yield item(_("Annual reviews"), "reviews:annual-reviews")
        yield item(_("Messages"), "messages_app:staff-threads")
        yield item(_("Document requests"), "documents:requests")
    if access.has(ChangeP.SEE_ALL):
        yield item(_("Change requests"), "change_requests:all")
    if access.has(ModelP.VET):
        yield item(_("Applications"), "reviews:management")
    if access.has(OperationP.APPROVE):
        yield item(_("Account requests"), "operations:queue")
    if access.has(ModelP.OVERSEE):
        yield item(_("Records"), "portal:records")
    if access.has(NoticeP.READ_ALL_NOTICES):
        yield item(_("Notices"), "messages_app:notices")
        yield item(_("Public documents"), "documents:public-documents")


def _partners(access: Access, item: MakeItem) -> Iterator[Item]:
    if access.has(ModelP.SEE_POOL):
        yield item(_("Partners"), "reviews:partners")
        yield item(_("Message templates"), "messages_app:templates")
    if access.has(ModelP.VET):
        yield item(_("Invitation codes"), "reviews:invitation-codes")


def _people(access: Access, item: MakeItem, path: str) -> Iterator[Item]:
    if access.has(PeopleP.SEE_USERS):
        users = item(_("Users"), "identity:helpdesk", exact=True)
        users["current"] |= path.startswith(f"{users['url']}users/")
        yield users
    if access.has(PeopleP.REACTIVATE):
        yield item(_("Disabled users"), "identity:disabled-users")
    if access.has(PeopleP.SEE_USERS):
        yield item(_("Recoveries"), "identity:cases")
    if access.has(MailP.LOOK_AFTER_MAIL):
        yield item(_("Emails not sent"), "identity:unsent")
