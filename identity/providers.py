"""What upper apps know about people and this app needs."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from core.access import Access
from core.providers import Provider
from identity.models import User


@dataclass(frozen=True)
class Onward:
    """A sentence, and the link that leads on from it."""

    text: str
    url: str
    action: str


#: (user) -> the names of those who can reactivate a disabled user (R7): the specialists of the
#: user's models. If it names nobody, management can.
who_reactivates: Provider[[User], list[str]] = Provider("who_reactivates")

#: (specialist) -> the ids of the people who work in the specialist's models (R7).
looked_after: Provider[[User], Collection[uuid.UUID]] = Provider("looked_after")

#: (reader, ids of people) -> the names of the companies that each works for, as far as the reader
#: may know them.
workplaces: Provider[[Access, Collection[uuid.UUID]], Mapping[uuid.UUID, list[str]]] = Provider(
    "workplaces"
)

#: (reader, member of staff) -> what a disabled member of staff leaves to others that the reader can
#: hand on.
left_behind: Provider[[Access, User], list[Onward]] = Provider("left_behind")

#: (user) -> the accounts for which a person works, each with its company, for emails to staff.
accounts_of_person: Provider[[User], list[str]] = Provider("accounts_of_person")

#: (word, whether what is similar counts too) -> a query for the ids of people who work for
#: companies with this word in their name.
people_of_companies: Provider[[str, bool], Any] = Provider("people_of_companies")

#: (user, old, new): called in the transaction in which the confirmed address of a person changes
#: (U7). Upper apps update their own copies of it; records keep the address that was true at the
#: time.
address_changed: Provider[[User, str, str], None] = Provider("address_changed")
