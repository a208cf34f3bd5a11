"""The pages of the workspace: who may open them, what they show, how many statements they cost."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from core.ids import new_id
from identity.models import User
from security_models.models import BusinessTypeAccount, InvitationCode, StaffAssignment, Vetting
from security_profile.models import CriterionDecision, Submission
from security_profile.services import review
from tests.factories import reviews as made
from tests.factories.people import UserFactory
from tests.statements import at_most

pytestmark = pytest.mark.django_db


def signed_in(user: User) -> Client:
    """A browser in which someone is signed in."""
    client = Client()
    client.force_login(user)
    return client


def criterion_url(submission: Submission, code: str = "6.1", name: str = "criterion") -> str:
    """The review page of one criterion, or another page of the review."""
    ids = [submission.security_model_id, submission.pk]
    return reverse(f"reviews:{name}", args=[*ids, code] if name == "criterion" else ids)


def words_of(response: Any) -> str:
    """The text of a page, without its markup."""
    text = re.sub(r"<(script|style)\b.*?</\1>", " ", response.content.decode(), flags=re.DOTALL)
    return " ".join(re.sub(r"<[^>]+>", " ", text).split())


def post(client: Client, submission: Submission, code: str = "6.1", **data: Any) -> Any:
    """Use a button of the review page."""
    values = {"version": 0, "verdict": "to_review", "comment": "", "internal_note": "", **data}
    return client.post(criterion_url(submission, code), values)


# --- the queue and the pool -----------------------------------------------------------------------


def test_the_queue_shows_what_is_assigned_and_nothing_else() -> None:
    submission, access = made.in_review()
    made.sent_in(name="Old Kettle Packaging")
    page = signed_in(access.user).get(reverse("reviews:queue"))
    text = words_of(page)
    assert "Mulberry Lane Footwear" in text and "Old Kettle" not in text
    assert "In review, 0 of 94 decided" in text or "0 of" in text
    assert criterion_url(submission, name="review") in page.content.decode()


def test_the_queue_costs_the_same_however_long_it_is() -> None:
    _submission, access = made.in_review()
    for number in range(4):
        model = made.sent_in(name=f"Partner {number}")
        made.specialist(model, access.user)
    client = signed_in(access.user)
    address = reverse("reviews:queue")
    client.get(address)
    for query in ("", "?sort=-changes", "?q=partner&waiting=me&type=importer&pressing=old"):
        with at_most(10):
            assert client.get(address + query).status_code == 200


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_the_queue_is_exported_as_it_is_filtered(kind: str) -> None:
    _submission, access = made.in_review()
    client = signed_in(access.user)
    page = client.get(reverse("reviews:queue"), {"export": kind, "q": "mulberry"})
    assert page["Content-Disposition"] == f'attachment; filename="queue.{kind}"'
    if kind == "csv":
        assert "Mulberry Lane Footwear" in page.content.decode("utf-8-sig")


def test_r6_the_pool_shows_name_type_and_age_and_lets_one_claim() -> None:
    model = made.sent_in()
    client = signed_in(UserFactory.create(staff_role="scss"))
    page = client.get(reverse("reviews:pool"))
    assert "Mulberry Lane Footwear" in words_of(page) and "Importer" in words_of(page)
    assert model.reference not in page.content.decode()
    answer = client.post(reverse("reviews:claim", args=[model.pk]), follow=True)
    assert answer.redirect_chain[-1][0] == reverse("reviews:partner", args=[model.pk])
    assert StaffAssignment.objects.filter(security_model=model).count() == 1


def test_r6_whoever_comes_second_to_the_pool_is_told_who_was_first() -> None:
    model = made.sent_in()
    first = made.specialist(model)
    client = signed_in(UserFactory.create(staff_role="scss"))
    page = client.post(reverse("reviews:claim", args=[model.pk]), follow=True)
    assert f"{first.name} has already taken this partner" in words_of(page)


# --- who may open what ----------------------------------------------------------------------------

PARTNER_PAGES = ["partner", "vetting", "assignment", "not-accept"]


def test_r6_a_specialist_who_is_not_assigned_finds_nothing() -> None:
    submission, _access = made.in_review()
    client = signed_in(UserFactory.create(staff_role="scss"))
    pages = [
        reverse(f"reviews:{name}", args=[submission.security_model_id]) for name in PARTNER_PAGES
    ]
    pages += [criterion_url(submission, name=name) for name in ("review", "criterion", "complete")]
    for page in pages:
        assert client.get(page).status_code == 404, page
    for name in ("start", "complete"):
        assert client.post(criterion_url(submission, name=name)).status_code == 404, name
    assert post(client, submission, act="accept").status_code == 404


def test_r6_management_pages_are_closed_to_the_assigned_specialist() -> None:
    submission, access = made.in_review()
    client = signed_in(access.user)
    for name in PARTNER_PAGES[1:]:
        page = reverse(f"reviews:{name}", args=[submission.security_model_id])
        assert client.get(page).status_code == 403, name
    for name in ("management", "invitation-codes"):
        assert client.get(reverse(f"reviews:{name}")).status_code == 403


def test_r5_partners_and_other_staff_have_no_way_in() -> None:
    submission, _access = made.in_review()
    officer = submission.security_model.started_by
    for user in (officer, UserFactory.create(), UserFactory.create(staff_role="helpdesk")):
        client = signed_in(user)
        for name in ("queue", "pool", "management", "invitation-codes"):
            assert client.get(reverse(f"reviews:{name}")).status_code == 403, name
        assert client.get(criterion_url(submission)).status_code in {403, 404}
        assert post(client, submission, act="accept").status_code in {403, 404}
    assert not CriterionDecision.objects.exists()


def test_a_submission_of_another_partner_is_not_found_below_ones_own() -> None:
    submission, access = made.in_review()
    other = made.sent_in(name="Old Kettle Packaging").submissions.get()
    client = signed_in(access.user)
    for name in ("review", "complete"):
        page = reverse(f"reviews:{name}", args=[submission.security_model_id, other.pk])
        assert client.get(page).status_code == 404
    ids = [submission.security_model_id, other.pk, "1.1"]
    assert client.get(reverse("reviews:criterion", args=ids)).status_code == 404
    assert client.get(criterion_url(submission, "99.1")).status_code == 404


# --- the review page ------------------------------------------------------------------------------


def test_p6_a_review_is_started_by_pressing_start_review() -> None:
    model = made.sent_in()
    submission = model.submissions.get()
    access = made.specialist(model)
    client = signed_in(access.user)
    page = client.get(criterion_url(submission))
    assert "The review has not started" in words_of(page)
    assert 'value="accept"' not in page.content.decode()
    client.post(criterion_url(submission, name="start"))
    submission.refresh_from_db()
    assert submission.status == "in_review"
    assert 'value="accept"' in client.get(criterion_url(submission)).content.decode()


def test_p6_accepting_leads_to_the_next_criterion_that_is_not_decided() -> None:
    submission, access = made.in_review()
    client = signed_in(access.user)
    page = client.get(criterion_url(submission, "1.1"))
    following = page.context["page"].following
    answer = post(client, submission, "1.1", act="accept", following=following)
    assert answer["Location"] == criterion_url(submission, following)
    assert CriterionDecision.objects.get(submission=submission).verdict == "accepted"
    assert "1.1: accepted, as a draft" in words_of(client.get(answer["Location"]))


def test_p6_a_return_without_a_comment_is_refused_beside_the_field() -> None:
    submission, access = made.in_review()
    page = post(signed_in(access.user), submission, act="return", internal_note="Photo missing.")
    assert page.status_code == 422
    assert page.context["form"].errors["comment"]
    assert "Photo missing." in page.content.decode()
    assert not CriterionDecision.objects.exists()


def test_a_saved_reason_joins_the_comment_and_saves_nothing() -> None:
    submission, access = made.in_review()
    page = post(
        signed_in(access.user), submission, act="insert", reason="answer_no_who", comment="See 2."
    )
    assert page.status_code == 200
    comment = page.context["form"]["comment"].value()
    assert comment.startswith("See 2.\n\nWe cannot see who is responsible.")
    assert not CriterionDecision.objects.exists()


def test_p5_a_decision_on_top_of_another_one_is_a_409_that_shows_both() -> None:
    submission, access = made.in_review()
    other = made.manager(submission.security_model)
    made.decide(other, submission, "6.1", verdict="returned", comment="Who holds the keys?")
    client = signed_in(access.user)
    page = post(client, submission, act="accept", comment="Good practice.")
    assert page.status_code == 409
    text = words_of(page)
    assert f"{other.name} decided this while you were reading" in text
    assert "Who holds the keys?" in text and "Good practice." in text
    again = post(
        client, submission, act="accept", comment="Good practice.",
        version=page.context["form"]["version"].value(),
    )  # fmt: skip
    assert again.status_code == 302
    assert CriterionDecision.objects.get(submission=submission).verdict == "accepted"


@pytest.mark.parametrize(
    "data",
    [
        {},
        {"act": "destroy"},
        {"act": "accept", "version": "-1"},
        {"act": "accept", "version": "x"},
        {"act": "accept", "verdict": "perfect"},
        {"act": "return", "comment": "x" * 2001},
        {"act": "return", "comment": "\x07\u2062"},
        {"act": "save", "internal_note": "nul \x00"},
    ],
)
def test_bad_input_is_refused_and_what_was_typed_stays(data: dict[str, str]) -> None:
    submission, access = made.in_review()
    page = post(signed_in(access.user), submission, **{"internal_note": "Keep me.", **data})
    assert page.status_code == 422
    assert ("Keep me." in page.content.decode()) or "internal_note" in data
    assert not CriterionDecision.objects.exists()


def test_the_second_round_shows_what_changed_word_by_word() -> None:
    submission, access = made.in_review()
    made.answer(submission.security_model, "6.1", "The seals lie in an open box.")
    made.accept_all(access, submission, returned=("6.1",))
    made.complete(access, submission)
    item = submission.items.get(criterion__code="6.1")
    made.answer(submission.security_model, "6.1", item.text.replace("every month", "every week"))
    second = made.send_in(submission.security_model)
    client = signed_in(access.user)
    page = client.get(criterion_url(second))
    body = page.content.decode()
    assert re.search(r"<del\s*><span class=\"sr\">\[removed: </span>month", body)
    assert re.search(r"<ins\s*><span class=\"sr\">\[added: </span>week", body)
    assert made.COMMENT in body and "Returned last time" in words_of(page)
    shown = [one["number"] for one in page.context["page"].items]
    assert shown == ["6.1"]
    every = client.get(criterion_url(second), {"show": "all"}).context["page"].items
    assert len(every) == second.items.count()
    plain = client.get(criterion_url(second), {"compare": "none"}).content.decode()
    assert "<del>" not in plain.split("pp-ev")[0].split("pp-time")[0]


def test_the_review_page_stays_within_its_budget() -> None:
    submission, access = made.in_review()
    made.accept_all(access, submission, returned=("6.1",))
    made.complete(access, submission)
    made.answer(submission.security_model, "6.1", "The shift leader holds both keys.")
    second = made.send_in(submission.security_model)
    review.start_review(actor=access, submission_id=second.pk)
    client = signed_in(access.user)
    client.get(criterion_url(second))
    # One of them asks whether the rows are those that were compared with their seals.
    with at_most(11):
        assert client.get(criterion_url(second), {"show": "all"}).status_code == 200


def test_one_decision_stays_within_its_budget() -> None:
    submission, access = made.in_review()
    for user in (access.user, made.manager(submission.security_model).user):
        client = signed_in(user)
        client.get(criterion_url(submission))
        code = "6.1" if user == access.user else "1.1"
        with at_most(6):
            assert post(client, submission, code, act="accept", following="1.2").status_code == 302


# --- completing -----------------------------------------------------------------------------------


def test_p6_the_check_page_names_what_is_undecided() -> None:
    submission, access = made.in_review()
    page = signed_in(access.user).get(criterion_url(submission, name="complete"))
    assert "criteria first" in words_of(page)
    assert criterion_url(submission, "1.1") in page.content.decode()


def test_p6_the_check_page_shows_all_comments_and_the_mail_and_completes() -> None:
    submission, access = made.in_review()
    made.accept_all(access, submission, returned=("1.3", "6.1"))
    client = signed_in(access.user)
    address = criterion_url(submission, name="complete")
    page = client.get(address)
    assert words_of(page).count(made.COMMENT) == 2
    assert "Mulberry Lane Footwear: criteria returned: 2" in words_of(page)
    answer = client.post(address, {"seen": page.context["form"]["seen"].value()}, follow=True)
    assert "We emailed the partner that criteria were returned" in words_of(answer)
    submission.refresh_from_db()
    assert submission.status == "returned"
    final = words_of(client.get(criterion_url(submission)))
    assert "draft" not in final.split("Need help")[0].replace("DRAFT", "")


def test_a_completion_on_top_of_another_decision_asks_again() -> None:
    submission, access = made.in_review()
    made.accept_all(access, submission)
    client = signed_in(access.user)
    address = criterion_url(submission, name="complete")
    seen = client.get(address).context["form"]["seen"].value()
    other = made.manager(submission.security_model)
    made.decide(other, submission, "1.1", verdict="returned", comment=made.COMMENT, version=1)
    page = client.post(address, {"seen": seen})
    assert page.status_code == 409
    assert made.COMMENT in page.content.decode()
    client.post(address, {"seen": page.context["form"]["seen"].value()})
    submission.refresh_from_db()
    assert submission.status == "returned"


# --- the partner page and management --------------------------------------------------------------


def test_the_partner_page_shows_the_partner_and_keeps_vetting_for_management() -> None:
    submission, access = made.in_review()
    model = submission.security_model
    manager = made.manager(model)
    made.vet(model, manager)
    address = reverse("reviews:partner", args=[model.pk])
    client = signed_in(access.user)
    client.get(address)
    with at_most(21):
        page = client.get(address)
    text = words_of(page)
    assert model.reference in text and submission.reference in text
    assert model.started_by.name in text and "Looked at." not in text
    assert "Looked at." in words_of(signed_in(manager.user).get(address))


def test_r6_the_list_of_partners_holds_ones_own_and_for_management_all() -> None:
    submission, access = made.in_review()
    other = made.sent_in(name="Old Kettle Packaging")
    made.specialist(other)
    address = reverse("reviews:partners")
    mine = words_of(signed_in(access.user).get(address, {"q": "e", "type": "importer"}))
    assert "Mulberry Lane Footwear" in mine and "Old Kettle" not in mine
    client = signed_in(UserFactory.create(staff_role="management"))
    client.get(address)
    with at_most(8):
        every = words_of(client.get(address))
    assert "Mulberry Lane Footwear" in every and "Old Kettle" in every
    export = client.get(address, {"export": "csv", "q": submission.security_model.reference})
    assert export.content.decode("utf-8-sig").splitlines()[1].startswith("Mulberry Lane Footwear")


def test_staff_download_papers_and_evidence_of_their_partners_alone() -> None:
    submission, access = made.in_review()
    item = submission.items.exclude(evidence=[]).first()
    assert item is not None
    version = item.evidence[0]["version"]
    address = reverse("reviews:evidence", args=[submission.security_model_id, version])
    assert signed_in(UserFactory.create(staff_role="scss")).get(address).status_code == 404
    other = made.ready_model(name="Old Kettle Packaging")
    stranger = made.specialist(other)
    crossed = reverse("reviews:evidence", args=[other.pk, version])
    assert signed_in(stranger.user).get(crossed).status_code == 404
    unknown = reverse("reviews:paper", args=[submission.security_model_id, new_id()])
    assert signed_in(access.user).get(unknown).status_code == 404


def test_management_sees_what_waits_for_what() -> None:
    model = made.sent_in()
    made.in_review("highway_carrier_us_mexico")
    client = signed_in(UserFactory.create(staff_role="management"))
    address = reverse("reviews:management")
    client.get(address)
    with at_most(10):
        page = client.get(address)
    assert [one["count"] for one in page.context["figures"]] == [2, 2, 2, 1]
    waiting = client.get(address, {"waiting": "specialist"})
    assert [row.partner for row in waiting.context["rows"]] == [model.trade_account.name]


def test_vetting_is_recorded_on_its_page_and_certifies_with_an_approved_profile() -> None:
    submission, access = made.in_review()
    made.accept_all(access, submission)
    made.complete(access, submission)
    model = submission.security_model
    client = signed_in(UserFactory.create(staff_role="management"))
    address = reverse("reviews:vetting", args=[model.pk])
    assert client.post(address, {"result": "passed"}).status_code == 422
    key = client.get(address).context["form"]["form_key"].value()
    data = {"form_key": key, "result": "passed", "checklist": [], "note": ""}
    refused = client.post(address, data)
    assert refused.status_code == 422 and "Select every check" in words_of(refused)
    data["note"] = "Flags do not apply."
    assert client.post(address, data).status_code == 302
    assert client.post(address, data).status_code == 302
    assert Vetting.objects.count() == 1
    assert BusinessTypeAccount.objects.get(security_model=model).status == "certified"


def test_a_partner_is_assigned_and_reassigned_on_its_page() -> None:
    model = made.sent_in()
    scss = UserFactory.create(staff_role="scss")
    client = signed_in(UserFactory.create(staff_role="management"))
    address = reverse("reviews:assignment", args=[model.pk])
    assert scss.name in words_of(client.get(address))
    for wrong in (
        {},
        {"staff": "x"},
        {"staff": str(new_id())},
        {"staff": str(model.started_by_id)},
    ):
        assert client.post(address, wrong).status_code == 422
    assert client.post(address, {"staff": str(scss.pk)}).status_code == 302
    assert StaffAssignment.objects.get(security_model=model, ended_at=None).staff == scss


def test_an_application_is_refused_on_its_page_with_reasons() -> None:
    model = made.sent_in()
    submission = model.submissions.get()
    client = signed_in(UserFactory.create(staff_role="management"))
    address = reverse("reviews:not-accept", args=[model.pk])
    assert client.post(address, {"reasons": "No."}).status_code == 422
    reasons = "The company does not take part in the supply chain that it describes."
    assert client.post(address, {"reasons": reasons}).status_code == 302
    submission.refresh_from_db()
    assert submission.status == "closed"
    assert client.post(address, {"reasons": reasons}).status_code == 422


def test_invitation_codes_are_issued_and_revoked_on_their_page() -> None:
    client = signed_in(UserFactory.create(staff_role="management"))
    address = reverse("reviews:invitation-codes")
    key = client.get(address).context["form"]["form_key"].value()
    data = {"form_key": key, "business_type": "foreign_manufacturer", "country": "VN", "note": ""}
    for wrong in ({"business_type": "importer"}, {"country": "XX"}, {"note": "x" * 201}):
        assert client.post(address, {**data, **wrong}).status_code == 422
    page = client.post(address, data, follow=True)
    code = InvitationCode.objects.get()
    assert code.code in words_of(page) and "Viet" in words_of(page)
    revoke = reverse("reviews:revoke-code", args=[code.pk])
    assert code.code in words_of(client.get(revoke))
    assert "is revoked" in words_of(client.post(revoke, follow=True))
    assert client.get(reverse("reviews:revoke-code", args=[new_id()])).status_code == 404
