"""A spreadsheet of users: whom each row invites or changes (T6, R4)."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.mailboxes import shown_address
from identity.forms.address_field import AddressField
from identity.states import Salutation
from trade_accounts.checks.administrators import last_administrator
from trade_accounts.facts.sheet_rows import member_mark
from trade_accounts.forms.people import PersonFields
from trade_accounts.forms.sheets import Meaning, Reading, coded, errors_of
from trade_accounts.models import Membership
from trade_accounts.services.members import FIELDS, OPEN_INVITATIONS
from trade_accounts.states import MembershipState, MembershipType, RowAction

COLUMNS = {
    "email": gettext_lazy("Email address"),
    "salutation": gettext_lazy("Salutation"),
    "first_name": gettext_lazy("First name"),
    "last_name": gettext_lazy("Last name"),
    "title": gettext_lazy("Title"),
    "phone": gettext_lazy("Phone number"),
    "type": gettext_lazy("Type"),
    "state": gettext_lazy("State"),
}
_GONE = {str(MembershipState.DECLINED.label), str(MembershipState.ENDED.label)}


class _Row(PersonFields):
    """The cells of one row, with the rules of the page that adds a user."""

    email = AddressField(error_messages={"required": gettext_lazy("Enter the email address.")})


class UsersReading:
    """Reads the rows of one file against the people of the account now."""

    def __init__(self, people: Iterable[Membership], home: Callable[[], str]) -> None:
        present = [one for one in people if one.is_open]
        self._home = home
        # The address that the list shows counts before the one with which a person was invited.
        self._people = {one.email: one for one in present} | {one.address: one for one in present}
        open_now = sum(one.state == MembershipState.INVITED for one in present)
        self._left = OPEN_INVITATIONS - open_now

    def reading(self) -> Reading:
        """What ``rows_of`` needs."""
        return Reading(COLUMNS, ["email", "type"], self._understood)

    def _understood(self, texts: dict[str, str]) -> Meaning:
        data = {
            **texts,
            "salutation": coded(texts.get("salutation", ""), Salutation.choices),
            "type": coded(texts.get("type", ""), MembershipType.choices),
        }
        try:
            email = AddressField().clean(data.get("email", ""))
        except ValidationError as error:
            return Meaning(RowAction.ERROR, problems={"email": error.messages})
        member = self._people.get(email)
        if member is None and texts.get("state", "") in _GONE:
            return Meaning(RowAction.UNCHANGED, key=email, name=shown_address(email))
        if member is not None and member.state == MembershipState.ACTIVE:
            return self._of_active(member, texts, data["type"])
        form = _Row(data, home=self._home)
        if not form.is_valid():
            return Meaning(RowAction.ERROR, key=email, problems=errors_of(form))
        values: dict[str, Any] = dict(form.cleaned_data)
        return self._of_new(values) if member is None else self._of_invited(member, values)

    def _of_new(self, values: dict[str, Any]) -> Meaning:
        name = f"{values['first_name']} {values['last_name']}"
        key = values["email"]
        if self._left <= 0:
            words = _("At most %(most)s invitations can be open. This one is too many.")
            problems = {"email": [words % {"most": OPEN_INVITATIONS}]}
            return Meaning(RowAction.ERROR, key=key, name=name, problems=problems)
        self._left -= 1
        return Meaning(RowAction.NEW, key=key, name=name, values=values)

    def _of_invited(self, member: Membership, values: dict[str, Any]) -> Meaning:
        wanted = {name: values[name] for name in FIELDS}
        return _changed(member, wanted)

    def _of_active(self, member: Membership, texts: dict[str, str], kind: str) -> Meaning:
        """Of a member only the type can be changed here; the rest is the person's own."""
        problems: dict[str, list[str]] = {}
        own = _("Only the person can change this, in the user profile.")
        shown = shown_of(member)
        for name in ("first_name", "last_name", "title", "phone", "salutation"):
            text = " ".join(texts.get(name, "").split())
            if text and text.casefold() != " ".join(shown[name].split()).casefold():
                problems[name] = [own]
        if kind not in MembershipType.values:
            problems["type"] = [_("Choose a type.")]
        elif kind == MembershipType.USER:
            words = [str(one.message) for one in last_administrator(member)]
            problems |= {"type": words} if words else {}
        if problems:
            return Meaning(RowAction.ERROR, key=member.address, name=member.name, problems=problems)
        return _changed(member, {"type": kind})


def shown_of(member: Membership) -> dict[str, str]:
    """What the list exports of a person: the own profile counts once the person has accepted."""
    user = member.user
    salutation = (user.salutation if user is not None else "") or member.salutation
    return {
        "first_name": (user.first_name if user is not None else "") or member.first_name,
        "last_name": (user.last_name if user is not None else "") or member.last_name,
        "title": member.position,
        "phone": member.telephone,
        "salutation": str(Salutation(salutation).label) if salutation else "",
    }


def _changed(member: Membership, wanted: dict[str, Any]) -> Meaning:
    changes = [str(FIELDS[name]) for name in wanted if getattr(member, name) != wanted[name]]
    return Meaning(
        RowAction.CHANGED if changes else RowAction.UNCHANGED,
        key=member.address,
        name=member.name,
        target=str(member.pk),
        mark=member_mark(member),
        values=wanted if changes else {},
        changes=changes,
    )
