"""The list of annual reviews, and why one was not done: derived from dates (P10, P11, P13)."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.db.models import DateField, Value
from django.urls import reverse

from audit.models import Event
from core import clock
from core.access import Access
from core.days import day
from core.program_days import add_years
from security_models.models import BusinessType, BusinessTypeAccount, SecurityModel
from security_models.selectors.eligibility import newest_run
from security_profile.facts.annual_reviews import cycle_on, state_of_review
from security_profile.models import AnnualReview
from security_profile.selectors.own_records import reason_digest
from security_profile.selectors.review_list import ORDER, derived
from security_profile.services import review
from security_profile.services.annual_review_closing import record_reason
from tests.access.test_exports import missing
from tests.factories import annual
from tests.factories.people import UserFactory
from tests.factories.reviews import accept_all, manager
from tests.reviews.test_annual_review import TICKS, sent, signed_in, specialist_of, url
from tests.reviews.test_pages import words_of
from tests.statements import at_most

pytestmark = pytest.mark.django_db

LIST = reverse("reviews:annual-reviews")
REASON = "Die Firma ist umgezogen. 公司搬迁了。"


@pytest.fixture
def model(db: None) -> SecurityModel:
    return annual.certified_model()


def rows(client: Any, **query: str) -> list[Any]:
    return list(client.get(LIST, query).context["rows"])


def reason_page(model: SecurityModel, number: int = 1) -> str:
    due = annual.cycle(model, number).due_on.isoformat()
    return reverse("reviews:review-reason", args=[model.pk, due])


def management(model: SecurityModel) -> Access:
    return manager(model)


# --- derived in SQL -------------------------------------------------------------------------------

ANCHORS = (
    dt.date(2020, 2, 29), dt.date(2019, 2, 28), dt.date(2019, 3, 1), dt.date(2020, 12, 31),
    dt.date(2021, 1, 1), dt.date(2020, 5, 29), dt.date(2020, 5, 30), dt.date(2024, 2, 29),
)  # fmt: skip


@pytest.mark.parametrize("anchor", ANCHORS, ids=str)
def test_p11_the_list_derives_the_same_cycle_and_state_as_the_page(
    model: SecurityModel, anchor: dt.date
) -> None:
    """Around each anniversary, opening and end of the first nine years, leap days included."""
    edges = {
        edge + dt.timedelta(days=off)
        for number in range(10)
        for due in [add_years(anchor, number)]
        for edge in (due, due - dt.timedelta(days=90))
        for off in (-1, 0, 1)
        if edge + dt.timedelta(days=off) >= anchor
    }
    # A value stands in for the stored date, which the database does not let anyone change.
    base = BusinessTypeAccount.objects.filter(security_model=model)
    for today in sorted(edges):
        cycle = cycle_on(anchor, today)
        found = derived(base, today, Value(anchor, output_field=DateField())).get()
        assert found.due_on == cycle.due_on, today
        assert ORDER[found.place] == state_of_review(cycle, today), today


@pytest.mark.parametrize("status", ["submitted", "in_review", "returned", "answered", "approved",
                                    "withdrawn", "closed"])  # fmt: skip
def test_p10_the_list_derives_the_same_state_from_a_submission(
    model: SecurityModel, status: str
) -> None:
    submission = model.submissions.get()
    AnnualReview.objects.create(
        security_model=model, due_on=annual.cycle(model).due_on, submission=submission
    )
    type(submission).objects.filter(pk=submission.pk).update(status=status)
    base = BusinessTypeAccount.objects.filter(security_model=model)
    for days in (-91, -90, 0, 1, 200):
        with annual.at_due(model, days):
            today = annual.today(model)
            (found,) = derived(base, clock.today())
            assert (ORDER[found.place], found.due_on) == (today.state, today.cycle.due_on)


# --- the list -------------------------------------------------------------------------------------


def test_r6_a_specialist_sees_the_reviews_of_own_partners_and_management_all(
    model: SecurityModel,
) -> None:
    other = UserFactory.create(staff_role="scss")
    with annual.at_due(model):
        assert [row.partner for row in rows(signed_in(specialist_of(model).user))] == [
            model.trade_account.name
        ]
        assert rows(signed_in(other)) == []
        assert len(rows(signed_in(UserFactory.create(staff_role="management")))) == 1
        submission = sent(model)
        assert signed_in(other).get(url(submission)).status_code == 404


def test_p11_each_state_follows_from_the_day_without_any_worker(model: SecurityModel) -> None:
    staff = specialist_of(model).user
    said = []
    for days in (-91, -90, 0, 1, 30, 274):
        with annual.at_due(model, days):
            (row,) = rows(signed_in(staff))
            said.append((row.state, row.overdue, bool(row.escalated)))
    assert said == [
        ("upcoming", None, False), ("open", None, False), ("open", None, False),
        ("overdue", 1, False), ("overdue", 30, True), ("overdue", 274, True),
    ]  # fmt: skip


def test_p10_a_year_without_a_review_stays_in_the_list_as_not_done(model: SecurityModel) -> None:
    staff = specialist_of(model).user
    with annual.at_due(model, -90, number=3):
        client = signed_in(staff)
        (row,) = rows(client)
        assert row.state == "open"
        days = [day(annual.cycle(model, number).due_on) for number in (2, 1)]
        assert [one.due for one in row.missed] == days
        assert len(rows(client, state="closed_unfulfilled")) == 1
        assert rows(client, state="overdue") == []


def test_p10_a_year_that_was_approved_is_not_in_the_list_as_not_done(model: SecurityModel) -> None:
    staff = specialist_of(model)
    with annual.at_due(model, 5):
        submission = sent(model)
        (row,) = rows(signed_in(staff.user), state="late")
        assert (row.state, row.late) == ("submitted", "Submitted late")
        review.start_review(actor=staff, submission_id=submission.pk)
        accept_all(staff, submission)
        seen = review.decisions_seen(submission)
        signed_in(staff.user).post(url(submission, "complete"), {"seen": seen, **TICKS})
        assert [one.state for one in rows(signed_in(staff.user))] == ["approved"]
    with annual.at_due(model, -90, number=2):
        (row,) = rows(signed_in(staff.user))
        assert (row.state, row.missed) == ("open", [])
        assert rows(signed_in(staff.user), state="closed_unfulfilled") == []


def test_the_list_is_filtered_by_the_month_in_which_a_review_is_due(model: SecurityModel) -> None:
    with annual.at_due(model, 40):
        client = signed_in(specialist_of(model).user)
        due = annual.cycle(model).due_on
        assert len(rows(client, due=f"{due:%Y-%m}")) == 1
        assert rows(client, due=f"{due.replace(day=1) - dt.timedelta(days=1):%Y-%m}") == []


def test_what_the_list_shows_is_in_its_export(model: SecurityModel) -> None:
    from lxml import html  # type: ignore[import-untyped]

    boss = UserFactory.create(staff_role="management")
    with annual.at_due(model, 40, number=2):
        client = signed_in(boss)
        tree = html.document_fromstring(client.get(LIST).content)
        assert missing(client, LIST, tree) == []


def test_the_list_costs_the_same_for_every_number_of_accounts(model: SecurityModel) -> None:
    """Every certified type counts, also one that is the second of its account."""
    boss = UserFactory.create(staff_role="management")
    for number in range(3):
        _another(model, f"Old Kettle Packaging {number}", f"9990000{number}")
    with annual.at_due(model, 40, number=2):
        client = signed_in(boss)
        client.get(LIST)
        with at_most(8):
            page = client.get(LIST)
        assert len(page.context["rows"]) == 4


def _another(like: SecurityModel, name: str, number: str) -> None:
    """A certified account of another company, as small as it can be."""
    from tests.factories.trade import make_account, make_model

    model = make_model(make_account(name))
    first = like.business_types.get()
    kind = BusinessType.objects.get(pk=first.business_type_id)
    BusinessTypeAccount.objects.create(
        security_model=model,
        business_type=kind,
        run=newest_run(model),
        status=first.status,
        started_on=first.started_on,
        account_number=number,
        certified_on=first.certified_on,
    )


# --- why it was not done --------------------------------------------------------------------------


def test_p10_management_records_why_a_review_was_not_done_and_the_partner_reads_it(
    model: SecurityModel,
) -> None:
    boss = management(model)
    with annual.at_due(model, 30):
        client = signed_in(boss.user)
        page = client.get(reason_page(model))
        seen = page.context["form"]["seen"].value()
        done = client.post(reason_page(model), {"reason": REASON, "seen": seen})
        assert done["Location"] == reverse("reviews:partner", args=[model.pk])
        row = AnnualReview.objects.get()
        assert (row.closing_reason, row.closed_by_name) == (REASON, boss.name)
        assert row.closed_on is None, "the calendar closes it when the next window opens"
        assert Event.objects.filter(kind="security_profile.review_not_done").count() == 1
        assert REASON in words_of(client.get(done["Location"]))
    with annual.at_due(model, -90, number=2):
        officer = signed_in(model.started_by)
        review_page = reverse("security_profile:annual-review",
                              args=[model.trade_account_id, model.pk])  # fmt: skip
        said = words_of(officer.get(review_page))
        assert REASON in said and "Not done" in said
        (row_of_list,) = rows(signed_in(boss.user))
        assert [one.reason for one in row_of_list.missed] == [REASON]


def test_p10_a_review_that_is_not_escalated_needs_no_reason(model: SecurityModel) -> None:
    boss = management(model)
    for days in (-91, -30, 1, 29):
        with annual.at_due(model, days):
            client = signed_in(boss.user)
            assert "Nothing to record" in words_of(client.get(reason_page(model)))
            sent = {"reason": REASON, "seen": reason_digest(None)}
            answer = client.post(reason_page(model), sent)
            assert answer.status_code == 422 and REASON in answer.content.decode()
    assert not AnnualReview.objects.exists()


def test_p5_two_people_do_not_overwrite_the_reason_of_each_other(model: SecurityModel) -> None:
    first, second = management(model), management(model)
    due = annual.cycle(model).due_on
    with annual.at_due(model, 40):
        client = signed_in(second.user)
        seen = client.get(reason_page(model)).context["form"]["seen"].value()
        record_reason(actor=first, model=model, due_on=due, reason="They moved.", seen=seen)
        page = client.post(reason_page(model), {"reason": REASON, "seen": seen})
        assert page.status_code == 409
        said = words_of(page)
        assert "They moved." in said and REASON in said
        assert AnnualReview.objects.get().closing_reason == "They moved."
        again = page.context["form"]["seen"].value()
        client.post(reason_page(model), {"reason": REASON, "seen": again})
        assert AnnualReview.objects.get().closing_reason == REASON


def test_p5_what_the_company_does_meanwhile_is_no_conflict(model: SecurityModel) -> None:
    boss = management(model)
    with annual.at_due(model, 40):
        seen = reason_digest(None)
        annual.assess(model)
        record_reason(
            actor=boss, model=model, due_on=annual.cycle(model).due_on, reason=REASON, seen=seen
        )
        annual.confirm(model, "1.1")
        assert AnnualReview.objects.get().closing_reason == REASON


def test_r6_only_management_records_a_reason_and_no_other_day_exists(model: SecurityModel) -> None:
    boss, scss = management(model), specialist_of(model)
    other = UserFactory.create(staff_role="scss")
    with annual.at_due(model, 40):
        assert signed_in(scss.user).get(reason_page(model)).status_code == 403
        assert signed_in(other).get(reason_page(model)).status_code == 404
        client = signed_in(boss.user)
        for given in ("2020-05-04", "soon", "2020-02-30"):
            page = reverse("reviews:review-reason", args=[model.pk, given])
            assert client.get(page).status_code == 404


def test_p10_the_page_of_the_partner_shows_its_annual_reviews(model: SecurityModel) -> None:
    scss = specialist_of(model)
    page = reverse("reviews:partner", args=[model.pk])
    with annual.at_due(model, 31):
        said = words_of(signed_in(scss.user).get(page))
        assert "Annual reviews" in said and "Overdue" in said
        submission = sent(model)
        shown = signed_in(scss.user).get(page).content.decode()
        assert url(submission) in shown and "Submitted late" in shown


# --- the chart of the queue and of open work ------------------------------------------------------


def test_p10_each_bar_of_annual_reviews_opens_the_reviews_that_it_counts(
    model: SecurityModel,
) -> None:
    staff, boss = specialist_of(model).user, management(model).user
    for days, number in ((-120, 1), (-5, 1), (4, 1)):
        with annual.at_due(model, days, number):
            for user, place in ((staff, "reviews:queue"), (boss, "reviews:open-work")):
                client = signed_in(user)
                found = client.get(reverse(place)).context["annual_due"]
                assert (found.total, found.late) == (1, int(days > 0))
                (bar,) = [one for one in found.columns if one.count]
                listed = client.get(bar.query).context["rows"]
                assert [one.reference for one in listed] == [model.reference]


def test_p10_a_review_that_was_submitted_is_no_longer_due(model: SecurityModel) -> None:
    with annual.at_due(model):
        sent(model)
        client = signed_in(specialist_of(model).user)
        assert client.get(reverse("reviews:queue")).context["annual_due"].total == 0
