"""Changes numbers that the first submission has locked, as a specialist approves it (S3)."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence

from django.db import transaction

from audit.services import record
from core import clock
from core.access import Access
from core.errors import refuse
from core.ids import new_id
from security_models.checks.locked_numbers import count_problems, fitting_problems
from security_models.facts.locked_numbers import NumberChange
from security_models.models import EntityIdentifier, SecurityModel
from security_models.selectors.numbers_and_papers import identifiers_of
from security_models.selectors.who_decides import require_in_charge
from security_models.services.identifiers import stored
from security_models.services.roots import lock_for_edit, scope_of


@transaction.atomic
def change_locked_numbers(
    *, actor: Access, model: SecurityModel, changes: Sequence[NumberChange], request: str
) -> None:
    """Make all changes of a request (``request`` is its reference), or none.

    Refused with every problem in words if a number is no longer what it was when the change was
    asked for, or no longer fits. What was submitted before holds its own numbers (P8).
    """
    require_in_charge(actor, model)
    facts = lock_for_edit(model)
    before = {one.pk: one for one in identifiers_of(model)}
    refuse(
        [
            *fitting_problems(before.values(), changes),
            *count_problems(facts, before.values(), changes),
        ]
    )
    gone = [one.identifier_id for one in changes if one.identifier_id is not None]
    # All go before the new ones come: two numbers may change places.
    EntityIdentifier.objects.filter(security_model=model, pk__in=gone).delete()
    for one in changes:
        _make(actor, model, before, one, request)


def _make(
    actor: Access,
    model: SecurityModel,
    before: Mapping[uuid.UUID, EntityIdentifier],
    change: NumberChange,
    request: str,
) -> None:
    """Enter the new number, under the id of the one that it replaces, and record both."""
    old = before.get(change.identifier_id) if change.identifier_id is not None else None
    if change.type is not None:
        EntityIdentifier.objects.create(
            id=change.identifier_id or new_id(),
            security_model=model,
            type=change.type,
            value=stored(change.type, change.value),
            value_hash=change.value_hash,
            shown=change.shown,
            added_at=clock.now(),
            added_by_id=actor.user_id,
            added_by_name=actor.name,
        )
    what = "added" if old is None else "changed" if change.type is not None else "removed"
    kind = change.type or (old.type if old is not None else None)
    record(
        f"security_models.locked_number_{what}",
        actor=actor,
        scope=scope_of(model),
        type=kind.name if kind is not None else "",
        before=old.shown if old is not None else "",
        after=change.shown if change.type is not None else "",
        request=request,
    )
