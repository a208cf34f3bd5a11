"""Chooses the contacts of a security model and their roles (S5, R3)."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext as _

from core import clock
from core.access import Access
from core.concurrency import save_versioned
from core.errors import Problem, Refused, Stale
from core.text import filled
from security_models.facts.model_facts import Facts
from security_models.models import Contact, SecurityModel
from security_models.policies import P
from security_models.selectors import contacts_of
from security_models.selectors.contacts import possible_contacts, seen_as
from security_models.services.notices import contacts_changed, officers_changed
from security_models.services.roots import lock_for_edit, settle_roles
from security_models.states import RANK, ContactRole
from trade_accounts.models import Membership
from trade_accounts.services.asking import end_asks
from trade_accounts.states import AskOutcome, MembershipState

ROLE_FIELD = "role_"


@dataclass(frozen=True)
class Choice:
    """The wanted contacts, next to the current ones."""

    people: Mapping[uuid.UUID, Membership]
    now: Mapping[uuid.UUID, Contact]
    roles: Mapping[uuid.UUID, str]
    primary: uuid.UUID | None

    @property
    def had_primary(self) -> uuid.UUID | None:
        """Who was the Primary POC."""
        return next((key for key, one in self.now.items() if one.is_primary_poc), None)

    def role_now(self, key: uuid.UUID) -> str:
        """The role a member has now, empty for none."""
        return self.now[key].role if key in self.now else ""

    @property
    def changed(self) -> list[uuid.UUID]:
        """The members whose role changes."""
        keys = {**self.now, **self.roles}
        return [key for key in keys if self.roles.get(key, "") != self.role_now(key)]

    def counting_officers(self) -> list[uuid.UUID]:
        """The Officers after the change who have accepted (R4)."""
        return [
            key
            for key, role in self.roles.items()
            if role == ContactRole.OFFICER and self.people[key].state == MembershipState.ACTIVE
        ]


@transaction.atomic
def save_contacts(
    *,
    actor: Access,
    model: SecurityModel,
    seen: str,
    roles: Mapping[uuid.UUID, str],
    primary: uuid.UUID | None,
) -> list[Contact]:
    """Give members their roles in a model, and choose the Primary POC.

    ``roles`` names every contact (membership id -> role); others are no longer contacts. Officers
    of the model and Company Administrators may do this (R3). Nobody raises their own role, except a
    Company Administrator while there is no Officer. From the first submission on there is always an
    Officer and a Primary POC who have accepted (S5, R4); before that, the summary asks for them.
    ``seen`` is what the page showed (Stale otherwise). Changes of Officers are emailed.
    """
    actor.require(P.MANAGE_CONTACTS)
    facts = lock_for_edit(model)
    contacts = contacts_of(model)
    choice = Choice(
        people={one.pk: one for one in possible_contacts(model)},
        now={one.membership_id: one for one in contacts},
        roles={key: role for key, role in roles.items() if role},
        primary=primary,
    )
    if not choice.changed and choice.primary == choice.had_primary:
        return contacts
    problems = _problems(choice, facts, actor)
    if problems:
        raise Refused("contacts", problems)
    if seen != seen_as(contacts):
        raise Stale(contacts)
    _write(model, choice, actor)
    end_asks(code="contacts", root_id=model.pk, outcome=AskOutcome.DONE, user_id=actor.user_id)
    return contacts_of(model)


def field_of(key: uuid.UUID) -> str:
    """The form field that holds a member's role."""
    return f"{ROLE_FIELD}{key.hex}"


# --- what is wrong with the contacts ------------------------------------------------------------


def _problems(choice: Choice, facts: Facts, actor: Access) -> list[Problem]:
    unknown = [key for key in choice.roles if key not in choice.people]
    wrong = [role for role in choice.roles.values() if role not in ContactRole.values]
    if unknown or wrong:
        words = _("Someone in the list is no longer a user of the account. Reload the page.")
        return [Problem("unknown", words)]
    return [
        *_raised(choice, facts, actor),
        *_primary(choice, submitted=facts.submitted),
        *_officer(choice, submitted=facts.submitted),
    ]


def _raised(choice: Choice, facts: Facts, actor: Access) -> list[Problem]:
    """R3: nobody raises their own role; a Company Administrator may name the first Officer.

    Only the first one ever: whoever removes the last Officer cannot take the place.
    """
    mine = next((key for key, one in choice.people.items() if one.user_id == actor.user_id), None)
    if mine is None or actor.is_system:
        return []
    role = choice.roles.get(mine, "")
    if RANK[role] <= RANK[choice.role_now(mine)]:
        return []
    if role == ContactRole.OFFICER and not facts.model.had_officer:
        return []
    words = _("You can't raise your own role. Ask another Officer or Company Administrator.")
    return [Problem("own_role", words, field_of(mine))]


def _primary(choice: Choice, *, submitted: bool) -> list[Problem]:
    key = choice.primary
    if key is None:
        words = _("Choose the Primary POC.")
        return [Problem("primary", words, "primary")] if submitted else []
    role = choice.roles.get(key, "")
    if not role:
        words = _("The Primary POC must be one of the contacts. Give the person a role.")
        return [Problem("primary", words, "primary")]
    if role == ContactRole.CONSULTANT:
        words = _("A Consultant can't be the Primary POC. Choose an Officer or Employee.")
        return [Problem("primary", words, "primary")]
    if submitted and choice.people[key].state != MembershipState.ACTIVE:
        words = _("%(name)s has not accepted the invitation yet and can't be Primary POC.")
        return [Problem("primary", filled(words, name=choice.people[key].name), "primary")]
    return []


def _officer(choice: Choice, *, submitted: bool) -> list[Problem]:
    if not submitted or choice.counting_officers():
        return []
    words = _(
        "Keep at least one Officer who has accepted the invitation. Only an Officer "
        "can sign and submit."
    )
    return [Problem("officer", words)]


# --- writing it -----------------------------------------------------------------------------------


def _write(model: SecurityModel, choice: Choice, actor: Access) -> None:
    # Read before the rows are written, because writing changes them.
    changes = [_words(choice, key) for key in choice.changed]
    named, removed = _officers(choice)
    keys, had = choice.changed, choice.had_primary
    if choice.primary != had:
        name = choice.people[choice.primary].name if choice.primary else _("nobody")
        changes.append(filled(_("Primary POC is %(name)s"), name=name))
        if had is not None:
            _set(choice.now[had], is_primary_poc=False)
    for key in keys:
        if key not in choice.roles:
            choice.now[key].delete()
        elif key in choice.now:
            _set(choice.now[key], role=choice.roles[key])
        else:
            _add(model, choice.people[key], choice.roles[key])
    if choice.primary is not None and choice.primary != had:
        Contact.objects.filter(security_model=model, membership_id=choice.primary).update(
            is_primary_poc=True
        )
    settle_roles(model)
    if named or removed:
        officers_changed(model, actor, named=named, removed=removed)
    contacts_changed(model, actor, changes)


def _set(contact: Contact, **changes: object) -> None:
    save_versioned(contact, expected=contact.version, **changes)


def _add(model: SecurityModel, member: Membership, role: str) -> None:
    Contact.objects.create(
        security_model=model,
        trade_account_id=model.trade_account_id,
        membership=member,
        role=role,
        added_at=clock.now(),
    )


def _words(choice: Choice, key: uuid.UUID) -> str:
    """One change in words: "Ada Byron is Officer", "Ada Byron is no longer a contact"."""
    person = choice.people.get(key) or choice.now[key].membership
    if key not in choice.roles:
        return filled(_("%(name)s is no longer a contact"), name=person.name)
    role = str(ContactRole(choice.roles[key]).label)
    return filled(_("%(name)s is %(role)s"), name=person.name, role=role)


def _officers(choice: Choice) -> tuple[list[Membership], list[Membership]]:
    """Who becomes an Officer, and who stops being one."""
    officer = ContactRole.OFFICER
    keys = choice.changed
    named = [choice.people[key] for key in keys if choice.roles.get(key) == officer]
    removed = [choice.now[key].membership for key in keys if choice.role_now(key) == officer]
    return named, removed
