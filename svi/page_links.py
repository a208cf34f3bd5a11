"""Addresses of SVI, for tasks, notices and pages."""

from __future__ import annotations

import uuid
from typing import Any

from core.links import path_to
from security_models.models import SecurityModel


def agreement_of(model: SecurityModel) -> str:
    """The tab with the agreements of the trade account."""
    return path_to("svi:agreement", trade_id=model.trade_account_id)


def monitored_of(model: SecurityModel) -> str:
    """The list of partners that the trade account monitors."""
    return path_to("svi:monitored", trade_id=model.trade_account_id)


def monitors_of(model: SecurityModel) -> str:
    """The list of partners that monitor the trade account."""
    return path_to("svi:monitors", trade_id=model.trade_account_id)


def partner_page(model: SecurityModel, monitoring_id: uuid.UUID) -> str:
    """The page of a partner that an account monitors."""
    places = {"trade_id": model.trade_account_id, "model_id": model.pk}
    return path_to("svi:partner", monitoring_id=monitoring_id, **places)


def proofs_of(model: SecurityModel) -> str:
    """The list of proofs of status that the trade account gave to outsiders."""
    return path_to("svi:proofs", trade_id=model.trade_account_id)


def new_proof(model: SecurityModel) -> str:
    """The page that makes a proof."""
    return path_to("svi:proof-new", trade_id=model.trade_account_id)


def proof_page(model: SecurityModel, proof_id: uuid.UUID) -> str:
    """The page of a proof."""
    places = {"trade_id": model.trade_account_id, "model_id": model.pk}
    return path_to("svi:proof", proof_id=proof_id, **places)


def acts_on_proof(model: SecurityModel, proof_id: uuid.UUID) -> dict[str, str]:
    """The addresses of what can be done with a proof, by name."""
    places = {"trade_id": model.trade_account_id, "model_id": model.pk, "proof_id": proof_id}
    acts = ("letter", "statement", "send", "revoke")
    return {act: path_to(f"svi:proof-{act}", **places) for act in acts}


def answers_of(trade_id: uuid.UUID, row: Any) -> dict[str, str]:
    """The addresses of a partner and of each answer to it, by name."""
    root = {"trade_id": trade_id, "model_id": row.security_model_id}
    places = {**root, "monitoring_id": row.pk}
    acts = ("accept", "decline", "revoke", "remove")
    return {
        "partner": path_to("svi:partner", **places),
        "withdraw": path_to("svi:withdraw", **root, asked_id=row.pk),
        **{what: path_to("svi:answer", answer_code=what, **places) for what in acts},
    }
