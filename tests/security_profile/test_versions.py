"""Approved versions: compared, on a date, between two approvals (P7)."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from core import clock
from core.days import day as in_words
from core.days import example_day
from files import services as files
from files.models import Rendering
from files.states import ScanState
from identity.models import User
from security_models.models import SecurityModel
from security_profile.facts.criterion_answers import TEXT_MAXIMUM
from security_profile.models import Response, ResponseVersion, Submission
from security_profile.selectors.versions import approval_on, approvals_of, standing_after
from security_profile.services.evidence import choose_evidence
from security_profile.services.responses import Draft, save_response
from security_profile.services.summary import submission_document
from tests.factories.kept import kept
from tests.factories.models import complete_profile
from tests.factories.people import made_before
from tests.factories.profile import access_to, answer_all, make_document
from tests.factories.trade import make_account, make_model
from tests.reviews.test_pages import signed_in, words_of
from tests.security_profile.test_documents import made, squeezed
from tests.security_profile.test_documents import words_of as words_of_pdf
from tests.security_profile.test_submit import change, reviewed, submit_now
from tests.statements import counted

pytestmark = pytest.mark.django_db
FIRST, SECOND = dt.date(2026, 3, 2), dt.date(2026, 9, 14)
REASON = "We own no trucks and hire none, so nobody of ours drives."


@pytest.fixture(autouse=True)
def _store(tmp_path: Any, settings: Any) -> None:
    settings.MEDIA_ROOT = str(tmp_path)


@pytest.fixture
def once() -> SecurityModel:
    """A profile that was approved in March."""
    with clock.at(FIRST):
        return _model(_once())


@pytest.fixture
def twice() -> SecurityModel:
    """The same with an update approved in September: words, evidence and Not Applicable."""
    with clock.at(SECOND):
        return _model(_twice())


def _model(key: Any) -> SecurityModel:
    return SecurityModel.objects.select_related("trade_account").get(pk=key)


@kept
def _once() -> Any:
    model = complete_profile(make_model(make_account()))
    answer_all(model)
    reviewed(submit_now(model), {})
    return model.pk


@kept
def _twice() -> Any:
    with clock.at(FIRST):
        model = _model(_once())
    change(model, "1.1", written(model, "1.1").replace("every month", "each week"))
    say_not_applicable(model, "1.2")
    attach(model, "1.4", "Minutes 2026.pdf")
    reviewed(submit_now(model), {})
    return model.pk


def say_not_applicable(model: SecurityModel, code: str) -> None:
    row = Response.objects.get(security_model=model, criterion__code=code)
    draft = Draft("", not_applicable=True, reason=REASON)
    save_response(actor=access_to(model), model=model, code=code, version=row.version, draft=draft)


def written(model: SecurityModel, code: str) -> str:
    return Response.objects.get(security_model=model, criterion__code=code).text


def attach(model: SecurityModel, code: str, title: str, state: str = ScanState.CLEAN) -> None:
    document = make_document(model, title, state)
    choose_evidence(actor=access_to(model), model=model, code=code, version_ids=[document.pk])


def today(user: User) -> Client:
    """A person whose password has not expired since the first approval."""
    User.objects.filter(pk=user.pk).update(password_changed_at=clock.now())
    return signed_in(made_before(user.pk))


def officer(model: SecurityModel) -> Client:
    return today(model.started_by)


def address(model: SecurityModel, name: str, query: str = "", **kwargs: Any) -> str:
    places = {"trade_id": model.trade_account_id, "model_id": model.pk, **kwargs}
    return reverse(f"security_profile:{name}", kwargs=places) + query


def versions_page(model: SecurityModel, code: str = "1.1", query: str = "") -> Any:
    return officer(model).get(address(model, "versions", query, code=code))


def marked(response: Any, tag: str) -> list[str]:
    """What a page marks as added (ins) or removed (del), without the legend."""
    from lxml import html  # type: ignore[import-untyped]

    found = html.document_fromstring(response.content).xpath(
        f"//section[contains(@class, 'pp-diff')]//{tag}"
    )
    said = ("[added:", "[removed:", "]")
    texts = [" ".join(one.text_content().split()) for one in found]
    for word in said:
        texts = [text.replace(word, "").strip() for text in texts]
    return texts


# --- the versions of a criterion ------------------------------------------------------------------


def test_p7_the_newest_two_versions_are_compared_by_words(twice: SecurityModel) -> None:
    page = versions_page(twice)
    assert page.status_code == 200
    assert marked(page, "del") == ["every month"] and marked(page, "ins") == ["each week"]
    words = words_of(page)
    assert "2 words added, 2 removed." in words
    assert (
        "From Version 1, approved on Mar 2, 2026 to Version 2, approved on Sep 14, 2026." in words
    )


def test_p7_a_version_says_who_approved_it_and_with_which_submission(
    twice: SecurityModel,
) -> None:
    page = versions_page(twice)
    for submission in Submission.objects.filter(security_model=twice):
        assert submission.reference in words_of(page)
        assert submission.reviewed_by_name in words_of(page)
        place = address(twice, "submission", submission_id=submission.pk)
        assert f'href="{place}"' in page.content.decode()


def test_p7_the_older_one_is_the_first_whichever_way_round_an_address_names_them(
    twice: SecurityModel,
) -> None:
    page = versions_page(twice, query="?from=2&to=1")
    assert marked(page, "ins") == ["each week"]
    form = page.context["form"]
    assert (form["from"].value(), form["to"].value()) == ("1", "2")
    assert marked(versions_page(twice, query="?from=copy&to=1"), "del") == ["every month"]


def test_p7_a_version_is_compared_with_the_working_copy(twice: SecurityModel) -> None:
    change(twice, "1.1", "Zanzibar")
    page = versions_page(twice, query="?from=1&to=copy")
    assert "Zanzibar" in words_of(page)
    assert "Zanzibar" not in words_of(versions_page(twice))


def test_p7_evidence_and_not_applicable_are_compared_too(twice: SecurityModel) -> None:
    words = words_of(versions_page(twice, "1.2"))
    assert "It was answered before. Now it is Not Applicable, with a reason." in words
    page = versions_page(twice, "1.4")
    assert "The text is the same." in words_of(page)
    version = ResponseVersion.objects.get(criterion__code="1.4", number=2)
    [file] = [one for one in version.evidence if one["title"] == "Minutes 2026.pdf"]
    place = reverse("documents:download", args=[twice.trade_account_id, twice.pk, file["version"]])
    assert f'href="{place}"' in page.content.decode()
    assert "Added" in words_of(page)


def test_d5_evidence_that_cannot_be_opened_has_no_link(twice: SecurityModel) -> None:
    version = ResponseVersion.objects.get(criterion__code="1.4", number=2)
    [file] = [one for one in version.evidence if one["title"] == "Minutes 2026.pdf"]
    from documents.models import DocumentVersion

    found = DocumentVersion.objects.get(pk=file["version"])
    type(found.file).objects.filter(pk=found.file_id).update(state=ScanState.INFECTED)
    page = versions_page(twice, "1.4")
    assert "Minutes 2026.pdf" in words_of(page)
    assert file["version"] not in page.content.decode()


def test_p7_one_version_is_compared_with_the_working_copy(once: SecurityModel) -> None:
    change(once, "1.1", written(once, "1.1") + " So does the warehouse.")
    page = versions_page(once)
    assert marked(page, "ins") == ["So does the warehouse."] and marked(page, "del") == []


def test_before_the_first_approval_a_criterion_has_no_versions() -> None:
    model = complete_profile(make_model(make_account()))
    answer_all(model)
    page = versions_page(model)
    assert page.status_code == 200
    assert "No version has been approved yet." in words_of(page)


def test_an_unknown_version_is_refused_next_to_the_field(twice: SecurityModel) -> None:
    page = versions_page(twice, query="?from=1&to=7")
    assert page.status_code == 422
    assert "Choose an option for “To”." in words_of(page)
    assert "Approved versions" in words_of(page)


def test_an_unknown_criterion_has_no_page(twice: SecurityModel) -> None:
    assert versions_page(twice, "99.9").status_code == 404


def test_p7_versions_of_a_criterion_that_no_longer_applies_can_still_be_read(
    twice: SecurityModel,
) -> None:
    from security_profile.models import Applicability
    from security_profile.selectors.catalogue import forget

    Applicability.objects.filter(criterion__code="1.1").delete()
    forget()
    page = versions_page(twice)
    assert page.status_code == 200 and marked(page, "ins") == ["each week"]
    assert "Working copy" not in words_of(page)
    forget()


def test_p7_the_longest_texts_are_compared_within_the_budget(twice: SecurityModel) -> None:
    """A text of one word: the most work that a comparison may meet."""
    change(twice, "1.1", "a " * (TEXT_MAXIMUM // 2 - 1))
    with clock.at(SECOND + dt.timedelta(days=1)):
        reviewed(submit_now(twice), {})
    change(twice, "1.1", "a b " * (TEXT_MAXIMUM // 4 - 1))
    page = versions_page(twice, query="?from=3&to=copy")
    assert page.status_code == 200 and marked(page, "ins")


def test_p7_the_pages_of_versions_need_the_same_statements_for_any_number_of_rows(
    twice: SecurityModel,
) -> None:
    client = officer(twice)
    pages = [
        address(twice, "versions", code="1.1"),
        address(twice, "approvals"),
        address(twice, "profile-on"),
    ]

    def statements(url: str) -> int:
        client.get(url)  # what was compared with its seals is remembered
        with CaptureQueriesContext(connection) as captured:
            assert client.get(url).status_code == 200
        return len(counted(list(captured.captured_queries)))

    before = [statements(url) for url in pages]
    for day in (1, 2, 3):
        with clock.at(SECOND + dt.timedelta(days=day)):
            for code in ("1.1", "1.3", "1.4", "2.1"):
                change(twice, code, f"Day {day}.")
            attach(twice, "1.1", f"Day {day}.pdf")
            reviewed(submit_now(twice), {})
    assert [statements(url) for url in pages] == before
    assert max(before) <= 15


# --- the profile on a date ------------------------------------------------------------------------


def profile_page(model: SecurityModel, query: str = "") -> Any:
    return officer(model).get(address(model, "profile-on", query))


@pytest.mark.parametrize(
    ("day", "text", "number"),
    [
        (FIRST, "every month", 1),
        (SECOND - dt.timedelta(days=1), "every month", 1),
        (SECOND, "each week", 2),
    ],
)
def test_p7_the_profile_on_a_date_has_the_versions_approved_until_then(
    twice: SecurityModel, day: dt.date, text: str, number: int
) -> None:
    approval = approval_on(approvals_of(twice), day)
    assert approval is not None
    standing = standing_after(twice, approval)
    by_code = {one.code: one.version for one in standing.criteria}
    assert text in by_code["1.1"].text and by_code["1.1"].number == number
    assert by_code["1.2"].not_applicable == (number == 2)
    assert by_code["1.3"].number == 1
    newest = ResponseVersion.objects.filter(approved_on__lte=day)
    newest = newest.order_by("response", "-approved_on", "-number").distinct("response")
    assert {one.pk for one in newest} == {one.version.pk for one in standing.criteria}
    page = profile_page(twice, f"?on={day.isoformat()}")
    assert f"Version {number}, approved on" in words_of(page) and text in words_of(page)


def test_p7_today_is_shown_unless_the_address_names_a_day(twice: SecurityModel) -> None:
    page = profile_page(twice)
    assert page.status_code == 200 and "each week" in words_of(page)
    assert f'value="{in_words(clock.today())}"' in page.content.decode()
    assert "as it stands today" in words_of(page)
    assert f"for example {example_day(clock.today())}." in words_of(page)
    assert "at the end of that day" in words_of(profile_page(twice, f"?on={FIRST}"))


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("2026-02-30", "Enter “Date” as a date, for example"),
        ("last spring", "Enter “Date” as a date, for example"),
        ("2999-01-01", "This day is in the future. Enter today or an earlier day."),
        ("", "Fill in “Date”."),
    ],
)
def test_a_bad_date_is_refused_next_to_the_field_and_stays(
    twice: SecurityModel, typed: str, said: str
) -> None:
    page = profile_page(twice, f"?on={typed}")
    assert page.status_code == 422
    assert said in words_of(page)
    assert not typed or f'value="{typed}"' in page.content.decode()


def test_before_the_first_approval_nothing_was_in_force(twice: SecurityModel) -> None:
    page = words_of(profile_page(twice, "?on=2026-03-01"))
    assert "Nothing was approved on Mar 1, 2026 or before." in page
    assert "The first approval was on Mar 2, 2026." in page


def test_without_an_approval_the_pages_say_so() -> None:
    model = complete_profile(make_model(make_account()))
    for name in ("profile-on", "approvals"):
        page = officer(model).get(address(model, name))
        assert page.status_code == 200
        assert "Nothing has been approved yet." in words_of(page)


def test_p7_the_document_of_a_date_says_the_date_and_is_found_again(
    twice: SecurityModel,
) -> None:
    client = officer(twice)
    url = address(twice, "profile-on-pdf", day="2026-03-31")
    assert client.get(url).status_code == 202
    rendering = Rendering.objects.get(kind="profile_on")
    words = squeezed(words_of_pdf(made(rendering)))
    for said in ("Mar 31, 2026", "every month", "Version 1, approved on Mar 2, 2026"):
        assert squeezed(said) in words
    assert squeezed("each week") not in words
    assert client.get(url).status_code == 200
    assert Rendering.objects.filter(kind="profile_on").count() == 1


@pytest.mark.parametrize("day", ["2026-03-01", "2999-01-01", "yesterday"])
def test_a_date_without_a_profile_opens_the_page_that_says_why(
    twice: SecurityModel, day: str
) -> None:
    answer = officer(twice).get(address(twice, "profile-on-pdf", day=day))
    assert answer.status_code == 302
    assert answer["Location"] == address(twice, "profile-on", f"?on={day}")
    assert not Rendering.objects.filter(kind="profile_on").exists()


# --- what changed between two approvals -----------------------------------------------------------


def test_p7_two_approvals_are_compared_as_one_list(twice: SecurityModel) -> None:
    page = officer(twice).get(address(twice, "approvals"))
    words = words_of(page)
    count = ResponseVersion.objects.filter(number=1).count()
    assert f"0 added, 3 changed, 0 removed, {count - 3} unchanged." in words
    assert "The company profile changed, too." not in words
    assert marked(page, "ins")[0] == "each week"
    assert "Version 1 to version 2" in words


def test_p7_a_long_list_of_changes_has_pages(once: SecurityModel) -> None:
    """Each page compares a bounded number of texts, and the counts are those of the whole list."""
    codes = list(ResponseVersion.objects.values_list("criterion__code", flat=True))[:23]
    with clock.at(SECOND):
        for code in codes:
            change(once, code, f"All new: {code}.")
        reviewed(submit_now(once), {})
    older, newer = (one.reference for one in reversed(approvals_of(once)))
    client = officer(once)
    pages = [client.get(address(once, "approvals", f"?page={number}")) for number in (1, 2)]
    assert all("0 added, 23 changed, 0 removed" in words_of(page) for page in pages)
    shown = [page.content.decode().count("pp-read") for page in pages]
    assert shown == [20, 3]
    assert f"?from={older}&amp;to={newer}&amp;page=2" in pages[0].content.decode()


def test_p7_the_same_approval_twice_changes_nothing(twice: SecurityModel) -> None:
    reference = approvals_of(twice)[0].reference
    page = officer(twice).get(address(twice, "approvals", f"?from={reference}&to={reference}"))
    assert "No criterion changed." in words_of(page)


def test_p7_what_was_changed_and_changed_back_counts_as_unchanged(twice: SecurityModel) -> None:
    with clock.at(SECOND + dt.timedelta(days=30)):
        change(twice, "1.1", ResponseVersion.objects.get(criterion__code="1.1", number=1).text)
        reviewed(submit_now(twice), {})
    first, last = approvals_of(twice)[-1], approvals_of(twice)[0]
    page = officer(twice).get(
        address(twice, "approvals", f"?from={first.reference}&to={last.reference}")
    )
    assert "0 added, 2 changed, 0 removed" in words_of(page)


def test_p7_one_approval_is_listed_and_compared_with_nothing(once: SecurityModel) -> None:
    words = words_of(officer(once).get(address(once, "approvals")))
    assert approvals_of(once)[0].reference in words and "Compare two approvals" not in words


# --- the Summary of an approval -------------------------------------------------------------------


def test_p7_the_summary_is_kept_as_approved_and_found_again_with_other_words(
    once: SecurityModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    submission = Submission.objects.get(security_model=once)
    kept = Rendering.objects.get(content__submission=str(submission.pk))
    files.render(kept.pk)
    monkeypatch.setattr("security_profile.services.summary._as_of", lambda day: f"On {day}")
    assert submission_document(submission, access_to(once)).pk == kept.pk
    page = officer(once).get(address(once, "submission", submission_id=submission.pk))
    assert "Summary as approved, PDF" in words_of(page)
    assert (
        officer(once).get(address(once, "submission-pdf", submission_id=submission.pk)).status_code
        == 200
    )


def test_p7_a_returned_submission_keeps_no_summary() -> None:
    model = complete_profile(make_model(make_account()))
    answer_all(model)
    submission = reviewed(submit_now(model), {"1.1": "Say who checks it."})
    assert not Rendering.objects.filter(content__submission=str(submission.pk)).exists()


# --- staff ----------------------------------------------------------------------------------------


def staff_address(model: SecurityModel, name: str, query: str = "", **kwargs: Any) -> str:
    return reverse(f"reviews:{name}", kwargs={"model_id": model.pk, **kwargs}) + query


def test_p7_the_specialist_sees_the_same_without_the_working_copy(twice: SecurityModel) -> None:
    change(twice, "1.1", "Zanzibar")
    client = today(twice.assignments.get().staff)
    for url in (
        staff_address(twice, "versions", code="1.1"),
        staff_address(twice, "approvals"),
        staff_address(twice, "profile-on"),
    ):
        page = client.get(url)
        assert page.status_code == 200 and "each week" in words_of(page)
        assert "Zanzibar" not in words_of(page)
        assert f"/t/{twice.trade_account_id}/" not in page.content.decode()
    url = staff_address(twice, "versions", "?from=1&to=copy", code="1.1")
    assert client.get(url).status_code == 422
    assert client.get(staff_address(twice, "profile-on-pdf", day="2026-04-01")).status_code == 202


def test_s2_versions_of_another_company_do_not_exist(twice: SecurityModel) -> None:
    other = make_model(make_account("Old Kettle Packaging"))
    client = officer(other)
    for name in ("versions", "approvals", "profile-on"):
        kwargs = {"code": "1.1"} if name == "versions" else {}
        assert client.get(address(twice, name, **kwargs)).status_code == 404
    assert uuid.UUID(str(twice.pk)) != other.pk
