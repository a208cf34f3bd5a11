"""Makes, emails and revokes proofs of status for outsiders (SVI5; ADR 27)."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import transaction
from django.db.models import F

from audit.services import model_scope, record
from core import clock
from core.access import Access
from core.concurrency import made_before, one_at_a_time
from core.crypto import encrypt, secret_hash
from core.errors import NotVisible, refuse
from core.ids import new_reference, new_secret
from core.tenancy import beyond_tenants
from files.services import request_rendering
from notifications.providers.kinds import Recipient
from notifications.services.sending import notify
from security_models.models import SecurityModel
from svi.checks.participation import participation_problems
from svi.checks.proofs import SENT_WITHIN, last_day, proof_problems, sending_problems
from svi.models import StatusProof
from svi.presentation.letters import LETTER, letter_content, letter_title
from svi.selectors.participation import participation
from svi.selectors.proofs import (
    made_since,
    proof_of,
    public_path,
    sent_to,
    shown_status,
    state_of,
    valid_proofs,
)
from svi.services.both_sides import lock_consents, require_manager
from svi.states import ProofState


@transaction.atomic
def make_proof(
    *,
    actor: Access,
    model: SecurityModel,
    form_key: uuid.UUID,
    recipient: str,
    days: int,
    email: str = "",
) -> StatusProof:
    """Make a proof of the status of an account, with its letter, and email its address if an email
    address is given. The same form sent again returns the same proof.

    Refused without participation (SVI1), and beyond the number of a day (``SVI_PROOFS_A_DAY``).
    """
    require_manager(actor, model)
    existing = made_before(StatusProof, form_key, security_model_id=model.pk)
    if existing is not None:
        return existing
    one_at_a_time(f"svi-proofs:{model.trade_account_id}")
    # Who revokes the agreement now waits, and then ends this proof, too.
    lock_consents([model.pk])
    refuse(participation_problems(participation(model)))
    made_today = made_since(model.trade_account_id, clock.day_began())
    most = settings.SVI_PROOFS_A_DAY
    refuse(proof_problems(recipient=recipient, days=days, made_today=made_today, most_a_day=most))
    proof = _made(actor, model, form_key, recipient.strip(), email, days)
    _note("proof_made", actor, proof)
    if email:
        _send(actor, model, proof)
    return proof


def _require_sending(model: SecurityModel, proof: StatusProof) -> None:
    """Refuse another email: the portal does not send strangers what they did not ask for."""
    lately = sent_to(model.trade_account_id, proof.email, clock.now() - SENT_WITHIN)
    refuse(
        sending_problems(
            is_valid=state_of(proof) == ProofState.VALID,
            email=proof.email,
            times_sent=proof.times_sent,
            sent_lately=lately if proof.email else 0,
        )
    )


@transaction.atomic
def send_proof(*, actor: Access, model: SecurityModel, proof_id: uuid.UUID) -> StatusProof:
    """Email the address of a proof to its recipient once more."""
    one_at_a_time(f"svi-proofs:{model.trade_account_id}")
    proof = _locked(actor, model, proof_id)
    _send(actor, model, proof)
    return proof


@transaction.atomic
def revoke_proof(*, actor: Access, model: SecurityModel, proof_id: uuid.UUID) -> StatusProof:
    """End a proof at once; a second time does nothing."""
    proof = _locked(actor, model, proof_id)
    if proof.revoked_at is None:
        proof.revoked_at, proof.revoked_by_name = clock.now(), actor.name
        proof.save(update_fields=["revoked_at", "revoked_by_name"])
        _note("proof_revoked", actor, proof)
    return proof


def end_proofs(*, by: str, model: SecurityModel) -> None:
    """End every valid proof of an account whose agreement ends (SVI2); one statement."""
    valid_proofs([model]).update(revoked_at=clock.now(), revoked_by_name=by)


@beyond_tenants("An outsider opens the address of a proof; the company sees that.")
def note_opened(proof: StatusProof) -> None:
    """Count that the address was opened."""
    rows = StatusProof.objects.filter(pk=proof.pk)
    rows.update(opened_at=clock.now(), times_opened=F("times_opened") + 1)


# --- parts of these -------------------------------------------------------------------------------


def _made(
    actor: Access,
    model: SecurityModel,
    form_key: uuid.UUID,
    recipient: str,
    email: str,
    days: int,
) -> StatusProof:
    """The row with its letter."""
    secret = new_secret()
    proof = StatusProof(
        pk=form_key,
        security_model=model,
        reference=new_reference("P"),
        recipient=recipient,
        email=email,
        secret_hash=secret_hash(secret),
        kept_secret=encrypt(secret),
        until=last_day(clock.today(), days),
        made_at=clock.now(),
        made_by_id=actor.user_id,
        made_by_name=actor.name,
    )
    shown = shown_status(model)
    proof.letter = request_rendering(
        kind=LETTER,
        title=letter_title(shown),
        scope=model_scope(model.pk),
        content=letter_content(proof, shown, public_path(proof)),
    )
    proof.save(force_insert=True)
    return proof


def _locked(actor: Access, model: SecurityModel, proof_id: uuid.UUID) -> StatusProof:
    require_manager(actor, model)
    rows = StatusProof.objects.select_for_update(of=("self",), no_key=True)
    if rows.filter(pk=proof_id, security_model=model).first() is None:
        raise NotVisible("proof")
    return proof_of(model, proof_id)


def _send(actor: Access, model: SecurityModel, proof: StatusProof) -> None:
    """Email the address; the text of the email is deleted once it is sent."""
    _require_sending(model, proof)
    proof.times_sent, proof.sent_at = proof.times_sent + 1, clock.now()
    proof.save(update_fields=["times_sent", "sent_at"])
    notify(
        "svi.proof_sent",
        scope=model_scope(model.pk),
        to=[Recipient(proof.email)],
        url=public_path(proof),
        company=model.trade_account.name,
        person=actor.name,
        until=proof.until,
        reference=proof.reference,
    )
    _note("proof_sent", actor, proof)


def _note(what: str, actor: Access, proof: StatusProof) -> None:
    record(
        f"svi.{what}",
        actor=actor,
        scope=model_scope(proof.security_model_id),
        subject=("svi_proof", proof.pk),
        recipient=proof.recipient,
        reference=proof.reference,
    )
