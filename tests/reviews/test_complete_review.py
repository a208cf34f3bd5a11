"""The check page before a review is completed."""

from __future__ import annotations

import pytest

from reviews.presentation.completion_page import CompletionPage
from reviews.selectors.review import completion_of
from security_profile.services import review
from tests.factories import reviews as made

pytestmark = pytest.mark.django_db


def test_each_figure_opens_the_list_that_it_counts() -> None:
    submission, access = made.in_review()
    made.accept_all(access, submission, returned=("1.3",))
    made.complete(access, submission)
    model = submission.security_model
    made.answer(model, "1.3", "The review board meets each quarter and signs the minutes.")
    made.answer(model, "6.1", "Containers are inspected at seven points before loading.")
    second = made.send_in(model)
    review.start_review(actor=access, submission_id=second.pk)
    made.decide(access, second, "6.1")
    page = CompletionPage(completion_of(access, second.pk))
    addresses = [one["url"] for one in page.figures]
    assert len(set(addresses)) == len(addresses)
    for figure in page.figures:
        show = figure["url"].partition("show=")[2]
        assert len(page.review.shown(show)) == figure["count"], figure["label"]
