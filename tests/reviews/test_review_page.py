"""What the review page shows and keeps: comments, the last decision, the user's other window."""

from __future__ import annotations

import pytest
from django.urls import reverse

from audit.services import model_scope, record
from core.access import for_user
from notifications.models import Outbox
from security_profile.services import review
from tests.factories import reviews as made
from tests.reviews.test_pages import criterion_url, post, signed_in, words_of

pytestmark = pytest.mark.django_db

QUEUE = "/scss/?waiting=me&sort=-due&page=2"


def test_p6_a_comment_on_an_accepted_criterion_reaches_the_partner() -> None:
    submission, access = made.in_review()
    made.decide(access, submission, "6.1", comment="Good photographs. Keep them with the log.")
    for item in submission.items.exclude(criterion__code="6.1").select_related("criterion"):
        made.decide(access, submission, item.criterion.code)
    checked = signed_in(access.user).get(criterion_url(submission, name="complete"))
    assert "Comments on accepted criteria" in words_of(checked)
    assert "Keep them with the log." in words_of(checked)
    model = submission.security_model
    address = reverse("security_profile:criterion", args=[model.trade_account_id, model.pk, "6.1"])
    partner = signed_in(model.started_by)
    assert "Keep them with the log." not in words_of(partner.get(address))
    made.complete(access, submission)
    page = words_of(partner.get(address))
    assert f"Accepted by {access.name}" in page and "Keep them with the log." in page
    mail = Outbox.objects.filter(kind="submission.approved").get()
    assert "left a comment on criterion 6.1" in mail.text
    profile = reverse("security_profile:profile", args=[model.trade_account_id, model.pk])
    assert words_of(partner.get(profile)).count("Comment from your specialist") == 1


def test_p6_after_the_last_decision_completing_is_the_primary_step() -> None:
    submission, access = made.in_review()
    made.accept_all(access, submission)
    client = signed_in(access.user)
    assert "All decided: complete the review" in words_of(client.get(criterion_url(submission)))
    review.decide(
        actor=access, submission_id=submission.pk, code="6.1", verdict="to_review", comment="",
        internal_note="", version=1,
    )  # fmt: skip
    page = client.get(criterion_url(submission, "1.1"))
    assert "All decided" not in words_of(page)
    assert page.context["page"].undecided == criterion_url(submission, "6.1") + "?show=changed"


def test_a_decision_of_ones_own_in_another_window_is_not_called_somebody_elses() -> None:
    submission, access = made.in_review()
    made.decide(access, submission, "6.1", verdict="returned", comment="Who holds the keys?")
    page = post(signed_in(access.user), submission, act="accept", comment="Good practice.")
    assert page.status_code == 409
    words = words_of(page)
    assert "You decided this in another window" in words
    assert "Someone else" not in words and f"{access.name} decided this" not in words


def test_a_review_keeps_the_list_it_was_opened_from() -> None:
    submission, access = made.in_review()
    client = signed_in(access.user)
    listed = client.get("/scss/?waiting=me").content.decode()
    opened = criterion_url(submission, name="review") + "?back=%2Fscss%2F%3Fwaiting%3Dme"
    assert opened in listed
    first = client.get(criterion_url(submission, name="review"), {"back": QUEUE})
    page = client.get(first["Location"])
    crumb = 'href="/scss/?waiting=me&amp;sort=-due&amp;page=2">My queue</a>'
    assert crumb in page.content.decode()
    following = page.context["page"].following
    answer = client.post(
        first["Location"],
        {"version": 0, "verdict": "to_review", "act": "accept", "following": following},
    )
    assert crumb in client.get(answer["Location"]).content.decode()
    complete = client.get(page.context["page"].links["complete"])
    assert crumb in complete.content.decode()
    partner = reverse("reviews:partner", args=[submission.security_model_id])
    assert crumb in client.get(partner, {"back": QUEUE}).content.decode()


@pytest.mark.parametrize("back", ["https://elsewhere.example/scss/", "//elsewhere.example", "/t/"])
def test_no_breadcrumb_leads_out_of_the_lists(back: str) -> None:
    submission, access = made.in_review()
    partner = reverse("reviews:partner", args=[submission.security_model_id])
    page = signed_in(access.user).get(partner, {"back": back}).content.decode()
    assert 'href="/scss/">My queue</a>' in page and f'href="{back}"' not in page


def test_a_criterion_is_reached_by_its_number() -> None:
    submission, access = made.in_review()
    client = signed_in(access.user)
    address = criterion_url(submission, name="review")
    assert client.get(address, {"code": " 6.1 "})["Location"] == criterion_url(submission, "6.1")
    page = client.get(address, {"code": "99.9", "at": "6.1"}, follow=True)
    assert "This review has no criterion 99.9." in words_of(page)
    assert page.context["page"].code == "6.1"


def test_the_history_folds_files_that_one_person_added_in_a_row() -> None:
    submission, access = made.in_review()
    model = submission.security_model
    actor = for_user(model.started_by)
    for number in range(5):
        record(
            "security_profile.evidence_added",
            actor=actor,
            scope=model_scope(model.pk),
            title=f"Seal log {number}",
            code="6.1",
        )
    page = signed_in(access.user).get(reverse("reviews:partner", args=[model.pk]))
    words = words_of(page)
    assert f"{actor.name} attached 5 files to criteria" in words and "Seal log 3" in words
    entries = page.context["partner"].entries
    assert [len(one.more) for one in entries if "5 files" in one.what] == [5]


def test_the_history_folds_files_that_were_uploaded_and_attached_one_by_one() -> None:
    submission, access = made.in_review()
    model = submission.security_model
    scope, actor = model_scope(model.pk), for_user(model.started_by)
    for number in range(3):
        title = f"Guard log {number}"
        record("documents.added", actor=actor, scope=scope, title=title, name="log.pdf")
        record("security_profile.evidence_added", actor=actor, scope=scope, title=title, code="6.1")
    page = signed_in(access.user).get(reverse("reviews:partner", args=[model.pk]))
    entries = page.context["partner"].entries
    assert [len(one.more) for one in entries if one.what == "attached 3 files to criteria"] == [6]
    assert not [one for one in entries if "Guard log" in one.what]
