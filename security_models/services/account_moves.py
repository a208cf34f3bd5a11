"""C-TPAT accounts go from one trade account to another, with all that is theirs (T9).

No date, number, status or version is written: a C-TPAT account keeps its rows, and only the trade
account above it changes.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _

from core import clock
from core.access import Access
from core.account_moves import Effect, Mover, Plan
from security_models import grants
from security_models.models import Contact, ModelAddress, SecurityModel
from trade_accounts.models import Address, Ask, Membership
from trade_accounts.selectors.people import STAYING
from trade_accounts.services.account_moves import ask_effect, same_person
from trade_accounts.states import AskOutcome


def going(plan: Plan) -> list[SecurityModel]:
    """The C-TPAT accounts that go: all in a merge, the chosen ones in a split."""
    rows = grants.with_identity_types(SecurityModel.objects.filter(trade_account_id=plan.source))
    if not plan.closes:
        rows = rows.filter(pk__in=plan.models)
    return list(rows.order_by("started_at", "pk"))


def preview(plan: Plan) -> Sequence[Effect]:
    """Which C-TPAT accounts would go, which stay, and who is a contact of them."""
    models = going(plan)
    effects = [
        Effect(
            "models",
            _("C-TPAT accounts that move"),
            tuple(map(_described, models)),
            _("With their profile, documents, messages, reviews, SVI and history, unchanged."),
        )
    ]
    if not plan.closes:
        here = SecurityModel.objects.filter(trade_account_id=plan.source)
        staying = (
            grants.with_identity_types(here)
            .exclude(pk__in=plan.models)
            .order_by("started_at", "pk")
        )
        effects.append(
            Effect(
                "models_staying", _("C-TPAT accounts that stay"), tuple(map(_described, staying))
            )
        )
        effects += _ending_asks(plan)
    return effects


def _ending_asks(plan: Plan) -> Sequence[Effect]:
    """In a split: open requests to a person who does not come along."""
    asks = Ask.objects.filter(
        trade_account_id=plan.source, scope_id__in=plan.models, ended_at=None
    ).exclude(membership__in=plan.members)
    words = _("Requests to a person that end, because the person does not come along")
    ordered = asks.select_related("membership__user").order_by("asked_at", "pk")
    return ask_effect("asks_ended", words, list(ordered))


def _described(model: SecurityModel) -> str:
    words = ", ".join(
        f"{one['name']} {one['number'] or ''}".strip() for one in model.identity_types
    )
    return f"{model.reference} ({words})" if words else model.reference


def used_by(models: Sequence[uuid.UUID]) -> tuple[set[uuid.UUID], set[uuid.UUID]]:
    """The memberships and the addresses that these C-TPAT accounts cannot do without."""
    members = Contact.objects.filter(security_model__in=models)
    addresses = ModelAddress.objects.filter(security_model__in=models)
    return (
        set(members.values_list("membership_id", flat=True)),
        set(addresses.values_list("address_id", flat=True)),
    )


def move(plan: Plan, actor: Access) -> None:
    """Move the accounts, their contacts and addresses, and bring their grants up to date.

    Each contact is the membership of the same person in the other trade account.
    """
    models = going(plan)
    ids = [one.pk for one in models]
    here = SecurityModel.objects.filter(pk__in=ids, trade_account_id=plan.source)
    here.update(trade_account_id=plan.target)
    _move_contacts(plan, ids)
    _move_addresses(plan, ids)
    _move_asks(plan, ids)
    for model in SecurityModel.objects.filter(pk__in=ids).order_by("pk"):
        grants.sync(model)


def _members(account_id: uuid.UUID) -> list[Membership]:
    rows = Membership.objects.filter(trade_account_id=account_id, state__in=STAYING)
    return list(rows.select_related("user"))


def _move_contacts(plan: Plan, models: Sequence[uuid.UUID]) -> None:
    there = same_person(_members(plan.target))
    contacts = Contact.objects.filter(security_model__in=models)
    for contact in contacts.select_related("membership__user"):
        member = there(contact.membership)
        if member is None:
            raise LookupError(f"contact {contact.pk} has no membership in the other account")
        contact.membership, contact.trade_account_id = member, plan.target
        contact.save(update_fields=["membership", "trade_account_id"])


def _move_addresses(plan: Plan, models: Sequence[uuid.UUID]) -> None:
    uses = ModelAddress.objects.filter(security_model__in=models)
    if plan.closes:
        uses.update(trade_account_id=plan.target)
        return
    copies = Address.objects.filter(trade_account_id=plan.target, copied_from_id__isnull=False)
    by_origin: Mapping[Any, uuid.UUID] = dict(copies.values_list("copied_from_id", "pk"))
    for use in uses:
        use.address_id, use.trade_account_id = by_origin[use.address_id], plan.target
        use.save(update_fields=["address_id", "trade_account_id"])


def _move_asks(plan: Plan, models: Sequence[uuid.UUID]) -> None:
    """Requests to a person for an act on a C-TPAT account that goes, go with it; open ones to a
    person who does not come along end. Those of a merge have moved with the trade account.
    """
    there = same_person(_members(plan.target))
    asks = Ask.objects.filter(trade_account_id=plan.source, scope_id__in=models)
    for ask in asks.select_related("membership__user"):
        member = there(ask.membership)
        if member is not None:
            ask.membership, ask.trade_account_id = member, plan.target
        elif ask.ended_at is None:
            ask.ended_at, ask.outcome = clock.now(), AskOutcome.WITHDRAWN
        ask.save()


MOVER = Mover(
    app="security_models",
    tables={
        "security_models_securitymodel": "goes to the other trade account",
        "security_models_contact": "goes along, as the same person there",
        "security_models_modeladdress": "goes along; split: to the copy of its address",
    },
    preview=preview,
    move=move,
)
