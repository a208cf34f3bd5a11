"""Invitation codes: issued by management, entered once by the company that was invited (S3)."""

from __future__ import annotations

import secrets
import uuid
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from audit.services import PROGRAM, record
from core import clock
from core.access import Access
from core.concurrency import made_before
from core.errors import NotVisible, refusal
from core.ids import REFERENCE_ALPHABET
from security_models.models import BusinessType, InvitationCode
from security_models.policies import P

ATTEMPTS = 20


@transaction.atomic
def issue_code(
    *, actor: Access, form_key: uuid.UUID, business_type: str, country: str, note: str
) -> InvitationCode:
    """Issue a code for one business type and one country. Two clicks issue one code."""
    actor.require(P.ISSUE_CODES)
    made = made_before(InvitationCode, form_key, issued_by_id=actor.user_id)
    if made is not None:
        return made
    kind = BusinessType.objects.filter(pk=business_type).first()
    if kind is None:
        words = _("Choose a business type from the list.")
        raise refusal("business_type", words, "business_type")
    code = _insert(
        id=form_key,
        business_type=kind,
        country=country,
        note=note,
        issued_at=clock.now(),
        issued_by=actor.user,
    )
    record(
        "security_models.code_issued", actor=actor, scope=PROGRAM, code=code.code, type=kind.name
    )
    return code


@transaction.atomic
def revoke_code(*, actor: Access, code_id: uuid.UUID) -> InvitationCode:
    """Revoke a code that was not used yet. A second click changes nothing."""
    actor.require(P.ISSUE_CODES)
    code = InvitationCode.objects.select_for_update().filter(pk=code_id).first()
    if code is None:
        raise NotVisible("invitation_code")
    if code.used_at is not None:
        words = _("%(code)s was used and can no longer be revoked.") % {"code": code.code}
        raise refusal("used", words)
    if code.revoked_at is None:
        code.revoked_at = clock.now()
        code.save(update_fields=["revoked_at"])
        record("security_models.code_revoked", actor=actor, scope=PROGRAM, code=code.code)
    return code


def _insert(**fields: Any) -> InvitationCode:
    """A row with a new random code; another code if it is taken."""
    for _attempt in range(ATTEMPTS - 1):
        try:
            with transaction.atomic():
                return InvitationCode.objects.create(code=_new_code(), **fields)
        except IntegrityError:
            continue
    return InvitationCode.objects.create(code=_new_code(), **fields)


def _new_code() -> str:
    """``INV`` and two groups of four without look-alikes: 40 random bits."""
    groups = ("".join(secrets.choice(REFERENCE_ALPHABET) for _ in range(4)) for _ in range(2))
    return "-".join(["INV", *groups])
