"""One message to many partners: who gets it, once, however often it is sent or a worker dies."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from core import clock
from core.access import Access, for_user
from core.errors import NotAllowed, NotVisible, Refused
from core.ids import new_id
from identity.models import User
from messages_app.models import Broadcast, BroadcastRow, Message, Thread
from messages_app.selectors.broadcasts import broadcasts_of, reasons_against
from messages_app.services import broadcasts, threads
from notifications.models import Outbox
from reviews.selectors.management import partners_of
from security_models.models import BusinessType, BusinessTypeAccount, SecurityModel
from security_models.services import handover
from tests.factories.messages import looked_after
from tests.factories.people import UserFactory
from tests.factories.trade import assign, make_account, make_model
from tests.reviews.test_pages import signed_in, words_of
from tests.statements import at_most
from trade_accounts.states import MembershipState

pytestmark = pytest.mark.django_db
NEW = reverse("reviews:message-many")
NAMES = ("Alder Imports", "Birch Drayage", "Cedar Brokers")


@pytest.fixture
def specialist() -> Access:
    """The specialist who writes."""
    return for_user(UserFactory.create(staff_role="scss", first_name="Imre", last_name="Kovats"))


@pytest.fixture
def models(specialist: Access) -> list[SecurityModel]:
    """Three partners of the specialist, all submitted."""
    found = []
    for name in NAMES:
        model = make_model(make_account(name))
        SecurityModel.objects.filter(pk=model.pk).update(first_submitted_on=clock.today())
        assign(model, specialist.user)
        found.append(model)
    return found


def boss() -> Access:
    return for_user(UserFactory.create(staff_role="management"))


def confirm(actor: Access, models: list[SecurityModel], **more: Any) -> Broadcast:
    given: dict[str, Any] = {
        "form_key": new_id(),
        "subject": "Locks of {company}",
        "body": "Dear {contact}, {specialist}",
        "partners": [one.pk for one in models],
    }
    return broadcasts.send_to_many(actor=actor, **{**given, **more})


def why(broadcast: Broadcast) -> dict[str, str]:
    rows = BroadcastRow.objects.filter(broadcast=broadcast, thread=None)
    return dict(rows.values_list("security_model__trade_account__name", "why"))


# --- sending --------------------------------------------------------------------------------------


def test_m4_each_partner_gets_a_thread_of_its_own_with_its_own_words(
    specialist: Access, models: list[SecurityModel]
) -> None:
    sent = confirm(specialist, models, is_inquiry=True)
    assert not Thread.objects.exists()
    assert broadcasts.work_through(sent.pk) == 3
    rows = Thread.objects.order_by("subject")
    assert [one.subject for one in rows] == [f"Locks of {name}" for name in NAMES]
    assert all(one.is_open_inquiry and one.sent_with == sent.pk for one in rows)
    message = Message.objects.get(security_model=models[0])
    assert message.body == f"Dear {models[0].started_by.name}, Imre Kovats"
    assert message.author_name == "Imre Kovats"
    assert Outbox.objects.filter(kind="message.received").count() == 3


def test_it_is_sent_once_however_often_it_is_pressed_or_swept(
    specialist: Access, models: list[SecurityModel]
) -> None:
    key = new_id()
    first = confirm(specialist, models, form_key=key)
    assert confirm(specialist, models, form_key=key) == first
    for _run in range(2):
        broadcasts.work_through(first.pk)
        broadcasts.sweep_broadcasts()
    broadcasts.go_on(actor=specialist, broadcast_id=first.pk)
    broadcasts.sweep_broadcasts()
    assert Thread.objects.count() == 3
    with pytest.raises(Refused):
        confirm(boss(), models, form_key=key)
    twice = {
        "security_model": models[0], "subject": "x", "status": "closed",
        "opened_at": clock.now(), "last_message_at": clock.now(), "last_side": "program",
        "waits_since": clock.today(), "sent_with": first.pk,
    }  # fmt: skip
    with pytest.raises(IntegrityError), transaction.atomic():
        Thread.objects.create(**twice)


def test_r11_a_worker_that_dies_loses_nothing_and_sends_nothing_twice(
    specialist: Access, models: list[SecurityModel], monkeypatch: pytest.MonkeyPatch
) -> None:
    sent = confirm(specialist, models)
    real, calls = threads.send_new, []

    def dies(**given: Any) -> Thread:
        calls.append(1)
        made = real(**given)
        if len(calls) == 2:
            raise RuntimeError("killed")
        return made

    monkeypatch.setattr(threads, "send_new", dies)
    assert broadcasts.work_through(sent.pk) == 2
    assert BroadcastRow.objects.filter(done_at=None).count() == 1
    assert broadcasts.sweep_broadcasts() == 0
    BroadcastRow.objects.filter(done_at=None).update(next_attempt_at=clock.now())
    assert broadcasts.sweep_broadcasts() == 1
    assert Thread.objects.count() == 3


def test_after_some_attempts_a_row_says_that_it_could_not_be_sent(
    specialist: Access, models: list[SecurityModel], monkeypatch: pytest.MonkeyPatch
) -> None:
    sent = confirm(specialist, models[:1])
    monkeypatch.setattr(threads, "send_new", lambda **_given: 1 / 0)
    for _attempt in range(broadcasts.MOST_ATTEMPTS + 1):
        BroadcastRow.objects.filter(done_at=None).update(next_attempt_at=clock.now())
        broadcasts.sweep_broadcasts()
    assert "Something went wrong" in why(sent)["Alder Imports"]


def test_a_stopped_message_goes_no_further_and_its_author_continues_it(
    specialist: Access, models: list[SecurityModel]
) -> None:
    sent = confirm(specialist, models)
    broadcasts.send_one(BroadcastRow.objects.earliest("pk").pk)
    broadcasts.stop(actor=boss(), broadcast_id=sent.pk)
    assert broadcasts.sweep_broadcasts() == broadcasts.work_through(sent.pk) == 0
    with pytest.raises(Refused, match="Only Imre Kovats"):
        broadcasts.go_on(actor=boss(), broadcast_id=sent.pk)
    broadcasts.go_on(actor=specialist, broadcast_id=sent.pk)
    assert broadcasts.work_through(sent.pk) == 2
    assert Thread.objects.count() == 3


# --- who gets it ----------------------------------------------------------------------------------


def test_who_cannot_get_it_is_left_out_with_the_reason(
    specialist: Access, models: list[SecurityModel]
) -> None:
    nobody, ended, by_hand = models
    membership = nobody.contacts.get().membership
    membership.state = MembershipState.ENDED
    membership.save()
    kind = BusinessType.objects.create(slug="x", name="X", tiered=False, position=900)
    BusinessTypeAccount.objects.create(
        security_model=ended,
        business_type=kind,
        status="withdrawn",
        started_on=clock.today(),
        run=ended.runs.get(),
    )
    last = make_model(make_account("Dogwood Freight"))
    assign(last, specialist.user)
    with at_most(1):
        assert set(reasons_against([*models, last])) == {nobody.pk, ended.pk}
    sent = confirm(specialist, [*models, last], left_out={by_hand.pk: "Answered by phone."})
    broadcasts.work_through(sent.pk)
    assert [one.security_model for one in Thread.objects.all()] == [last]
    assert "No contact" in why(sent)["Alder Imports"]
    assert "no longer takes part" in why(sent)["Birch Drayage"]
    assert why(sent)["Cedar Brokers"] == "Answered by phone."
    broadcasts.go_on(actor=specialist, broadcast_id=sent.pk)
    assert broadcasts.sweep_broadcasts() == 0


def test_a_specialist_writes_to_own_and_covered_partners_and_management_to_all(
    specialist: Access, models: list[SecurityModel]
) -> None:
    _model, _officer, other = looked_after("Dogwood Freight")
    theirs = other.security_model
    sent = confirm(specialist, [*models, theirs])
    assert sent.rows.count() == 3
    with pytest.raises(Refused, match="Nobody is left"):
        confirm(specialist, [theirs])
    handover.set_absence(
        actor=boss(), staff_id=other.user_id, until=clock.today(), cover_id=specialist.user_id
    )
    assert confirm(specialist, [theirs]).rows.count() == 1
    assert confirm(boss(), [*models, theirs]).rows.count() == 4
    for role in ("helpdesk", "program_admin", ""):
        with pytest.raises(NotAllowed):
            confirm(for_user(UserFactory.create(staff_role=role)), models)


def test_who_no_longer_looks_after_a_partner_sends_it_nothing(
    specialist: Access, models: list[SecurityModel]
) -> None:
    sent = confirm(specialist, models[:1])
    new = UserFactory.create(staff_role="scss")
    seen = {models[0].pk: specialist.user_id}
    handover.assign_many(actor=boss(), staff_id=new.pk, seen=seen)
    assert broadcasts.work_through(sent.pk) == 0
    assert "no longer looks after" in why(sent)["Alder Imports"]


def test_who_lost_the_role_sends_nothing_and_the_result_says_so(
    specialist: Access, models: list[SecurityModel]
) -> None:
    sent = confirm(specialist, models[:1])
    User.objects.filter(pk=specialist.user_id).update(staff_role="helpdesk")
    assert broadcasts.work_through(sent.pk) == 0
    assert "no longer a specialist or in management" in why(sent)["Alder Imports"]


def test_a_message_to_many_is_seen_by_its_author_and_management(
    specialist: Access, models: list[SecurityModel]
) -> None:
    sent = confirm(specialist, models)
    stranger = for_user(UserFactory.create(staff_role="scss"))
    assert list(broadcasts_of(stranger)) == []
    assert list(broadcasts_of(specialist)) == list(broadcasts_of(boss())) == [sent]
    for act in (broadcasts.stop, broadcasts.go_on):
        with pytest.raises(NotVisible):
            act(actor=stranger, broadcast_id=sent.pk)


def test_unknown_fields_and_long_subjects_are_refused(
    specialist: Access, models: list[SecurityModel]
) -> None:
    with pytest.raises(Refused, match="is not a field"):
        confirm(specialist, models, body="Dear {name}")
    sent = confirm(specialist, models[:1], subject="{company}" * 16)
    broadcasts.work_through(sent.pk)
    assert "too long" in why(sent)["Alder Imports"]


def test_confirming_takes_as_many_statements_for_three_partners_as_for_one(
    specialist: Access, models: list[SecurityModel]
) -> None:
    confirm(specialist, models)
    for some in (models[:1], models):
        with at_most(9):
            confirm(specialist, some)


# --- pages ----------------------------------------------------------------------------------------


def begin(client: Client, **data: Any) -> Any:
    """The form for chosen partners, or the way back to the list."""
    sent = client.post(NEW, {"query": "", **data})
    return client.get(sent["Location"]) if "chosen=" in sent["Location"] else sent


def press(client: Client, form: Any, button: str, **typed: Any) -> Any:
    names = ("form_key", "chosen", "left_out", "back")
    data = {name: form[name].value() or "" for name in names}
    return client.post(NEW, {**data, "subject": "", "body": "", button: "1", **typed})


def test_partners_are_chosen_in_the_list_previewed_left_out_and_written_to(
    specialist: Access, models: list[SecurityModel]
) -> None:
    client = signed_in(specialist.user)
    assert "Write to selected" in words_of(client.get(reverse("reviews:partners")))
    page = begin(client, every="1")
    assert len(page.context["preview"].going) == len(partners_of(specialist)) == 3
    typed = {"subject": "To {company}", "body": "Hello {contact}."}
    page = press(client, page.context["form"], "take_out", **typed, partner=str(models[2].pk))
    assert page.status_code == 422
    assert page.context["form"].errors["why"]
    given = {"partner": str(models[2].pk), "why": "Answered by phone."}
    page = press(client, page.context["form"], "take_out", **typed, **given)
    assert len(page.context["preview"].going) == 2
    assert page.context["form"]["body"].value() == "Hello {contact}."
    page = press(client, page.context["form"], "preview", **typed)
    assert [one.subject for one in page.context["preview"].samples] == [
        "To Alder Imports",
        "To Birch Drayage",
    ]
    assert page.context["ready"]
    done = press(client, page.context["form"], "send", **typed)
    sent = Broadcast.objects.get()
    assert done["Location"] == reverse("messages_app:broadcast", args=[sent.pk])
    broadcasts.work_through(sent.pk)
    page = client.get(done["Location"])
    assert "Sent to 2 of 3 partners" in words_of(page) and "Answered by phone." in words_of(page)
    export = client.get(done["Location"], {"export": "csv"}).content.decode()
    assert "Answered by phone." in export
    assert sent.subject in words_of(client.get(reverse("messages_app:broadcasts")))


def test_a_partner_who_was_left_out_is_put_back(
    specialist: Access, models: list[SecurityModel]
) -> None:
    client = signed_in(specialist.user)
    form = begin(client, model=[str(one.pk) for one in models]).context["form"]
    given = {"partner": str(models[0].pk), "why": "Later."}
    form = press(client, form, "take_out", **given).context["form"]
    page = press(client, form, "put_back", put_back=str(models[0].pk))
    assert len(page.context["preview"].going) == 3


def test_ids_of_others_in_the_posted_list_are_ignored_and_named(
    specialist: Access, models: list[SecurityModel]
) -> None:
    _model, _officer, other = looked_after("Dogwood Freight")
    client = signed_in(specialist.user)
    form = begin(client, model=[str(models[0].pk)]).context["form"]
    foreign = [other.security_model.pk, uuid.uuid4()]
    chosen = ",".join(map(str, [models[0].pk, *foreign]))
    typed = {"subject": "x", "body": "y", "chosen": chosen}
    page = press(client, form, "preview", **typed)
    assert "2 selected partners are not yours" in words_of(page)
    press(client, form, "send", **typed)
    assert [row.security_model for row in BroadcastRow.objects.all()] == [models[0]]


def test_an_empty_message_and_an_unknown_field_are_refused_with_what_was_typed(
    specialist: Access, models: list[SecurityModel]
) -> None:
    client = signed_in(specialist.user)
    form = begin(client, every="1").context["form"]
    page = press(client, form, "send", body="Only a text {name}")
    assert page.status_code == 422 and "Only a text {name}" in page.content.decode()
    page = press(client, form, "send", subject="x", body="Dear {name}")
    assert (page.status_code, "body" in page.context["form"].errors) == (422, True)
    page = press(client, form, "preview", subject="x", body="Dear {name}")
    assert not page.context["ready"]
    assert not Broadcast.objects.exists()


@pytest.mark.parametrize(
    "left_out",
    ["[" * 100_000, '{"a":' * 90_000, "[1]", "7", '"x"', "nothing", '{"1": "x"}', '{"%s": 7}',
     '{"%s": ["x"]}', '{"%s": {"y": "x"}}', '{"%s": null}', '{"%s": "\\u0000"}',
     '{"%s": "\\ud800"}', '{"%s": " "}', '{"%s": ' + "9" * 5000 + "}", "x" * 400_001],
    ids=range(16),
)  # fmt: skip
def test_whoever_is_left_out_never_gets_it_because_the_page_was_tampered_with(
    specialist: Access, models: list[SecurityModel], left_out: str
) -> None:
    client = signed_in(specialist.user)
    form = begin(client, every="1").context["form"]
    given = left_out.replace("%s", str(models[0].pk))
    typed = {"subject": "x", "body": "My long text", "left_out": given}
    for button in ("send", "preview", "take_out"):
        page = press(client, form, button, **typed)
        assert page.status_code == 422 and "My long text" in page.content.decode()
    assert not Broadcast.objects.exists()


@pytest.mark.parametrize("name", ["form_key", "chosen", "partner", "put_back", "template", "back"])
@pytest.mark.parametrize("value", ["[[]]", "9" * 5000, "\x00", "\ud83d", '{"a":1}', ","])
def test_nothing_else_that_is_tampered_with_breaks_the_page(
    specialist: Access, models: list[SecurityModel], name: str, value: str
) -> None:
    client = signed_in(specialist.user)
    form = begin(client, every="1").context["form"]
    value = value.encode("utf-8", "surrogatepass").decode("utf-8", "replace")
    for button in ("preview", "insert", "take_out", "put_back"):
        assert press(client, form, button, **{name: value}).status_code in {200, 422}


def test_a_filter_of_any_length_chooses_no_more_partners_than_the_list_shows(
    specialist: Access, models: list[SecurityModel]
) -> None:
    client = signed_in(specialist.user)
    long = "size=100&" * 200
    page = begin(client, every="1", query=f"{long}q=Birch")
    assert [one.pk for one in page.context["preview"].models] == [models[1].pk]
    assert press(client, page.context["form"], "preview", subject="x", body="y").status_code == 200
    assert begin(client, every="1", query="q=Birch&tier=gone").status_code == 302


def test_nothing_chosen_leads_back_to_the_list(specialist: Access) -> None:
    client = signed_in(specialist.user)
    assert begin(client)["Location"].startswith(reverse("reviews:partners"))
    assert client.get(NEW)["Location"] == reverse("reviews:partners")


def test_another_specialist_finds_no_such_page(
    specialist: Access, models: list[SecurityModel]
) -> None:
    sent = confirm(specialist, models)
    client = signed_in(UserFactory.create(staff_role="scss"))
    assert client.get(reverse("messages_app:broadcast", args=[sent.pk])).status_code == 404
    for act in ("broadcast-stop", "broadcast-go-on"):
        assert client.post(reverse(f"messages_app:{act}", args=[sent.pk])).status_code == 404


def test_the_page_of_a_message_stops_and_continues_it(
    specialist: Access, models: list[SecurityModel]
) -> None:
    sent = confirm(specialist, models)
    client = signed_in(specialist.user)
    page = client.get(reverse("messages_app:broadcast", args=[sent.pk]))
    assert page.context["is_running"]
    client.post(reverse("messages_app:broadcast-stop", args=[sent.pk]))
    page = client.get(reverse("messages_app:broadcast", args=[sent.pk]))
    assert page.context["left_to_send"] == 3
    client.post(reverse("messages_app:broadcast-go-on", args=[sent.pk]))
    assert broadcasts.sweep_broadcasts() == 3
