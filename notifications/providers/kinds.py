"""What the portal notifies people of: the kinds of ``reference/program/notifications.csv``.

For each kind that it sends, an upper app registers the template of the body, and resolves its
recipient groups (``officers``, ``contacts``, …) through :data:`recipient_groups`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from typing import Any

from django.conf import settings
from django.template import TemplateDoesNotExist
from django.template.loader import get_template

from core.reference import rows_of
from notifications.states import Way

#: Group name -> a function of the thing that a notice is about, which returns recipients.
_groups: dict[str, Callable[[Any], Iterable[Recipient]]] = {}


@dataclass(frozen=True)
class Recipient:
    """A person with a sign-in (``user_id``), or a bare address.

    ``group`` is the recipient group that the person was found in.
    """

    email: str
    name: str = ""
    user_id: Any = None
    language: str = "en"
    time_zone: str = ""
    is_disabled: bool = False
    group: str = ""


@dataclass(frozen=True)
class Kind:
    """One row of the list of notifications; ``button`` is a verb with its object.

    What ``reminds`` asks for something before or after its day. What is ``gathered`` comes with the
    daily digest unless its reader wants it otherwise.
    """

    code: str
    event: str
    subject: str
    recipients: tuple[str, ...]
    mandatory: bool
    button: str = ""
    reminds: bool = False
    gathered: bool = False

    @property
    def ways(self) -> tuple[Way, ...]:
        """The ways that a reader can choose from. What is mandatory always comes by email, and only
        what the program itself gathers can wait for the digest.
        """
        if not self.mandatory:
            return (Way.AT_ONCE, Way.DIGEST, Way.ONLY_HERE)
        return (Way.AT_ONCE, Way.DIGEST) if self.gathered else (Way.AT_ONCE,)

    @property
    def default(self) -> Way:
        """The way for readers who have chosen none."""
        return Way.DIGEST if self.gathered else Way.AT_ONCE

    def way_for(self, chosen: str, *, without_digests: bool = False) -> Way:
        """How the notice reaches a reader who chose this; a way that does not exist counts as none.

        For a reader ``without_digests``, what would wait for one stays in the portal. What is
        mandatory is sent by itself.
        """
        way = Way(chosen) if chosen in self.ways else self.default
        if way is Way.DIGEST and without_digests:
            return Way.AT_ONCE if self.mandatory else Way.ONLY_HERE
        return way

    def is_for(self, *, staff: bool) -> bool:
        """Whether such notices go to staff, or to partners."""
        groups = set(self.recipients)
        own = groups & (PROGRAM_GROUPS | OWN) if staff else groups - PROGRAM_GROUPS
        return bool(own - STRANGERS)


@lru_cache(maxsize=1)
def _kinds() -> dict[str, Kind]:
    return {
        row["code"]: Kind(
            row["code"],
            row["event"],
            row["subject_template"],
            tuple(row["recipients"].split(";")),
            row["mandatory"] == "yes",
            row["button"],
            row["timing"] == "reminder",
            row["timing"] == "digest",
        )
        for row in rows_of("program", "notifications.csv")
    }


def kinds_for(*, staff: bool) -> list[Kind]:
    """The kinds that such a person can get and that the portal has words for, in their order.

    The digest is none of them: it names notices and is not one itself.
    """
    every = (one for one in _kinds().values() if one.code != DAILY_DIGEST)
    return [one for one in every if one.is_for(staff=staff) and _has_words(one.code)]


#: The kind of the email that names the notices of a day.
DAILY_DIGEST = "user.digest"


def known_kinds() -> list[Kind]:
    """All kinds that the portal has words for, in their order."""
    return [one for one in _kinds().values() if _has_words(one.code)]


@cache
def _has_words(code: str) -> bool:
    try:
        get_template(f"mail/{code}.txt")
    except TemplateDoesNotExist:
        return False
    return True


def kind(code: str) -> Kind:
    """The kind of that code; an unknown one raises."""
    return _kinds()[code]


#: Kinds whose emails contain a link that lets its holder in.
_with_secret: set[str] = set()


def carries_secret(code: str) -> None:
    """Declare that emails of a kind contain a link that lets its holder in, so the text is deleted
    once sent.
    """
    _with_secret.add(code)


def holds_secret(code: str) -> bool:
    """Whether the text of a sent email of this kind must be deleted."""
    return code in _with_secret


#: Kinds that a person has just asked for, on a page that waits for the email.
_asked_for: set[str] = set()


def asked_for(code: str) -> None:
    """Declare that a person asks for emails of a kind and waits for them. They are tried even if
    emails to the address come back: they may be the only way in.
    """
    _asked_for.add(code)


def is_asked_for(code: str) -> bool:
    """Whether emails of this kind are tried whatever is known of the address."""
    return code in _asked_for


def register_group(name: str, resolve: Callable[[Any], Iterable[Recipient]]) -> None:
    """Register who belongs to a recipient group."""
    _groups[name] = resolve


#: Groups of staff; groups of anyone with a sign-in; and groups without.
PROGRAM_GROUPS = frozenset({"scss", "management"})
OWN = frozenset({"user", "old_email_address"})
STRANGERS = frozenset({"invited_person", "new_email_address", "operators", "outsider", "sender"})

#: Groups that mean one person, whom the caller names in ``to``.
PERSONAL = frozenset(
    {
        "user",
        "invited_person",
        "new_email_address",
        "old_email_address",
        "uploader",
        "signer",
        "requester",
        "operators",
        "outsider",
        "sender",
    }
)


def operators() -> list[Recipient]:
    """The operators, by their addresses (``OPERATORS_EMAIL``)."""
    return [Recipient(address) for address in settings.OPERATORS_EMAIL]


def resolve(groups: Iterable[str], about: Any) -> list[Recipient]:
    """Everyone in the registered groups for the thing a notice is about, with their group."""
    return [
        replace(recipient, group=group)
        for group in groups
        if group not in PERSONAL
        for recipient in _groups[group](about)
    ]
