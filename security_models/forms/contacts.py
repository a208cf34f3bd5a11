"""The choice of contacts and their roles."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from django import forms
from django.forms.boundfield import BoundField
from django.utils.translation import gettext_lazy as _

from core.text import filled
from security_models.forms.addresses import SeenForm, as_id, set_choices
from security_models.presentation.contact_consequences import Chosen
from security_models.services.contacts import ROLE_FIELD, field_of
from security_models.states import ContactRole
from trade_accounts.models import Membership
from trade_accounts.states import MembershipState

ROLES = [("", _("No role")), *ContactRole.choices]


class ContactsForm(SeenForm):
    """S5: a role for each user of the trade account, and one Primary POC."""

    primary = forms.ChoiceField(label=_("Primary POC"), required=False, widget=forms.RadioSelect)

    def __init__(
        self,
        *args: Any,
        people: Iterable[Membership],
        mark: Callable[[Any], str],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.people = list(people)
        self._mark = mark
        words = _("Someone in the list is no longer a user of the account. Reload the page.")
        names = [(str(one.pk), one.name) for one in self.people]
        set_choices(self.fields["primary"], names, words)
        for one in self.people:
            self.fields[field_of(one.pk)] = forms.ChoiceField(
                label=filled(_("Role of %(name)s"), name=one.name),
                choices=ROLES,
                required=False,
                error_messages={"invalid_choice": _("Choose one of the roles.")},
            )

    @classmethod
    def _typed(cls, kept: Any, prefix: str | None = None) -> dict[str, Any]:
        """The typed roles: they are no fields of the class, so they are kept by name."""
        roles = {name: kept.get(name) for name in kept if name.startswith(ROLE_FIELD)}
        return {**super()._typed(kept, prefix), **roles}

    def mark(self, current: Any) -> str:
        """The mark of the contacts that are saved now."""
        return self._mark(current)

    def clean_primary(self) -> uuid.UUID | None:
        """The membership id of the Primary POC."""
        return as_id(self.cleaned_data["primary"])

    @property
    def roles(self) -> dict[uuid.UUID, str]:
        """Membership id -> role, empty for none."""
        return {one.pk: self.cleaned_data.get(field_of(one.pk), "") for one in self.people}

    def chosen(self) -> list[Chosen]:
        """The people with a role in the current choice, or in the saved one if nothing was chosen
        yet.
        """
        primary = str(self["primary"].value() or "")
        return [
            Chosen(
                name=person.name,
                role=str(role.value()),
                counts=person.state == MembershipState.ACTIVE,
                is_primary_poc=str(person.pk) == primary,
            )
            for person, role in self.rows()
            if role.value() in ContactRole.values
        ]

    def rows(self) -> Iterator[tuple[Membership, BoundField]]:
        """Each person with the control for the role."""
        for one in self.people:
            yield one, self[field_of(one.pk)]
