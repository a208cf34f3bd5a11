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

__all__ = [
    "KeptPost",
    "MailedLink",
    "PasswordRecord",
    "SecurityQuestion",
    "SignInEvent",
    "User",
    "UserManager",
]
