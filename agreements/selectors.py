"""Reads agreements: the texts in force, what was signed, and what a ceremony would sign now."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from urllib.parse import urlencode

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from agreements.models import AgreementText, Ceremony, Signature
from agreements.providers.signables import Change, Signable
from agreements.states import AgreementKind
from audit.models import What
from audit.selectors import Facts, Found, unaltered
from core.access import Access
from core.crypto import content_hash, text_hash
from core.errors import NotVisible, Problem
from files.models import Rendering
from identity.selectors.user_state import has_second_factor
from security_models.models import SecurityModel

#: At most this many changes are shown; the others are folded.
CHANGES_SHOWN = 12


def text_in_force(kind: AgreementKind) -> AgreementText:
    """The newest version of an agreement (A1)."""
    return AgreementText.objects.filter(kind=kind).order_by("-position", "-version")[0]


def unaltered_text(kind: AgreementKind) -> AgreementText:
    """The same, to be read. Raises Altered if it is not the text that was published."""
    text = text_in_force(kind)
    unaltered(Facts(AgreementText, "id", [text.pk]))
    return text


def has_consented(user: Any) -> bool:
    """Whether the person has signed the consent that is in force (A3: once for each person)."""
    text = text_in_force(AgreementKind.CONSENT)
    given = Signature.objects.filter(signer=user, kind=AgreementKind.CONSENT)
    if text.must_sign_again:
        given = given.filter(text=text)
    return given.exists()


@dataclass(frozen=True)
class Offer:
    """What would be signed now: the texts, the content, and the hash over both (A4)."""

    signable: Signable
    model: SecurityModel
    texts: tuple[AgreementText, ...]
    content: dict[str, Any]
    blockers: tuple[Problem, ...]

    @cached_property
    def title(self) -> str:
        """The name of what would be signed."""
        return self.signable.title(self.model)

    @property
    def hash(self) -> str:
        """SHA-256 over everything that is shown: what the signer reads is what is signed."""
        texts = [[text.id, text.sha256] for text in self.texts]
        return content_hash({"texts": texts, "content": self.content})


def offer(signable: Signable, *, access: Access) -> Offer:
    """What can be signed now for the current model; the consent comes first if it is missing.

    Raises Altered if a text is not the one that was published.
    """
    model = access.security_model
    kinds = list(signable.agreements(model))
    if not has_consented(access.user):
        kinds.insert(0, AgreementKind.CONSENT)
    texts = tuple(text_in_force(kind) for kind in kinds)
    unaltered(Facts(AgreementText, "id", [text.pk for text in texts]))
    return Offer(
        signable=signable,
        model=model,
        texts=texts,
        content=signable.content(model),
        blockers=(*signable.blockers(model, access), *_factor(signable, access)),
    )


@dataclass(frozen=True)
class Since:
    """The changes since the last signature of the same kind."""

    signature: Signature
    changes: tuple[Change, ...]
    is_same: bool

    @property
    def first(self) -> tuple[Change, ...]:
        """The changes that are shown."""
        return self.changes[:CHANGES_SHOWN]

    @property
    def more(self) -> tuple[Change, ...]:
        """The changes that are folded."""
        return self.changes[CHANGES_SHOWN:]


def since_signed(offered: Offer) -> Since | None:
    """The differences between an offer and the last signature; None if nothing was signed yet.

    ``is_same``: content and texts equal that signature and it was not taken back, so there is
    nothing to sign.
    """
    signed = Signature.objects.filter(security_model=offered.model, kind=offered.signable.kind)
    newest = signed.order_by("-id").first()
    if newest is None:
        return None
    same = newest.content_hash == content_hash(offered.content)
    changes = () if same else offered.signable.changes(json.loads(newest.content), offered.content)
    is_same = same and not offered.texts and offered.signable.stands(offered.model)
    return Since(newest, tuple(changes), is_same)


def _factor(signable: Signable, access: Access) -> list[Problem]:
    """Nobody signs with only a password (U6): the link to set up a second factor and
    return here.
    """
    if has_second_factor(access.user):
        return []
    model = access.security_model
    back = f"/t/{model.trade_account_id}/m/{model.pk}/sign/{signable.kind}/"
    words = _(
        "Set up a second factor: an authenticator app or a passkey. Your "
        "signature binds the company, so a password alone isn't enough."
    )
    url = reverse("identity:factors") + "?" + urlencode({"next": back})
    return [Problem("second_factor", words, url=url)]


def ceremony(ceremony_id: uuid.UUID, kind: str, *, access: Access) -> Ceremony:
    """The reader's own ceremony for the current model. Raises NotVisible otherwise."""
    found = Ceremony.objects.filter(
        pk=ceremony_id, kind=kind, security_model=access.security_model, user_id=access.user_id
    ).first()
    if found is None:
        raise NotVisible("ceremony")
    return found


def newest_signature(ceremony: Ceremony) -> Signature | None:
    """The newest signature of a ceremony, if any."""
    return Signature.objects.filter(ceremony=ceremony).order_by("-id").first()


def signatures_of(model: SecurityModel, *, access: Access) -> QuerySet[Signature]:
    """What was signed for a model, newest first, with the reader's own consents."""
    mine = Q(security_model=None, signer_id=access.user_id)
    signed = Signature.objects.filter(Q(security_model=model) | mine)
    return signed.select_related("text", "copy_of_record__file").order_by("-signed_at", "-id")


def signature(signature_id: uuid.UUID, *, access: Access) -> Signature:
    """One signature of the current model, or the reader's own consent. Raises NotVisible
    otherwise, and Altered if it is not what was signed.
    """
    found = signatures_of(access.security_model, access=access).filter(pk=signature_id).first()
    if found is None:
        raise NotVisible("signature")
    return require_unaltered([found])[0]


def require_unaltered(signatures: Iterable[Signature]) -> list[Signature]:
    """The signatures, if they, their texts, ceremonies and copies are what was signed (A5).

    Raises Altered otherwise.
    """
    signed = list(signatures)
    unaltered(
        Facts(Signature, "id", [one.pk for one in signed]),
        Facts(AgreementText, "id", [one.text_id for one in signed if one.text_id]),
        Facts(Ceremony, "id", [one.ceremony_id for one in signed]),
        Facts(Rendering, "id", [one.copy_of_record_id for one in signed if one.copy_of_record_id]),
    )
    return signed


def signed_together(signature: Signature) -> QuerySet[Signature]:
    """All signatures of the ceremony that this one belongs to, in the order of signing."""
    signed = Signature.objects.filter(ceremony_id=signature.ceremony_id)
    return signed.select_related("text").order_by("id")


def unlike_their_hash(table: str, ids: Sequence[str]) -> list[Found]:
    """Of these texts and signatures, those whose words do not give the hash that was signed."""
    wrong: list[Any] = []
    if table == Signature._meta.db_table:
        signed = Signature.objects.filter(pk__in=ids).only("content", "content_hash")
        wrong = [one for one in signed if text_hash(one.content) != one.content_hash]
    elif table == AgreementText._meta.db_table:
        texts = AgreementText.objects.filter(pk__in=ids).only("body", "sha256")
        wrong = [one for one in texts if text_hash(one.body) != one.sha256]
    return [Found(table, str(one.pk), What.CONTENT) for one in wrong]
