"""Threads of messages of a C-TPAT account, and what belongs to them (M1-M5)."""

from __future__ import annotations

from django.db import models

from audit.frozen import Frozen
from core.concurrency import Versioned
from core.ids import new_id
from files.models import StoredFile
from identity.models import User
from messages_app.states import Side, ThreadKind, ThreadStatus
from security_models.models import SecurityModel

SUBJECT_LENGTH = 200
BODY_LENGTH = 20_000


class Thread(Versioned):
    """Messages about one subject, between the contacts of a C-TPAT account and its specialist.

    ``inquiry_on`` is the program day on which the program marked it as an inquiry: from then on the
    time to reply runs. It ends on ``replied_on``. ``colleague`` is the person in the company who
    was asked to take care of it. ``about`` names what it is linked to, as ``kind:id``, and
    ``about_words`` names it to people. ``sent_with`` is the message to many partners that it came
    from. ``url`` is the page that a message of the portal shows.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    security_model = models.ForeignKey(SecurityModel, models.PROTECT, related_name="threads")
    kind = models.CharField(
        max_length=12, choices=ThreadKind.choices, default=ThreadKind.CONVERSATION
    )
    subject = models.CharField(max_length=SUBJECT_LENGTH)
    status = models.CharField(
        max_length=20, choices=ThreadStatus.choices, default=ThreadStatus.PROGRAM
    )
    opened_at = models.DateTimeField()
    last_message_at = models.DateTimeField()
    last_side = models.CharField(max_length=10, choices=Side.choices)
    waits_since = models.DateField(help_text="program date of the oldest message without an answer")
    inquiry_on = models.DateField(null=True, help_text="program date")
    replied_on = models.DateField(null=True, help_text="program date")
    colleague = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    about = models.CharField(max_length=80, blank=True)
    about_words = models.CharField(max_length=200, blank=True)
    url = models.CharField(max_length=300, blank=True)
    sent_with = models.UUIDField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["sent_with", "security_model"],
                name="one_thread_for_a_partner",
                condition=models.Q(sent_with__isnull=False),
            )
        ]
        indexes = [
            models.Index(fields=["security_model", "-last_message_at"], name="thread_newest"),
            models.Index(fields=["-last_message_at", "id"], name="thread_newest_of_all"),
            models.Index(
                fields=["status"],
                name="thread_waits",
                condition=~models.Q(status=ThreadStatus.CLOSED),
            ),
            models.Index(
                fields=["inquiry_on"],
                name="thread_inquiry",
                condition=models.Q(inquiry_on__isnull=False, replied_on__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return self.subject

    @property
    def is_open_inquiry(self) -> bool:
        """Whether the time to reply is running."""
        return self.inquiry_on is not None and self.replied_on is None

    @property
    def is_answerable(self) -> bool:
        """Whether people write in it: what the portal says by itself is not answered."""
        return self.kind == ThreadKind.CONVERSATION


class Message(models.Model):
    """What someone wrote, as it was sent; corrections are new messages."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    thread = models.ForeignKey(Thread, models.PROTECT, related_name="messages")
    security_model = models.ForeignKey(SecurityModel, models.PROTECT, related_name="+")
    side = models.CharField(max_length=10, choices=Side.choices)
    body = models.TextField()
    is_inquiry = models.BooleanField(default=False)
    sent_at = models.DateTimeField()
    author_id = models.UUIDField(null=True)
    author_name = models.CharField(max_length=200)
    author_role = models.CharField(max_length=40, blank=True)
    frozen = Frozen(read_by=("thread_id",), at="sent_at")

    class Meta:
        indexes = [models.Index(fields=["thread", "-sent_at"], name="message_newest")]


class MessageFile(models.Model):
    """A file that was sent with a message."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    message = models.ForeignKey(Message, models.PROTECT, related_name="files")
    security_model = models.ForeignKey(SecurityModel, models.PROTECT, related_name="+")
    file = models.ForeignKey(StoredFile, models.PROTECT, related_name="+")
    position = models.PositiveSmallIntegerField()
    frozen = Frozen(read_by=("message_id",))


class InternalNote(models.Model):
    """What staff write for staff in a thread; partners never read it, whatever they ask for."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    thread = models.ForeignKey(Thread, models.PROTECT, related_name="notes")
    security_model = models.ForeignKey(SecurityModel, models.PROTECT, related_name="+")
    body = models.TextField()
    written_at = models.DateTimeField()
    author_id = models.UUIDField(null=True)
    author_name = models.CharField(max_length=200)
    frozen = Frozen(read_by=("thread_id",), at="written_at")


class Reading(models.Model):
    """Up to when a person has read a thread; before its start after *Mark as unread* (M2).

    ``newest_at`` is when the newest message came that this person could read. Unread is what is
    newer than ``read_until``: an index holds these rows, because every page counts them.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    thread = models.ForeignKey(Thread, models.CASCADE, related_name="readings")
    security_model = models.ForeignKey(SecurityModel, models.CASCADE, related_name="+")
    user = models.ForeignKey(User, models.CASCADE, related_name="+")
    read_until = models.DateTimeField()
    newest_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["thread", "user"], name="read_once")]
        indexes = [
            models.Index(fields=["user"], name="reading_of_user"),
            models.Index(
                fields=["user", "security_model"],
                name="reading_unread",
                condition=models.Q(newest_at__gt=models.F("read_until")),
            ),
        ]


class SearchedText(models.Model):
    """What a search by words compares: the subject of a thread or the text of a message, folded.

    The database writes it as the thread or the message is written. To fold texts while searching
    takes a hundred times as long as to compare them.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    thread = models.ForeignKey(Thread, models.CASCADE, related_name="+")
    security_model = models.ForeignKey(SecurityModel, models.CASCADE, related_name="+")
    words = models.TextField()
