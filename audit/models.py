"""Tables of the record. Rows are added and never changed: a trigger refuses it (migration 0002)."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from audit.frozen import Frozen
from core.ids import new_id


class ScopeKind(models.TextChoices):
    """The kind of owner of a row on the lower floors: a tenant root, one person, or the program."""

    TRADE_ACCOUNT = "trade_account"
    SECURITY_MODEL = "security_model"
    PERSON = "person"
    PROGRAM = "program"


class Scoped(models.Model):
    """A row that belongs to an opaque scope; ``scope_id`` is null for program rows."""

    scope_kind = models.CharField(max_length=20, choices=ScopeKind.choices)
    scope_id = models.UUIDField(null=True)

    class Meta:
        abstract = True


class Event(Scoped):
    """One act: who, what, when, on what. ``data`` is what its sentence needs, never secrets."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    at = models.DateTimeField()
    kind = models.CharField(max_length=60)
    actor_id = models.UUIDField(null=True)
    actor_name = models.CharField(max_length=200, blank=True)
    actor_role = models.CharField(max_length=40, blank=True)
    via = models.CharField(max_length=40, blank=True)
    reason = models.CharField(max_length=200, blank=True)
    subject_kind = models.CharField(max_length=40, blank=True)
    subject_id = models.UUIDField(null=True)
    data = models.JSONField(default=dict)
    ip = models.GenericIPAddressField(null=True)
    request_id = models.CharField(max_length=40, blank=True)
    frozen = Frozen(at="at")

    class Meta:
        indexes = [
            models.Index(fields=["scope_kind", "scope_id", "-at"], name="event_scope"),
            models.Index(fields=["actor_id", "-at"], name="event_actor"),
            models.Index(fields=["subject_id", "-at"], name="event_subject"),
        ]


class StatusChange(Scoped):
    """One move of one thing in its life cycle; the dates of a status are derived from these."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    at = models.DateTimeField()
    on = models.DateField(help_text="program date")
    thing = models.CharField(max_length=40)
    thing_id = models.UUIDField()
    move = models.CharField(max_length=60)
    before = models.CharField(max_length=40)
    after = models.CharField(max_length=40)
    actor_id = models.UUIDField(null=True)
    actor_name = models.CharField(max_length=200, blank=True)
    reason = models.TextField(blank=True)
    frozen = Frozen(at="at")

    class Meta:
        indexes = [
            models.Index(fields=["thing", "thing_id", "at"], name="status_change_thing"),
            models.Index(fields=["on"], name="status_change_day"),
        ]


class SweepRun(models.Model):
    """One run of a sweep: which day it was for and what it did."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    sweep = models.CharField(max_length=60)
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
    day = models.DateField(help_text="program date served")
    done = models.JSONField(default=dict)
    error = models.TextField(blank=True)

    class Meta:
        indexes = [models.Index(fields=["sweep", "-started_at"], name="sweep_run_newest")]


class Seal(models.Model):
    """The digest of a fact, which the database adds as the fact is written (``audit.frozen``).

    ``part`` is empty for the row, or names a column that is written once or by which rows are read
    together, or says that the row is ``gone`` from a table whose rows may be deleted. Later the
    seal is laid in the chain of its ``scope``: ``number`` counts there, ``position`` in the whole
    portal, and ``hash`` continues the hash of the seal before.
    """

    id = models.BigAutoField(primary_key=True)
    at = models.DateTimeField()
    of_table = models.CharField(max_length=63)
    row_id = models.CharField(max_length=80)
    part = models.CharField(max_length=63, blank=True)
    digest = models.CharField(max_length=64)
    scope = models.CharField(max_length=60)
    position = models.BigIntegerField(null=True, unique=True)
    number = models.BigIntegerField(null=True)
    hash = models.CharField(max_length=64, blank=True)
    frozen = Frozen(written_once=("position", "number", "hash"))

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["of_table", "row_id", "part"], name="seal_once"),
            models.UniqueConstraint(fields=["scope", "number"], name="seal_in_chain"),
        ]
        indexes = [
            models.Index(
                fields=["id"], name="seal_to_lay", condition=models.Q(position__isnull=True)
            ),
            models.Index(fields=["digest"], name="seal_part", condition=~models.Q(part="")),
        ]


class Anchor(models.Model):
    """The signed statement of one day about where the chain stands; its copy is kept elsewhere."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    day = models.DateField(unique=True)
    statement = models.TextField(help_text="canonical JSON")
    signature = models.CharField(max_length=200)
    frozen = Frozen()


class What(models.TextChoices):
    """In which way a record differs from what was written."""

    ALTERED = "altered", _("Changed since it was written")
    MISSING = "missing", _("Deleted")
    UNSEALED = "unsealed", _("Added without a seal")
    CONTENT = "content", _("Content does not match its hash")
    FILE = "file", _("File changed or missing")
    STORE = "store", _("Not checked: the store of files does not answer")
    CHAIN = "chain", _("Chain of records broken")
    LATE = "late", _("Added later than it says")
    STATEMENT = "statement", _("Not as in the signed statement")


class Difference(models.Model):
    """A record that differs, found by reading or by a check; ``settled_at`` once it no longer does.

    Management and operators are told of each once. ``digest`` is that of its row as it was found:
    when the row changes again, that is another difference. One that operators have accepted for a
    reason, as after a restore on purpose, still differs: it stays listed, and is not told of again.
    It counts as accepted only by the event that says so (``audit.selectors.differences``). The
    database keeps what was found (migration 0013) without a seal: to note that the chain is broken
    must not lengthen it.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    of_table = models.CharField(max_length=63)
    row_id = models.CharField(max_length=80)
    what = models.CharField(max_length=20, choices=What.choices)
    digest = models.CharField(max_length=64, blank=True)
    found_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True)
    acceptance = models.ForeignKey(
        Event, models.DO_NOTHING, null=True, db_constraint=False, related_name="+"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["of_table", "row_id", "what"],
                name="difference_once",
                condition=models.Q(settled_at__isnull=True),
            )
        ]
