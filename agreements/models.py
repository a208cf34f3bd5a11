"""Texts, signatures and copies of record (A1-A5). Signatures are never changed."""

from __future__ import annotations

from django.db import models

from agreements.states import AgreementKind
from audit.frozen import Frozen
from core.ids import new_id
from core.reference import ReferenceRow
from files.models import Rendering
from identity.models import User
from security_models.models import SecurityModel


class AgreementText(ReferenceRow):
    """A version of a text. A newer version never alters what was signed (A5)."""

    id = models.CharField(primary_key=True, max_length=80, help_text="kind:version")
    kind = models.CharField(max_length=30, choices=AgreementKind.choices)
    version = models.CharField(max_length=20)
    title = models.CharField(max_length=200)
    body = models.TextField(help_text="Markdown")
    sha256 = models.CharField(max_length=64)
    must_sign_again = models.BooleanField()
    effect_of_revocation = models.TextField()
    position = models.PositiveIntegerField(default=0, help_text="the highest is in force")
    frozen = Frozen(changes=("position", "shipped_hash"))


class Ceremony(models.Model):
    """One person's signing: what was read, then what was declared (A4).

    A second click, or coming back later, continues the same ceremony. Two tabs are two ceremonies.

    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    security_model = models.ForeignKey(SecurityModel, models.CASCADE, related_name="ceremonies")
    user = models.ForeignKey(User, models.PROTECT, related_name="+")
    kind = models.CharField(max_length=30)
    content = models.JSONField(help_text="what was shown")
    read_hash = models.CharField(max_length=64)
    read_at = models.DateTimeField()
    certified = models.BooleanField(default=False)
    electronic = models.BooleanField(default=False)
    typed_name = models.CharField(max_length=200, blank=True)
    declared_at = models.DateTimeField(null=True)
    frozen = Frozen(held_by=("agreements_signature", "ceremony_id"))


class Signature(models.Model):
    """One text signed by one person in one ceremony (A3, A4).

    The consent is the only signature without a security model. ``content`` is the canonical content
    that was shown, and ``content_hash`` its SHA-256. ``proofs`` lists how the person proved their
    identity.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    security_model = models.ForeignKey(
        SecurityModel, models.PROTECT, null=True, related_name="signatures"
    )
    ceremony = models.ForeignKey(Ceremony, models.PROTECT, related_name="signatures")
    kind = models.CharField(max_length=30)
    text = models.ForeignKey(AgreementText, models.PROTECT, null=True, related_name="+")
    subject_kind = models.CharField(max_length=40, blank=True)
    subject_id = models.UUIDField(null=True)
    title = models.CharField(max_length=200, blank=True, help_text="what was signed, if no text")
    content = models.TextField(help_text="canonical JSON")
    content_hash = models.CharField(max_length=64)
    signer = models.ForeignKey(User, models.PROTECT, related_name="signatures")
    signer_name = models.CharField(max_length=200)
    typed_name = models.CharField(max_length=200)
    signer_email = models.EmailField(max_length=254)
    signer_title = models.CharField(max_length=120)
    signer_role = models.CharField(max_length=20)
    certification = models.TextField(help_text="the statement that was ticked")
    electronic_business = models.TextField(help_text="the second statement that was ticked")
    proofs = models.JSONField()
    signed_at = models.DateTimeField()
    signed_on = models.DateField()
    ip = models.GenericIPAddressField(null=True)
    user_agent = models.CharField(max_length=300, blank=True)
    request_id = models.CharField(max_length=40, blank=True)
    revokes = models.ForeignKey("self", models.PROTECT, null=True, related_name="revoked_by")
    copy_of_record = models.ForeignKey(
        Rendering, models.PROTECT, null=True, related_name="signatures"
    )
    frozen = Frozen(written_once=("copy_of_record_id",), at="signed_at")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["ceremony", "kind"], name="one_signature_a_text_in_a_ceremony"
            ),
            models.CheckConstraint(
                condition=models.Q(security_model__isnull=False)
                | models.Q(kind=AgreementKind.CONSENT),
                name="only_the_consent_is_without_a_model",
            ),
        ]

    @property
    def name(self) -> str:
        """The name of what was signed, as it was at that time."""
        return self.text.title if self.text is not None else self.title
