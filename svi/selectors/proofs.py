"""Reads proofs of status: of one's own accounts, and through the address that an outsider has."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable

from django.db.models import Case, CharField, Count, Exists, OuterRef, QuerySet, Sum, Value, When

from core import clock
from core.crypto import decrypt, secret_hash
from core.errors import NotVisible
from core.links import path_to
from core.tenancy import beyond_tenants
from security_models.models import BusinessTypeAccount, SecurityModel
from security_models.states import CERTIFIED_STATUSES
from svi.facts.proofs import ShownStatus, ShownType, proof_state
from svi.models import StatusProof
from svi.selectors.participation import signed_consents
from svi.states import ProofState


def proofs_of(models: Iterable[SecurityModel]) -> QuerySet[StatusProof]:
    """The proofs of these accounts with their ``state``, to filter and sort by."""
    rows = StatusProof.objects.filter(security_model__in=[one.pk for one in models])
    return rows.annotate(
        state=Case(
            When(revoked_at__isnull=False, then=Value(ProofState.REVOKED.value)),
            When(until__lt=clock.today(), then=Value(ProofState.EXPIRED.value)),
            default=Value(ProofState.VALID.value),
            output_field=CharField(),
        )
    )


def proof_of(model: SecurityModel, proof_id: uuid.UUID) -> StatusProof:
    """One proof of an account. Raises NotVisible otherwise."""
    rows = StatusProof.objects.select_related("letter__file")
    found = rows.filter(pk=proof_id, security_model=model).first()
    if found is None:
        raise NotVisible("proof")
    return found


def state_of(proof: StatusProof) -> ProofState:
    """Whether a proof works today."""
    return proof_state(revoked_at=proof.revoked_at, until=proof.until, today=clock.today())


def made_since(trade_account_id: uuid.UUID, since: dt.datetime) -> int:
    """How many proofs a company has made since an instant."""
    rows = StatusProof.objects.filter(security_model__trade_account=trade_account_id)
    return rows.filter(made_at__gte=since).count()


def sent_to(trade_account_id: uuid.UUID, email: str, since: dt.datetime) -> int:
    """How many emails with proofs a company has sent to an address since an instant, at most."""
    rows = StatusProof.objects.filter(security_model__trade_account=trade_account_id, email=email)
    found = rows.filter(sent_at__gte=since).aggregate(n=Sum("times_sent"))
    return found["n"] or 0


def valid_proofs(models: Iterable[SecurityModel]) -> QuerySet[StatusProof]:
    """The proofs of these accounts that work today."""
    rows = StatusProof.objects.filter(security_model__in=[one.pk for one in models])
    return rows.filter(revoked_at=None, until__gte=clock.today())


def valid_counts(models: Iterable[SecurityModel]) -> dict[uuid.UUID, int]:
    """How many valid proofs each of these accounts has; one query."""
    counted = valid_proofs(models).values("security_model_id").annotate(n=Count("pk")).order_by()
    return {row["security_model_id"]: row["n"] for row in counted}


def public_path(proof: StatusProof) -> str:
    """The path that shows the status to whoever has it."""
    return path_to("svi:verify", token=decrypt(proof.kept_secret))


def shown_status(model: SecurityModel) -> ShownStatus:
    """What is shown of an account now: business types that were ever certified, by name."""
    rows = BusinessTypeAccount.objects.filter(security_model=model, certified_on__isnull=False)
    types = rows.order_by("business_type__name", "pk").values_list("business_type__name", "status")
    shown = tuple(ShownType(name, status in CERTIFIED_STATUSES) for name, status in types)
    return ShownStatus(model.trade_account.name, shown, clock.now())


@beyond_tenants("Whoever has the address of a proof may see what it shows, and nothing else.")
def found_proof(secret: str) -> tuple[StatusProof, ShownStatus | None] | None:
    """The proof of an address with the status that it shows now, or with None if it has ended: by
    its day, by the company, or with its agreement (SVI2). None for an unknown address.
    """
    consents = signed_consents().filter(security_model=OuterRef("security_model"))
    rows = StatusProof.objects.annotate(is_agreed=Exists(consents))
    rows = rows.select_related("security_model__trade_account")
    proof = rows.filter(secret_hash=secret_hash(secret)).first()
    if proof is None:
        return None
    works = proof.is_agreed and state_of(proof) == ProofState.VALID
    return proof, shown_status(proof.security_model) if works else None
