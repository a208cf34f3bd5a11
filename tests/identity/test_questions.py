"""U2, U5: changing the security questions."""

from __future__ import annotations

import datetime as dt
import unicodedata
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from unittest import mock

import pytest
from django.contrib.auth.hashers import MD5PasswordHasher, make_password
from django.db import connection
from django.test import Client, RequestFactory
from hypothesis import given
from hypothesis import strategies as st

from audit.models import Event
from core import clock
from core.access import for_user
from core.text import fold
from identity import services
from identity.credentials import security_answers
from identity.models import KeptPost, SecurityQuestion, SignInEvent, User
from identity.selectors.user_state import questions_of
from tests.factories.people import PASSWORD, UserFactory, code_of
from tests.identity.road import ANSWERS, QUESTIONS, mails_to, set_questions

PATIENCE = dt.timedelta(minutes=16)
NEW = {
    "question_1": "Which bridge did you cross to school?",
    "answer_1": "Erasmus bridge",
    "question_2": "What did the dog next door answer to?",
    "answer_2": "Pickwick",
    "question_3": "Where did you learn to swim?",
    "answer_3": "Scheveningen",
}
TYPED = {**NEW, **ANSWERS, "proof_password": PASSWORD}


@pytest.fixture
def user(client: Client) -> User:
    """A person with questions, signed in."""
    made: User = UserFactory.create()
    set_questions(made)
    client.force_login(made)
    return made


def change(client: Client, **other: str) -> Any:
    """Post the page."""
    return client.post("/account/questions", {**TYPED, **other})


def kept(user: User) -> list[str]:
    """The current questions."""
    return [one.question for one in questions_of(user)]


@pytest.mark.django_db
def test_u5_questions_are_changed_with_the_current_answers_and_the_password(
    client: Client, user: User
) -> None:
    page = client.get("/account/questions").content.decode()
    assert QUESTIONS["question_2"] in page
    assert "Zwolle" not in page
    assert change(client)["Location"] == "/account/"
    assert kept(user) == [NEW[f"question_{n}"] for n in (1, 2, 3)]
    for row, n in zip(questions_of(user), (1, 2, 3), strict=True):
        assert security_answers.is_answer(NEW[f"answer_{n}"], row.answer_hash)
    assert [mail.kind for mail in mails_to(user.email)] == ["user.questions_changed"]
    assert Event.objects.filter(kind="identity.questions_changed", scope_id=user.pk).count() == 1


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("other", "field"),
    [
        ({"current_answer_1": "Quite wrong"}, "__all__"),
        ({"current_answer_1": ""}, "current_answer_1"),
        ({"proof_password": "Not-The-One-42"}, "proof_password"),
        ({"proof_password": ""}, "proof_password"),
        ({"answer_2": "erasmus BRIDGE"}, "answer_2"),
        ({"question_3": NEW["question_1"]}, "question_3"),
        ({"answer_1": "no"}, "answer_1"),
        ({"answer_3": "a\x00b c"}, "answer_3"),
        ({"question_1": "x" * 201}, "question_1"),
    ],
)
def test_u5_what_is_refused_changes_nothing_and_keeps_what_was_typed(
    client: Client, user: User, other: dict[str, str], field: str
) -> None:
    page = change(client, **other)
    assert page.status_code == 422
    assert page.context["form"].errors.keys() == {field}
    assert kept(user) == [QUESTIONS[f"question_{n}"] for n in (1, 2, 3)]
    text = page.content.decode()
    assert "What did the dog next door answer to?" in text
    for secret in (*ANSWERS.values(), PASSWORD):
        assert secret not in text


@pytest.mark.django_db
def test_u5_poor_new_questions_are_refused_before_anything_is_proved(client: Client) -> None:
    user = UserFactory.create(authenticator=True)
    set_questions(user)
    client.force_login(user)
    code = code_of(user)
    with mock.patch.object(MD5PasswordHasher, "encode", autospec=True) as runs:
        assert change(client, answer_1="no", proof_code=code).status_code == 422
    assert runs.call_count == 0
    assert change(client, proof_code=code).status_code == 302


@pytest.mark.django_db
def test_u5_the_second_factor_is_asked_for_and_no_code_is_used_up_by_a_wrong_answer(
    client: Client,
) -> None:
    user = UserFactory.create(authenticator=True)
    set_questions(user)
    client.force_login(user)
    assert change(client).status_code == 422
    code = code_of(user)
    assert change(client, proof_code=code, current_answer_2="Enkhuizen").status_code == 422
    assert change(client, proof_code=code).status_code == 302


@pytest.mark.django_db
def test_u5_guessing_the_current_answers_is_slowed_down_and_paused_after_ten(
    client: Client, user: User
) -> None:
    moment = clock.now()
    with clock.at(moment):
        assert [change(client, current_answer_1=f"Guess {n}").status_code for n in range(3)] == [
            422, 422, 429,
        ]  # fmt: skip
        assert change(client).status_code == 429
    for number in range(7):
        moment += PATIENCE
        with clock.at(moment):
            client.force_login(user)
            change(client, current_answer_1=f"Guess {number}")
    with clock.at(moment + PATIENCE):
        client.force_login(user)
        page = change(client)
        assert page.status_code == 422
        assert b"Too many answers were wrong" in page.content
    assert SignInEvent.objects.filter(step="answers", succeeded=False).count() == 10
    assert kept(user) == [QUESTIONS[f"question_{n}"] for n in (1, 2, 3)]
    assert "user.recovery_paused" in [mail.kind for mail in mails_to(user.email)]


@pytest.mark.django_db(transaction=True)
def test_u5_of_two_changes_at_once_one_wins() -> None:
    user = UserFactory.create()
    set_questions(user)
    clients = [Client(), Client()]
    for one in clients:
        one.force_login(user)

    def press(number: int) -> int:
        try:
            return int(change(clients[number], answer_1=f"Bridge {number}").status_code)
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        answered = sorted(pool.map(press, range(2)))
    assert answered[0] == 302
    assert Event.objects.filter(kind="identity.questions_changed").count() == 1


@pytest.mark.django_db
def test_u5_old_questions_that_were_answered_meanwhile_elsewhere_are_refused(
    client: Client, user: User
) -> None:
    proved = questions_of(user)
    set_questions(user)
    from core.access import for_user
    from core.errors import Refused

    with pytest.raises(Refused) as refusal:
        services.change_questions(actor=for_user(user), proved=proved, pairs=[])
    assert refusal.value.code == "lost_race"


@pytest.mark.django_db
def test_u5_who_has_no_questions_sets_them_with_password_alone(client: Client) -> None:
    user = UserFactory.create()
    client.force_login(user)
    page = client.get("/account/questions").content
    assert b"You have no security questions" in page
    data = {**NEW, "proof_password": PASSWORD}
    assert client.post("/account/questions", data)["Location"] == "/account/"
    assert len(kept(user)) == 3


@pytest.mark.django_db
def test_u5_answers_are_never_kept_when_a_session_has_ended(client: Client, user: User) -> None:
    client.post("/account/questions", TYPED)
    User.objects.filter(pk=user.pk).update(password_changed_at=clock.now() - dt.timedelta(days=91))
    client.force_login(User.objects.get(pk=user.pk))
    assert change(client)["Location"].startswith("/account/password")
    from core.crypto import decrypt

    (post,) = KeptPost.objects.filter(user=user)
    typed = decrypt(post.typed)
    assert "question_1" in typed
    assert "answer" not in typed.replace("question", "").replace("dog+next+door+answer", "")
    assert "Pickwick" not in typed


@pytest.mark.django_db
def test_u2_hashes_of_answers_given_before_still_work() -> None:
    """Before folding was introduced, NFKC, case-folded, single-spaced text was hashed, with its
    accents.
    """
    user = UserFactory.create()
    kept_before = make_password(security_answers._peppered("zoë ångström d\u2019quill"))
    SecurityQuestion.objects.create(
        user=user, position=1, question="Q", answer_hash=kept_before, set_at=clock.now()
    )
    for typed in ("Zoë Ångström D\u2019Quill", "ZOE\u0308  A\u030aNGSTRO\u0308M d'quill"):
        assert security_answers.is_answer(typed, kept_before), typed
    assert not security_answers.is_answer("zoe angstrom d'quill", kept_before)


@pytest.mark.django_db
def test_u2_an_answer_of_before_is_hashed_anew_when_it_is_proved(
    client: Client, user: User
) -> None:
    for row in questions_of(user):
        typed = ANSWERS[f"current_answer_{row.position}"]
        SecurityQuestion.objects.filter(pk=row.pk).update(
            answer_hash=make_password(
                security_answers._peppered(security_answers._as_before(typed))
            )
        )
    services.prove_answers(
        actor=for_user(user),
        request=RequestFactory().post("/"),
        user=user,
        answers=[ANSWERS[f"current_answer_{n}"] for n in (1, 2, 3)],
    )
    for row in questions_of(user):
        assert not security_answers.is_of_before(row.answer_hash)
        assert security_answers.is_answer(
            ANSWERS[f"current_answer_{row.position}"], row.answer_hash
        )


def test_a4_an_answer_typed_on_another_keyboard_is_the_same() -> None:
    kept = security_answers.hash_answer("Rue de l\u2019É\u0301glise")
    for typed in ("rue de l'eglise", "RUE DE L`ÉGLISE", "Rue  de l\u02bcÉglise "):
        assert security_answers.is_answer(typed, kept), typed
    assert not security_answers.is_answer("rue de leglise", kept)


def test_u2_answers_and_questions_in_any_script_count_as_they_are() -> None:
    pairs = [
        ("母亲在哪里出生？", "北京"),
        ("Où est né l'oncle ?", "D’Aran"),
        ("Où est né l’oncle?", "d'aran"),
    ]
    found = [
        (one.code, one.field) for one in security_answers.problems_of(pairs, email="a@b.example")
    ]
    assert found == [("question_twice", "question_3"), ("answer", "answer_3")]


@given(st.text(min_size=1, max_size=40))
def test_u2_composed_decomposed_case_and_spaces_make_no_difference(text: str) -> None:
    same = fold(text)
    assert fold(unicodedata.normalize("NFD", text)) == same
    assert fold(unicodedata.normalize("NFC", text)) == same
    assert fold(f"  {text}\t ") == same
