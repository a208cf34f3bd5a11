"""Saving answers: drafts may be incomplete and nobody's text is lost (P2, P4, P5)."""

from __future__ import annotations

import datetime as dt

import pytest

from audit.models import Event
from core import clock
from core.errors import NotAllowed, NotVisible, Refused, Stale
from core.text import is_blank, visible_length
from identity.models import User
from security_models.models import SecurityModel
from security_models.states import ContactRole
from security_profile.models import Response, ResponseRevision
from security_profile.services.responses import Draft, save_response
from security_profile.states import REASON_MINIMUM
from tests.factories.people import UserFactory
from tests.factories.profile import access_to, make_type
from tests.factories.trade import make_account, make_contact, make_member, make_model

pytestmark = pytest.mark.django_db


def save(
    model: SecurityModel,
    user: User,
    text: str,
    *,
    version: int = 0,
    code: str = "3.5",
) -> Response:
    return save_response(
        actor=access_to(model, user),
        model=model,
        code=code,
        version=version,
        draft=Draft(text=text),
    )


def test_p4_any_contact_edits(model: SecurityModel) -> None:
    for version, role in enumerate(ContactRole):
        user = UserFactory.create()
        make_contact(model, user, role)
        assert save(model, user, f"By {role}", version=version).text == f"By {role}"


def test_p4_a_member_without_a_contact_role_does_not_edit(model: SecurityModel) -> None:
    user = UserFactory.create()
    make_member(model.trade_account, user)
    with pytest.raises(NotAllowed):
        save(model, user, "No")


def test_a_criterion_of_other_business_types_is_not_visible(
    model: SecurityModel, officer: User
) -> None:
    with pytest.raises(NotVisible):
        save(model, officer, "No", code="3.56")


def test_p5_a_stale_save_carries_what_was_saved_meanwhile(
    model: SecurityModel, officer: User, employee: User
) -> None:
    save(model, officer, "First")
    save(model, employee, "Second", version=1)
    with pytest.raises(Stale) as stale:
        save(model, officer, "Third", version=1)
    assert stale.value.current.text == "Second"
    assert stale.value.current.updated_by == employee
    assert Response.objects.get().text == "Second"


def test_p5_the_same_person_in_two_tabs_is_a_conflict(model: SecurityModel, officer: User) -> None:
    save(model, officer, "One tab")
    with pytest.raises(Stale):
        save(model, officer, "Other tab")


def test_p5_of_two_people_who_begin_at_once_the_second_sees_the_first(
    model: SecurityModel, officer: User, employee: User
) -> None:
    save(model, officer, "First")
    with pytest.raises(Stale) as stale:
        save(model, employee, "Also first")
    assert stale.value.current.text == "First"


def test_pressing_save_twice_is_one_save(model: SecurityModel, officer: User) -> None:
    first = save(model, officer, "Same")
    again = save(model, officer, "Same")
    assert (first.pk, again.version) == (again.pk, 1)
    assert Event.objects.filter(kind="security_profile.answered").count() == 1


def test_saving_an_untouched_page_writes_nothing(model: SecurityModel, officer: User) -> None:
    save(model, officer, "")
    assert not Response.objects.exists()


def test_one_revision_and_one_event_a_person_and_criterion_in_ten_minutes(
    model: SecurityModel, officer: User
) -> None:
    start = clock.now()
    for number in range(4):
        with clock.at(start + dt.timedelta(minutes=4 * number)):
            save(model, officer, f"Text {number}", version=number)
    texts = ResponseRevision.objects.order_by("started_at").values_list("text", flat=True)
    assert list(texts) == ["Text 2", "Text 3"]
    assert Event.objects.filter(kind="security_profile.answered").count() == 2


def test_each_person_has_a_revision_of_their_own(
    model: SecurityModel, officer: User, employee: User
) -> None:
    save(model, officer, "Officer")
    save(model, employee, "Employee", version=1)
    texts = ResponseRevision.objects.values_list("user_name", "text")
    assert set(texts) == {(officer.name, "Officer"), (employee.name, "Employee")}


def test_a_draft_may_be_unfinished_and_keeps_the_other_answer(
    model: SecurityModel, officer: User
) -> None:
    row = save_response(
        actor=access_to(model, officer),
        model=model,
        code="3.5",
        version=0,
        draft=Draft(text="Kept", not_applicable=True, reason="Short"),
    )
    row.refresh_from_db()
    assert (row.text, row.not_applicable, row.reason) == ("Kept", True, "Short")


def test_a_text_over_the_limit_is_refused_in_words(model: SecurityModel, officer: User) -> None:
    with pytest.raises(Refused) as refused:
        save(model, officer, "x" * 4001)
    assert refused.value.problems[0].field == "text"


def test_a_lapsed_application_can_only_be_read(model: SecurityModel, officer: User) -> None:
    access = access_to(model, officer)
    with clock.at(clock.now() + dt.timedelta(days=61)), pytest.raises(Refused) as refused:
        save_response(
            actor=access, model=model, code="3.5", version=0, draft=Draft(text="Too late")
        )
    assert refused.value.code == "lapsed"


def test_each_account_keeps_its_own_answers(officer: User, model: SecurityModel) -> None:
    other = make_model(make_account("Wobblestone Ceramics"), officer)
    make_type(other)
    save(model, officer, "Here")
    save(other, officer, "There")
    assert set(Response.objects.values_list("security_model", "text")) == {
        (model.pk, "Here"),
        (other.pk, "There"),
    }


def test_p2_the_database_counts_what_a_reader_sees(model: SecurityModel, officer: User) -> None:
    """The generated column and ``core.text`` agree for every space and invisible character."""
    row = save(model, officer, "First")
    odd = [
        "\u0301",
        "\u200d",
        "\u2062",
        "\ufe0f",
        "\U000e0041",
        "\u3164",
        "\u2800",
        "\u3000",
        "\n",
        "\u0085",
    ]
    reasons = [f"x{one * 40}y" for one in odd] + ["营" * 29, "营" * 30, f" {'क्षमा ' * 6} "]
    for reason in reasons:
        Response.objects.filter(pk=row.pk).update(not_applicable=True, reason=reason, text=reason)
        row.refresh_from_db()
        assert row.is_answered == (visible_length(reason) >= REASON_MINIMUM), ascii(reason)
    for text in ("\u200d\u2062", "\u2800 \u3000", "\U000e0041", "x", "营"):
        Response.objects.filter(pk=row.pk).update(not_applicable=False, text=text)
        row.refresh_from_db()
        assert row.is_answered != is_blank(text), ascii(text)
