"""A separate mail server for each test, on a real socket."""

from __future__ import annotations

from collections.abc import Iterator
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from devtools.environment import free_port


class PostOffice:
    """The emails that arrived; ``answers`` are refusals by address, ``data_answer`` one for every
    email.
    """

    def __init__(self) -> None:
        self.arrived: list[EmailMessage] = []
        self.envelopes: list[tuple[str | None, list[str]]] = []
        self.answers: dict[str, str] = {}
        self.data_answer = ""

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Refuse or accept a recipient."""
        answer = self.answers.get(address, "")
        if not answer:
            envelope.rcpt_tos.append(address)
        return answer or "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        """Refuse or accept an email."""
        if self.data_answer:
            return self.data_answer
        content: Any = envelope.content
        self.arrived.append(message_from_bytes(content, policy=policy.default))
        self.envelopes.append((envelope.mail_from, envelope.rcpt_tos))
        return "250 OK"

    def only(self) -> EmailMessage:
        """The one email that arrived."""
        (one,) = self.arrived
        return one


@pytest.fixture
def server(settings: Any) -> Iterator[Controller]:
    """A running mail server, and the portal configured to use it."""
    controller = Controller(PostOffice(), hostname="127.0.0.1", port=free_port())
    controller.start()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", controller.port
    settings.EMAIL_TIMEOUT = 2
    yield controller
    if controller.loop.is_running():
        controller.stop()


@pytest.fixture
def post(server: Controller) -> PostOffice:
    """The emails that this server accepted."""
    handler: PostOffice = server.handler
    return handler
