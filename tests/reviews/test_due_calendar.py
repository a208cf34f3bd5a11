"""Due dates by month on the queue and on open work, and the lists that their bars open."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.urls import reverse

from core import clock
from security_models.models import SecurityModel
from security_profile.models import Submission
from tests.factories import reviews as made
from tests.factories.people import UserFactory
from tests.reviews.test_work_items import signed_in
from tests.statements import at_most

pytestmark = pytest.mark.django_db

NAMES = ("Alder", "Birch", "Cedar")


@pytest.fixture
def staff() -> Any:
    """A specialist with three items: one late, one due this year, one returned."""
    user = UserFactory.create(staff_role="scss")
    for name, days in zip(NAMES, (200, 10, 0), strict=True):
        model = made.sent_in(name=name)
        made.specialist(model, user)
        day = clock.today() - dt.timedelta(days=days)
        SecurityModel.objects.filter(pk=model.pk).update(first_submitted_on=day)
    returned = Submission.objects.filter(security_model__trade_account__name="Cedar")
    returned.update(status="returned", answer_due_on=clock.today() + dt.timedelta(days=300))
    return user


def _opened(page: Any, client: Any, address: str) -> dict[str, list[str]]:
    """Each bar, and the partners in the list that it opens."""
    found = {}
    for one in page.context["due"].columns:
        if one.count:
            rows = client.get(address + one.query).context["page"].page
            found[one.query] = [row.security_model.trade_account.name for row in rows]
            assert len(rows) == one.count
    return found


def _wanted() -> dict[str, list[str]]:
    in_80, in_300 = (clock.today() + dt.timedelta(days=days) for days in (80, 300))
    months = {f"?due={in_80:%Y-%m}": ["Birch"], f"?due={in_300:%Y-%m}": ["Cedar"]}
    return {"?due=late": ["Alder"], **months}


def test_p6_each_bar_of_the_queue_opens_the_items_that_it_counts(staff: Any) -> None:
    client, address = signed_in(staff), reverse("reviews:queue")
    page = client.get(address)
    assert _opened(page, client, address) == _wanted()
    with at_most(10):
        client.get(address)


def test_p6_each_bar_of_open_work_opens_the_items_that_it_counts(staff: Any) -> None:
    client = signed_in(UserFactory.create(staff_role="management"))
    address = reverse("reviews:open-work")
    page = client.get(address)
    assert _opened(page, client, address) == _wanted()
    with at_most(10):
        client.get(address)


def test_open_work_says_when_nothing_is_due() -> None:
    client = signed_in(UserFactory.create(staff_role="management"))
    page = client.get(reverse("reviews:open-work")).content.decode()
    assert "nothing is due in the next 12 months" in page


def test_a_month_that_is_no_choice_filters_nothing(staff: Any) -> None:
    client, address = signed_in(staff), reverse("reviews:queue")
    for value in ("2020-01", "2026-13", "soon", "\x00"):
        assert client.get(address, {"due": value}).context["page"].total == 3
