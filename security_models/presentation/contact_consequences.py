"""What a choice of contacts means, in words (screens 6.11)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _

from core.text import filled, listed
from security_models.states import ContactRole


@dataclass(frozen=True)
class Chosen:
    """A person with a role, saved or just chosen. ``counts`` is true once the person has accepted
    (R4).
    """

    name: str
    role: str
    counts: bool
    is_primary_poc: bool


def consequences(people: Iterable[Chosen]) -> list[str]:
    """Who can sign and submit, who CBP contacts first, and what is still risky (S5, R4, T4)."""
    people = list(people)
    counting = [one for one in people if one.counts]
    words = [_officers([one.name for one in counting if one.role == ContactRole.OFFICER])]
    words.append(_primary(next((one for one in people if one.is_primary_poc), None)))
    for one in people:
        if not one.counts:
            about = {"name": one.name, "role": ContactRole(one.role).label}
            words.append(
                filled(_("%(name)s counts as %(role)s after accepting the invitation."), **about)
            )
    if len(counting) == 1:
        words.append(_("Only one person can work on this account. Give a second person a role."))
    return words


def _officers(names: list[str]) -> str:
    if not names:
        return _("Nobody can sign and submit until there is an Officer.")
    if len(names) == 1:
        words = _(
            "%(name)s is the only person who can sign and submit. Name a second "
            "Officer to cover absences."
        )
        return filled(words, name=names[0])
    return filled(_("%(names)s can sign and submit."), names=listed(names))


def _primary(chosen: Chosen | None) -> str:
    if chosen is None:
        return _("There is no Primary POC yet, so CBP does not know who to contact.")
    if chosen.role == ContactRole.CONSULTANT:
        return _("A Consultant can't be the Primary POC. Choose an Officer or Employee.")
    return filled(_("CBP contacts %(name)s first."), name=chosen.name)
