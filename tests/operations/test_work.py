"""Requests that wait for management, in the queues of staff (ADR 14)."""

from __future__ import annotations

import pytest
from django.urls import resolve

from core import staff_work
from core.staff_work import WaitsFor
from operations.services import deciding
from reviews.models import WorkItem
from reviews.selectors.queue import complete
from tests.factories.operations import agreed, management, sent, two_accounts
from tests.factories.trade import make_model

pytestmark = pytest.mark.django_db


def test_t8_a_request_is_work_of_the_program_until_it_is_returned_or_decided() -> None:
    top, below, asker = two_accounts()
    model = make_model(below)
    request = agreed(sent("link", top, asker, below))
    for waits in (WaitsFor.PROGRAM, WaitsFor.PARTNER):
        [item] = WorkItem.objects.filter(kind="operation")
        complete([item])
        known = staff_work.kind(item.kind)
        step = known.next_step(item)
        assert item.waits_for == waits and item.security_model_id == model.pk
        assert bool(step.action) == (waits == WaitsFor.PROGRAM)
        assert resolve(known.url(item)).kwargs["model_id"] == model.pk
        assert item.words.size and item.words.state and item.words.state_code
        if waits == WaitsFor.PROGRAM:
            deciding.return_for_more(actor=management(), request_id=request.pk, reason="Why?")
