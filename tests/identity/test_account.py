"""The Application Menu (N4), disabled people (R7), histories, and every page."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client
from django.urls import URLPattern, get_resolver, reverse

from core import clock
from core.access import for_user
from core.errors import Problem
from identity import services
from identity.credentials.mailed_links import UNKNOWN
from identity.models import Session, SignInEvent, User
from identity.providers import who_reactivates
from identity.selectors import user_state
from identity.states import StaffRole
from notifications.providers.kinds import resolve
from tests.factories.people import UserFactory
from tests.factories.trade import assign, make_account, make_model
from tests.identity.road import PROFILE, ask_for_link, is_signed_in, look, press, sign_in

# --- R7 ----------------------------------------------------------------------------------------


@pytest.fixture
def disabled() -> User:
    """A person who was idle too long."""
    user: User = UserFactory.create(
        disabled_at=clock.now(), disabled_reason="No sign-in for 45 days.", signed_in_at=None
    )
    return user


@pytest.mark.django_db
def test_r7_a_disabled_user_signs_in_and_reads_why_and_whom_to_ask(
    client: Client, disabled: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    sign_in(client, disabled.email)
    away = client.get("/account/profile")["Location"]
    assert away.startswith("/account/disabled")
    page = client.get(away).content.decode()
    assert "No sign-in for 45 days." in page
    assert "program-office@localhost" in page
    monkeypatch.setattr(who_reactivates, "functions", [lambda user: ["Desmond Okafor"]])
    assert "Desmond Okafor" in client.get(away).content.decode()


@pytest.mark.django_db
def test_r7_the_specialists_of_the_own_models_are_named(client: Client, disabled: User) -> None:
    account = make_account(administrator=disabled)
    mine, other = make_model(account), make_model(make_account())
    specialist, stranger = assign(mine), assign(other)
    sign_in(client, disabled.email)
    page = client.get("/account/disabled").content.decode()
    assert specialist.name in page
    assert stranger.name not in page


@pytest.mark.django_db
def test_r7_disabled_staff_read_who_in_management_can_reactivate_them(client: Client) -> None:
    boss = UserFactory.create(staff_role="management", first_name="Ada", last_name="Lund")
    user = UserFactory.create(staff_role="scss", disabled_at=clock.now(), disabled_kind="by_hand")
    client.force_login(user)
    page = client.get("/account/disabled").content.decode()
    assert "in management:" in page and boss.name in page
    assert "company" not in page.partition("<main")[2].partition("</main")[0]


@pytest.mark.django_db
def test_staff_read_of_a_page_that_is_not_theirs_whom_to_ask(client: Client) -> None:
    client.force_login(UserFactory.create(staff_role="scss"))
    page = client.get("/scss/nowhere")
    assert page.status_code == 404
    assert b"Ask management" in page.content and b"Company Administrator" not in page.content
    client.force_login(UserFactory.create())
    assert b"Company Administrator" in client.get("/scss/nowhere").content


@pytest.mark.django_db
def test_r7_that_sign_in_heals_nothing(client: Client, disabled: User) -> None:
    sign_in(client, disabled.email)
    disabled.refresh_from_db()
    assert disabled.disabled_at is not None
    assert disabled.signed_in_at is None


@pytest.mark.django_db
def test_r7_nothing_else_opens_but_the_way_out(client: Client, disabled: User) -> None:
    sign_in(client, disabled.email)
    for path in ("/account/", "/account/password", "/account/authenticator", "/account/sign-ins"):
        assert client.get(path)["Location"].startswith("/account/disabled"), path
        assert client.post(path, {}).status_code in {302, 405}
    assert client.post("/sign-out").status_code == 302


@pytest.mark.django_db
def test_r7_disabling_holds_at_once_in_a_running_session(client: Client) -> None:
    user = UserFactory.create()
    sign_in(client, user.email)
    assert is_signed_in(client)
    User.objects.filter(pk=user.pk).update(disabled_at=clock.now())
    assert not is_signed_in(client)


@pytest.mark.django_db
def test_the_page_for_disabled_people_is_for_them_alone(client: Client) -> None:
    client.force_login(UserFactory.create())
    assert client.get("/account/disabled")["Location"] == "/"


@pytest.mark.django_db
def test_may_act_says_what_keeps_somebody_from_acting(disabled: User) -> None:
    def code(user: User) -> str:
        problem = user_state.may_act(user)
        assert problem is None or isinstance(problem, Problem)
        return problem.code if problem else ""

    assert code(UserFactory.create()) == ""
    assert code(disabled) == "user_disabled"
    assert code(UserFactory.create(set_up_step="questions")) == "set_up_unfinished"


@pytest.mark.django_db
def test_who_has_not_finished_the_registration_is_led_back_to_it(client: Client) -> None:
    client.force_login(UserFactory.create(set_up_step="questions"))
    assert client.get("/account/")["Location"].startswith("/register/set-up/questions")
    assert client.get("/register/set-up/questions").status_code == 200


# --- notices -----------------------------------------------------------------------------------


@pytest.mark.django_db
def test_the_group_management_is_all_of_management_at_work() -> None:
    boss = UserFactory.create(staff_role=StaffRole.MANAGEMENT)
    UserFactory.create(staff_role=StaffRole.MANAGEMENT, disabled_at=clock.now())
    UserFactory.create(staff_role=StaffRole.MANAGEMENT, set_up_step="password")
    UserFactory.create(staff_role=StaffRole.SCSS)
    UserFactory.create()
    assert [one.email for one in resolve(["management"], None)] == [boss.email]


# --- profile -----------------------------------------------------------------------------------


@pytest.mark.django_db
def test_the_profile_is_saved(client: Client) -> None:
    user = UserFactory.create()
    client.force_login(user)
    assert client.post("/account/profile", PROFILE)["Location"] == "/account/"
    user.refresh_from_db()
    assert (user.name, user.title, user.version) == (
        "Henrietta Vandersloot",
        "Compliance manager",
        2,
    )


@pytest.mark.django_db
def test_p5_a_profile_saved_in_another_tab_is_not_overwritten(client: Client) -> None:
    user = UserFactory.create()
    client.force_login(user)
    client.post("/account/profile", PROFILE)
    response = client.post("/account/profile", {**PROFILE, "title": "From the old tab"})
    assert response.status_code == 409
    assert b"From the old tab" in response.content
    user.refresh_from_db()
    assert user.title == "Compliance manager"


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("first_name", ""),
        ("first_name", "x" * 81),
        ("first_name", "a\x00b"),
        ("first_name", "a\nb"),
        ("first_name", "\u2062\u200d"),
        ("last_name", "\x07"),
        ("salutation", "sir"),
        ("salutation", ""),
        ("title", "x" * 121),
        ("phone", "call me"),
        ("phone", "1"),
        ("phone", "+1 956 555 0100\r\nBcc: x"),
        ("version", "none"),
    ],
)
def test_a_bad_profile_is_refused_and_what_was_typed_stays(
    client: Client, field: str, value: str
) -> None:
    user = UserFactory.create(first_name="Before")
    client.force_login(user)
    response = client.post("/account/profile", {**PROFILE, field: value})
    assert response.status_code == 422
    assert list(response.context["form"].errors) == [field]
    assert b"pp-errors" in response.content
    kept = "title" if field != "title" else "last_name"
    assert PROFILE[kept].encode() in response.content
    user.refresh_from_db()
    assert user.first_name == "Before"


@pytest.mark.django_db
def test_names_are_shown_as_text(client: Client) -> None:
    client.force_login(UserFactory.create(first_name="<script>alert(1)</script>"))
    page = client.get("/account/").content.decode()
    assert "<script>alert(1)" not in page
    assert "&lt;script&gt;" in page


# --- history -----------------------------------------------------------------------------------


@pytest.mark.django_db
def test_everybody_sees_the_own_sign_ins_and_the_failures_of_others_with_it(
    client: Client,
) -> None:
    user, other = UserFactory.create(), UserFactory.create()
    sign_in(Client(), user.email, "Not-The-One-42", headers={"User-Agent": "Thief/1.0 <b>"})
    sign_in(Client(), other.email, headers={"User-Agent": "Someone else's browser"})
    sign_in(client, user.email)
    page = client.get("/account/sign-ins").content.decode()
    assert "Thief/1.0 &lt;b&gt;" in page
    assert "127.0.0.1" in page
    assert "Someone else" not in page
    failed = client.get("/account/sign-ins?outcome=failed&sort=ip").context["page"]
    assert failed.total == 1


@pytest.mark.django_db
def test_the_history_costs_the_same_however_long_it_is(
    client: Client, django_assert_max_num_queries: Any
) -> None:
    user = UserFactory.create()
    sign_in(client, user.email)
    SignInEvent.objects.bulk_create(
        SignInEvent(
            email_hash=SignInEvent.objects.get().email_hash,
            user=user,
            at=clock.now(),
            succeeded=True,
            step="done",
        )
        for _ in range(300)
    )
    with django_assert_max_num_queries(8):
        page = client.get("/account/sign-ins")
    assert page.context["page"].total == 301


# --- every page --------------------------------------------------------------------------------


def paths() -> dict[str, str]:
    """Every address of this app by name, except those of staff about other people."""
    patterns = get_resolver().namespace_dict["identity"][1].url_patterns
    return {
        one.name: reverse(
            f"identity:{one.name}",
            args=[
                UNKNOWN if "link_id" in one.pattern.converters else "x" * 43
                for _ in range(one.pattern.regex.groups)
            ],
        )
        for one in patterns
        if isinstance(one, URLPattern) and one.name and one.name not in STAFF_PAGES | ONE_OF_THE_OWN
    }


#: Pages about other people.
STAFF_PAGES = {
    "disabled-users", "reactivate", "helpdesk", "helpdesk-user", "disable", "end-sessions",
    "registration-link", "open-case", "cases", "case", "ask", "unsent", "send-again",
}  # fmt: skip
PUBLIC = {"register", "register-sent", "sign-in", "recover", "recover-sent", "email-undone"}
#: They say so if there is no link, or none that works.
WITH_A_LINK = {
    "confirm-page",
    "email-confirm-page",
    "email-undo-page",
    "recover-prove",
    "recover-way",
    "recover-password",
}
#: Addresses of emailed links: they redirect to a page without a secret, whatever the method.
DOORS = {"confirm", "email-confirm", "email-undo", "recover-link"}
#: They have no page of their own.
POSTED_TO = {"sign-out", "password-check", "stay", "notices-mark"} | {
    "session-end",
    "sessions-end",
}
#: Pages about one's passkeys and notices: tests/identity/test_passkeys.py, test_notices.py.
ONE_OF_THE_OWN = {"passkey", "passkey-remove", "notice"}
#: Its address is signed: tests/notifications/test_digests.py.
SIGNED = {"digests"}
#: Pages that need a factor, or an address at which passkeys work.
LEADS_TO_FACTORS = {"passkey-add", "passkey-make", "authenticator-remove"}
#: Leads back where there is no calendar address yet.
LEADS_BACK = {"calendar-change", "calendar-end"}
SET_UP = {"set-up-profile", "set-up-questions", "set-up-password"}


@pytest.mark.django_db
def test_strangers_see_the_public_pages_and_are_led_away_from_all_others(client: Client) -> None:
    answers = {name: client.get(path) for name, path in paths().items()}
    for name, response in answers.items():
        if name in POSTED_TO:
            assert response.status_code == 405, name
        elif name in PUBLIC | WITH_A_LINK:
            assert response.status_code == (410 if name in WITH_A_LINK else 200), name
        elif name in DOORS:
            assert response.status_code == 302 and "x" * 43 not in response["Location"], name
        elif name in SIGNED:
            assert response.status_code == 404, name
        elif name in SET_UP:
            assert response["Location"] == "/register", name
        elif name == "sign-in-code":
            assert response["Location"] == "/sign-in", name
        else:
            assert response["Location"].startswith("/sign-in?next=/account/"), name


@pytest.mark.django_db
@pytest.mark.parametrize("role", ["", *StaffRole.values])
def test_everybody_who_is_signed_in_sees_the_own_pages(client: Client, role: str) -> None:
    client.force_login(UserFactory.create(staff_role=role))
    for name, path in paths().items():
        if path.startswith("/account/") and name not in {
            "disabled", *POSTED_TO, *LEADS_TO_FACTORS, *LEADS_BACK,
        }:  # fmt: skip
            assert client.get(path).status_code == 200, name


@pytest.mark.django_db
def test_other_methods_are_not_understood(client: Client) -> None:
    client.force_login(UserFactory.create())
    for name, path in paths().items():
        for method in ("put", "patch", "delete", "options") if name not in DOORS else ():
            assert getattr(client, method)(path).status_code == 405, (method, name)


def pages(client: Client) -> dict[str, str]:
    """The HTML of every page, in a state in which it shows everything."""
    found = {name: client.get(paths()[name]) for name in ("register", "register-sent", "sign-in")}
    link = ask_for_link(client, "somebody@example.com")
    found["confirm"] = look(client, link)
    press(client, link)
    user = User.objects.get(email="somebody@example.com")
    User.objects.update(set_up_step="password")
    found |= {name: client.get(paths()[name]) for name in SET_UP}
    Session.objects.all().delete()
    staff = UserFactory.create(staff_role="scss")
    sign_in(client, staff.email)
    found["sign-in-code"] = client.get("/sign-in/code")
    client.force_login(UserFactory.create())
    own = (
        "menu",
        "profile",
        "password",
        "factors",
        "authenticator",
        "sign-ins",
        "email",
        "sessions",
    )
    for name in (*own, "factors", "backup-codes", "region", "notifications", "shortcuts"):
        found[name] = client.get(paths()[name])
    User.objects.filter(pk=user.pk).update(disabled_at=clock.now(), set_up_step="done")
    client.force_login(User.objects.get(pk=user.pk))
    found["disabled"] = client.get("/account/disabled")
    assert {name: page.status_code for name, page in found.items()} == dict.fromkeys(found, 200)
    return {name: page.content.decode() for name, page in found.items()}


@pytest.mark.django_db
def test_every_page_has_one_heading_and_no_inline_code(client: Client) -> None:
    for name, html in pages(client).items():
        assert len(re.findall(r"<h1[ >]", html)) == 1, name
        assert not re.search(r"\son[a-z]+=|<style|style=\"", html.split("<main")[1]), name
        assert "TODO" not in html
        assert "onpaste" not in html


@pytest.mark.django_db
def test_fields_can_be_filled_by_password_managers(client: Client) -> None:
    html = pages(client)
    assert 'autocomplete="username"' in html["sign-in"]
    assert 'autocomplete="current-password"' in html["sign-in"]
    assert 'autocomplete="one-time-code"' in html["sign-in-code"]
    assert html["set-up-password"].count('autocomplete="new-password"') == 2
    assert 'autocomplete="current-password"' in html["password"]


@pytest.mark.django_db
def test_services_of_the_own_profile_touch_nobody_else() -> None:
    user, other = UserFactory.create(), UserFactory.create(first_name="Other")
    about = {name: value for name, value in PROFILE.items() if name != "version"}
    services.save_profile(actor=for_user(user), version=1, **about)
    other.refresh_from_db()
    assert other.first_name == "Other"
