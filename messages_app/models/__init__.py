"""Tables of messages between companies and the program."""

from messages_app.models.drafts import Draft, DraftFile
from messages_app.models.threads import InternalNote, Message, MessageFile, Reading, Thread

__all__ = ["Draft", "DraftFile", "InternalNote", "Message", "MessageFile", "Reading", "Thread"]
