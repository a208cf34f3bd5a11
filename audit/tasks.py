"""Jobs of the record. Each may run twice: what is laid, signed or checked decides."""

from __future__ import annotations

from celery import shared_task

from audit.services import anchors, chain, verification


@shared_task(ignore_result=True)
def sweep_chain() -> None:
    """Lay new seals in the chain."""
    chain.sweep_chain()


@shared_task(ignore_result=True)
def sweep_anchor() -> None:
    """Sign the statement of today."""
    anchors.sweep_anchor()


@shared_task(ignore_result=True)
def sweep_records() -> None:
    """Continue the check of this night."""
    verification.sweep_records()
