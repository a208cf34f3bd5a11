"""Who may decide: assigned, covering, management, and two pairs of eyes (G1)."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from audit.models import Event
from core import clock
from core.access import for_user
from core.errors import NotVisible, Refused
from identity.models import User
from notifications.models import Notification, Outbox
from reviews import services
from reviews.selectors.pool import pool
from security_models import grants
from security_models.models import SecurityModel, StaffAbsence
from security_models.recipients import scss
from security_models.selectors.who_decides import Act, Obstacle, may_decide
from security_models.services import handover, staff
from security_profile.services import review
from tests.factories import reviews as made
from tests.factories.people import UserFactory
from tests.reviews.test_pages import criterion_url, post, signed_in, words_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def away() -> User:
    """The specialist who is covered."""
    return UserFactory.create(staff_role="scss", first_name="Imre", last_name="Kovats")


@pytest.fixture
def cover() -> User:
    """The colleague who covers."""
    return UserFactory.create(staff_role="scss", first_name="Jonah", last_name="Tidewell")


@pytest.fixture
def manager() -> User:
    """Someone of management."""
    return UserFactory.create(staff_role="management", first_name="Odalys", last_name="Brandt")


@pytest.fixture
def model(away: User) -> SecurityModel:
    """A partner of the specialist, with a submission."""
    found = made.sent_in()
    made.specialist(found, away)
    return found


def _tomorrow() -> dt.date:
    return clock.today() + dt.timedelta(days=1)


def _cover(manager: User, away: User, cover: User | None, until: dt.date | None = None) -> None:
    handover.set_absence(
        actor=for_user(manager),
        staff_id=away.pk,
        until=until or _tomorrow(),
        cover_id=cover.pk if cover else None,
    )


# --- who reads of it ------------------------------------------------------------------------------


def test_who_covers_gets_an_email_when_the_cover_begins_changes_and_ends(
    model: SecurityModel, away: User, cover: User, manager: User
) -> None:
    other = UserFactory.create(staff_role="scss")
    Outbox.objects.all().delete()
    day = _tomorrow()
    _cover(manager, away, cover)
    _cover(manager, away, cover)
    mail = Outbox.objects.get(to_address=cover.email, kind="cover.received")
    assert f"You cover for {away.name} until {day:%b} {day.day}, {day.year}" in mail.subject
    assert f"{model.trade_account.name}, {model.reference}" in mail.text
    assert Notification.objects.filter(user_id=cover.pk, kind="cover.received").exists()
    _cover(manager, away, other)
    ended = Outbox.objects.get(to_address=cover.email, kind="cover.ended")
    assert "You do not need to do anything." in ended.text
    handover.set_absence(actor=for_user(manager), staff_id=away.pk, until=None)
    told = (
        Outbox.objects.filter(to_address=other.email).order_by("pk").values_list("kind", flat=True)
    )
    assert sorted(told) == ["cover.ended", "cover.received"]
    assert not Outbox.objects.filter(to_address=away.email).exists()


def test_the_absent_one_reads_in_the_own_queue_until_when_and_who_covers(
    model: SecurityModel, away: User, cover: User, manager: User
) -> None:
    client = signed_in(away)
    assert "recorded as away" not in words_of(client.get(reverse("reviews:queue")))
    _cover(manager, away, None)
    page = words_of(client.get(reverse("reviews:queue")))
    day = _tomorrow()
    assert f"away until {day:%b} {day.day}, {day.year}. Nobody covers for you." in page
    _cover(manager, away, cover)
    page = words_of(client.get(reverse("reviews:queue")))
    assert f"{cover.name} covers for you" in page and "ask management to clear" in page
    assert "recorded as away" not in words_of(signed_in(cover).get(reverse("reviews:queue")))
    assignment = signed_in(manager).get(reverse("reviews:assignment", args=[model.pk]))
    assert f"{cover.name} covers" in assignment.context["notes"][str(away.pk)]


# --- covering -------------------------------------------------------------------------------------


def test_who_stands_in_reviews_what_the_absent_one_looks_after(
    model: SecurityModel, away: User, cover: User, manager: User
) -> None:
    with pytest.raises(NotVisible):
        made.entered(model, cover)
    _cover(manager, away, cover)
    client = signed_in(cover)
    page = client.get(reverse("reviews:queue"))
    assert [row.covers for row in page.context["rows"]] == ["For Imre Kovats"]
    assert "Mulberry" in words_of(client.get(reverse("reviews:partners")))
    submission = model.submissions.get()
    review.start_review(actor=made.entered(model, cover), submission_id=submission.pk)
    answer = post(client, submission, act="accept", following="6.2")
    assert answer.status_code == 302
    assert client.get(criterion_url(submission)).status_code == 200
    assert made.entered(model, away).has(review.P.REVIEW)
    assert not list(grants.drifts())


def test_cover_ends_by_itself_with_its_last_day(
    model: SecurityModel, away: User, cover: User, manager: User
) -> None:
    _cover(manager, away, cover)
    submission = model.submissions.get()
    access = made.entered(model, cover)
    with clock.at(_tomorrow()):
        made.entered(model, cover)
    with clock.at(_tomorrow() + dt.timedelta(days=1)):
        with pytest.raises(NotVisible):
            made.entered(model, cover)
        with pytest.raises(NotVisible):
            review.start_review(actor=access, submission_id=submission.pk)
        assert signed_in(cover).get(reverse("reviews:queue")).context["page"].total == 0


def test_the_work_of_a_covered_specialist_is_attended_and_management_reads_by_whom(
    model: SecurityModel, away: User, cover: User, manager: User
) -> None:
    client = signed_in(manager)
    work = reverse("reviews:open-work")
    _cover(manager, away, None)
    assert client.get(work, {"staff": "away"}).context["page"].total == 1
    _cover(manager, away, cover)
    assert client.get(work, {"staff": "away"}).context["page"].total == 0
    page = client.get(work)
    (row,) = page.context["rows"]
    assert row.why_off.endswith("Jonah Tidewell covers")
    assert [one["count"] for one in page.context["figures"]] == [1, 0, 1, 0]


def test_a_disabled_specialist_is_covered_and_the_pool_leaves_the_partner_out(
    model: SecurityModel, away: User, cover: User, manager: User
) -> None:
    User.objects.filter(pk=away.pk).update(disabled_at=clock.now())
    assert [one.security_model_id for one in pool()] == [model.pk]
    _cover(manager, away, cover)
    assert not pool().exists()
    other = for_user(UserFactory.create(staff_role="scss"))
    with pytest.raises(Refused) as refused:
        services.claim(actor=other, model_id=model.pk)
    assert "Jonah Tidewell covers" in str(refused.value.problems[0].message)
    with clock.at(_tomorrow() + dt.timedelta(days=1)):
        services.claim(actor=other, model_id=model.pk)


def test_who_stands_in_gets_the_mail_of_the_specialist(
    model: SecurityModel, away: User, cover: User, manager: User
) -> None:
    assert {one.email for one in scss(model)} == {away.email}
    _cover(manager, away, cover)
    assert {one.email for one in scss(model)} == {away.email, cover.email}


def test_cover_is_named_and_ended_on_the_page_of_the_specialist(
    model: SecurityModel, away: User, cover: User, manager: User
) -> None:
    client = signed_in(manager)
    page = reverse("reviews:specialist", args=[away.pk])
    day = _tomorrow().isoformat()
    refused = client.post(page, {"until": "", "cover": str(cover.pk)})
    assert refused.status_code == 422
    for _press in range(2):
        assert client.post(page, {"until": day, "cover": str(cover.pk)}).status_code == 302
    assert StaffAbsence.objects.get().cover == cover
    assert "selected" in client.get(page).content.decode()
    assert client.post(page, {"until": "", "cover": str(cover.pk)}).status_code == 302
    assert not StaffAbsence.objects.exists()
    kinds = Event.objects.filter(kind__startswith="security_models.").order_by("pk")
    assert list(kinds.values_list("kind", flat=True))[-2:] == [
        "security_models.covered",
        "security_models.back",
    ]


@pytest.mark.parametrize("who", ["oneself", "away", "disabled", "partner"])
def test_only_somebody_else_at_work_who_reviews_stands_in(
    model: SecurityModel, away: User, cover: User, manager: User, who: str
) -> None:
    chosen = {"oneself": away, "partner": model.started_by}.get(who, cover)
    if who == "away":
        StaffAbsence.objects.create(
            staff=cover, until_on=_tomorrow(), recorded_at=clock.now(), recorded_by_name="x"
        )
    if who == "disabled":
        User.objects.filter(pk=cover.pk).update(disabled_at=clock.now())
    with pytest.raises(Refused):
        _cover(manager, away, chosen)


def test_the_database_lets_nobody_stand_in_for_oneself(away: User) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        StaffAbsence.objects.create(
            staff=away, cover=away, until_on=_tomorrow(), recorded_at=clock.now()
        )


# --- the one question -----------------------------------------------------------------------------


def _answers(model: SecurityModel, user: User) -> dict[Act, Any]:
    try:
        access = made.entered(model, user)
    except NotVisible:
        access = for_user(user)
    return {act: may_decide(access, model, act).obstacle for act in Act}


def test_r6_the_right_and_being_in_charge_are_asked_together(
    model: SecurityModel, away: User, cover: User, manager: User
) -> None:
    none = Obstacle.NO_RIGHT
    nothing = dict.fromkeys(Act)
    assert _answers(model, manager) == nothing
    assert _answers(model, away) == {**nothing, Act.VETTING: none}
    assert _answers(model, cover) == dict.fromkeys(Act, none)
    access = made.entered(model, away)
    handed = SecurityModel.objects.get(pk=model.pk)
    staff.assign(actor=for_user(manager), model_id=handed.pk, staff_id=cover.pk)
    assert may_decide(access, handed, Act.REVIEW).obstacle is Obstacle.NOT_IN_CHARGE
    assert _answers(handed, cover) == {**nothing, Act.VETTING: none}


def test_g1_who_did_the_one_half_does_not_do_the_other_and_reads_who_can(
    model: SecurityModel, away: User, cover: User, manager: User, settings: Any
) -> None:
    _cover(manager, away, cover)
    made.vet(model, made.entered(model, manager))
    answer = may_decide(made.entered(model, manager), model, Act.APPROVAL)
    assert answer.needs_another and not answer
    assert answer.who_else == ("Imre Kovats", "Jonah Tidewell")
    assert may_decide(made.entered(model, manager), model, Act.REVIEW)
    assert may_decide(made.entered(model, cover), model, Act.APPROVAL)
    settings.TWO_PAIRS_OF_EYES = False
    assert may_decide(made.entered(model, manager), model, Act.APPROVAL)


def test_g1_nobody_decides_what_they_asked_for(
    model: SecurityModel, away: User, manager: User
) -> None:
    access = made.entered(model, manager)
    for act in Act:
        own = may_decide(access, model, act, asked_by=manager.pk)
        assert own.obstacle is Obstacle.SECOND_PERSON
        assert may_decide(access, model, act, asked_by=away.pk)
