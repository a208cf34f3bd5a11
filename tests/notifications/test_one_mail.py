"""One act sends one email to each person, whatever groups they belong to; every button is
an act.
"""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.conf import settings

from audit.services import model_scope
from core.one_act import one_act
from core.reference import rows_of
from notifications.models import Choice, Notification, Outbox
from notifications.providers.kinds import Recipient
from notifications.services.sending import notify
from security_models.models import SecurityModel
from security_models.states import ContactRole
from tests.factories.people import UserFactory
from tests.factories.reviews import ready_model, send_in
from tests.factories.trade import make_contact, make_member
from trade_accounts.states import MembershipType

pytestmark = pytest.mark.django_db

ANA = Recipient("ana@example.com", "Ana")


def tell(code: str, model: SecurityModel, account: str = "Acme", to: Recipient = ANA) -> None:
    scope = model_scope(model.pk)
    about: dict[str, Any] = {
        "reference": "A-1",
        "officers": "",
        "contacts": [],
        "by": "",
        "named": "",
        "removed": "",
    }
    notify(code, scope=scope, to=[to], url=f"/{code}", account=account, **about)


def test_what_one_act_tells_a_person_is_one_mail() -> None:
    model = ready_model()
    Outbox.objects.all().delete()
    with one_act():
        tell("account.officer_changed", model)
        tell("account.contact_role_changed", model)
    (mail,) = Outbox.objects.all()
    assert mail.subject == "Acme: the company officers changed; contacts were changed"
    for words in (mail.text, mail.html):
        assert "Only Officers who have accepted" in words
        assert "There is no Officer who can sign and submit." in words
        assert "/account.contact_role_changed" in words


@pytest.mark.parametrize("asking_first", [True, False])
def test_what_needs_doing_comes_first_and_nothing_contradicts_it(asking_first: bool) -> None:
    model = ready_model()
    Outbox.objects.all().delete()
    codes = ["account.officer_changed", "submission.review_started"]
    with one_act():
        for code in codes if asking_first else reversed(codes):
            tell(code, model)
    (mail,) = Outbox.objects.all()
    assert mail.subject == "Acme: the company officers changed; the review has begun"
    for words in (mail.text, mail.html):
        assert "You do not need to do anything" not in words
        assert words.index("Check that this is right") < words.index("has begun, so it can no")
    assert mail.text.rstrip().index("Check the contacts:") > mail.text.index("has begun")


def test_that_nothing_needs_doing_is_said_once_where_it_is_true_of_all() -> None:
    model = ready_model()
    Outbox.objects.all().delete()
    with one_act():
        tell("submission.review_started", model)
        tell("submission.approved", model)
    (mail,) = Outbox.objects.all()
    for words in (mail.text, mail.html):
        assert words.count("You do not need to do anything.") == 1
        assert "All criteria of submission" in words


def test_every_mail_says_that_nothing_needs_doing_in_the_same_words() -> None:
    """Combining letters finds the sentence by its words."""
    for path in (settings.BASE_DIR / "templates" / "mail").glob("*.txt"):
        for said in re.findall(
            r"You (?:do not|don.t) (?:need|have) to[^.:]*[.:]", path.read_text()
        ):
            assert said == "You do not need to do anything.", path.name


def test_what_was_told_before_is_not_named_again_in_the_subject() -> None:
    model = ready_model()
    Outbox.objects.all().delete()
    with one_act():
        tell("account.officer_changed", model)
        for _time in range(2):
            tell("account.contact_role_changed", model)
    (mail,) = Outbox.objects.all()
    assert mail.subject == "Acme: the company officers changed; contacts were changed"


def test_two_acts_are_two_mails_and_two_companies_too() -> None:
    model = ready_model()
    Outbox.objects.all().delete()
    for _act in range(2):
        with one_act():
            tell("account.officer_changed", model)
            tell("account.officer_changed", model, account="Other")
    assert Outbox.objects.count() == 4


def test_what_is_wanted_only_here_is_not_added_to_another_mail() -> None:
    model = ready_model()
    user = UserFactory.create()
    me = Recipient(user.email, user.name, user.pk)
    Choice.objects.create(user_id=user.pk, kind="account.contact_role_changed", way="only_here")
    with one_act():
        tell("account.officer_changed", model, to=me)
        tell("account.contact_role_changed", model, to=me)
    mails = Outbox.objects.filter(to_address=user.email)
    assert sorted(mails.values_list("state", flat=True)) == ["only_here", "pending"]
    assert "There is no Officer" not in mails.get(state="pending").text
    assert Notification.objects.filter(user_id=user.pk).count() == 2


def test_a_submission_sends_one_mail_to_each_person() -> None:
    model = ready_model()
    officer = make_contact(model, role=ContactRole.OFFICER).membership.user
    make_contact(model)
    make_member(model.trade_account, type=MembershipType.COMPANY_ADMINISTRATOR)
    Outbox.objects.all().delete()
    with one_act():
        send_in(model)
    told = list(Outbox.objects.values_list("to_address", flat=True))
    assert officer is not None and officer.email in told
    assert len(told) == len(set(told))


def test_every_built_mail_with_a_link_names_its_act() -> None:
    for row in rows_of("program", "notifications.csv"):
        if row["button"]:
            assert re.match(r"[A-Z][a-z]+,? \S+|Read why", row["button"]), row["code"]
            assert row["button"] != "Open in the portal"


def test_mails_name_the_helpdesk_by_its_setting() -> None:
    with_settings = settings.PROGRAM_OFFICE_EMAIL
    model = ready_model()
    tell("account.officer_changed", model)
    mail = Outbox.objects.latest("created_at")
    assert with_settings in mail.text and f"mailto:{with_settings}" in mail.html


def test_companies_are_joined() -> None:
    for row in rows_of("program", "notifications.csv"):
        assert "work for" not in row["subject_template"]
