"""Users, their credentials, and the links emailed to them."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.db import models
from django.db.models.functions import Lower
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

from core.concurrency import Versioned
from core.ids import new_id
from core.mailboxes import shown_address
from identity.states import DisabledKind, LinkPurpose, Salutation, SetUpStep, SignInStep, StaffRole


class UserManager(BaseUserManager["User"]):
    """Finds users by address, whatever its case."""

    def get_by_natural_key(self, username: str | None) -> User:
        """The user with that address; authentication backends call this."""
        return self.get(email__iexact=username or "")


class User(AbstractBaseUser, PermissionsMixin, Versioned):
    """A person with a sign-in. ``staff_role`` is empty for partners.

    ``disabled_at`` records that we disabled the person (R7). ``is_active`` is Django's own and is
    not used for that. Only ``identity.services`` sets the password. ``email`` is stored as
    ``identity.forms.address_field.normal_address`` writes it. Raising ``session_round`` ends all
    sessions of the user.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    email = models.EmailField(_("email address"), max_length=254, unique=True)
    salutation = models.CharField(max_length=4, choices=Salutation.choices, blank=True)
    first_name = models.CharField(max_length=80, blank=True)
    last_name = models.CharField(max_length=80, blank=True)
    title = models.CharField(max_length=120, blank=True)
    phone = models.CharField(max_length=40, blank=True)
    staff_role = models.CharField(max_length=20, choices=StaffRole.choices, blank=True)
    set_up_step = models.CharField(
        max_length=12, choices=SetUpStep.choices, default=SetUpStep.PROFILE
    )
    language = models.CharField(max_length=8, default="en")
    time_zone = models.CharField(max_length=40, default="America/New_York")
    single_keys = models.BooleanField(default=True)
    palette = models.BooleanField(
        default=True, db_default=True, help_text="Ctrl+K opens the search of accounts"
    )
    is_active = models.BooleanField(default=True)
    registered_at = models.DateTimeField()
    email_confirmed_at = models.DateTimeField(null=True)
    password_changed_at = models.DateTimeField(null=True)
    signed_in_at = models.DateTimeField(null=True)
    disabled_at = models.DateTimeField(null=True)
    disabled_kind = models.CharField(max_length=12, choices=DisabledKind.choices, blank=True)
    disabled_reason = models.CharField(max_length=200, blank=True)
    reactivated_at = models.DateTimeField(null=True)
    session_round = models.PositiveIntegerField(default=0)
    recovery_paused_until = models.DateTimeField(null=True)
    #: A copy of what ``notifications`` knows of the address, so that pages need not ask.
    emails_fail_since = models.DateTimeField(null=True)

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    objects: ClassVar[UserManager] = UserManager()

    class Meta:
        constraints = [models.UniqueConstraint(Lower("email"), name="user_email_once")]
        # Staff are few among many.
        indexes = [
            models.Index(
                fields=["staff_role"], name="user_of_staff", condition=~models.Q(staff_role="")
            )
        ]

    def __str__(self) -> str:
        return self.email

    @property
    def name(self) -> str:
        """First and last name, or the address until there is a name."""
        return f"{self.first_name} {self.last_name}".strip() or shown_address(self.email)

    def get_username(self) -> str:
        """The sign-in name."""
        return str(self.email)

    def _get_session_auth_hash(self, secret: str | None = None) -> str:
        """What a session is bound to: the password, and the round that ends all sessions.

        Both public methods of Django (for today's key and for the keys before it) call this.
        """
        bound = f"{self.password}:{self.session_round}"
        return salted_hmac(
            "identity.models.User.session", bound, secret=secret, algorithm="sha256"
        ).hexdigest()


class PasswordRecord(models.Model):
    """The hash of an earlier password (U3: none of the last 8 may be used again)."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    user = models.ForeignKey(User, models.CASCADE, related_name="password_records")
    password = models.CharField(max_length=256)
    set_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["user", "-set_at"], name="password_newest")]


class SecurityQuestion(models.Model):
    """A security question in the user's words, with the slow, peppered hash of its answer (U2)."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    user = models.ForeignKey(User, models.CASCADE, related_name="security_questions")
    position = models.PositiveSmallIntegerField()
    question = models.CharField(max_length=200)
    answer_hash = models.CharField(max_length=256)
    set_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "position"], name="question_position_once"),
            models.CheckConstraint(
                condition=models.Q(position__in=[1, 2, 3]), name="three_questions"
            ),
        ]


class MailedLink(models.Model):
    """A link sent to an address. The database stores a hash, an expiry, and when it was used.

    ``bound_to`` is empty, or the ``selectors.user_state.fingerprint`` of the user when the link was
    made; once that changes, the link no longer works. A link ``without_answers`` was decided by two
    people of the helpdesk and asks no security questions. ``wrong_tries`` counts wrong answers
    given under it.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    purpose = models.CharField(max_length=20, choices=LinkPurpose.choices)
    email = models.EmailField(max_length=254)
    user = models.ForeignKey(User, models.CASCADE, null=True, related_name="mailed_links")
    token_hash = models.CharField(max_length=64, unique=True)
    next_url = models.CharField(max_length=300, blank=True)
    ip = models.GenericIPAddressField(null=True)
    sent_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    bound_to = models.CharField(max_length=64, blank=True)
    without_answers = models.BooleanField(default=False)
    wrong_tries = models.PositiveSmallIntegerField(default=0)

    class Meta:
        indexes = [
            models.Index(fields=["email", "-sent_at"], name="mailed_link_by_email"),
            models.Index(fields=["ip", "-sent_at"], name="mailed_link_by_address"),
            models.Index(
                fields=["sent_at"],
                condition=models.Q(
                    purpose=LinkPurpose.PASSWORD_RESET, bound_to="", ended_at__isnull=True
                ),
                name="reset_request_waiting",
            ),
        ]


class KeptPost(models.Model):
    """What a person had typed when the session ended: encrypted, kept for 30 minutes, for that user
    only.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    user = models.ForeignKey(User, models.CASCADE, related_name="kept_posts")
    path = models.CharField(max_length=500)
    typed = models.TextField(help_text="encrypted form data, never passwords or files")
    kept_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["user", "path"], name="kept_post_place")]


class SignInEvent(models.Model):
    """One attempt to sign in: history for the user, and the basis of the growing delay (U9).

    ``device`` is empty for a browser in which this name never signed in before.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    email_hash = models.CharField(max_length=64)
    user = models.ForeignKey(User, models.CASCADE, null=True, related_name="sign_ins")
    at = models.DateTimeField()
    ip = models.GenericIPAddressField(null=True)
    device = models.CharField(max_length=43, blank=True)
    user_agent = models.CharField(max_length=300, blank=True)
    succeeded = models.BooleanField()
    step = models.CharField(max_length=20, choices=SignInStep.choices)

    class Meta:
        indexes = [
            models.Index(fields=["email_hash", "-at"], name="sign_in_by_name"),
            models.Index(fields=["ip", "-at"], name="sign_in_by_address"),
            models.Index(
                fields=["-at"], condition=models.Q(succeeded=False), name="sign_in_failed_newest"
            ),
        ]
