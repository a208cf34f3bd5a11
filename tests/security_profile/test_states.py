"""The state of a criterion is derived in one place; the sentences about completeness (P2, P6)."""

from __future__ import annotations

import itertools

import pytest
from django.test import Client
from django.urls import reverse

from portal.templatetags.look import criterion_states, look_of
from security_models.models import SecurityModel
from security_profile.models import Response
from security_profile.presentation.completeness import progress_words, squares_caption
from security_profile.presentation.profile_rows import reopening, square_rows
from security_profile.selectors import overview, standings
from security_profile.states import (
    SETTLED_STATES,
    CriterionState,
    SubmissionStatus,
    Verdict,
    state_of,
)
from tests.factories.models import complete_profile
from tests.factories.profile import take_away_evidence
from tests.factories.trade import make_account, make_model
from tests.look.page import Page
from tests.security_profile.test_criterion_page import address, typed
from tests.security_profile.test_submit import change, reviewed, submit_now
from tests.statements import at_most


@pytest.fixture
def contact(client: Client, ready: SecurityModel) -> Client:
    client.force_login(ready.started_by)
    return client


# --- the derivation -----------------------------------------------------------------------------


def test_p2_without_a_submission_the_answer_alone_decides() -> None:
    states = [
        state_of(started=started, complete=complete, changed=False)
        for started, complete in [(False, False), (True, False), (True, True)]
    ]
    assert states == ["not_started", "in_progress", "complete"]


@pytest.mark.parametrize("submission", [str(one) for one in SubmissionStatus])
def test_p6_only_a_return_that_nobody_answered_is_returned(submission: str) -> None:
    facts = itertools.product([True, False], [True, False], Verdict.values)
    for changed, judged_again, verdict in facts:
        state = state_of(
            started=True,
            complete=True,
            changed=changed,
            submission=submission,
            judged_again=judged_again,
            verdict=verdict,
        )
        asks = submission in {"returned", "answered"} and verdict == "returned" and not changed
        assert (state == "returned") == asks
        assert (state in SETTLED_STATES) == (not asks)


def test_d5_an_accepted_answer_whose_file_was_blocked_is_not_complete() -> None:
    state = state_of(started=True, complete=False, changed=False, submission="approved")
    assert state == "in_progress"


def test_every_state_has_one_word_and_a_square_of_its_own() -> None:
    for state in CriterionState:
        assert str(look_of(state).words) == str(state.label)
    assert [str(words) for _name, words in criterion_states()] == [
        str(one.label) for one in CriterionState
    ]
    assert len({name for name, _words in criterion_states()}) == 6


# --- the same on list, filter, legend, page, counts, tasks and API --------------------------------


@pytest.mark.django_db
def test_every_place_counts_alike_in_every_state(contact: Client, ready: SecurityModel) -> None:
    reviewed(submit_now(ready), {"3.5": "Too old.", "6.1": "Incomplete.", "8.1": "Unclear."})
    change(ready, "6.1", "Renewed.")
    change(ready, "1.2", "")
    take_away_evidence("5.1")
    profile = overview(ready)
    for state in CriterionState:
        number = sum(one.status == state for one in profile.answers)
        squares = [one for row in square_rows(profile) for one in row["states"]]
        assert squares.count(str(state).replace("_", "-")) == number
        url = reverse("security_profile:profile", args=[ready.trade_account_id, ready.pk])
        body = contact.get(url, {"status": state}).content.decode()
        assert f"Showing {number} of 94." in body
    standing = standings([(ready.pk, ["importer"])])[ready.pk]
    assert standing.done == profile.counted.done
    assert standing.returned == ["3.5", "8.1"] and profile.counted.returned == 2
    page = contact.get(reverse("security_profile:criterion", args=[*_ids(ready), "6.1"]))
    assert ">Complete</span>" in page.content.decode()


def _ids(model: SecurityModel) -> tuple[object, object]:
    return model.trade_account_id, model.pk


@pytest.mark.django_db
def test_returned_criteria_are_never_called_complete(ready: SecurityModel) -> None:
    reviewed(submit_now(ready), {"3.5": "Too old.", "6.1": "Incomplete.", "8.1": "Unclear."})
    profile = overview(ready)
    assert progress_words(profile.counted) == "91 of 94 criteria complete, 3 returned"
    caption = squares_caption(profile.categories)
    assert caption.startswith("3 criteria were returned. Change your answers.")
    assert "Every criterion is complete" not in caption
    for code in ("3.5", "6.1", "8.1"):
        change(ready, code, "Renewed.")
    assert "Every criterion is complete." in squares_caption(overview(ready).categories)


@pytest.mark.django_db
def test_the_summary_says_what_is_still_returned(contact: Client, ready: SecurityModel) -> None:
    reviewed(submit_now(ready), {"3.5": "Too old.", "6.1": "Incomplete."})
    change(ready, "3.5", "Renewed.")
    url = reverse("security_profile:summary", args=_ids(ready))
    body = contact.get(url).content.decode()
    assert "1 criterion was returned. Change your answer." in body
    assert "Nothing blocks signing" not in body
    change(ready, "6.1", "Renewed.")
    body = contact.get(url).content.decode()
    assert "Nothing blocks signing" in body and "94 of 94 criteria complete" in body


# --- answering a return ---------------------------------------------------------------------------


@pytest.mark.django_db
def test_save_next_goes_through_what_was_returned_and_then_to_the_summary(
    contact: Client, ready: SecurityModel
) -> None:
    reviewed(submit_now(ready), {"3.5": "Too old.", "6.1": "Incomplete.", "8.1": "Unclear."})
    visited: list[str] = []
    here = address(ready, "6.1")
    while "/security-profile/" in here and len(visited) < 5:
        code = here.rstrip("/").split("/")[-1]
        visited.append(code)
        row = Response.objects.get(security_model=ready, criterion__code=code)
        answer = contact.post(here, typed("Renewed.", version=row.version, next="1"))
        here = answer["Location"]
    assert visited == ["6.1", "8.1", "3.5"]
    assert here.endswith("/summary")


@pytest.mark.django_db
def test_save_next_from_an_accepted_criterion_goes_to_what_was_returned(
    contact: Client, ready: SecurityModel
) -> None:
    reviewed(submit_now(ready), {"3.5": "Too old."})
    row = Response.objects.get(security_model=ready, criterion__code="6.1")
    here = address(ready, "6.1")
    posted = typed(row.text, version=row.version, next="1")
    assert contact.post(here, posted)["Location"] == address(ready, "3.5")
    body = contact.get(here).content.decode()
    assert "Next returned:" in body and address(ready, "3.5") in body


@pytest.mark.django_db
def test_changing_an_accepted_answer_says_that_it_reopens_it_before_and_after(
    contact: Client, ready: SecurityModel
) -> None:
    reviewed(submit_now(ready), {"3.5": "Too old."})
    before = contact.get(address(ready, "6.1")).content.decode()
    assert "If you change the answer or its files, you reopen it" in before
    assert "you reopen it" not in contact.get(address(ready, "3.5")).content.decode()
    row = Response.objects.get(security_model=ready, criterion__code="6.1")
    posted = typed("Changed.", version=row.version, next="1")
    after = contact.post(address(ready, "6.1"), posted, follow=True).content.decode()
    assert "Criterion 6.1 is saved. It was accepted before. Your change reopened it." in after
    listed = reverse("security_profile:profile", args=[ready.trade_account_id, ready.pk])
    for page in (address(ready, "6.1"), listed):
        assert "Changed since submitted" in contact.get(page).content.decode(), page


@pytest.mark.django_db
def test_p6_a_returned_answer_that_was_left_as_it_was_is_said_to_be_returned_still(
    contact: Client, ready: SecurityModel
) -> None:
    reviewed(submit_now(ready), {"3.5": "Too old.", "6.1": "Incomplete."})
    row = Response.objects.get(security_model=ready, criterion__code="6.1")
    posted = typed(row.text, version=row.version, next="1")
    after = contact.post(address(ready, "6.1"), posted, follow=True).content.decode()
    assert "Still to do: Change what the specialist&#x27;s comment asks for." in after


@pytest.mark.django_db
@pytest.mark.parametrize("button", ["next", "previous"])
def test_p2_going_past_a_criterion_that_nobody_has_begun_says_nothing(
    client: Client, button: str
) -> None:
    model = complete_profile(make_model(make_account()))
    client.force_login(model.started_by)
    after = client.post(address(model, "4.1"), typed("", version=0, **{button: "1"}), follow=True)
    assert after.status_code == 200
    assert "Criterion 4.1 is saved" not in after.content.decode()


@pytest.mark.django_db
def test_p2_a_reason_that_is_too_short_says_how_much_is_missing(
    contact: Client, ready: SecurityModel
) -> None:
    row = Response.objects.get(security_model=ready, criterion__code="6.1")
    posted = typed("", version=row.version, answer="not_applicable", reason="Too short.", next="1")
    after = contact.post(address(ready, "6.1"), posted, follow=True).content.decode()
    assert "Still to do: The reason needs 20 more characters." in after


@pytest.mark.django_db
def test_a_save_that_changes_nothing_reopens_nothing(ready: SecurityModel) -> None:
    reviewed(submit_now(ready), {"3.5": "Too old."})
    profile = overview(ready)
    assert not reopening(profile, profile.answer("6.1"))["done"]
    assert not reopening(profile, profile.answer("3.5"))


@pytest.mark.django_db
def test_a_return_costs_no_more_statements_than_a_draft(
    contact: Client, ready: SecurityModel
) -> None:
    reviewed(submit_now(ready), {"3.5": "Too old.", "6.1": "Incomplete."})
    contact.get(address(ready))
    with at_most(7):
        contact.get(address(ready))


# --- Not Applicable -------------------------------------------------------------------------------


@pytest.mark.django_db
def test_p2_not_applicable_hides_the_demand_for_evidence(
    pages: Client, model: SecurityModel
) -> None:
    demand = "//p[contains(@class, 'pp-demand')]"
    assert "hidden" not in Page(pages.get(address(model)).content.decode()).one(demand).attrib
    pages.post(address(model), {**typed(""), "answer": "not_applicable", "save": "1"})
    body = pages.get(address(model)).content.decode()
    assert "hidden" in Page(body).one(demand).attrib
    assert "pp-level--evidence" not in body


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("reason", "said"),
    [
        ("", "30 more characters needed"),
        ("We own no vehicles", "12 more characters needed"),
        ("We own no vehicles of any kind", "Up to 2000 characters and 100 lines"),
        ("We own no vehicles of any kin", "1 more character needed"),
    ],
)
def test_p2_a_short_reason_says_how_many_characters_are_missing(
    pages: Client, model: SecurityModel, reason: str, said: str
) -> None:
    posted = {**typed(""), "answer": "not_applicable", "reason": reason, "save": "1"}
    pages.post(address(model), posted)
    body = pages.get(address(model)).content.decode()
    assert Page(body).words("//*[@id='id_reason_count']") == said
