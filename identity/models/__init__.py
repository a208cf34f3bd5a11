"""Tables of people and their credentials."""

from identity.models.asks import StaffAsk
from identity.models.calendars import CalendarFeed
from identity.models.cases import RecoveryCase
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
    "CalendarFeed",
    "KeptPost",
    "MailedLink",
    "PasswordRecord",
    "RecoveryCase",
    "SecurityQuestion",
    "Session",
    "SignInEvent",
    "StaffAsk",
    "UsedChallenge",
    "User",
    "UserManager",
]
