"""From an address to a sign-in, with a client that behaves like a browser."""

from __future__ import annotations

import re
from typing import Any

from django.test import Client

from identity.models import User
from identity.services.set_up import write_questions
from identity.tasks import sweep_reset_requests
from notifications.models import Outbox
from tests.factories.people import PASSWORD

PROFILE = {
    "version": "1",
    "salutation": "ms",
    "first_name": "Henrietta",
    "last_name": "Vandersloot",
    "title": "Compliance manager",
    "phone": "+1 956 555 0100",
}
QUESTIONS = {
    "question_1": "What was the name of your first pet?",
    "answer_1": "Bartholomew",
    "question_2": "In what town did your parents meet?",
    "answer_2": "Zwolle",
    "question_3": "Which ship did my uncle sail on?",
    "answer_3": "Kittiwake of Leith",
}
NEW_PASSWORD = {"new_password": PASSWORD, "repeat_password": PASSWORD}


def mails_to(email: str) -> list[Outbox]:
    """The emails written to an address, oldest first."""
    return list(Outbox.objects.filter(to_address=email).order_by("id"))


def link_in(mail: Outbox) -> str:
    """The path of the confirmation link in an email."""
    found = re.search(r"/register/confirm/[\w-]+", mail.text)
    assert found, mail.text
    return found[0]


def opened(client: Client, path: str) -> str:
    """Open an emailed link as a browser does, and return the path of the clean page behind it."""
    answer = client.get(path)
    assert answer.status_code == 302, answer.content.decode()
    secret = re.search(r"[\w-]{43}", path)
    assert secret is None or secret[0] not in answer["Location"]
    return str(answer["Location"])


def look(client: Client, path: str) -> Any:
    """Open an emailed link and see its page."""
    return client.get(opened(client, path))


def press(client: Client, path: str, *args: Any, **more: Any) -> Any:
    """Open an emailed link and send the form of its page."""
    return client.post(opened(client, path), *args, **more)


def ask_for_link(client: Client, email: str) -> str:
    """Register with an address and take the link out of the email."""
    response = client.post("/register", {"email": email})
    assert response.status_code == 302, response.content.decode()
    return link_in(mails_to(email)[-1])


def begin_set_up(client: Client, email: str) -> None:
    """Up to the first page of the set-up."""
    response = client.post(opened(client, ask_for_link(client, email)))
    assert response.status_code == 302, response.content.decode()


def register(client: Client, email: str) -> User:
    """The whole registration; afterwards the client is signed in."""
    begin_set_up(client, email)
    for page, data in (
        ("profile", PROFILE),
        ("questions", QUESTIONS),
        ("password", NEW_PASSWORD),
    ):
        response = client.post(f"/register/set-up/{page}", data)
        assert response.status_code == 302, response.content.decode()
    return User.objects.get(email=email)


def sign_in(client: Client, email: str, password: str = PASSWORD, **more: Any) -> Any:
    """Post the sign-in page."""
    return client.post("/sign-in", {"email": email, "password": password}, **more)


def ask_for_new_password(client: Client, email: str) -> str:
    """Say that the password is forgotten, let the task answer, and take the link from the email."""
    response = client.post("/recover", {"email": email})
    assert response.status_code == 302, response.content.decode()
    sweep_reset_requests()
    return reset_link_in(mails_to(email)[-1])


def reset_link_in(mail: Outbox) -> str:
    """The path of the link for a new password in an email."""
    found = re.search(r"/recover/link/[\w-]+", mail.text)
    assert found, mail.text
    return found[0]


def set_questions(user: User) -> None:
    """Give someone the questions of the road."""
    typed = [(QUESTIONS[f"question_{n}"], QUESTIONS[f"answer_{n}"]) for n in (1, 2, 3)]
    write_questions(user, typed)


ANSWERS = {f"current_answer_{n}": QUESTIONS[f"answer_{n}"] for n in (1, 2, 3)}


def is_signed_in(client: Client) -> bool:
    """Whether the client can open a page for signed-in people."""
    return bool(client.get("/account/").status_code == 200)
