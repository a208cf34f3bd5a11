"""The same content uploaded twice at the same moment, on separate connections (D2)."""

from __future__ import annotations

import threading
from typing import Any

import pytest
from django.db import connection

from core.access import Access
from core.ids import new_id
from core.tenancy import bind
from documents.checks.details import Details
from documents.models import Document
from documents.services import Place, add_or_use
from documents.services.uploads import upload_documents
from documents.states import PlaceKind
from tests.factories.documents import file_of
from tests.factories.messages import looked_after

pytestmark = pytest.mark.django_db(transaction=True)


def upload(actor: Access) -> Any:
    """Add the file in a tab of its own."""
    return upload_documents(
        actor=actor,
        model=actor.security_model,
        uploads=[file_of(b"gate", "gate.txt")],
        details=Details("", "seal_procedure"),
        key=new_id(),
    )


def use(actor: Access) -> Any:
    """Add the file in a criterion."""
    return add_or_use(
        actor=actor,
        model=actor.security_model,
        upload=file_of(b"gate", "gate.txt"),
        details=Details("", "seal_procedure"),
        place=Place(PlaceKind.PROFILE, "3.5"),
    )


@pytest.mark.parametrize("second", [upload, use])
def test_d2_two_uploads_of_the_same_content_at_once_are_one_document(second: Any) -> None:
    _model, officer, _specialist = looked_after()
    gate = threading.Barrier(2)

    def run(act: Any) -> None:
        try:
            bind(officer)
            gate.wait(10)
            act(officer)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=[act]) for act in (upload, second)]
    for one in threads:
        one.start()
    for one in threads:
        one.join(60)
    assert Document.objects.count() == 1
