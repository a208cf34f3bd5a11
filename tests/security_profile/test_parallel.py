"""Two people at the same moment, on real connections (P5; issue "Bad input")."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from core.errors import Refused, Stale
from identity.models import Session, User
from security_models.models import SecurityModel
from security_profile.models import EvidenceLink, Response, ResponseRevision, Submission
from security_profile.selectors.catalogue import forget
from security_profile.services.evidence import choose_evidence
from security_profile.services.responses import Draft, save_response
from security_profile.services.submit import submission_content, submit
from tests.factories.models import complete_profile
from tests.factories.people import UserFactory
from tests.factories.profile import access_to, answer_all, make_document, make_type
from tests.factories.trade import make_account, make_contact, make_model
from tests.identity.road import sign_in
from tests.patience import PATIENCE

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def model() -> SecurityModel:
    forget()
    made = make_model(make_account())
    make_type(made)
    return made


def at_once(*acts: Callable[[], Any]) -> list[Any]:
    """Run acts in separate threads, started together; return their results or errors."""
    barrier = Barrier(len(acts))

    def run(act: Callable[[], Any]) -> Any:
        try:
            barrier.wait(timeout=PATIENCE)
            return act()
        except (Stale, Refused) as refusal:
            return refusal
        finally:
            connection.close()

    with ThreadPoolExecutor(len(acts)) as threads:
        return list(threads.map(run, acts))


def saving(model: SecurityModel, user: User, text: str, version: int) -> Callable[[], Any]:
    access = access_to(model, user)
    return lambda: save_response(
        actor=access, model=model, code="3.5", version=version, draft=Draft(text)
    )


@pytest.mark.parametrize("version", [0, 1])
def test_p5_of_two_saves_at_once_one_wins_and_the_other_is_told(
    model: SecurityModel, version: int
) -> None:
    colleague = UserFactory.create()
    make_contact(model, colleague)
    if version:
        saving(model, model.started_by, "Before", 0)()
    results = at_once(
        saving(model, model.started_by, "Mine", version),
        saving(model, colleague, "Theirs", version),
    )
    lost = [one for one in results if isinstance(one, Stale)]
    assert len(lost) == 1
    kept = Response.objects.get()
    assert kept.version == version + 1
    assert lost[0].current.text == kept.text
    assert ResponseRevision.objects.filter(text=kept.text).count() == 1


def test_pressing_save_twice_at_once_is_one_save(model: SecurityModel) -> None:
    results = at_once(*[saving(model, model.started_by, "Same", 0) for _twice in range(2)])
    assert not [one for one in results if isinstance(one, Stale)]
    assert Response.objects.get().version == 1
    assert ResponseRevision.objects.count() == 1


def test_choosing_the_same_document_at_once_attaches_it_once(model: SecurityModel) -> None:
    version, access = make_document(model), access_to(model)

    def choose() -> Any:
        return choose_evidence(actor=access, model=model, code="3.5", version_ids=[version.pk])

    at_once(choose, choose)
    assert EvidenceLink.objects.count() == 1


def test_submitting_twice_at_once_makes_one_submission() -> None:
    forget()
    model = complete_profile(make_model(make_account()))
    answer_all(model)
    content, access = submission_content(model), access_to(model)

    def send() -> Any:
        return submit(actor=access, model=model, content=content)

    results = at_once(send, send)
    assert Submission.objects.count() == 1
    assert sum(isinstance(one, Refused) for one in results) == 1


def test_what_was_typed_when_the_session_ended_comes_back_unsaved(
    client: Client, model: SecurityModel
) -> None:
    officer = model.started_by
    sign_in(client, officer.email)
    url = reverse("security_profile:criterion", args=[model.trade_account_id, model.pk, "3.5"])
    client.get(url)
    Session.objects.all().delete()
    typed = {"version": 0, "answer": "response", "text": "Typed for an hour.", "save": "1"}
    answer = client.post(url, typed)
    assert answer.status_code == 302 and "/sign-in" in answer["Location"]
    assert not Response.objects.exists()
    sign_in(client, officer.email, query_params={"next": url})
    body = client.get(url).content.decode()
    assert "Typed for an hour." in body
    assert "not saved yet" in body
