"""Tables of messages between companies and the program, and of notices of the program."""

from messages_app.models.broadcasts import Broadcast, BroadcastRow
from messages_app.models.drafts import Draft, DraftFile
from messages_app.models.program_notices import (
    NoticeAccount,
    NoticeReader,
    NoticeSending,
    NoticeStamp,
    NoticeVersion,
    ProgramNotice,
)
from messages_app.models.templates import ReplyTemplate
from messages_app.models.threads import (
    InternalNote,
    Message,
    MessageFile,
    Reading,
    SearchedText,
    Thread,
)

__all__ = [
    "Broadcast",
    "BroadcastRow",
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
    "ReplyTemplate",
    "SearchedText",
    "Thread",
]
