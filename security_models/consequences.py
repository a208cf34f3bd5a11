"""What a choice of contacts means, in words (screens 6.11)."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.translation import gettext as _

from security_models.models import Contact
from security_models.states import ContactRole
from security_models.words import listed
from trade_accounts.states import MembershipState


def consequences(contacts: Iterable[Contact]) -> list[str]:
    """Who can sign and submit, who is written to first, and what is still thin (S5, R4, T4)."""
    contacts = list(contacts)
    counting = [one for one in contacts if one.membership.state == MembershipState.ACTIVE]
    officers = [one.membership.name for one in counting if one.role == ContactRole.OFFICER]
    waiting = [one for one in contacts if one not in counting]
    words = [_officers(officers)]
    primary = next((one for one in contacts if one.is_primary_poc), None)
    if primary is None:
        words.append(_("There is no Primary POC yet: CBP does not know whom to write to."))
    for one in waiting:
        about = {"name": one.membership.name, "role": ContactRole(one.role).label}
        words.append(_("%(name)s counts as %(role)s after accepting the invitation.") % about)
    if len(counting) == 1:
        words.append(_("Only one person can work here. Give a second one a role."))
    return words


def _officers(names: list[str]) -> str:
    if not names:
        return _("Nobody can sign and submit until there is an Officer.")
    if len(names) == 1:
        words = _(
            "%(name)s is the only person who can sign and submit. Name a second Officer for "
            "times of absence."
        )
        return words % {"name": names[0]}
    return _("%(names)s can sign and submit.") % {"names": listed(names)}
