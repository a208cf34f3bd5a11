"""Tables of messages between companies and the program, and of notices of the program."""

from messages_app.models.drafts import Draft, DraftFile
from messages_app.models.program_notices import (
    NoticeAccount,
    NoticeReader,
    NoticeSending,
    NoticeStamp,
    NoticeVersion,
    ProgramNotice,
)
from messages_app.models.threads import InternalNote, Message, MessageFile, Reading, Thread

__all__ = [
    "Draft",
    "DraftFile",
    "InternalNote",
    "Message",
    "MessageFile",
    "NoticeAccount",
    "NoticeReader",
    "NoticeSending",
    "NoticeStamp",
    "NoticeVersion",
    "ProgramNotice",
    "Reading",
    "Thread",
]
