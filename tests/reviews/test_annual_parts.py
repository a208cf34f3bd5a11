"""Parts of an annual review that are no criteria: returned with a comment, answered there (P10)."""

from __future__ import annotations

from typing import Any

import pytest
from django.urls import reverse

from audit.models import Event
from core.access import Access
from core.errors import NotVisible, Refused, Stale
from notifications.models import Outbox
from reviews.selectors.annual_review import signed_review
from security_models.models import SecurityModel
from security_profile.models import CriterionDecision, Submission
from security_profile.selectors.annual_reviews import reviews_of
from security_profile.services import review
from security_profile.services.review_parts import decide_part
from security_profile.services.submit import submission_blockers, withdraw
from security_profile.states import SubmissionStatus
from tests.factories import annual
from tests.factories.profile import access_to
from tests.look.page import Page
from tests.reviews.test_annual_review import begun, complete_on_the_page, signed_in, specialist_of
from tests.reviews.test_pages import words_of

pytestmark = pytest.mark.django_db

COMMENT = "Which ports did it cover? 哪些港口？"


@pytest.fixture
def model(db: None) -> SecurityModel:
    return annual.certified_model()


def give_back(staff: Access, submission: Submission, part: str, **other: Any) -> CriterionDecision:
    values = {"verdict": "returned", "comment": COMMENT, "version": 0, **other}
    return decide_part(actor=staff, submission_id=submission.pk, part=part, **values)


def returned(model: SecurityModel, part: str) -> Submission:
    """A review of which one part alone was returned, ten days ago."""
    with annual.at_due(model, -30):
        submission, staff = begun(model)
        give_back(staff, submission, part)
        seen = review.decisions_seen(submission)
        review.complete_review(actor=staff, submission_id=submission.pk, seen=seen)
    submission.refresh_from_db()
    assert submission.status == SubmissionStatus.RETURNED
    return submission


def codes(model: SecurityModel) -> set[str]:
    return {one.code for one in submission_blockers(model)}


def page_of(submission: Submission, part: str) -> str:
    place = [submission.security_model_id, submission.pk, part]
    return reverse("reviews:annual-part", args=place)


def of_company(model: SecurityModel, name: str, **more: Any) -> str:
    place = {"trade_id": model.trade_account_id, "model_id": model.pk, **more}
    return reverse(f"security_profile:{name}", kwargs=place)


def test_p10_the_risk_assessment_alone_is_returned_and_answered_at_its_step(
    model: SecurityModel,
) -> None:
    first = returned(model, "assessment")
    mail = Outbox.objects.filter(kind="annual_review.returned").first()
    assert mail is not None
    assert "- Risk assessment" in mail.text and COMMENT not in mail.text
    with annual.at_due(model, -20):
        officer = signed_in(model.started_by)
        tasks = Page(officer.get(of_company(model, "annual-review")).content.decode())
        (task,) = tasks.all("//main//ul[contains(@class, 'pp-tasks')]/li[1]")
        said = " ".join(task.text_content().split())
        assert "Returned" in said and "Your SCSS left a comment." in said
        assert COMMENT in words_of(officer.get(of_company(model, "review-assessment")))
        assert codes(model) == {"returned", "unchanged"}
        anchor = annual.cycle(model).anchor
        assert reviews_of({model.pk: anchor})[model.pk].unanswered == {"assessment"}
        annual.assess(model, statement="All lanes, with the ports of Callao and Chancay.")
        assert codes(model) == set()
        assert reviews_of({model.pk: anchor})[model.pk].unanswered == set()
        assert "You have answered this." in words_of(
            officer.get(of_company(model, "review-assessment"))
        )
        second = annual.sign(model)
        assert second.previous_id == first.pk
        for one in (first, second):
            read = officer.get(of_company(model, "submission", submission_id=one.pk))
            assert "Risk assessment: returned by" in words_of(read) and COMMENT in words_of(read)
        page = signed_in(specialist_of(model).user).get(
            reverse("reviews:annual-review", args=[model.pk, second.pk])
        )
        assert "Returned in the round before" in words_of(page) and COMMENT in words_of(page)


def test_p10_the_comment_on_a_part_is_read_also_when_the_next_review_answers_it(
    model: SecurityModel,
) -> None:
    returned(model, "assessment")
    with annual.at_due(model, -60, number=2):
        shown = words_of(signed_in(model.started_by).get(of_company(model, "annual-review")))
        assert "Risk assessment: returned by" in shown and COMMENT in shown


def test_p6_a_specialist_reads_the_returned_comment_also_after_an_answer_was_withdrawn(
    model: SecurityModel,
) -> None:
    first = returned(model, "assessment")
    answer = first
    for days in (-20, -19):
        with annual.at_due(model, days):
            annual.assess(model, statement=f"All lanes, and Callao {days}.")
            answer = annual.sign(model)
            found = signed_review(model, answer.pk)
            assert found is not None
            assert [one.comment for one in found.decided_before.values()] == [COMMENT]
            withdraw(actor=access_to(model), model=model, submission_id=answer.pk)
    assert answer.previous_id != first.pk


@pytest.mark.parametrize("part", ["eligibility:importer", "section:contacts"])
def test_p10_what_is_right_as_it_is_is_answered_by_stating_it_again(
    model: SecurityModel, part: str
) -> None:
    returned(model, part)
    kind, _colon, which = part.partition(":")
    with annual.at_due(model, -20):
        assert codes(model) == {kind, "unchanged"}
        page: tuple[str, dict[str, str]] = ("review-company", {})
        if kind == "eligibility":
            page = ("review-eligibility", {"business_type": which})
        shown = signed_in(model.started_by).get(of_company(model, page[0], **page[1]))
        assert COMMENT in words_of(shown)
        if kind == "section":
            said = Page(shown.content.decode()).words(f"//section[@id='{which}']")
            assert "To confirm" not in said and said.count("Returned") == 2, "tag and comment"
        annual.answer_eligibility(model)
        annual.confirm_sections(model)
        assert codes(model) == set()


def test_p6_a_draft_is_not_shown_to_the_company_and_can_be_taken_back(model: SecurityModel) -> None:
    with annual.at_due(model):
        submission, staff = begun(model)
        made = give_back(staff, submission, "assessment")
        assert give_back(staff, submission, "assessment").version == made.version, "a second click"
        assert annual.today(model).remarks == {}
        client = signed_in(staff.user)
        check = client.get(reverse("reviews:complete", args=[model.pk, submission.pk]))
        assert COMMENT in words_of(check) and check.context["form"].ticks == []
        assert "Complete review: return 1 thing" in words_of(check)
        give_back(staff, submission, "assessment", verdict="to_review", version=made.version)
        check = client.get(reverse("reviews:complete", args=[model.pk, submission.pk]))
        assert "Complete review: approve" in words_of(check)
        events = Event.objects.filter(kind="security_profile.part_decided")
        assert [one.data["part"] for one in events] == ["Risk assessment"] * 2


def test_p6_what_changed_since_the_check_page_was_shown_is_not_completed(
    model: SecurityModel,
) -> None:
    with annual.at_due(model):
        submission, staff = begun(model)
        seen = review.decisions_seen(submission)
        give_back(staff, submission, "assessment")
        with pytest.raises(Stale):
            review.complete_review(actor=staff, submission_id=submission.pk, seen=seen)


def test_p6_a_return_needs_a_comment_and_keeps_what_was_typed(model: SecurityModel) -> None:
    with annual.at_due(model):
        submission, staff = begun(model)
        client, url = signed_in(staff.user), page_of(submission, "assessment")
        assert "All lanes and partners." in words_of(client.get(url))
        refused = client.post(url, {"version": "0", "comment": " ", "act": "return"})
        assert refused.status_code == 422
        assert list(refused.context["form"].errors) == ["comment"]
        sent = client.post(url, {"version": "0", "comment": COMMENT, "act": "return"})
        assert sent.status_code == 302
        assert COMMENT in words_of(client.get(sent["Location"]))
        stale = client.post(url, {"version": "0", "comment": "Another one.", "act": "return"})
        assert stale.status_code == 409
        said = words_of(stale)
        assert COMMENT in said and "Another one." in said
        undone = client.post(url, {"version": "0", "comment": COMMENT, "act": "undo"})
        assert undone.status_code == 409
        (row,) = undone.context["conflict"]["rows"]
        assert (row.label, row.mine, row.theirs) == ("Decision", "To review", "Returned")
        version = stale.context["form"]["version"].value()
        again = {"version": version, "comment": "Another one.", "act": "return"}
        assert client.post(url, again).status_code == 302
        assert CriterionDecision.objects.get(part="assessment").comment == "Another one."
        assert complete_on_the_page(staff, submission).status_code == 302
        assert client.post(url, again).status_code == 422, "it is completed"


def test_p10_whoever_returns_a_part_reads_there_what_the_company_signed(
    model: SecurityModel,
) -> None:
    with annual.at_due(model):
        submission, staff = begun(model)
        client, company = signed_in(staff.user), submission.content["company"]
        read = {
            "section:organization": company["organization"]["name"],
            "section:identifiers": company["identifiers"][0]["shown"],
            "section:addresses": company["addresses"][0]["lines"][0],
            "section:contacts": company["contacts"][0]["email"],
            "assessment": "All lanes and partners.",
            "eligibility:importer": submission.content["annual_review"]["eligibility"][0][
                "answers"
            ][0]["question"],
        }
        for part, words in read.items():
            page = Page(client.get(page_of(submission, part)).content.decode())
            assert words in page.words("//section[@id='stated']"), part


def test_s2_only_parts_that_were_signed_can_be_returned(model: SecurityModel) -> None:
    with annual.at_due(model):
        submission, staff = begun(model)
        for part in ("eligibility:exporter", "section:nonsense", "1.1", ""):
            with pytest.raises(NotVisible):
                give_back(staff, submission, part)
        assert signed_in(staff.user).get(page_of(submission, "section:x")).status_code == 404
        with pytest.raises(Refused):
            give_back(staff, submission, "assessment", comment=" ")
