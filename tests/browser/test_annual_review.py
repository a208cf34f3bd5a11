"""The annual review by clicking: from the email to the approval, and one that runs late (P10)."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from core.access import system
from core.tenancy import on_behalf_of
from identity.models import User
from portal.demo import cast
from portal.demo.scenarios import SCENARIOS
from portal.sweeps import SWEEPS
from security_models.models import SecurityModel
from security_profile.presentation.review_criteria import together_words
from security_profile.selectors import overview
from security_profile.services.annual_review_outcome import RECHECKS
from tests.browser import profile
from tests.browser.conftest import OpenDesk
from tests.browser.desk import Desk
from tests.browser.worker import Mailbox
from tests.factories import annual
from tests.factories.people import UserFactory

pytestmark = [pytest.mark.browser, pytest.mark.timeout(900)]
COMMENT = "Please say who represents the warehouse."
ANSWER = "The warehouse lead represents the warehouse."


def signed_in(desk: Desk, email: str) -> Desk:
    desk.come_signed_in(User.objects.get(email=email))
    return desk


def swept(name: str) -> None:
    """What beat starts."""
    with on_behalf_of(system("test")):
        SWEEPS[name].run()


def confirm_the_rest(desk: Desk, model: SecurityModel) -> None:
    """A section and a category with their buttons, what is left by the service."""
    desk.follow("Confirm the company profile", within="main")
    desk.press("Confirm Addresses of this account")
    desk.follow("Annual review", within="main")
    one, *others = overview(model).categories[3:]
    desk.follow(f"{one.category.number}. {one.name}", within="main")
    desk.press(together_words(len(one.answers)))
    with on_behalf_of(system("test")):
        annual.confirm_sections(model)
        for other in others:
            annual.confirm_together(model, str(other.category.number))
    desk.follow("Annual review", within="main")
    assert desk.reads("4 of 4 sections confirmed.")
    desk.picture("annual-review-confirmed")


def return_one(desk: Desk, code: str) -> None:
    """The specialist sees what changed and returns it."""
    desk.follow("Start next item")
    desk.press("Start review")
    assert desk.path.endswith(f"/{code}")
    assert desk.page.locator("ins").first.is_visible()
    desk.type("Comment to partner", COMMENT)
    desk.press("Return with comment")
    desk.follow("Complete review")
    desk.press("Complete review: return 1 criterion")
    assert desk.reads("The review is complete. We emailed the partner what was returned.")


def approve(desk: Desk) -> None:
    """The second round; nothing is approved before everything is ticked."""
    desk.go("/scss")
    desk.follow("Start next item")
    desk.press("Start review")
    desk.press("Accept")
    desk.follow("Complete review")
    desk.press("Complete review: approve", status=422)
    for words in RECHECKS.values():
        desk.tick(str(words))
    desk.picture("annual-review-complete")
    desk.press("Complete review: approve")
    assert desk.reads("The review is complete. The submission is approved.")


def test_p10_a_company_gets_from_the_email_to_the_approved_review(
    desk: Desk, open_desk: OpenDesk, mailbox: Mailbox
) -> None:
    model = SCENARIOS["reviewing"].play()
    swept("annual_reviews")
    emil, augusta, imre = cast.EMIL, cast.AUGUSTA, cast.IMRE
    signed_in(desk, emil.email)
    desk.go(mailbox.link(emil.email, "annual-review/"))
    desk.shortcut("Annual Review")
    desk.picture("annual-review-open")
    confirm_the_rest(desk, model)
    officer = signed_in(open_desk(), augusta.email)
    officer.go(f"/t/{model.trade_account_id}/m/{model.pk}/summary")
    profile.sign(officer, augusta.name)
    scss = signed_in(open_desk(), imre.email)
    scss.go("/scss")
    return_one(scss, "1.2")
    desk.go(mailbox.link(emil.email, "annual-review/"))
    desk.go(f"/t/{model.trade_account_id}/m/{model.pk}/security-profile/1.2")
    assert desk.reads(COMMENT)
    text = desk.field("Your response")
    text.fill(text.input_value() + f" {ANSWER}")
    desk.press("Save and confirm")
    assert desk.reads("It is confirmed for the annual review.")
    officer.go(f"/t/{model.trade_account_id}/m/{model.pk}/summary")
    profile.sign(officer, augusta.name)
    approve(scss)
    desk.shortcut("Annual Review")
    assert desk.reads("The review of this year is done")
    assert any("annual review approved" in one for one in mailbox.subjects(emil.email))


def test_p10_a_review_that_stays_overdue_is_escalated_to_management(
    desk: Desk, open_desk: OpenDesk, mailbox: Mailbox, settings: Any
) -> None:
    with on_behalf_of(system("test")):
        model = annual.certified_model()
    chief = UserFactory.create(staff_role="management")
    due = annual.cycle(model).due_on
    settings.DEMO_TODAY = (due + dt.timedelta(days=31)).isoformat()
    for name in ("annual_reviews", "annual_review_escalations"):
        swept(name)
    signed_in(desk, chief.email)
    assert any("overdue" in one for one in mailbox.subjects(chief.email))
    desk.go("/scss/annual-reviews?state=overdue")
    assert desk.reads(model.trade_account.name)
    desk.picture("annual-reviews-overdue")
    partner = signed_in(open_desk(), annual.EMPLOYEE)
    partner.go(f"/t/{model.trade_account_id}/m/{model.pk}/annual-review/")
    assert partner.reads("You can still submit it, and it is marked as late.")
