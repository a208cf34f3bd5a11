"""Tables of trade accounts (manual, "Trade Accounts" and "Organization Profile")."""

from __future__ import annotations

from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Lower
from guardian.models import UserObjectPermissionBase

from audit.models import Scoped
from core import clock
from core.api.scopes import Scope
from core.concurrency import Versioned
from core.ids import new_id
from core.reference import ReferenceRow
from identity.models import User
from identity.states import Salutation
from trade_accounts.countries import country_name, state_name, state_written
from trade_accounts.states import AskOutcome, MembershipState, MembershipType, SetUp, SheetKind


class AddressType(ReferenceRow):
    """A type of address in the organization profile, or a use in a security model (T5, S4)."""

    code = models.SlugField(primary_key=True, max_length=40)
    name = models.CharField(max_length=80)
    kind = models.CharField(max_length=20)
    help = models.CharField(max_length=300)
    position = models.PositiveSmallIntegerField(default=0)

    def __str__(self) -> str:
        return self.name


class TradeAccount(Versioned):
    """A company: the outermost tenant root. Its creator is its first Company Administrator (R1).

    ``contacts_checked_on`` is when an administrator last said that users and contacts are right,
    and ``contacts_asked_on`` when the portal last asked for that. An account that was merged into
    another is closed: nobody enters it, and its addresses open ``merged_into`` (T9).
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    parent = models.ForeignKey("self", models.PROTECT, null=True, related_name="children")
    name = models.CharField(max_length=200)
    doing_business_as = models.CharField(max_length=200, blank=True)
    employees = models.PositiveIntegerField(null=True)
    business_started_on = models.DateField(null=True)
    history = models.TextField(blank=True)
    phone = models.CharField(max_length=40, blank=True)
    website = models.URLField(max_length=200, blank=True)
    set_up = models.CharField(max_length=6, choices=SetUp.choices, default=SetUp.OPEN)
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    contacts_checked_on = models.DateField(null=True)
    contacts_asked_on = models.DateField(null=True)
    merged_into = models.ForeignKey("self", models.PROTECT, null=True, related_name="shells")
    closed_at = models.DateTimeField(null=True)

    #: Set by ``grants.with_roles``.
    account_roles: list[str]

    class Meta:
        permissions = [
            ("role_user", "User"),
            ("role_company_administrator", "Company Administrator"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(merged_into__isnull=True, closed_at__isnull=True)
                | models.Q(merged_into__isnull=False, closed_at__isnull=False),
                name="closed_account_was_merged",
            ),
            models.CheckConstraint(
                condition=~models.Q(parent=models.F("id")) & ~models.Q(merged_into=models.F("id")),
                name="no_account_is_above_itself",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class TradeAccountGrant(UserObjectPermissionBase):
    """The projection of active memberships into django-guardian: one row for each user and role."""

    content_object = models.ForeignKey(TradeAccount, models.CASCADE)

    class Meta(UserObjectPermissionBase.Meta):
        abstract = False


class Address(Versioned):
    """An address of the organization profile (T5)."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    trade_account = models.ForeignKey(TradeAccount, models.CASCADE, related_name="addresses")
    types = ArrayField(models.SlugField(max_length=40))
    name = models.CharField(max_length=120, blank=True)
    street1 = models.CharField(max_length=120)
    street2 = models.CharField(max_length=120, blank=True)
    city = models.CharField(max_length=80)
    state = models.CharField(max_length=80, blank=True)
    postal_code = models.CharField(max_length=20, blank=True)
    country = models.CharField(max_length=2)
    created_at = models.DateTimeField()
    created_by_id = models.UUIDField(null=True)
    removed_at = models.DateTimeField(null=True)
    copied_from_id = models.UUIDField(
        null=True, help_text="the address of the account that was split"
    )

    def __str__(self) -> str:
        return ", ".join(self.lines)

    @property
    def country_name(self) -> str:
        """The country in words."""
        return country_name(self.country)

    @property
    def state_name(self) -> str:
        """The state in words; the typed text if the country has no list."""
        return state_name(self.country, self.state)

    @property
    def state_written(self) -> str:
        """The state as written in an English address."""
        return state_written(self.country, self.state)

    @property
    def lines(self) -> list[str]:
        """The address as written on paper, without its name and empty lines."""
        place = " ".join(part for part in (self.state_written, self.postal_code) if part)
        town = ", ".join(part for part in (self.city, place) if part)
        return [part for part in (self.street1, self.street2, town, self.country_name) if part]


class Membership(Versioned):
    """A person in a trade account, as typed by the person who added them; the source of rights
    (R4).
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    trade_account = models.ForeignKey(TradeAccount, models.CASCADE, related_name="memberships")
    user = models.ForeignKey(User, models.PROTECT, null=True, related_name="memberships")
    type = models.CharField(
        max_length=24, choices=MembershipType.choices, default=MembershipType.USER
    )
    state = models.CharField(
        max_length=10, choices=MembershipState.choices, default=MembershipState.INVITED
    )
    email = models.EmailField(max_length=254)
    salutation = models.CharField(max_length=4, choices=Salutation.choices)
    first_name = models.CharField(max_length=80)
    last_name = models.CharField(max_length=80)
    title = models.CharField(max_length=120)
    phone = models.CharField(max_length=40)
    created_at = models.DateTimeField()
    added_by_id = models.UUIDField(null=True)
    accepted_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                "trade_account",
                Lower("email"),
                name="member_once_in_an_account",
                condition=models.Q(state__in=[MembershipState.INVITED, MembershipState.ACTIVE]),
            ),
            models.UniqueConstraint(
                fields=["trade_account", "user"],
                name="active_once_in_an_account",
                condition=models.Q(state=MembershipState.ACTIVE),
            ),
            models.CheckConstraint(
                condition=~models.Q(state=MembershipState.ACTIVE) | models.Q(user__isnull=False),
                name="active_member_has_a_user",
            ),
        ]
        indexes = [
            models.Index(fields=["user", "state"], name="membership_of_user"),
            models.Index(
                fields=["email"],
                name="invited_by_email",
                condition=models.Q(state=MembershipState.INVITED),
            ),
        ]

    @property
    def name(self) -> str:
        """The person's name: as the user writes it, or else as typed by the person who
        added them.
        """
        if self.user is not None:
            return self.user.name
        return f"{self.first_name} {self.last_name}"

    @property
    def is_open(self) -> bool:
        """Whether the person is in the account or invited to it."""
        return self.state in {MembershipState.ACTIVE, MembershipState.INVITED}

    @property
    def address(self) -> str:
        """The address to reach the person: the user's own, or else the invited one."""
        return self.user.email if self.user is not None else self.email

    @property
    def position(self) -> str:
        """The person's title in the company."""
        return (self.user.title if self.user is not None else "") or self.title

    @property
    def telephone(self) -> str:
        """The person's telephone number."""
        return (self.user.phone if self.user is not None else "") or self.phone


class Invitation(models.Model):
    """A token sent for a membership; the database stores only its hash."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    trade_account = models.ForeignKey(TradeAccount, models.CASCADE, related_name="+")
    membership = models.ForeignKey(Membership, models.CASCADE, related_name="invitations")
    token_hash = models.CharField(max_length=64, unique=True)
    sent_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)


class ApiKey(models.Model):
    """A key of one user in one trade account; stored as a hash, shown once, can be revoked.

    It works for its scopes (``core.api.scopes``) and until the end of ``expires_on``, the last day.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    trade_account = models.ForeignKey(TradeAccount, models.CASCADE, related_name="api_keys")
    user = models.ForeignKey(User, models.CASCADE, related_name="api_keys")
    name = models.CharField(max_length=80)
    prefix = models.CharField(max_length=12)
    key_hash = models.CharField(max_length=64, unique=True)
    scopes = ArrayField(models.CharField(max_length=20))
    expires_on = models.DateField(null=True, help_text="program date of real time; empty: never")
    created_at = models.DateTimeField()
    last_used_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)
    revoked_by_name = models.CharField(max_length=200, blank=True)

    @property
    def is_over(self) -> bool:
        """Whether its last day has passed."""
        return self.expires_on is not None and self.expires_on < clock.real_today()

    @property
    def scope_words(self) -> list[Any]:
        """What it is for, in words."""
        return [Scope(one).label for one in self.scopes]


class Ask(Scoped):
    """A request to a person for an act reserved to them (R6).

    The scope names the root of the act: a trade account or a security model. ``note`` is the newest
    note. The request ends when the act is done, or can no longer be done by that person.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    trade_account = models.ForeignKey(TradeAccount, models.CASCADE, related_name="+")
    act = models.SlugField(max_length=40)
    membership = models.ForeignKey(Membership, models.CASCADE, related_name="asks")
    asked_by_id = models.UUIDField()
    asked_by_name = models.CharField(max_length=200)
    note = models.CharField(max_length=500, blank=True)
    asked_at = models.DateTimeField()
    last_asked_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=10, choices=AskOutcome.choices, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["scope_id", "act", "membership"],
                name="ask_once",
                condition=models.Q(ended_at__isnull=True),
            )
        ]


class AccountMark(models.Model):
    """What one person keeps of a trade account to find it again: since when it is pinned, and when
    a page of it was opened last.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    user = models.ForeignKey(User, models.CASCADE, related_name="+")
    trade_account = models.ForeignKey(TradeAccount, models.CASCADE, related_name="+")
    pinned_at = models.DateTimeField(null=True)
    opened_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "trade_account"], name="account_mark_once")
        ]


class ImportedSheet(models.Model):
    """A spreadsheet that a person uploaded to change users or addresses, as it was understood.

    ``columns`` are the heads of its columns, ``rows`` what each row means (``facts.sheet_rows``).
    Nothing of it is done before the person confirms; ``applied_at`` is when that was. It belongs to
    its person, and is deleted after a day.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    trade_account = models.ForeignKey(TradeAccount, models.CASCADE, related_name="+")
    user = models.ForeignKey(User, models.CASCADE, related_name="+")
    kind = models.CharField(max_length=10, choices=SheetKind.choices)
    file_name = models.CharField(max_length=200)
    columns = models.JSONField(default=list)
    rows = models.JSONField(default=list)
    made_at = models.DateTimeField()
    applied_at = models.DateTimeField(null=True)


VIEW_NAME_LENGTH = 60


class SavedView(models.Model):
    """A filtered list under a name that a person gave it: the page of the list and what its address
    said. With ``trade_account``, everyone of that company sees it; only its owner changes it.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    user = models.ForeignKey(User, models.CASCADE, related_name="+")
    trade_account = models.ForeignKey(TradeAccount, models.CASCADE, null=True, related_name="+")
    name = models.CharField(max_length=VIEW_NAME_LENGTH)
    path = models.CharField(max_length=200)
    query = models.CharField(max_length=1_000, blank=True)
    saved_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint("user", "path", Lower("name"), name="saved_view_once")
        ]

    def __str__(self) -> str:
        return self.name
