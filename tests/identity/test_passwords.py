"""U2 to U5: answers, rules for a password, its history and its end."""

from __future__ import annotations

import datetime as dt
import re
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.contrib.auth.hashers import check_password
from django.db import connection
from django.test import Client, override_settings
from hypothesis import given
from hypothesis import strategies as st

from audit.models import Event
from core import clock
from core.access import for_user
from core.errors import Refused
from core.text import fold
from identity.credentials import passwords, security_answers
from identity.models import PasswordRecord, SecurityQuestion, User
from identity.selectors import user_state
from identity.services import passwords as changing
from tests.factories.people import PASSWORD, UserFactory
from tests.identity.road import PROFILE, QUESTIONS, begin_set_up, mails_to, register

NEW = "henrietta@example.com"


def codes_of(password: str, user: User | None = None) -> set[str]:
    """The codes of the problems of a password."""
    someone = user or User(email="someone@example.com", first_name="Ann", last_name="Underhill")
    return {problem.code for problem in passwords.problems_of(password, someone)}


# --- U3: what a password must be ---------------------------------------------------------------


@pytest.mark.parametrize(
    ("password", "code"),
    [
        ("Sh0rt!", "password_too_short"),
        ("harbor-lantern-42", "classes"),
        ("HARBOR-LANTERN-42", "classes"),
        ("Harbor-Lantern", "classes"),
        ("HarborLantern42", "classes"),
        ("Harbor Lantern 42", "classes"),
        ("P@ssw0rd", "password_too_common"),
        ("Underhill-42", "own_words"),
        ("x-SOMEONE-42-x", "own_words"),
        ("Partnerportal-42", "own_words"),
    ],
)
def test_u3_a_weak_password_is_refused_with_its_reason(password: str, code: str) -> None:
    assert code in codes_of(password)


def test_u3_every_missing_kind_is_named_at_once() -> None:
    user = User(email="someone@example.com")
    (problem,) = [p for p in passwords.problems_of("abcdefgh", user) if p.code == "classes"]
    for words in ("uppercase", "digit", "special"):
        assert words in problem.message


@pytest.mark.parametrize("password", [PASSWORD, "Zoë & the 7 Ångströms", "Aa1!" + "x" * 200])
def test_u3_long_ones_any_script_and_spaces_are_welcome(password: str) -> None:
    assert codes_of(password) == set()


@given(st.text(min_size=8, max_size=60))
def test_u3_no_password_without_the_four_kinds_gets_through(password: str) -> None:
    kinds = (
        any(c.isupper() for c in password)
        and any(c.islower() for c in password)
        and any(c.isdigit() for c in password)
        and any(not c.isalnum() and not c.isspace() for c in password)
    )
    assert kinds or "classes" in codes_of(password)


@pytest.mark.django_db
def test_u3_a_password_is_the_same_however_the_keyboard_composes_it(client: Client) -> None:
    begin_set_up(client, NEW)
    client.post("/register/set-up/profile", PROFILE)
    client.post("/register/set-up/questions", QUESTIONS)
    composed, decomposed = "Caf\u00e9-Lantern-42", "Cafe\u0301-Lantern-42"
    data = {"new_password": decomposed, "repeat_password": composed}
    assert client.post("/register/set-up/password", data).status_code == 302
    assert check_password(composed, User.objects.get().password)
    other = Client()
    other.post("/sign-in", {"email": NEW, "password": decomposed})
    assert other.get("/account/").status_code == 200


@pytest.mark.django_db
def test_u3_spaces_at_the_ends_belong_to_the_password(client: Client) -> None:
    begin_set_up(client, NEW)
    client.post("/register/set-up/profile", PROFILE)
    client.post("/register/set-up/questions", QUESTIONS)
    padded = f" {PASSWORD} "
    client.post("/register/set-up/password", {"new_password": padded, "repeat_password": padded})
    assert check_password(padded, User.objects.get().password)


@pytest.mark.django_db
def test_u3_refused_passwords_are_not_sent_back(client: Client) -> None:
    begin_set_up(client, NEW)
    client.post("/register/set-up/profile", PROFILE)
    client.post("/register/set-up/questions", QUESTIONS)
    data = {"new_password": "Weak-but-long", "repeat_password": "Weak-but-other"}
    response = client.post("/register/set-up/password", data)
    assert response.status_code == 422
    assert b"Weak-but" not in response.content
    assert b"The two passwords differ" in response.content


@pytest.mark.django_db
def test_u2_a_password_that_is_an_answer_is_refused(client: Client) -> None:
    begin_set_up(client, NEW)
    client.post("/register/set-up/profile", PROFILE)
    client.post("/register/set-up/questions", {**QUESTIONS, "answer_3": "Kittiwake-42-Leith"})
    data = {"new_password": "Kittiwake-42-Leith", "repeat_password": "Kittiwake-42-Leith"}
    response = client.post("/register/set-up/password", data)
    assert response.status_code == 422
    assert b"not the answer" in response.content


def change(client: Client, current: str, new: str, **more: str) -> int:
    """Post the change page."""
    data = {"current_password": current, "new_password": new, "repeat_password": new, **more}
    return client.post("/account/password", data).status_code


@pytest.mark.django_db
def test_u3_a_password_may_come_again_after_eight_others(client: Client) -> None:
    user = UserFactory.create()
    client.force_login(user)
    first = current = PASSWORD
    for number in range(8):
        assert change(client, current, first) == 422
        new = f"Quite-Other-{number}"
        assert change(client, current, new) == 302, number
        current = new
    assert change(client, current, first) == 302
    assert PasswordRecord.objects.filter(user=user).count() == 8


@pytest.mark.django_db
def test_u3_slow_comparisons_wait_for_the_cheap_rules(monkeypatch: pytest.MonkeyPatch) -> None:
    user = UserFactory.create()
    compared: list[str] = []
    monkeypatch.setattr(
        passwords, "check_password", lambda password, _hash: compared.append(password)
    )
    codes_of("short", user)
    assert compared == []
    codes_of("Quite-Other-42", user)
    assert compared


@pytest.mark.django_db(transaction=True)
def test_u3_of_two_changes_at_once_one_wins() -> None:
    user = UserFactory.create()
    clients = [Client(), Client()]
    for one in clients:
        one.force_login(user)

    def press(number: int) -> int:
        try:
            return change(clients[number], PASSWORD, f"Quite-Other-{number}")
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(press, range(2)))
    # The other is refused, or finds its session ended a moment later.
    changes = Event.objects.filter(kind="identity.password_changed")
    assert changes.count() == 1


@pytest.mark.django_db
def test_u3_a_change_proved_with_the_password_before_is_refused() -> None:
    user = UserFactory.create()
    proved = user.password
    changing._change(for_user(user), proved, "Quite-Other-1")
    with pytest.raises(Refused) as refused:
        changing._change(for_user(user), proved, "Quite-Other-2")
    assert refused.value.code == "lost_race"
    assert check_password("Quite-Other-1", User.objects.get(pk=user.pk).password)


# --- U4, U5: end and change --------------------------------------------------------------------


@pytest.mark.django_db
def test_u4_a_password_ends_after_90_days_to_the_second(client: Client) -> None:
    user = UserFactory.create()
    client.force_login(user)
    assert user.password_changed_at is not None
    ends = user.password_changed_at + dt.timedelta(days=90)
    for moment, expired in ((ends - dt.timedelta(seconds=1), False), (ends, True)):
        with clock.at(moment):
            assert user_state.password_expired(user) is expired
            problem = user_state.may_act(user)
            assert (problem is not None and problem.code == "password_expired") is expired


@pytest.mark.django_db
def test_u4_an_expired_password_leads_every_page_to_the_change_and_back(client: Client) -> None:
    old = clock.now() - dt.timedelta(days=90)
    user = UserFactory.create(password_changed_at=old)
    client.force_login(user)
    response = client.get("/account/profile?x=1")
    assert response["Location"] == "/account/password?next=%2Faccount%2Fprofile%3Fx%3D1"
    page = client.get(response["Location"])
    assert page.status_code == 200
    assert b"has expired" in page.content
    data = {
        "current_password": PASSWORD,
        "new_password": "Quite-Other-42",
        "repeat_password": "Quite-Other-42",
    }
    done = client.post(response["Location"], data)
    assert done["Location"] == "/account/profile?x=1"
    assert client.get("/account/profile").status_code == 200


@pytest.mark.django_db
def test_u4_what_was_typed_when_the_password_expired_is_kept(client: Client) -> None:
    user = UserFactory.create(password_changed_at=clock.now() - dt.timedelta(days=91))
    client.force_login(user)
    typed = {**PROFILE, "title": "Head of everything"}
    response = client.post("/account/profile", typed)
    assert response["Location"].startswith("/account/password")
    change(client, PASSWORD, "Quite-Other-42")
    page = client.get("/account/profile")
    assert b"Head of everything" in page.content
    user.refresh_from_db()
    assert user.title != "Head of everything"


@pytest.mark.django_db
def test_u4_the_menu_warns_from_14_days_before(client: Client) -> None:
    for days, warned in ((75, False), (76, True), (89, True)):
        user = UserFactory.create(password_changed_at=clock.now() - dt.timedelta(days=days))
        assert (user_state.password_warning(user) is not None) is warned
        client.force_login(user)
        shown = b"Your password expires in" in client.get("/account/").content
        assert shown is warned


@pytest.mark.django_db
def test_u5_a_change_needs_the_current_password(client: Client) -> None:
    user = UserFactory.create()
    client.force_login(user)
    assert change(client, "Not-The-One-42", "Quite-Other-42") == 422
    user.refresh_from_db()
    assert user.check_password(PASSWORD)


@pytest.mark.django_db
def test_u5_a_change_ends_the_other_sessions_and_is_told(client: Client) -> None:
    user = UserFactory.create()
    other = Client()
    for one in (client, other):
        one.force_login(user)
    before = client.session.session_key
    assert change(client, PASSWORD, "Quite-Other-42") == 302
    assert client.get("/account/").status_code == 200
    assert client.session.session_key != before
    assert other.get("/account/").status_code == 302
    assert [mail.kind for mail in mails_to(user.email)] == ["user.password_changed"]
    assert Event.objects.filter(kind="identity.password_changed", scope_id=user.pk).count() == 1


# --- U2: questions and answers -----------------------------------------------------------------


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"question_2": QUESTIONS["question_1"].upper() + " "}, "question_2"),
        ({"question_2": "What was the name of your first pet"}, "question_2"),
        ({"answer_2": "  bartholoMEW "}, "answer_2"),
        ({"answer_1": "no"}, "answer_1"),
        ({"answer_1": "  a  "}, "answer_1"),
        ({"answer_1": "first PET"}, "answer_1"),
        ({"answer_1": "Henrietta"}, "answer_1"),
        ({"answer_1": "henrietta@example.com"}, "answer_1"),
        ({"answer_3": ""}, "answer_3"),
        ({"question_3": ""}, "question_3"),
        ({"question_3": "x" * 201}, "question_3"),
        ({"answer_3": "a\x00b c"}, "answer_3"),
    ],
)
def test_u2_poor_questions_and_answers_are_refused_beside_their_field(
    client: Client, changed: dict[str, str], field: str
) -> None:
    begin_set_up(client, NEW)
    client.post("/register/set-up/profile", PROFILE)
    response = client.post("/register/set-up/questions", {**QUESTIONS, **changed})
    assert response.status_code == 422
    assert f'href="#id_{field}"' in response.content.decode()
    assert response.context["form"].errors.keys() == {field}
    assert not SecurityQuestion.objects.exists()
    assert b"Zwolle" in response.content or field == "answer_2"


@pytest.mark.django_db
def test_u2_no_answer_stands_in_the_database(client: Client) -> None:
    register(client, NEW)
    rows = list(SecurityQuestion.objects.order_by("position"))
    assert [row.position for row in rows] == [1, 2, 3]
    for row, answer in zip(rows, ("Bartholomew", "Zwolle", "Kittiwake of Leith"), strict=True):
        assert answer.casefold() not in str(vars(row)).casefold()
        assert security_answers.is_answer(f"  {answer.upper()}  ", row.answer_hash)
    assert not security_answers.is_answer("Zwolle", rows[0].answer_hash)
    with connection.cursor() as cursor:
        cursor.execute("SELECT string_agg(t::text, '') FROM identity_securityquestion t")
        dump = cursor.fetchone()[0].casefold()
        cursor.execute("SELECT string_agg(t::text, '') FROM audit_event t")
        dump += cursor.fetchone()[0].casefold()
    assert "bartholomew" not in dump
    assert "zwolle" not in dump


def test_u2_an_answer_needs_the_pepper_that_the_database_lacks() -> None:
    kept = security_answers.hash_answer("Bartholomew")
    with override_settings(ANSWER_PEPPER="another"):
        assert not security_answers.is_answer("Bartholomew", kept)


def test_u2_answers_are_recalled_not_copied() -> None:
    assert fold("  Stra\u00dfe  nach\tULM ") == "strasse nach ulm"
    assert fold("\uff21\uff22\uff23") == "abc"


def test_answers_and_passwords_are_hashed_slowly_in_production() -> None:
    with override_settings(PASSWORD_HASHERS=["django.contrib.auth.hashers.Argon2PasswordHasher"]):
        kept = security_answers.hash_answer("Bartholomew")
    assert "argon2$argon2id$" in kept
    memory, rounds = map(int, re.findall(r"[mt]=(\d+)", kept))
    assert memory >= 19_456 and rounds >= 2  # OWASP: at least 19 MiB and two rounds
