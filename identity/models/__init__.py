"""Tables of people and their credentials."""

from identity.models.people import (
    KeptPost,
    MailedLink,
    PasswordRecord,
    SecurityQuestion,
    SignInEvent,
    User,
    UserManager,
)
from identity.models.sessions import Session

__all__ = [
    "KeptPost",
    "MailedLink",
    "PasswordRecord",
    "SecurityQuestion",
    "Session",
    "SignInEvent",
    "User",
    "UserManager",
]
