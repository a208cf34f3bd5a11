"""What is signed is called by its name wherever it is mentioned (A3, A5, P9)."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from agreements.services import Signed
from core.access import for_user
from notifications.models import Outbox
from security_models.models import SecurityModel
from security_profile.models import Submission
from security_profile.selectors import signed_as
from security_profile.services.submit import withdraw
from security_profile.to_do import tasks_for
from tests.factories.people import UserFactory
from tests.factories.profile import access_to
from tests.factories.reviews import ready_model, send_in
from tests.factories.trade import make_contact
from tests.look.page import Page
from tests.security_profile.test_signing import declared, sign
from tests.security_profile.test_submit import change, reviewed
from trade_accounts.providers.reserved_acts import act_named
from trade_accounts.services.asking import ask

pytestmark = pytest.mark.django_db

APPLICATION = "C-TPAT application"
UPDATE = "update of the approved security profile"


@pytest.fixture(autouse=True)
def _store(tmp_path: Any, settings: Any) -> None:
    settings.MEDIA_ROOT = str(tmp_path)


@pytest.fixture
def ready(db: None) -> SecurityModel:
    """An application that can be signed."""
    return ready_model()


def signed(model: SecurityModel) -> Signed:
    officer = access_to(model)
    return sign(officer, declared(officer))


def updated(model: SecurityModel) -> None:
    """An approved profile with a change that is not submitted."""
    reviewed(Submission.objects.filter(security_model=model).latest("submitted_at"), {})
    change(model, "1.2", "We have a new working group.")


def page(client: Client, model: SecurityModel, name: str, *more: Any) -> str:
    client.force_login(model.started_by)
    address = reverse(name, args=[model.trade_account_id, model.pk, *more])
    return Page(client.get(address).content.decode()).words("//main")


def test_a_road_keeps_its_name_to_its_end(ready: SecurityModel) -> None:
    assert signed_as(ready) == APPLICATION
    reviewed(send_in(ready), {"3.5": "Too old."})
    assert signed_as(ready) == APPLICATION
    change(ready, "3.5", "Renewed.")
    send_in(ready)
    updated(ready)
    assert signed_as(ready) == UPDATE
    update = send_in(ready)
    assert update.kind == "update"
    withdraw(actor=access_to(ready), model=ready, submission_id=update.pk)
    assert signed_as(ready) == UPDATE


def test_a3_an_update_is_read_and_signed_under_its_name(
    client: Client, ready: SecurityModel
) -> None:
    assert f"and the {APPLICATION}" in page(client, ready, "agreements:read", "application")
    first = signed(ready)
    updated(ready)
    body = page(client, ready, "agreements:read", "application")
    assert f"You sign the {UPDATE}" in body and APPLICATION not in body
    second = signed(ready)
    for one, name in ((first, APPLICATION), (second, UPDATE)):
        shown = name[0].upper() + name[1:]
        assert shown in page(client, ready, "agreements:done", one.signatures[-1].pk)
        assert shown in page(client, ready, "agreements:detail", one.signatures[-1].pk)
        assert shown in page(client, ready, "agreements:list")
        copy = one.signatures[-1].copy_of_record
        assert copy is not None and copy.title.startswith(f"Copy of record: {name}, ")


def test_a5_the_mail_about_a_signature_names_what_was_signed(ready: SecurityModel) -> None:
    signed(ready)
    updated(ready)
    signed(ready)
    mails = Outbox.objects.filter(kind="agreement.signed", to_address=ready.started_by.email)
    first, second = mails.order_by("created_at")
    assert APPLICATION in first.subject and APPLICATION in first.text
    assert UPDATE in second.subject and UPDATE in second.text
    assert "application" not in second.subject + second.text


def test_r6_asking_for_a_signature_names_what_is_to_be_signed(
    client: Client, ready: SecurityModel
) -> None:
    send_in(ready)
    updated(ready)
    employee = UserFactory.create()
    make_contact(ready, employee)
    client.force_login(employee)
    address = reverse("security_profile:summary", args=[ready.trade_account_id, ready.pk])
    label = f"Ask {ready.started_by.name} to sign and submit the {UPDATE}"
    assert label in Page(client.get(address).content.decode()).words("//main")
    sign_it = act_named("sign", "security_model")
    ask(actor=access_to(ready, employee), act=sign_it, membership_id=None)
    mail = Outbox.objects.get(kind="submission.ready_for_officer")
    assert UPDATE in mail.text and APPLICATION not in mail.text


def test_n2_the_task_of_an_officer_names_what_is_to_be_signed(ready: SecurityModel) -> None:
    [task] = tasks_for(for_user(ready.started_by), None)
    assert task.title == f"Sign and submit the {APPLICATION}"
    reviewed(send_in(ready), {})
    change(ready, "1.2", "We have a new working group.")
    reviewed(send_in(ready), {"1.2": "Say more."})
    change(ready, "1.2", "We have a new working group of six people.")
    titles = [one.title for one in tasks_for(for_user(ready.started_by), None)]
    assert titles == [f"Sign and submit the {UPDATE}"]
