"""Prepares a change request: its lines, reason and proofs (T3, S3).

All contacts of an account work on one draft, so that several numbers come in one request.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from change_requests.facts.lines import key_of_name
from change_requests.machine import CHANGE, scope_of
from change_requests.models import ChangeLine, ChangeProof, ChangeRequest
from change_requests.policies import P
from change_requests.selectors.requests import unfinished_name_request
from change_requests.services.locking import lock_for_writing, written
from change_requests.states import EDITABLE, ChangeAct, ChangeKind, ChangeStatus
from core import clock
from core.access import Access
from core.errors import refusal
from core.ids import new_reference
from core.text import filled
from files.services import receive, sha256_of
from security_models.models import SecurityModel
from trade_accounts.models import TradeAccount
from trade_accounts.selectors import name_may_change
from trade_accounts.services.accounts import locked

MAX_PROOFS = 20


def require_may_ask(actor: Access, request: ChangeRequest) -> None:
    """Raise NotAllowed for those who may not ask for this: the name is of every member, numbers are
    of the contacts.
    """
    actor.require(P.ASK if request.is_of_name else P.ASK_NUMBERS)


def begin(
    actor: Access, key: uuid.UUID, account: TradeAccount, model: SecurityModel | None
) -> ChangeRequest:
    """A new draft; its root is locked."""
    now = clock.now()
    request = ChangeRequest(
        pk=key,
        reference=new_reference("C"),
        kind=ChangeKind.NAME if model is None else ChangeKind.NUMBERS,
        trade_account=account,
        security_model=model,
        status=ChangeStatus.DRAFT,
        started_at=now,
        started_by_id=actor.user_id,
        started_by_name=actor.name,
        status_at=now,
        status_by_name=actor.name,
        updated_by_id=actor.user_id,
    )
    request.save(force_insert=True)
    CHANGE.begin(request, actor=actor)
    return request


@transaction.atomic
def ask_for_name(*, actor: Access, form_key: uuid.UUID, name: str) -> ChangeRequest:
    """Draft the request for another company name, or change the one that is drafted or returned.

    Refused while the company can change its name itself, or while a request waits for a decision.
    """
    actor.require(P.ASK)
    account = locked(actor.trade_account.pk)
    if name_may_change(account):
        words = _("You can still change the name yourself, under Company Information.")
        raise refusal("not_locked", words, "name")
    request = unfinished_name_request(account)
    if request is not None and request.status not in EDITABLE:
        words = _("Request %(reference)s for another name waits for a decision.")
        raise refusal("taken", filled(words, reference=request.reference), "name")
    require_other_name(account, name)
    if request is None:
        request = begin(actor, form_key, account, None)
    return _put_name(actor, request, account, name)


def require_other_name(account: TradeAccount, name: str) -> None:
    """Refuse the name that the company has, however its spaces are typed."""
    if name.split() == account.name.split():
        raise refusal("same", _("This is the name that the company has now."), "name")


def _put_name(
    actor: Access, request: ChangeRequest, account: TradeAccount, name: str
) -> ChangeRequest:
    """The one line of a request for another name."""
    request.lines.all().delete()
    ChangeLine.objects.create(
        request=request,
        trade_account_id=account.pk,
        act=ChangeAct.RENAME,
        key=key_of_name(account.pk),
        waits=request.status != ChangeStatus.DRAFT,
        before_shown=account.name,
        shown=name,
        added_at=clock.now(),
    )
    return written(request, actor)


@transaction.atomic
def save_text(
    *, actor: Access, request: ChangeRequest, expected: int, reason: str, name: str = ""
) -> ChangeRequest:
    """Save the reason, and for the company name the new one. Raises Stale if someone else saved
    since (P5).
    """
    require_may_ask(actor, request)
    now = lock_for_writing(request, expected)
    if now.is_of_name:
        line = now.lines.first()
        if line is None or line.shown != name or line.before_shown != now.trade_account.name:
            require_other_name(now.trade_account, name)
            _put_name(actor, now, now.trade_account, name)
    if now.reason == reason:
        return now
    return written(now, actor, reason=reason)


@transaction.atomic
def drop_line(*, actor: Access, request: ChangeRequest, line_id: uuid.UUID) -> str | None:
    """Take a change out of a request about numbers; return its number, None if it is gone."""
    require_may_ask(actor, request)
    now = lock_for_writing(request)
    line = now.lines.filter(pk=line_id).first()
    if line is None or now.is_of_name:
        return None
    line.delete()
    written(now, actor)
    return str(line.shown or line.before_shown)


@transaction.atomic
def add_proofs(
    *, actor: Access, request: ChangeRequest, uploads: Sequence[Any]
) -> list[ChangeProof]:
    """Add files. Each can be opened once it is checked; the same file is added once."""
    require_may_ask(actor, request)
    now = lock_for_writing(request)
    there = now.proofs.filter(removed_at=None).select_related("file")
    known = {one.file.sha256 for one in there}
    if len(known) + len(uploads) > MAX_PROOFS:
        words = _("You can add up to %(n)s documents. Remove one first.")
        raise refusal("full", words % {"n": MAX_PROOFS}, "file")
    added, scope = [], scope_of(now)
    for upload in uploads:
        if upload and sha256_of(upload) in known:
            continue
        file = receive(upload, actor=actor, scope=scope)
        known.add(file.sha256)
        added.append(
            ChangeProof.objects.create(
                request=now,
                trade_account_id=now.trade_account_id,
                scope_kind=scope.kind,
                scope_id=scope.id or now.trade_account_id,
                file=file,
                added_at=clock.now(),
                added_by_id=actor.user_id,
                added_by_name=actor.name,
            )
        )
    return added


@transaction.atomic
def remove_proof(*, actor: Access, request: ChangeRequest, proof_id: uuid.UUID) -> str | None:
    """Take a proof out; return its name, None if it is gone. The file is kept."""
    require_may_ask(actor, request)
    now = lock_for_writing(request)
    rows = now.proofs.filter(pk=proof_id, removed_at=None).select_related("file")
    proof = rows.first()
    if proof is None:
        return None
    proof.removed_at, proof.removed_by_name = clock.now(), actor.name
    proof.save(update_fields=["removed_at", "removed_by_name"])
    return str(proof.file.name)
