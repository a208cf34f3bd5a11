"""Adds and deletes business entity identifiers (S3)."""

from __future__ import annotations

import uuid
from collections.abc import Sequence

from django.db import transaction
from django.utils.translation import gettext as _

from audit.services import record
from core import clock
from core.access import Access
from core.crypto import encrypt
from core.errors import NotVisible, refusal
from core.ids import new_id
from core.tenancy import beyond_tenants
from core.text import filled
from security_models.checks import numbers
from security_models.facts.identifier_formats import last_four, reading
from security_models.facts.identifier_requirements import INVITATION, maximum_of
from security_models.facts.model_facts import Facts
from security_models.models import (
    EntityIdentifier,
    IdentifierType,
    InvitationCode,
    SecurityModel,
)
from security_models.policies import P
from security_models.presentation import identifier_hints
from security_models.presentation.identifier_boxes import kind_words, types_asked
from security_models.selectors.numbers_and_papers import value_hash
from security_models.services.roots import lock_for_edit, scope_of

MAX_OF_A_KIND = 200


def stored(type: IdentifierType, value: str) -> str:
    """A number as the database holds it: a personal one is encrypted (T7)."""
    return encrypt(value) if type.masked else value


def shown(type: IdentifierType, value: str) -> str:
    """A number as people see it: of a personal one the last four digits (T7)."""
    return last_four(value) if type.masked else value


@transaction.atomic
def add_identifier(
    *,
    actor: Access,
    model: SecurityModel,
    form_key: uuid.UUID,
    kinds: Sequence[str],
    value: str,
    personal: bool = False,
) -> EntityIdentifier:
    """Add a number that may be of several ``kinds`` (type codes); its form tells which.

    Only required or optional kinds can be entered, up to the limit, and each number once. A number
    that identifies a person is stored encrypted and needs ``personal``, so that nobody enters one
    by accident. Locked kinds are refused after the first submission. An invitation code is claimed
    in the same transaction. ``form_key`` becomes the id of the row: two clicks make one. If the
    number contains another one that is required and missing (an EIN from its importer number), that
    one is added too and returned in ``also``.
    """
    actor.require(P.EDIT)
    facts = lock_for_edit(model)
    with beyond_tenants("A key that is taken by a row of another company is refused."):
        made = EntityIdentifier.objects.filter(pk=form_key).first()
    if made is not None:
        if made.security_model_id != model.pk or made.added_by_id != actor.user_id:
            raise NotVisible("identifier")
        return made
    types = [type for type in types_asked(facts) if type.code in kinds]
    if not types:
        raise refusal("not_asked", _("The program doesn't ask for this kind of number."), "value")
    type, normalized = recognized(types, value)
    _require_room(facts, type, normalized)
    require_confirmed(types, type, personal=personal)
    if type.code == INVITATION:
        _claim(facts, normalized)
    identifier = _keep(facts.model, type, normalized, form_key, actor)
    identifier.also = _contained(facts, type, normalized, actor)
    return identifier


def _contained(
    facts: Facts, type: IdentifierType, value: str, actor: Access
) -> EntityIdentifier | None:
    """Add the number at the start of another one, if it is required and none is entered yet."""
    code, _colon, length = type.gives.partition(":")
    other = next((one for one in types_asked(facts) if one.code == code), None)
    if other is None or facts.entered[code]:
        return None
    return _keep(facts.model, other, value[: int(length)], new_id(), actor)


def _keep(
    model: SecurityModel, type: IdentifierType, value: str, key: uuid.UUID, actor: Access
) -> EntityIdentifier:
    """Write a number. A personal one is encrypted and shown by its last four digits (T7)."""
    identifier = EntityIdentifier.objects.create(
        id=key,
        security_model=model,
        type=type,
        value=stored(type, value),
        value_hash=value_hash(type, value),
        shown=shown(type, value),
        added_at=clock.now(),
        added_by_id=actor.user_id,
        added_by_name=actor.name,
    )
    record(
        "security_models.identifier_added",
        actor=actor,
        scope=scope_of(model),
        type=type.name,
        shown=identifier.shown,
    )
    return identifier


@transaction.atomic
def delete_identifier(
    *, actor: Access, model: SecurityModel, identifier_id: uuid.UUID
) -> str | None:
    """Delete a number; return what was shown of it, None if it was already gone.

    Locked kinds are refused after the first submission. An invitation code becomes free again.
    """
    actor.require(P.EDIT)
    facts = lock_for_edit(model)
    identifier = (
        EntityIdentifier.objects.select_related("type")
        .filter(pk=identifier_id, security_model=model)
        .first()
    )
    if identifier is None:
        return None
    if facts.submitted and identifier.type.locked_after_first_submission:
        raise refusal("locked", locked_words(facts))
    if identifier.type_id == INVITATION:
        _release(model, identifier.value)
    identifier.delete()
    record(
        "security_models.identifier_deleted",
        actor=actor,
        scope=scope_of(model),
        type=identifier.type.name,
        shown=identifier.shown,
    )
    return identifier.shown


def locked_words(facts: Facts) -> str:
    """Why a locked number cannot be changed, and who decides when it is asked for (S3)."""
    if facts.specialist:
        words = _(
            "Since the application was submitted, you can only ask for a change of this number. "
            "%(name)s, your SCSS, decides."
        )
        return filled(words, name=facts.specialist)
    return _(
        "Since the application was submitted, you can only ask for a change of this number. The "
        "program office decides until an SCSS is assigned."
    )


# --- recognizing a number -------------------------------------------------------------------------


def recognized(types: Sequence[IdentifierType], value: str) -> tuple[IdentifierType, str]:
    """The kind whose form the number has, and its normalized form. Refused with hints otherwise.

    A number that may be personal is taken as such only if it was divided like one, or if the kind
    was chosen.
    """
    found = [(type, form) for type in types if (form := reading(value, type)) is not None]
    clear = [one for one in found if one[1].as_written]
    if len(types) > 1 and not clear and any(type.masked for type, _form in found):
        raise refusal("kind", identifier_hints.which_nine_digits(), "kind")
    found = clear or found
    if len(found) > 1:
        raise refusal("kind", _("Choose which kind of number this is."), "kind")
    if not found:
        raise refusal("format", identifier_hints.words_for(types, value), "value")
    type, form = found[0]
    if why := numbers.why_refused(type, form.value):
        raise refusal("format", why, "value")
    return type, form.value


def _require_room(facts: Facts, type: IdentifierType, value: str) -> None:
    """Refused if the kind is locked or full, or if the number is already entered."""
    if facts.submitted and type.locked_after_first_submission:
        raise refusal("locked", locked_words(facts), "value")
    hashed = value_hash(type, value)
    entered = EntityIdentifier.objects.filter(security_model=facts.model)
    if entered.filter(type=type, value_hash=hashed).exists():
        raise refusal("entered", _("This number is already in the list."), "value")
    limit = maximum_of(type.code, facts.groups)
    if limit is not None and facts.entered[type.code] >= limit:
        words = _("You can enter only %(n)s. Delete the one in the list first.")
        raise refusal("full", words % {"n": limit}, "value")
    if facts.entered[type.code] >= MAX_OF_A_KIND:
        words = _("You can keep at most %(n)s numbers of one kind here.")
        raise refusal("full", words % {"n": MAX_OF_A_KIND}, "value")


def require_confirmed(
    types: Sequence[IdentifierType], type: IdentifierType, *, personal: bool
) -> None:
    """Refuse a personal number that nobody has confirmed, so that none is entered by accident."""
    if type.masked and not personal:
        raise refusal("personal", _personal_words(types), "personal")


def _personal_words(types: Sequence[IdentifierType]) -> str:
    others = [kind_words(type, types) for type in types if not type.masked]
    words = _(
        "This is a Social Security number, a personal number. If you can, enter another form "
        "instead: %(others)s. To save it anyway, select the box."
    )
    return words % {"others": "; ".join(others)}


def _claim(facts: Facts, code: str) -> None:
    """Claim an invitation code for this model; one neutral refusal, whatever is wrong with it.

    The same words for a code that was never issued, was used or revoked, or names another country
    or type: nobody learns which codes exist. The conditional update lets only one of two claims
    succeed.
    """
    codes = InvitationCode.objects.filter(
        code=code,
        used_at=None,
        revoked_at=None,
        business_type_id__in=[one.slug for one in facts.types],
    )
    if facts.country:
        codes = codes.filter(country=facts.country)
    with beyond_tenants("An invitation code belongs to no company until it is used."):
        claimed = codes.update(used_at=clock.now(), used_by=facts.model)
    if not claimed:
        words = _(
            "This code can't be used for this application. Check the code, the "
            "business type and the country against the invitation letter."
        )
        raise refusal("invitation", words, "value")


def _release(model: SecurityModel, code: str) -> None:
    with beyond_tenants("An invitation code belongs to no company until it is used."):
        used = InvitationCode.objects.filter(code=code, used_by=model)
        used.update(used_by=None, used_at=None)
