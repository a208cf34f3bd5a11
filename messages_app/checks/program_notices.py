"""What keeps a notice of the program from being saved or published, one pure function each."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterator

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.errors import Problem
from core.text import listed
from messages_app.selectors.typed_accounts import LINES_AT_MOST, TypedAccount
from messages_app.states import PARTNER_GROUPS, Group, NoticeKind

#: At most this many lines of a list are named in an error.
_NAMED = 10
#: How long a notice can be shown.
LONGEST_TIME = dt.timedelta(days=3 * 366)


def times(
    starts_at: dt.datetime | None, ends_at: dt.datetime, now: dt.datetime
) -> Iterator[Problem]:
    """A notice starts and ends in the future, and ends after its start."""
    if starts_at is not None and starts_at < now:
        words = _("This start is over. Enter a later one, or leave it empty to start at once.")
        yield Problem("past", words, "starts_on")
    if ends_at <= now:
        yield Problem("past", _("This end is over. Enter a later one."), "ends_on")
    elif starts_at is not None and ends_at <= starts_at:
        yield Problem("order", _("Enter an end that is later than the start."), "ends_on")
    elif ends_at > (starts_at or now) + LONGEST_TIME:
        yield Problem("far", _("Enter an end at most three years after the start."), "ends_on")


def audience(
    groups: Collection[str], business_types: Collection[str], accounts: Collection[str]
) -> Iterator[Problem]:
    """There are groups, and what narrows them has a group of partners to narrow."""
    if not groups:
        yield Problem("groups", _("Choose at least one group of readers."), "groups")
        return
    if Group.EVERYONE in groups and (business_types or accounts):
        words = _("Choose other groups: business types and accounts can't narrow everyone.")
        yield Problem("everyone", words, "groups")
        return
    words = _("Choose a group of partners, too: this narrows contacts and administrators only.")
    if not PARTNER_GROUPS & set(groups):
        if business_types:
            yield Problem("narrows_nothing", words, "business_types")
        if accounts:
            yield Problem("narrows_nothing", words, "accounts")
    if len(accounts) > LINES_AT_MOST:
        most = _("Shorten the list to %(n)s accounts.") % {"n": LINES_AT_MOST}
        yield Problem("too_many", most, "accounts")


def ways(*, has_banner: bool, has_message: bool) -> Iterator[Problem]:
    """It is shown in at least one way."""
    if not has_banner and not has_message:
        yield Problem("ways", _("Choose a banner, a message, or both."), "has_banner")


def day(kind: str, about_on: dt.date | None) -> Iterator[Problem]:
    """The emails about maintenance and about new criteria name a day."""
    if kind in {NoticeKind.MAINTENANCE, NoticeKind.CRITERIA} and about_on is None:
        yield Problem("day", _("Enter the day. It is in the subject of the email."), "about_on")


def list_of_accounts(lines: Collection[TypedAccount]) -> Iterator[Problem]:
    """Each line of the list means accounts of one company."""
    several = [one.line for one in lines if one.choices]
    unknown = [one.line for one in lines if not one.models and not one.choices]
    if unknown:
        words = ngettext(
            "%(n)s line of the list of accounts matches nothing: %(lines)s",
            "%(n)s lines of the list of accounts match nothing: %(lines)s",
            len(unknown),
        )
        yield Problem("unknown", words % _some(unknown), "accounts")
    if several:
        words = ngettext(
            "%(n)s line of the list of accounts matches several companies: %(lines)s",
            "%(n)s lines of the list of accounts match several companies: %(lines)s",
            len(several),
        )
        yield Problem("several", words % _some(several), "accounts")


def _some(lines: list[str]) -> dict[str, object]:
    more = ["…"] if len(lines) > _NAMED else []
    return {"n": len(lines), "lines": listed([*lines[:_NAMED], *more])}
