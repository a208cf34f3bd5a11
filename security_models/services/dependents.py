"""How a security model reacts when a trade account changes below it (architecture, providers)."""

from __future__ import annotations

from django.utils.translation import gettext as _

from core.access import Access
from core.errors import Problem
from core.text import filled
from security_models import page_links
from security_models.models import (
    Contact,
    ModelAddress,
    SecurityModel,
    SecurityModelGrant,
)
from security_models.selectors import current_assignment, facts_in, facts_of
from security_models.selectors.name_keeper import account_in_charge_of_name
from security_models.services.notices import contacts_changed, officers_changed
from security_models.services.roots import lock, settle_roles
from security_models.states import ContactRole
from trade_accounts.models import Address, Membership, TradeAccount
from trade_accounts.states import MembershipState

OPEN = (MembershipState.ACTIVE, MembershipState.INVITED)


def membership_ending(membership: Membership, actor: Access) -> list[Problem]:
    """S5: from the first submission on a model keeps an Officer and a Primary POC.

    Someone else must be named first, and the refusal says where. If there is nobody who could be
    named, the person can leave, and the model records that it has no Officer.
    """
    return [
        problem
        for contact in _contacts_of(membership)
        for problem in _still_needed(contact, membership, actor)
    ]


def _contacts_of(membership: Membership) -> list[Contact]:
    rows = Contact.objects.filter(membership=membership)
    return list(rows.select_related("security_model__trade_account").order_by("security_model_id"))


def _still_needed(contact: Contact, membership: Membership, actor: Access) -> list[Problem]:
    if membership.state != MembershipState.ACTIVE:
        return []
    # Locked, so that nobody removes the other Officer at the same moment.
    model = lock(contact.security_model_id)
    facts = facts_of(model)
    if not facts.submitted or facts.over:
        return []
    if not _others(membership, actor):
        return []
    about = {"name": membership.name, "reference": model.reference}
    where = page_links.url(model, "contacts")
    problems = []
    if [one.id for one in facts.officers] == [str(contact.pk)]:
        words = _("%(name)s is the only Officer of %(reference)s. Name another Officer first.")
        problems.append(Problem("last_officer", filled(words, **about), url=where))
    if contact.is_primary_poc:
        words = _("%(name)s is the Primary POC of %(reference)s. Choose another one first.")
        problems.append(Problem("primary_poc", filled(words, **about), url=where))
    return problems


def _others(membership: Membership, actor: Access) -> bool:
    """Whether there is someone who could be named: by R3 nobody raises their own role."""
    members = Membership.objects.filter(
        trade_account_id=membership.trade_account_id, state=MembershipState.ACTIVE
    )
    others = members.exclude(pk=membership.pk).values_list("user_id", flat=True)
    return any(user_id != actor.user_id for user_id in others)


def membership_changed(membership: Membership, actor: Access) -> None:
    """Update contacts and grants after a membership began, ended or changed its type.

    A person who has left is no longer a contact. An Officer who has accepted counts from now on
    (R4), and the others are notified.
    """
    for contact in _contacts_of(membership):
        model = lock(contact.security_model_id)
        if membership.state not in OPEN:
            _leave(model, contact, membership, actor)
            continue
        counted = _counted(model, membership)
        settle_roles(model)
        begins = membership.state == MembershipState.ACTIVE and not counted
        if begins and contact.role == ContactRole.OFFICER:
            officers_changed(model, actor, named=[membership], removed=[])


def _counted(model: SecurityModel, membership: Membership) -> bool:
    """Whether the person held the rights of a contact before this change."""
    if membership.user is None:
        return False
    held = SecurityModelGrant.objects.filter(content_object=model, user=membership.user)
    return held.exists()


def _leave(model: SecurityModel, contact: Contact, membership: Membership, actor: Access) -> None:
    contact.delete()
    settle_roles(model)
    if contact.role == ContactRole.OFFICER:
        officers_changed(model, actor, named=[], removed=[membership])
    words = filled(_("%(name)s is no longer a contact"), name=membership.name)
    contacts_changed(model, actor, [words])


def address_removing(address: Address) -> list[Problem]:
    """An address that an open C-TPAT account uses cannot be removed until another one is chosen
    there.

    The address is locked, so that nobody chooses it at the same moment.
    """
    list(Address.objects.select_for_update(no_key=True).filter(pk=address.pk))
    uses = ModelAddress.objects.filter(address=address)
    models = SecurityModel.objects.filter(pk__in=uses.values("security_model_id"))
    words = _("%(reference)s uses this address. Choose another one there first.")
    return [
        Problem(
            "address_used",
            words % {"reference": facts.model.reference},
            url=page_links.url(facts.model, "addresses"),
        )
        for facts in facts_in(models.order_by("started_at"))
        if facts.editable
    ]


def name_keepers(account: TradeAccount) -> list[str]:
    """T3: once the account is set up, the specialist of its oldest certified C-TPAT account decides
    about the company name; nobody here if the program office does.
    """
    model = account_in_charge_of_name(account.pk)
    assignment = current_assignment(model) if model is not None else None
    return [assignment.staff.name] if assignment is not None else []
