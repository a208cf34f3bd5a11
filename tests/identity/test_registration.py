"""U1: registration by an emailed link."""

from __future__ import annotations

import datetime as dt
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from audit.models import Event
from core import clock
from core.access import Access
from core.errors import Refused
from identity import services
from identity.models import MailedLink, User
from identity.states import SetUpStep
from notifications.models import Outbox
from tests.factories.people import PASSWORD, UserFactory
from tests.identity.road import (
    NEW_PASSWORD,
    PROFILE,
    QUESTIONS,
    ask_for_link,
    begin_set_up,
    is_signed_in,
    link_in,
    look,
    mails_to,
    opened,
    press,
    register,
)

NEW = "henrietta@example.com"


@pytest.mark.django_db
def test_u1_the_road_ends_signed_in_with_a_welcome_mail(client: Client) -> None:
    user = register(client, NEW)
    assert user.set_up_step == SetUpStep.DONE
    assert user.name == "Henrietta Vandersloot"
    assert is_signed_in(client)
    assert [mail.kind for mail in mails_to(NEW)] == ["user.confirm_address", "user.welcome"]
    kinds = set(Event.objects.filter(scope_id=user.pk).values_list("kind", flat=True))
    assert kinds == {
        "identity.address_confirmed",
        "identity.profile_saved",
        "identity.questions_set",
        "identity.password_set",
        "identity.registered",
        "identity.signed_in",
    }


@pytest.mark.django_db
def test_u1_opening_a_link_never_uses_it(client: Client) -> None:
    path = ask_for_link(client, NEW)
    for _ in range(3):
        page = look(client, path)
        assert page.status_code == 200
        assert b"Confirm email address and continue" in page.content
        assert client.head(opened(client, path)).status_code == 200
    assert not User.objects.exists()
    assert press(client, path).status_code == 302
    assert User.objects.get().email == NEW


@pytest.mark.django_db
def test_u1_a_link_works_once(client: Client) -> None:
    path = ask_for_link(client, NEW)
    press(client, path)
    again = press(Client(), path)
    assert again.status_code == 410
    assert b"This link no longer works" in again.content
    assert look(Client(), path).status_code == 410


@pytest.mark.django_db
def test_u1_a_link_ends_after_24_hours(client: Client) -> None:
    asked = clock.now()
    with clock.at(asked):
        path = ask_for_link(client, NEW)
    with clock.at(asked + dt.timedelta(hours=24)):
        assert press(client, path).status_code == 410
    assert not User.objects.exists()
    with clock.at(asked + dt.timedelta(hours=24, seconds=-1)):
        assert press(client, path).status_code == 302


@pytest.mark.django_db
def test_u1_the_database_keeps_only_a_hash_of_the_link(client: Client) -> None:
    secret = ask_for_link(client, NEW).rpartition("/")[2]
    link = MailedLink.objects.get()
    assert secret not in str(vars(link))
    assert len(link.token_hash) == 64


@pytest.mark.django_db
def test_u1_links_that_never_were_are_refused_quietly(client: Client) -> None:
    for secret in ("x", "a" * 3000, "%00", "../../etc", "ü"):
        assert look(client, f"/register/confirm/{secret}").status_code in {404, 410}
        assert press(client, f"/register/confirm/{secret}").status_code in {404, 410}


@pytest.mark.django_db
def test_u1_a_known_address_gets_the_same_page_and_a_mail_that_says_so(client: Client) -> None:
    UserFactory.create(email="known@example.com")
    for email in ("known@example.com", NEW):
        response = client.post("/register", {"email": email})
        assert (response.status_code, response["Location"]) == (302, "/register/sent")
    assert [mail.kind for mail in mails_to("known@example.com")] == ["user.already_registered"]
    assert [mail.kind for mail in mails_to(NEW)] == ["user.confirm_address"]


@pytest.mark.django_db
def test_u1_a_known_address_costs_the_same_queries(client: Client) -> None:
    UserFactory.create(email="known@example.com")
    statements = []
    for email in ("known@example.com", NEW):
        with CaptureQueriesContext(connection) as captured:
            client.post("/register", {"email": email})
        statements.append([q["sql"].partition(" ")[0] for q in captured.captured_queries])
    assert statements[0] == statements[1]


@pytest.mark.django_db
def test_u1_an_unfinished_registration_goes_on_with_a_new_link(client: Client) -> None:
    begin_set_up(client, NEW)
    client.post("/register/set-up/profile", PROFILE)
    later = Client()
    response = press(later, ask_for_link(later, NEW))
    assert response["Location"] == "/register/set-up/questions"
    assert User.objects.count() == 1
    later.post("/register/set-up/questions", QUESTIONS)
    later.post("/register/set-up/password", NEW_PASSWORD)
    assert is_signed_in(later)


@pytest.mark.django_db
def test_u1_no_page_of_the_set_up_opens_before_those_that_come_first(client: Client) -> None:
    begin_set_up(client, NEW)
    for page in ("questions", "password"):
        assert client.get(f"/register/set-up/{page}")["Location"] == "/register/set-up/profile"
    client.post("/register/set-up/password", NEW_PASSWORD)
    user = User.objects.get()
    assert user.set_up_step == SetUpStep.PROFILE
    assert not user.has_usable_password()
    actor = Access(user=user)
    with pytest.raises(Refused) as refused:
        services.set_first_password(actor=actor, new_password="Harbor-Lantern-42")
    assert refused.value.code == "order"
    with pytest.raises(Refused):
        services.save_questions(actor=actor, pairs=[("a", "b")] * 3)


@pytest.mark.django_db
def test_u1_one_may_go_back_and_change_a_step(client: Client) -> None:
    begin_set_up(client, NEW)
    client.post("/register/set-up/profile", PROFILE)
    client.post("/register/set-up/questions", QUESTIONS)
    back = client.get("/register/set-up/profile")
    assert b"Henrietta" in back.content
    changed = {**PROFILE, "first_name": "Hetty", "version": "2"}
    assert client.post("/register/set-up/profile", changed).status_code == 302
    user = User.objects.get()
    assert (user.first_name, user.set_up_step) == ("Hetty", SetUpStep.PASSWORD)


@pytest.mark.django_db
def test_u1_nobody_is_signed_in_during_the_set_up(client: Client) -> None:
    begin_set_up(client, NEW)
    assert client.get("/account/").status_code == 302
    assert client.get("/").status_code in {200, 302}


@pytest.mark.django_db
def test_u1_the_set_up_belongs_to_the_browser_that_pressed_the_button(client: Client) -> None:
    begin_set_up(client, NEW)
    for page in ("profile", "questions", "password"):
        response = Client().get(f"/register/set-up/{page}")
        assert response["Location"] == "/register"


@pytest.mark.django_db
def test_u1_the_set_up_pauses_after_half_an_hour(client: Client) -> None:
    begin_set_up(client, NEW)
    with clock.at(clock.now() + dt.timedelta(minutes=31)):
        assert client.get("/register/set-up/profile")["Location"] == "/register"


@pytest.mark.django_db
def test_u1_beginning_the_set_up_changes_the_session_id(client: Client) -> None:
    client.get("/register/set-up/profile")  # leaves a message, perhaps a session
    session = client.session
    session["planted"] = "by someone else"
    session.save()
    client.cookies["portal_session"] = str(session.session_key)
    begin_set_up(client, NEW)
    assert client.session.session_key != session.session_key
    assert "planted" not in client.session


@pytest.mark.django_db
def test_u1_a_link_pressed_in_a_browser_signed_in_as_another_ends_that_session(
    client: Client,
) -> None:
    client.force_login(UserFactory.create())
    other = Client()
    path = ask_for_link(other, NEW)
    assert press(client, path)["Location"] == "/register/set-up/profile"
    assert not is_signed_in(client)


@pytest.mark.django_db(transaction=True)
def test_u1_twenty_presses_of_one_link_at_once_make_one_user() -> None:
    path = ask_for_link(Client(), NEW)

    def at_once(_: int) -> int:
        try:
            return int(press(Client(), path).status_code)
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(at_once, range(20)))
    assert sorted(set(answers)) == [302, 410]
    assert answers.count(302) == 1
    assert User.objects.count() == 1


@pytest.mark.django_db
def test_u1_five_mails_an_hour_go_to_one_address_and_no_more(client: Client) -> None:
    for _ in range(7):
        assert client.post("/register", {"email": NEW}).status_code == 302
    assert len(mails_to(NEW)) == 5
    with clock.at(clock.now() + dt.timedelta(hours=1, seconds=1)):
        client.post("/register", {"email": NEW})
    assert len(mails_to(NEW)) == 6


@pytest.mark.django_db
def test_u1_a_network_that_asks_too_often_must_wait(client: Client) -> None:
    for number in range(30):
        assert client.post("/register", {"email": f"n{number}@example.com"}).status_code == 302
    response = client.post("/register", {"email": "n31@example.com"})
    assert response.status_code == 422
    assert b"Try again in an hour" in response.content
    elsewhere = client.post("/register", {"email": "n32@example.com"}, REMOTE_ADDR="192.0.2.7")
    assert elsewhere.status_code == 302


@pytest.mark.django_db
@pytest.mark.parametrize(
    "typed",
    [
        "",
        "nobody",
        "a@b",
        "a b@example.com",
        "a@example.com\nBcc: b@example.com",
        "a@example.com\r\nBcc: b@example.com",
        '"a\nb"@example.com',
        "a\x00@example.com",
        "m\u0131ke@example.com",
        "maría@example.com",
        "ana@☃.example",
        "a" * 65 + "@example.com",
        "a@" + "b" * 250 + ".com",
    ],
)
def test_u1_what_is_no_address_is_refused_beside_the_field(client: Client, typed: str) -> None:
    response = client.post("/register", {"email": typed})
    assert response.status_code == 422
    assert b"There is a problem" in response.content
    assert b'href="#id_email"' in response.content
    assert not Outbox.objects.exists()


@pytest.mark.django_db
def test_a1_one_mailbox_is_one_person_however_its_domain_is_typed(client: Client) -> None:
    """IDNA 2008: neither spelling is ever sent to strasse-handel.example."""
    kept = "ana@xn--strae-handel-o9a.example"
    for typed in ("Ana@straße-handel.example", "ana@XN--STRAE-HANDEL-O9A.example"):
        client.post("/register", {"email": typed})
    assert {mail.to_address for mail in Outbox.objects.all()} == {kept}
    UserFactory.create(email="ana@strasse-handel.example")
    user = UserFactory.create(email=kept)
    for typed in ("ana@straße-handel.example", kept, "\u202aana@stra\u00adße-handel.example\u202c"):
        signed_in = Client()
        signed_in.post("/sign-in", {"email": typed, "password": PASSWORD})
        assert signed_in.session["_auth_user_id"] == str(user.pk)
    client.force_login(user)
    page = client.get("/account/").content.decode()
    assert "ana@straße-handel.example" in page and "xn--" not in page


@pytest.mark.django_db
def test_u1_a_look_alike_never_reaches_somebody_elses_sign_in(client: Client) -> None:
    """CVE-2019-19844: the dotless i, and letters of other alphabets in the domain."""
    UserFactory.create(email="mike@githib.com")
    client.post("/register", {"email": "mike@g\u0131thib.com"})
    sent = Outbox.objects.get()
    assert sent.kind == "user.confirm_address"
    assert sent.to_address == "mike@xn--gthib-n4a.com"


@pytest.mark.django_db
def test_u1_case_makes_no_second_user(client: Client) -> None:
    UserFactory.create(email="known@example.com")
    client.post("/register", {"email": "KNOWN@Example.COM"})
    assert [mail.kind for mail in mails_to("known@example.com")] == ["user.already_registered"]


@pytest.mark.django_db
def test_u1_an_invited_person_gets_the_same_set_up_and_then_the_invitation(client: Client) -> None:
    request = client.get("/register").wsgi_request
    user = services.start_set_up_for(
        actor=Access(), email=NEW, first_name="Henry", last_name="V", title="Officer"
    )
    from identity.views.browser_session import begin_set_up as open_set_up

    response = open_set_up(request, user, "/invitations/abc")
    request.session.save()
    client.cookies["portal_session"] = str(request.session.session_key)
    assert response["Location"] == "/register/set-up/profile"
    assert b"Henry" in client.get("/register/set-up/profile").content
    client.post("/register/set-up/profile", PROFILE)
    client.post("/register/set-up/questions", QUESTIONS)
    done = client.post("/register/set-up/password", NEW_PASSWORD)
    assert done["Location"] == "/invitations/abc"


@pytest.mark.django_db
def test_u1_an_invitation_to_a_registered_person_says_to_sign_in() -> None:
    UserFactory.create(email=NEW)
    with pytest.raises(Refused) as refused:
        services.start_set_up_for(actor=Access(), email=NEW)
    assert refused.value.problems[0].url == "/sign-in"


@pytest.mark.django_db
def test_u1_open_links_end_with_the_registration(client: Client) -> None:
    first = ask_for_link(Client(), NEW)
    register(client, NEW)
    assert press(Client(), first).status_code == 410


@pytest.mark.django_db
def test_mails_lead_to_the_portal_and_hold_no_secret_but_the_link(client: Client) -> None:
    register(client, NEW)
    confirm, welcome = mails_to(NEW)
    assert link_in(confirm)
    assert "Harbor-Lantern-42" not in confirm.text + welcome.text + welcome.html
    assert "Bartholomew" not in welcome.text
