"""Makes backup codes and uses each of them once."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.utils.translation import gettext as _

from audit.services import person_scope, record
from core import clock
from core.access import Access
from core.errors import Problem, refusal
from identity.credentials import backup_codes
from identity.models import BackupCode, BackupCodes, User
from identity.selectors.user_state import codes_left, has_second_factor, recipient
from identity.services.attempts import attempt, failed, refuse_early
from identity.services.factors import tell
from identity.services.set_up import locked
from identity.states import SignInStep
from notifications.services.sending import notify


@transaction.atomic
def make_backup_codes(*, actor: Access) -> list[str]:
    """Make ten new codes for the actor, returned only this once; the old ones end.

    Refused for a person without an app or a passkey: there is nothing that codes could replace.
    """
    user = locked(actor)
    if not has_second_factor(user):
        words = _("Set up an authenticator app or a passkey first.")
        raise refusal("no_factor", words)
    codes = backup_codes.new_codes()
    now = clock.now()
    sheet, made = BackupCodes.objects.update_or_create(
        user=user, defaults={"name": "backup codes", "confirmed": True, "made_at": now}
    )
    sheet.codes.all().delete()
    BackupCode.objects.bulk_create(
        BackupCode(
            sheet=sheet,
            begins=backup_codes.normal(code)[: backup_codes.BEGINS],
            code_hash=backup_codes.hash_code(code),
        )
        for code in codes
    )
    record("identity.backup_codes_made", actor=actor, scope=person_scope(user.pk))
    change = (
        _("New backup codes were made.") if made else _("New backup codes replaced the old ones.")
    )
    tell(actor, user, change, ended=False)
    return codes


def use_backup_code(
    *,
    actor: Access,
    request: Any,
    user: User,
    code: str,
    step: SignInStep = SignInStep.CODE,
    field: str = "backup_code",
) -> BackupCodes:
    """Use up one backup code of ``user``; return the sheet, which can verify a session.

    Refused, in the same words and after the same work, for a wrong or used code and for a person
    without codes. A failure counts for the growing delay like a wrong password (U9), so don't call
    this inside a block that a refusal rolls back. The use is recorded and emailed.
    """
    refuse_early(user.email, actor, request)
    sheet = _use_up(user, code)
    if sheet is None:
        attempt(actor, request, user.email, user, step, succeeded=False)
        words = _("This backup code is wrong or already used.")
        raise failed(user.email, actor, request, Problem("wrong_code", words, field))
    left = codes_left(user)
    scope = person_scope(user.pk)
    record("identity.backup_code_used", actor=actor, scope=scope, left=left)
    notify(
        "user.backup_code_used",
        scope=scope,
        to=[recipient(user)],
        url="/account/second-factors",
        at=clock.now(),
        ip=actor.ip,
        left=left,
        few=left <= backup_codes.FEW,
    )
    return sheet


def _use_up(user: User, code: str) -> BackupCodes | None:
    """Mark the code as used and return it. None if it was used before, even a moment ago."""
    begins = backup_codes.normal(code)[: backup_codes.BEGINS]
    found = BackupCode.objects.filter(sheet__user=user, used_at=None, begins=begins).first()
    if found is None:
        make_password(code)
        return None
    if not backup_codes.is_code(code, found.code_hash):
        return None
    first = BackupCode.objects.filter(pk=found.pk, used_at=None).update(used_at=clock.now())
    return found.sheet if first else None
