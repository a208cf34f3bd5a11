"""A signature while the signer's membership changes: one waits for the other, without an error."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction

from agreements import services
from agreements.models import Ceremony, Signature
from core.access import Access
from core.errors import Refused
from security_models.models import SecurityModel
from security_models.services.roots import lock
from tests.agreements.conftest import Letter
from tests.agreements.test_ceremony import declared, kind
from trade_accounts.models import Membership

pytestmark = pytest.mark.django_db(transaction=True)


def _running(act: Callable[[], Any]) -> tuple[threading.Thread, list[Any]]:
    outcome: list[Any] = []

    def run() -> None:
        try:
            outcome.append(act())
        except (Refused, DatabaseError) as error:
            outcome.append(error)
        finally:
            connection.close()

    thread = threading.Thread(target=run)
    thread.start()
    return thread, outcome


def test_a2_a_signature_and_a_change_of_the_membership_do_not_block_each_other(
    letter: Letter, officer: Access, model: SecurityModel
) -> None:
    """An act on a membership locks the account, writes the membership, then locks the model."""
    ceremony: Ceremony = declared(officer)

    def signing() -> services.Signed:
        return services.sign(
            actor=officer, signable=kind(), ceremony=ceremony, proofs=["password", "authenticator"]
        )

    with transaction.atomic():
        Membership.objects.filter(user=officer.user).update(type="user")
        thread, outcome = _running(signing)
        thread.join(1)
        lock(model.pk)
    thread.join(20)
    assert isinstance(outcome[0], services.Signed), outcome
    assert Signature.objects.filter(security_model=model).exists()
