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
from identity.models.second_factors import BackupCode, BackupCodes, UsedChallenge
from identity.models.sessions import Session

__all__ = [
    "BackupCode",
    "BackupCodes",
    "KeptPost",
    "MailedLink",
    "PasswordRecord",
    "SecurityQuestion",
    "Session",
    "SignInEvent",
    "UsedChallenge",
    "User",
    "UserManager",
]
