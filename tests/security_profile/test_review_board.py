"""The board of annual reviews of a person with many accounts (P10, P13, R6)."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from core import clock
from identity.models import User
from security_models.models import SecurityModel
from security_models.states import ContactRole
from tests.factories import annual
from tests.factories.people import UserFactory
from tests.factories.trade import make_contact
from tests.look.page import Page
from tests.statements import counted

pytestmark = pytest.mark.django_db


@pytest.fixture
def model(db: None) -> SecurityModel:
    return annual.certified_model()


def board(user: User, query: str = "") -> Any:
    client = Client()
    client.force_login(user)
    return client.get(reverse("security_profile:review-board") + query)


def words(answer: Any) -> str:
    assert answer.status_code == 200
    return Page(answer.content.decode()).words("//main")


def test_p10_a_row_is_an_account_and_its_columns_are_the_steps(model: SecurityModel) -> None:
    with annual.at_due(model):
        User.objects.update(password_changed_at=clock.now())
        annual.assess(model)
        annual.answer_eligibility(model)
        done = len(annual.confirm_together(model, "1"))
        said = words(board(model.started_by))
        assert model.trade_account.name in said
        assert "in 30 days" in said
        assert "Stated" in said
        assert "1 of 1" in said
        assert f"{done} of " in said


def test_p10_before_the_window_the_steps_say_nothing(model: SecurityModel) -> None:
    said = words(board(model.started_by))
    assert "Upcoming" in said
    assert "Stated" not in said
    assert "To do" not in said


def test_p10_the_board_is_filtered_and_exported(model: SecurityModel) -> None:
    with annual.at_due(model, 3):
        User.objects.update(password_changed_at=clock.now())
        assert model.reference in words(board(model.started_by, "?state=overdue"))
        assert model.reference not in words(board(model.started_by, "?state=approved"))
        assert model.reference not in words(board(model.started_by, "?q=another"))
        exported = board(model.started_by, "?export=csv")
        rows = exported.getvalue().decode("utf-8-sig").splitlines()
        assert rows[0].startswith("Trade account,Due,State,Risk assessment")
        assert model.reference in rows[1]


def test_r6_only_contacts_see_an_account_on_their_board(model: SecurityModel) -> None:
    stranger = annual.certify("Larkspur", "someone.else@example.com")
    assert stranger.reference not in words(board(model.started_by))
    make_contact(stranger, model.started_by, role=ContactRole.CONSULTANT)
    assert stranger.reference in words(board(model.started_by))


def test_r5_staff_have_a_list_of_their_own(db: None) -> None:
    answer = board(UserFactory.create(staff_role="scss"))
    assert answer["Location"] == reverse("reviews:annual-reviews")


def test_the_statements_do_not_grow_with_the_accounts(model: SecurityModel) -> None:
    def statements() -> int:
        with CaptureQueriesContext(connection) as captured:
            board(model.started_by)
        return len(counted(list(captured.captured_queries)))

    board(model.started_by)
    before = statements()
    for number in range(3):
        another = annual.certify(f"Company {number}", f"employee{number}@example.com")
        make_contact(another, model.started_by)
    assert statements() == before
