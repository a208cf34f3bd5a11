"""The link of an email opens its page, also for someone who has to sign in first."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from django_otp.plugins.otp_totp.models import TOTPDevice

from audit.services import model_scope
from identity.selectors.user_state import recipient
from notifications.models import Outbox
from notifications.services.sending import notify
from security_models.states import ContactRole
from tests.factories.people import PASSWORD, UserFactory, code_of
from tests.factories.reviews import ready_model, send_in
from tests.factories.trade import make_contact

pytestmark = pytest.mark.django_db


def link_in(mail: Outbox) -> str:
    """The path that the button opens, as text and HTML say it."""
    links = re.findall(rf"{re.escape(settings.SITE_URL)}(/\S+)", mail.text)
    assert links and f'href="{settings.SITE_URL}{links[-1]}"'.replace("&", "&amp;") in mail.html
    return str(links[-1])


def signed_in_by(client: Client, link: str, user: Any) -> Any:
    """Follow a link signed out: sign in with password and code, and go where that leads."""
    asked = client.get(link)
    assert asked.status_code == 302 and asked["Location"].startswith("/sign-in?next=")
    step = client.post(asked["Location"], {"email": user.email, "password": PASSWORD})
    assert step["Location"].startswith("/sign-in/code")
    TOTPDevice.objects.filter(user=user).update(last_t=-1)  # the same half minute again
    done = client.post(step["Location"], {"code": code_of(user)})
    return client.get(done["Location"])


def test_m_the_links_of_a_submission_survive_the_sign_in_with_a_second_factor() -> None:
    model = ready_model()
    officer = UserFactory.create(authenticator=True)
    make_contact(model, officer, role=ContactRole.OFFICER)
    send_in(model)
    mails = Outbox.objects.filter(to_address=officer.email).exclude(text="")
    found = {link_in(mail) for mail in mails if settings.SITE_URL in mail.text}
    assert found
    for link in found:
        page = signed_in_by(Client(), link, officer)
        assert page.status_code == 200
        assert page.request["PATH_INFO"] == link.partition("?")[0]


def test_m_a_link_keeps_its_query() -> None:
    model = ready_model()
    officer = UserFactory.create(authenticator=True)
    make_contact(model, officer, role=ContactRole.OFFICER)
    wanted = reverse("trade_accounts:users", args=[model.trade_account_id])
    (mail,) = notify(
        "account.no_officer",
        scope=model_scope(model.pk),
        to=[recipient(officer)],
        url=f"{wanted}?q=Ana&state=active",
        account="Thistlewick",
        for_staff=False,
    )
    page = signed_in_by(Client(), link_in(mail), officer)
    assert page.request["PATH_INFO"] == wanted
    assert page.request["QUERY_STRING"] == "q=Ana&state=active"
