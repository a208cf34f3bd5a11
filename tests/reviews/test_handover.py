"""Management hands over many partners at once; work without an available specialist stays visible
(R6).
"""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from audit.models import Event
from core import clock
from core.access import for_user
from core.errors import NotAllowed, NotVisible, Refused
from identity.models import User
from notifications.models import Outbox
from reviews import services
from reviews.selectors.pool import pool
from security_models import grants
from security_models.models import SecurityModel, StaffAbsence, StaffAssignment
from security_models.services import handover, staff
from security_profile.models import Submission
from tests.factories import reviews as made
from tests.factories.people import UserFactory
from tests.reviews.test_pages import signed_in, words_of
from tests.statements import at_most

pytestmark = pytest.mark.django_db

NAMES = ("Alder Imports", "Birch Drayage", "Cedar Brokers")
LIST = reverse("reviews:open-work")
ASSIGN = reverse("reviews:assign-many")


@pytest.fixture
def before() -> User:
    """The specialist of three partners with open work."""
    return UserFactory.create(staff_role="scss", first_name="Imre", last_name="Kovats")


@pytest.fixture
def models(before: User) -> list[SecurityModel]:
    """These partners."""
    found = [made.sent_in(name=name) for name in NAMES]
    for model in found:
        made.specialist(model, before)
    return found


@pytest.fixture
def after() -> User:
    """Another specialist."""
    return UserFactory.create(staff_role="scss", first_name="Jonah", last_name="Tidewell")


@pytest.fixture
def manager() -> User:
    """Someone of management."""
    return UserFactory.create(staff_role="management", first_name="Odalys", last_name="Brandt")


def _preview(client: Client, **data: Any) -> Any:
    """The page that asks, or the way back to the list."""
    sent = client.post(ASSIGN, {"list": "work", "query": "", **data})
    return client.get(sent["Location"]) if "chosen=" in sent["Location"] else sent


def test_a_long_filter_hands_over_no_more_partners_than_the_list_shows(
    models: list[SecurityModel], after: User, manager: User
) -> None:
    client = signed_in(manager)
    page = _preview(client, every="1", query="size=100&" * 200 + "q=Birch")
    assert [row.reference for row in page.context["rows"]] == [models[1].reference]
    assert _preview(client, every="1", query="q=Birch&specialist=gone").status_code == 302


def _press(client: Client, page: Any, to: User) -> Any:
    form = page.context["form"]
    chosen = form["chosen"].value()
    data = {"chosen": chosen, "staff": str(to.pk), "back": LIST}
    return client.post(ASSIGN, data, follow=True)


def _holders() -> set[str]:
    rows = StaffAssignment.objects.filter(ended_at=None)
    return set(rows.values_list("staff__first_name", flat=True))


def test_selected_partners_are_previewed_and_handed_over(
    models: list[SecurityModel], before: User, after: User, manager: User
) -> None:
    client = signed_in(manager)
    page = _preview(client, model=[str(one.pk) for one in models[:2]])
    assert "Hand over 2 partners" in words_of(page) and "Cedar" not in words_of(page)
    done = _press(client, page, after)
    assert "2 partners were handed over" in words_of(done)
    with pytest.raises(NotVisible):
        grants.enter(for_user(before), models[0].pk)
    assert made.entered(models[0], after).has(staff.P.REVIEW)
    assert made.entered(models[2], before).has(staff.P.REVIEW)
    assert not list(grants.drifts())


def test_who_has_all_of_them_already_is_not_offered(
    models: list[SecurityModel], before: User, after: User, manager: User
) -> None:
    page = _preview(signed_in(manager), model=[str(one.pk) for one in models])
    offered = [key for key, _words in page.context["form"].fields["staff"].choices]
    assert str(after.pk) in offered
    assert str(before.pk) not in offered


def test_all_that_match_a_filter_are_handed_over_and_no_others(
    models: list[SecurityModel], after: User, manager: User
) -> None:
    client = signed_in(manager)
    page = _preview(client, every="1", query="q=birch")
    assert "Hand over 1 partner" in words_of(page)
    _press(client, page, after)
    now = StaffAssignment.objects.get(security_model=models[1], ended_at=None)
    assert now.staff == after
    assert StaffAssignment.objects.filter(ended_at=None, staff=after).count() == 1


def test_a_double_press_moves_records_and_mails_once(
    models: list[SecurityModel], before: User, after: User, manager: User
) -> None:
    client = signed_in(manager)
    Outbox.objects.all().delete()
    page = _preview(client, every="1")
    _press(client, page, after)
    again = _press(client, page, after)
    assert "0 partners were handed over" in words_of(again)
    assert words_of(again).count("Was theirs already") == 3
    assert Event.objects.filter(kind="security_models.assigned").count() == 3
    assert StaffAssignment.objects.count() == 6
    for person in (after, before):
        mail = Outbox.objects.get(to_address=person.email)
        for model in models:
            assert f"{model.trade_account.name}, {model.reference}" in mail.text
    assert Outbox.objects.filter(kind="assignment.changed").count() == 3


def test_the_result_of_a_hand_over_can_be_read_again(
    models: list[SecurityModel], after: User, manager: User
) -> None:
    client = signed_in(manager)
    assert client.get(ASSIGN)["Location"] == LIST
    done = _press(client, _preview(client, every="1"), after)
    [(address, _status)] = done.redirect_chain
    again = client.get(address)
    assert words_of(again) == words_of(done)
    assert "3 partners were handed over" in words_of(again) and f'href="{LIST}"' in _html(again)
    assert Event.objects.filter(kind="security_models.assigned").count() == 3
    assert signed_in(UserFactory.create(staff_role="management")).get(ASSIGN).status_code == 302


def test_back_to_the_choice_of_partners_sends_nothing_again(
    models: list[SecurityModel], after: User, manager: User
) -> None:
    client = signed_in(manager)
    page = client.post(ASSIGN, {"list": "work", "query": "", "every": "1"})["Location"]
    assert "Hand over 3 partners" in words_of(client.get(page))
    _press(client, client.get(page), after)
    assert "Hand over 3 partners" in words_of(client.get(page))
    assert Event.objects.filter(kind="security_models.assigned").count() == 3
    over = client.get(f"{ASSIGN}?chosen=x", follow=True)
    assert "Select the partners in the list again" in words_of(over)


def _html(page: Any) -> str:
    return str(page.content.decode())


def test_a_partner_that_changed_meanwhile_is_left_and_said(
    models: list[SecurityModel], after: User, manager: User
) -> None:
    client = signed_in(manager)
    page = _preview(client, every="1")
    third = UserFactory.create(staff_role="scss", first_name="Perpetua")
    staff.assign(actor=for_user(manager), model_id=models[1].pk, staff_id=third.pk)
    words = words_of(_press(client, page, after))
    assert "2 partners were handed over" in words
    assert "Some partners were not handed over" in words and third.name in words
    assert StaffAssignment.objects.get(security_model=models[1], ended_at=None).staff == third


def test_handing_over_costs_no_more_statements_for_more_partners_but_for_the_mails(
    models: list[SecurityModel], after: User, manager: User
) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    costs = []
    for some in (models[:1], models[1:]):
        seen = {one.pk: one.assignments.get(ended_at=None).staff_id for one in some}
        with CaptureQueriesContext(connection) as captured:
            handover.assign_many(actor=for_user(manager), staff_id=after.pk, seen=seen)
        mails = [one for one in captured if "notifications_" in one["sql"]]
        asked = [one for one in captured if "security_models_contact" in one["sql"]]
        costs.append(len(captured) - len(mails) - len(asked))
    assert costs[0] == costs[1]


def test_bad_choices_are_refused_and_what_was_chosen_stays(
    models: list[SecurityModel], manager: User
) -> None:
    client = signed_in(manager)
    page = _preview(client, every="1")
    chosen = page.context["form"]["chosen"].value()
    helpdesk = UserFactory.create(staff_role="helpdesk")
    for wrong in ("", str(helpdesk.pk), "x"):
        again = client.post(ASSIGN, {"chosen": chosen, "staff": wrong})
        assert again.status_code == 422 and chosen in again.content.decode()
        assert "Alder Imports" in words_of(again)
    assert client.post(ASSIGN, {"chosen": "nonsense", "staff": ""}).status_code == 422
    assert "Select at least one partner" in words_of(_follow(client, {"list": "work"}))
    assert _preview(client, list="elsewhere").status_code == 302
    assert _holders() == {"Imre"}


def _follow(client: Client, data: dict[str, str]) -> Any:
    return client.post(ASSIGN, data, follow=True)


def test_only_management_hands_over(models: list[SecurityModel], before: User) -> None:
    client = signed_in(before)
    assert client.post(ASSIGN, {"list": "work", "every": "1"}).status_code == 403
    with pytest.raises(NotAllowed):
        handover.assign_many(actor=for_user(before), staff_id=before.pk, seen={})
    page = client.get(reverse("reviews:partners")).content.decode()
    assert ASSIGN not in page


def test_management_lands_on_all_open_work_with_specialist_kind_and_due_date(
    models: list[SecurityModel], manager: User
) -> None:
    client = signed_in(manager)
    assert client.get("/")["Location"] == LIST or client.get("/home")["Location"] == LIST
    client.get(LIST)
    with at_most(10):
        page = client.get(LIST)
    words = words_of(page)
    for name in NAMES:
        assert name in words
    assert "Imre Kovats" in words and "Application" in words and page.context["rows"][0].line.due
    found = words_of(client.get(LIST, {"staff": str(manager.pk)}))
    assert "Nothing matches this filter" in found
    export = client.get(LIST, {"export": "csv"}).content.decode("utf-8-sig")
    assert "Imre Kovats" in export


def test_open_items_of_a_specialist_are_those_that_their_number_leads_to(
    models: list[SecurityModel], before: User, manager: User
) -> None:
    Submission.objects.filter(security_model=models[0]).update(status="returned")
    made.sent_in(name="Dogwood Rail")
    client = signed_in(manager)
    people = {one.pk: one for one in client.get(LIST).context["specialists"]}
    assert people[before.pk].items == 3
    assert client.get(LIST, {"staff": str(before.pk)}).context["page"].total == 3
    preview = _preview(client, every="1")
    assert preview.context["form"].notes[str(before.pk)] == "3 partners, 3 open items"
    assert preview.context["form"].notes[str(manager.pk)] == "0 partners, 0 open items"


def test_late_work_is_counted_in_the_queue_and_for_management(
    models: list[SecurityModel], before: User, manager: User
) -> None:
    long_ago = clock.today() - dt.timedelta(days=400)
    SecurityModel.objects.update(first_submitted_on=long_ago)
    queue = signed_in(before).get(reverse("reviews:queue"))
    late = next(one for one in queue.context["views"] if one.url == "?pressing=late")
    assert late.count == 3 and "(3 late)" in words_of(queue)
    figures = signed_in(manager).get(LIST).context["figures"]
    assert [one["count"] for one in figures] == [3, 3, 3, 0]


@pytest.mark.parametrize("how", ["disabled", "away"])
def test_work_of_somebody_who_is_not_at_work_stays_in_sight_and_is_handed_over(
    models: list[SecurityModel], before: User, after: User, manager: User, how: str
) -> None:
    if how == "disabled":
        User.objects.filter(pk=before.pk).update(disabled_at=clock.now())
    else:
        until = clock.today() + dt.timedelta(days=3)
        handover.set_absence(actor=for_user(manager), staff_id=before.pk, until=until)
    client = signed_in(manager)
    page = client.get(LIST, {"staff": "away"})
    assert all(name in words_of(page) for name in NAMES)
    assert ("Disabled" if how == "disabled" else "Away until") in words_of(page)
    assert page.context["figures"][3]["count"] == 3
    person = client.get(reverse("reviews:specialist", args=[before.pk]))
    assert "Hand over all 3 partners" in words_of(person)
    preview = _preview(client, list="partners", every="1", query=f"staff={before.pk}")
    assert "Hand over 3 partners" in words_of(preview)
    _press(client, preview, after)
    assert _holders() == {"Jonah"}
    assert client.get(LIST).context["figures"][3]["count"] == 0


def test_whoever_disables_a_specialist_is_led_to_the_partners_that_are_left(
    models: list[SecurityModel], before: User, manager: User
) -> None:
    Submission.objects.update(status="approved")
    client, address = signed_in(manager), reverse("identity:disable", args=[before.pk])
    page = client.post(address, {"reason": "Left the program."}, follow=True)
    assert "3 partners are still assigned to this user" in words_of(page)
    assert f'href="{reverse("reviews:specialist", args=[before.pk])}"' in _html(page)
    model = models[0]
    partner = client.get(reverse("reviews:partner", args=[model.pk]))
    assert "Imre Kovats (disabled)" in words_of(partner)
    assert partner.context["next"]["title"] == "Assign another specialist"
    assert partner.context["next"]["href"] == reverse("reviews:assignment", args=[model.pk])
    glance = reverse("portal:glance", args=[model.trade_account_id, model.pk])
    told = words_of(signed_in(model.started_by).get(glance))
    assert "Imre Kovats (disabled)" in told and "Looks after this" not in told


def test_work_of_a_disabled_specialist_is_in_the_pool_and_can_be_claimed(
    models: list[SecurityModel], before: User, after: User
) -> None:
    assert not pool().exists()
    with pytest.raises(Refused):
        services.claim(actor=for_user(after), model_id=models[0].pk)
    User.objects.filter(pk=before.pk).update(disabled_at=clock.now())
    assert pool().count() == 3
    services.claim(actor=for_user(after), model_id=models[0].pk)
    assert made.entered(models[0], after)
    assert StaffAssignment.objects.filter(security_model=models[0], ended_at=None).count() == 1
    assert pool().count() == 2


def test_an_absence_ends_by_itself_or_by_hand_and_never_begins_in_the_past(
    before: User, manager: User
) -> None:
    client = signed_in(manager)
    address = reverse("reviews:specialist", args=[before.pk])
    past = clock.today() - dt.timedelta(days=1)
    assert client.post(address, {"until": past.isoformat()}).status_code == 422
    assert client.post(address, {"until": "soon"}).status_code == 422
    far = clock.today() + dt.timedelta(days=366)
    answer = client.post(address, {"until": far.isoformat()})
    assert answer.status_code == 422 and "at most one year ahead" in words_of(answer)
    until = clock.today() + dt.timedelta(days=2)
    page = client.post(address, {"until": f"{until:%b} {until.day}, {until.year}"}, follow=True)
    assert "is away until" in words_of(page)
    assert Event.objects.filter(kind="security_models.away").count() == 1
    assert "Away until" in words_of(client.get(LIST))
    StaffAbsence.objects.update(until_on=past)
    assert "Away until" not in words_of(client.get(LIST))
    assert "is back at work" in words_of(client.post(address, {"until": ""}, follow=True))
    client.post(address, {"until": until.isoformat()})
    User.objects.filter(pk=before.pk).update(disabled_at=clock.now())
    made.specialist(made.ready_model(), before)
    told = words_of(client.post(address, {"until": ""}, follow=True))
    assert "is back at work" not in told and "The sign-in is still disabled" in told
    officer = UserFactory.create()
    assert client.get(reverse("reviews:specialist", args=[officer.pk])).status_code == 404


def test_r6_a_refusal_says_what_and_sends_nobody_to_people_who_cannot_help() -> None:
    specialist = signed_in(UserFactory.create(staff_role="scss")).get(
        reverse("reviews:invitation-codes")
    )
    partner = signed_in(UserFactory.create()).get(LIST)
    assert specialist.status_code == partner.status_code == 403
    assert "You can't" in words_of(specialist) and "Ask management" in words_of(specialist)
    assert "for other users of the portal" in words_of(partner)
    assert "Company Administrator" not in words_of(specialist) + words_of(partner)
