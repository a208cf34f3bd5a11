"""The pages of an annual review, as a contact uses them (P9, P10)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from core import clock
from core.days import day
from documents.selectors import library_of
from identity.models import User
from security_models.models import SecurityModel
from security_profile.models import AnnualReview, Response, ReviewConfirmation
from security_profile.selectors import overview
from security_profile.services.evidence import choose_evidence
from tests.factories import annual
from tests.factories.profile import access_to, make_document
from tests.files import corpus
from tests.look.page import Page
from tests.security_profile.test_submit import change
from tests.statements import counted

pytestmark = pytest.mark.django_db
WORDS = "We check it every week now, and a second person signs the list on the same day."


@pytest.fixture
def model(db: None) -> SecurityModel:
    return annual.certified_model()


@pytest.fixture
def in_window(model: SecurityModel) -> Iterator[None]:
    """The window is open for two months; everyone has signed in since."""
    with annual.at_due(model):
        User.objects.update(password_changed_at=clock.now())
        yield


@pytest.fixture
def pages(model: SecurityModel) -> Client:
    client = Client()
    client.force_login(User.objects.get(email=annual.EMPLOYEE))
    return client


def address(model: SecurityModel, name: str, **more: Any) -> str:
    places = {"trade_id": model.trade_account_id, "model_id": model.pk, **more}
    return reverse(f"security_profile:{name}", kwargs=places)


def main(client: Client, url: str) -> str:
    answer = client.get(url)
    assert answer.status_code == 200
    return Page(answer.content.decode()).words("//main")


def hidden(client: Client, url: str, name: str) -> str:
    page = Page(client.get(url).content.decode())
    return str(page.all(f"//main//input[@name='{name}']")[0].get("value") or "")


def statements(client: Client, url: str) -> int:
    with CaptureQueriesContext(connection) as captured:
        client.get(url)
    return len(counted(list(captured.captured_queries)))


def test_p10_the_page_lists_what_is_left_with_the_due_day(
    pages: Client, model: SecurityModel, in_window: None
) -> None:
    said = main(pages, address(model, "annual-review"))
    assert "in 30 days" in said
    for title in ("State the risk assessment", "Confirm the company profile", "Importer"):
        assert title in said
    assert "0 of 4 sections confirmed." in said
    assert "When everything above is complete." in said


def test_p10_before_the_window_the_page_says_when_it_opens(
    pages: Client, model: SecurityModel
) -> None:
    said = main(pages, address(model, "annual-review"))
    assert "The window opens on" in said
    assert "don't count for the annual review" in said


def test_p10_one_button_confirms_one_criterion_and_another_the_rest(
    pages: Client, model: SecurityModel, in_window: None
) -> None:
    url = address(model, "review-category", number="1")
    shown = hidden(pages, url, "shown")
    answer = pages.post(url, {"shown": shown, "confirm": "1.1"})
    assert answer["Location"] == f"{url}#c-1.1"
    page = Page(pages.get(url).content.decode())
    assert "Criterion 1.1 is confirmed." in page.words("//*[@id='c-1.1']")
    assert page.words("//main").count("Criterion 1.1 is confirmed.") == 1, "only where it was done"
    assert ReviewConfirmation.objects.count() == 1
    pages.post(url, {"shown": shown, "together": "1"})
    every = len(overview(model).category("1").answers)
    assert ReviewConfirmation.objects.count() == every
    assert f"{every} of {every} criteria confirmed." in main(pages, address(model, "annual-review"))
    pages.post(url, {"shown": shown, "take_back": "1.1"})
    assert ReviewConfirmation.objects.count() == every - 1


def test_p10_a_colleague_who_changed_an_answer_meanwhile_is_noticed(
    pages: Client, model: SecurityModel, in_window: None
) -> None:
    url = address(model, "review-category", number="1")
    shown = hidden(pages, url, "shown")
    change(model, "1.1", WORDS)
    answer = pages.post(url, {"shown": shown, "confirm": "1.1"})
    assert answer.status_code == 422
    assert "was changed since you opened this page" in answer.content.decode()
    assert not ReviewConfirmation.objects.exists()


def test_p10_save_and_confirm_saves_the_text_even_if_it_cannot_be_confirmed(
    pages: Client, model: SecurityModel, in_window: None
) -> None:
    url = address(model, "criterion", code="1.1")
    version = Response.objects.get(security_model=model, criterion__code="1.1").version
    typed = {"answer": "not_applicable", "text": "", "reason": "Too short", "confirm": "1"}
    typed["files_shown"] = hidden(pages, url, "files_shown")
    answer = pages.post(url, {"version": version, **typed})
    assert answer.status_code == 422
    assert "is not complete" in answer.content.decode()
    saved = Response.objects.get(security_model=model, criterion__code="1.1")
    assert saved.reason == "Too short"
    good = {"answer": "response", "text": WORDS, "reason": "", "confirm": "1"}
    good["files_shown"] = hidden(pages, url, "files_shown")
    pages.post(url, {"version": saved.version, **good})
    assert ReviewConfirmation.objects.get().confirmed_by_name
    assert "It is confirmed for the annual review." in main(pages, url)


def test_p10_a_file_that_a_colleague_attached_meanwhile_is_not_confirmed(
    pages: Client, model: SecurityModel, in_window: None
) -> None:
    url = address(model, "criterion", code="1.1")
    page = Page(pages.get(url).content.decode())
    posted = {
        name: str(page.one(f"//main//input[@name='{name}']").get("value"))
        for name in ("version", "files_shown")
    }
    document = make_document(model, "Declaration 2027.pdf")
    choose_evidence(actor=access_to(model), model=model, code="1.1", version_ids=[document.pk])
    typed = {"answer": "response", "text": WORDS, "reason": "", "confirm": "1", **posted}
    refused = pages.post(url, typed)
    assert refused.status_code == 422
    assert "Its files changed: look at them, then confirm again." in refused.content.decode()
    assert Response.objects.get(security_model=model, criterion__code="1.1").text == WORDS
    assert not ReviewConfirmation.objects.exists()
    again = Page(refused.content.decode())
    for name in ("version", "files_shown"):
        typed[name] = str(again.one(f"//main//input[@name='{name}']").get("value"))
    assert pages.post(url, typed).status_code == 302
    assert ReviewConfirmation.objects.count() == 1


def test_p9_outside_the_window_the_criterion_says_that_changes_do_not_count(
    pages: Client, model: SecurityModel
) -> None:
    said = main(pages, address(model, "criterion", code="1.1"))
    assert "are kept but don't count for the annual review" in said
    assert "Save and confirm" not in said


def test_p10_each_section_of_the_company_profile_has_its_button(
    pages: Client, model: SecurityModel, in_window: None
) -> None:
    url = address(model, "review-company")
    digest = hidden(pages, url, "digest")
    answer = pages.post(url, {"section": "organization", "digest": digest})
    assert answer["Location"] == f"{url}#organization"
    assert "1 of 4 sections confirmed." in main(pages, address(model, "annual-review"))
    assert pages.post(url, {"section": "nonsense", "digest": digest}).status_code == 404


def test_p10_all_questions_are_on_one_page_and_another_answer_asks_what_follows(
    pages: Client, model: SecurityModel, in_window: None
) -> None:
    url = address(model, "review-eligibility", business_type="importer")
    said = main(pages, url)
    assert "final and still unpaid" in said
    given = {"seen": "", "IMP1": "yes", "IMP3": "yes", "IMP4": "yes", "CMN1": "yes"}
    refused = pages.post(url, given)
    assert refused.status_code == 422
    page = Page(refused.content.decode())
    assert page.all("//input[@name='IMP1' and @value='yes' and @checked]"), "what was given stays"
    rest = {"CMN2": "yes", "CMN3": "yes", "CMN4": "no", "CMN5": "no"}
    assert pages.post(url, {**given, **rest}).status_code == 302
    assert "Still eligible" in main(pages, url)
    assert AnnualReview.objects.get().rechecks["importer"]["by"]
    assert pages.get(address(model, "review-eligibility", business_type="x")).status_code == 404


def test_p10_the_risk_assessment_keeps_what_was_typed_when_it_is_refused(
    pages: Client, model: SecurityModel, in_window: None, settings: Any, tmp_path: Any
) -> None:
    settings.MEDIA_ROOT = str(tmp_path)
    url = address(model, "review-assessment")
    typed = {"seen": "", "assessed_on": "someday", "statement": "पूरी आपूर्ति श्रृंखला"}
    refused = pages.post(url, typed)
    assert refused.status_code == 422
    assert "पूरी आपूर्ति श्रृंखला" in refused.content.decode()
    on = clock.today().isoformat()
    empty = SimpleUploadedFile("Risk 風險.pdf", b"", "application/pdf")
    refused = pages.post(url, {**typed, "assessed_on": on, "file": empty})
    assert refused.status_code == 422, "an empty file is named at its field"
    assert pages.post(url, {**typed, "assessed_on": on}).status_code == 302
    made = annual.today(model).assessment
    assert made is not None
    assert made.statement == "पूरी आपूर्ति श्रृंखला"


def test_p5_saving_one_part_of_the_review_does_not_disturb_who_works_on_another(
    pages: Client, model: SecurityModel, in_window: None
) -> None:
    url = address(model, "review-assessment")
    seen = hidden(pages, url, "seen")
    annual.answer_eligibility(model)
    typed = {"seen": seen, "assessed_on": clock.today().isoformat(), "statement": "All lanes."}
    assert pages.post(url, typed).status_code == 302


def test_p5_after_a_conflict_the_risk_assessment_shows_both_texts_and_is_saved_next(
    pages: Client, model: SecurityModel, in_window: None
) -> None:
    url = address(model, "review-assessment")
    mine, theirs = make_document(model, "Peru.pdf"), make_document(model, "Chile.pdf")
    typed = {"seen": "", "assessed_on": clock.today().isoformat(), "statement": "Lanes from Peru."}
    annual.assess(model, statement="Lanes from Chile.", document_id=theirs.pk)
    refused = pages.post(url, {**typed, "document": str(mine.pk)})
    assert refused.status_code == 409
    rows = [(str(one.mine), str(one.theirs)) for one in refused.context["conflict"]["rows"]]
    assert rows == [("Lanes from Peru.", "Lanes from Chile."), ("Peru.pdf", "Chile.pdf")]
    page = Page(refused.content.decode())
    said = page.words("//section[@aria-labelledby='conflict-title']")
    assert "Lanes from Peru." in said and "Lanes from Chile." in said
    assert model.started_by.name in said
    typed["seen"] = str(page.one("//main//input[@name='seen']").get("value"))
    assert pages.post(url, typed).status_code == 302
    assert AnnualReview.objects.get().assessment == "Lanes from Peru."


def test_p5_a_file_of_a_refused_risk_assessment_is_kept_and_chosen(
    pages: Client, model: SecurityModel, in_window: None, settings: Any, tmp_path: Any
) -> None:
    settings.MEDIA_ROOT = str(tmp_path)
    url = address(model, "review-assessment")
    typed = {"assessed_on": clock.today().isoformat(), "statement": "Lanes from Peru."}
    annual.assess(model, statement="Lanes from Chile.")

    content = corpus.pdf()

    def refused(status: int, **sent: Any) -> Page:
        file = SimpleUploadedFile("Risk 2027.pdf", content, "application/pdf")
        answer = pages.post(url, {**typed, "seen": "", **sent, "file": file})
        assert answer.status_code == status
        return Page(answer.content.decode())

    assert "“Risk 2027.pdf” is in the Partner Library" in refused(422, statement="").words("//main")
    page = refused(409)
    assert library_of(model).filter(title="Risk 2027.pdf").count() == 1, "the same once"
    (chosen,) = page.all("//main//select[@name='document']/option[@selected]")
    for name, found in (("document", chosen), ("seen", page.one("//main//input[@name='seen']"))):
        typed[name] = str(found.get("value"))
    assert pages.post(url, typed).status_code == 302
    made = annual.today(model).assessment
    assert made is not None and made.title == "Risk 2027.pdf"


def test_p5_after_a_conflict_the_eligibility_page_shows_both_answers(
    pages: Client, model: SecurityModel, in_window: None
) -> None:
    url = address(model, "review-eligibility", business_type="importer")
    given = {"seen": "", **annual.asked_again(*annual.questions_of(model)), "CMN4": "yes"}
    annual.answer_eligibility(model)
    refused = pages.post(url, given)
    assert refused.status_code == 409
    page = Page(refused.content.decode())
    (row,) = page.all("//section[@aria-labelledby='conflict-title']//tbody/tr")
    cells = [" ".join(cell.text_content().split()) for cell in row.iter("td")]
    assert cells == ["Yes", "No"]
    given["seen"] = str(page.one("//main//input[@name='seen']").get("value"))
    assert pages.post(url, given).status_code == 302
    assert dict(AnnualReview.objects.get().rechecks["importer"]["answers"])["CMN4"] == "yes"


def test_p10_the_document_of_the_risk_assessment_is_kept_replaced_or_taken_out(
    pages: Client, model: SecurityModel, in_window: None
) -> None:
    url = address(model, "review-assessment")
    first, second = make_document(model, "Risk 2026.pdf"), make_document(model, "Risk 2027.pdf")
    typed = {"assessed_on": clock.today().isoformat(), "statement": "All lanes."}
    for chosen, title in (
        (str(first.pk), "Risk 2026.pdf"),
        ("", "Risk 2026.pdf"),
        (str(second.pk), "Risk 2027.pdf"),
        ("none", ""),
    ):
        seen = hidden(pages, url, "seen")
        assert pages.post(url, {**typed, "seen": seen, "document": chosen}).status_code == 302
        made = annual.today(model).assessment
        assert made is not None and made.title == title


def test_p10_dates_are_shown_with_the_name_of_the_month_where_they_are_typed(
    pages: Client, model: SecurityModel, in_window: None
) -> None:
    annual.assess(model)
    page = Page(pages.get(address(model, "review-assessment")).content.decode())
    shown = page.one("//main//input[@name='assessed_on']").get("value")
    assert shown == day(clock.today())


def test_p10_from_a_criterion_the_way_leads_back_to_its_place_in_the_review(
    pages: Client, model: SecurityModel, in_window: None
) -> None:
    page = Page(pages.get(address(model, "criterion", code="1.1")).content.decode())
    back = address(model, "review-category", number="1") + "#c-1.1"
    assert page.all(f"//main//a[@href='{back}']")


def test_p10_a_section_of_the_company_profile_has_one_heading(
    pages: Client, model: SecurityModel, in_window: None
) -> None:
    page = Page(pages.get(address(model, "review-company")).content.decode())
    for again in ("Organization", "Addresses", "Contacts", "Business entity identifiers"):
        assert not page.all(f"//main//h3[.='{again}']")


def test_p10_the_officer_reads_and_the_summary_shows_the_review(
    model: SecurityModel, in_window: None
) -> None:
    annual.do_everything(model)
    officer = Client()
    officer.force_login(model.started_by)
    said = main(officer, address(model, "summary"))
    assert "What an Officer signs now is the annual review" in said
    assert "Nothing blocks signing" in said
    read = main(officer, f"/t/{model.trade_account_id}/m/{model.pk}/sign/application/")
    assert "Criteria, confirmed or updated" in read
    assert "Eligibility questions, answered anew: Importer" in read


def test_the_statements_of_a_page_do_not_grow_with_what_is_confirmed(
    pages: Client, model: SecurityModel, in_window: None
) -> None:
    urls = [
        address(model, "annual-review"),
        address(model, "review-category", number="1"),
        address(model, "review-company"),
    ]
    for url in urls:
        pages.get(url)
    before = [statements(pages, url) for url in urls]
    annual.confirm_together(model, "1")
    annual.confirm_sections(model)
    assert [statements(pages, url) for url in urls] == before
