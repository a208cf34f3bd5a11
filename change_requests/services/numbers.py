"""Adds changes of numbers to a request (S3)."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext as _

from change_requests.checks.sending import taken_problems
from change_requests.facts.lines import as_change, key_of_new, key_of_number
from change_requests.models import ChangeLine, ChangeRequest
from change_requests.policies import P
from change_requests.selectors.requests import (
    draft_of_numbers,
    lines_of,
    waiting_for,
    waiting_to_enter,
)
from change_requests.services.drafts import begin
from change_requests.services.locking import lock_for_writing, written
from change_requests.states import ChangeAct, ChangeKind, ChangeStatus
from core import clock
from core.access import Access
from core.concurrency import made_before
from core.errors import NotVisible, refusal, refuse
from core.ids import new_id
from security_models.checks.locked_numbers import fitting_problems
from security_models.facts.locked_numbers import lockable
from security_models.facts.model_facts import Facts
from security_models.models import EntityIdentifier, IdentifierType, SecurityModel
from security_models.presentation.identifier_boxes import types_asked
from security_models.selectors.numbers_and_papers import identifiers_of
from security_models.services.identifiers import (
    recognized,
    require_confirmed,
    shown,
    stored,
    value_hash,
)
from security_models.services.roots import lock_for_edit

MAX_LINES = 100


@dataclass(frozen=True)
class AskedNumber:
    """What a contact asks for. ``number_id`` is the number to change or to ``remove``; without it
    one is added. ``kinds`` are the codes of the kinds that the new number may be of.
    """

    number_id: uuid.UUID | None = None
    remove: bool = False
    kinds: tuple[str, ...] = ()
    value: str = ""
    personal: bool = False


def kinds_to_ask(facts: Facts, number: EntityIdentifier | None = None) -> list[IdentifierType]:
    """The locked kinds that a new number may be of. Another in its place is of the same field."""
    kinds = lockable(types_asked(facts), facts)
    if number is None:
        return kinds
    return [one for one in kinds if one.field == number.type.field] or [number.type]


@transaction.atomic
def ask_for_number(
    *,
    actor: Access,
    model: SecurityModel,
    form_key: uuid.UUID,
    asked: AskedNumber,
    to: uuid.UUID | None = None,
) -> ChangeRequest:
    """Add a change to the draft of the account, or to the returned request ``to``.

    The formats hold as in the draft of an application. ``form_key`` becomes the id of the line: two
    clicks make one. A second change of the same number replaces the first.
    """
    actor.require(P.ASK_NUMBERS)
    facts = lock_for_edit(model)
    if not facts.submitted:
        words = _("You can still change this number yourself, under Business entity IDs.")
        raise refusal("not_locked", words, "value")
    made = made_before(ChangeLine, form_key, trade_account_id=model.trade_account_id)
    if made is not None:
        if made.request.security_model_id != model.pk:
            raise NotVisible("change request")
        return made.request
    entered = identifiers_of(model)
    line = _line(facts, entered, asked, form_key)
    request = _request(actor, model, to)
    _require_free(model, request, line)
    others = [one for one in lines_of(request) if one.key != line.key]
    if len(others) >= MAX_LINES:
        words = _("A request has at most %(n)s changes. Send this one, then start another.")
        raise refusal("full", words % {"n": MAX_LINES}, "value")
    refuse(fitting_problems(entered, [as_change(one) for one in [*others, line]]))
    request.lines.filter(key=line.key).delete()
    line.request, line.waits = request, request.status != ChangeStatus.DRAFT
    line.save(force_insert=True)
    return written(request, actor)


def _line(
    facts: Facts, entered: list[EntityIdentifier], asked: AskedNumber, key: uuid.UUID
) -> ChangeLine:
    """The line, not saved. Refused with hints if the number does not have the form of its kind."""
    number = _number(facts, entered, asked.number_id)
    line = ChangeLine(pk=key, trade_account_id=facts.model.trade_account_id, added_at=clock.now())
    if number is not None:
        line.identifier_id, line.before_hash = number.pk, number.value_hash
        line.before_shown, line.type_before = number.shown, number.type
        line.key = key_of_number(number.pk)
    if number is not None and asked.remove:
        line.act = ChangeAct.REMOVE
        return line
    kinds = [one for one in kinds_to_ask(facts, number) if one.code in asked.kinds]
    if not kinds:
        raise refusal("kind", _("Choose the kind of number."), "kind")
    kind, value = recognized(kinds, asked.value)
    require_confirmed(kinds, kind, personal=asked.personal)
    line.type, line.value, line.shown = kind, stored(kind, value), shown(kind, value)
    line.value_hash = value_hash(kind, value)
    if number is None:
        line.act = ChangeAct.ADD
        line.key = key_of_new(facts.model.pk, kind.code, line.value_hash)
        return line
    if (number.type_id, number.value_hash) == (kind.code, line.value_hash):
        raise refusal("same", _("This is the number that is entered now."), "value")
    line.act = ChangeAct.CHANGE
    return line


def _number(
    facts: Facts, entered: list[EntityIdentifier], number_id: uuid.UUID | None
) -> EntityIdentifier | None:
    """The locked number to change. Raises NotVisible for any other."""
    if number_id is None:
        return None
    number = next((one for one in entered if one.pk == number_id), None)
    if number is None or not lockable([number.type], facts):
        raise NotVisible("identifier")
    return number


def _request(actor: Access, model: SecurityModel, to: uuid.UUID | None) -> ChangeRequest:
    """The returned request that was named, or else the draft of the account, or a new one."""
    rows = ChangeRequest.objects.filter(kind=ChangeKind.NUMBERS, security_model=model)
    named = rows.filter(pk=to, status=ChangeStatus.RETURNED).first() if to else None
    found = named or draft_of_numbers(model)
    if found is not None:
        return lock_for_writing(found)
    return begin(actor, new_id(), model.trade_account, model)


def _require_free(model: SecurityModel, request: ChangeRequest, line: ChangeLine) -> None:
    """Refuse a field for which another request waits, and a number that another would enter."""
    taken = waiting_for([line.key], but=request.pk)
    if not taken and line.value_hash:
        rows = waiting_to_enter(model, [line.value_hash]).exclude(request=request)
        taken = list(rows.filter(type=line.type))
    refuse(taken_problems(taken))
