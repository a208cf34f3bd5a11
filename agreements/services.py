"""Signs: one transaction checks the Officer again, binds the hash, and completes (A2-A5)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agreements.models import AgreementText, Ceremony, Signature
from agreements.policies import P
from agreements.providers.signables import Change, Signable
from agreements.selectors import Offer, offer
from agreements.states import AgreementKind
from audit.services import model_scope, record
from core import clock
from core.access import Access
from core.crypto import canonical, content_hash
from core.errors import Problem, Refused, refusal
from core.text import filled, fold, is_blank
from files.models import Rendering
from files.services import request_rendering
from identity.selectors.user_state import may_act_now
from identity.states import FactorKind
from notifications.providers.kinds import Recipient
from notifications.services.sending import notify
from security_models.models import Contact, SecurityModel
from security_models.states import ContactRole
from trade_accounts.states import MembershipState

ELECTRONIC_BUSINESS = gettext_lazy(
    "I agree to sign and to receive these records electronically, and I know that my electronic "
    "signature binds as one on paper does."
)


#: The proofs of a signer: the password and one of the second factors (U6).
PROVES = {"password", *FactorKind.values}


@dataclass(frozen=True)
class Signed:
    """The result: the signatures of the ceremony, and the address of the confirmation."""

    signatures: tuple[Signature, ...]
    url: str


@transaction.atomic
def begin(*, actor: Access, signable: Signable, read_hash: str) -> Ceremony:
    """Store what was read, with its hash. Refused if it no longer matches what was shown."""
    _require_person(actor)
    now = offer(signable, access=actor)
    if now.hash != read_hash:
        words = _("This changed while you were reading. Read it again from the start.")
        raise refusal("changed", words)
    if now.blockers:
        raise Refused("blocked", now.blockers)
    record(
        "agreements.read",
        actor=actor,
        scope=model_scope(now.model.pk),
        title=now.title,
        hash=read_hash,
    )
    return Ceremony.objects.create(
        security_model=now.model,
        user=actor.user,
        kind=signable.kind,
        content=now.content,
        read_hash=read_hash,
        read_at=clock.now(),
    )


@transaction.atomic
def declare(
    *, actor: Access, ceremony: Ceremony, certified: bool, electronic: bool, typed_name: str
) -> Ceremony:
    """Store both ticks and the typed name (A4); every missing one is named.

    Refused once the ceremony is signed, because the signature depends on what was declared.
    """
    _require_person(actor)
    ceremony = Ceremony.objects.select_for_update().get(pk=ceremony.pk)
    if Signature.objects.filter(ceremony=ceremony).exists():
        words = _("This is already signed. You can't certify it again.")
        raise refusal("signed", words)
    problems = []
    if not certified:
        problems.append(Problem("certified", _("Tick this statement to sign."), "certified"))
    if not electronic:
        words = _("Tick this statement to sign electronically.")
        problems.append(Problem("electronic", words, "electronic"))
    problems += name_problems(actor, typed_name)
    if problems:
        raise Refused("declaration", problems)
    ceremony.certified, ceremony.electronic = certified, electronic
    ceremony.typed_name, ceremony.declared_at = typed_name, clock.now()
    ceremony.save(update_fields=["certified", "electronic", "typed_name", "declared_at"])
    return ceremony


def _same_name(one: str, other: str) -> bool:
    """Whether two spellings name one person; a double name may have a hyphen or a space."""
    return fold(one).replace("-", " ") == fold(other).replace("-", " ")


def name_problems(actor: Access, typed_name: str) -> list[Problem]:
    """The problem with a typed name that is not the one in the signer's profile (A4)."""
    if not is_blank(typed_name) and _same_name(typed_name, actor.name):
        return []
    words = filled(_("Type your name as it appears in your profile: %(name)s"), name=actor.name)
    return [Problem("typed_name", words, "typed_name")]


def _require_person(actor: Access) -> None:
    """Only a person at the portal can sign: no key, no staff, no system (R5)."""
    actor.require(P.SIGN)
    if actor.user is not None and (problem := may_act_now(actor.user.pk)) is not None:
        raise Refused(problem.code, [problem])
    if actor.via or actor.is_staff or actor.is_system:
        raise refusal("not_here", _("Sign in the portal, in person."))


@transaction.atomic
def sign(
    *,
    actor: Access,
    signable: Signable,
    ceremony: Ceremony,
    proofs: Sequence[str],
    user_agent: str = "",
) -> Signed:
    """Sign everything of one ceremony, or nothing.

    ``proofs`` are the codes of the proofs just given (``identity.forms.proofs``): the password and
    a second factor. Refused if the actor is no longer an Officer, if nothing was declared, for a
    blocker, or for changes since reading (with the changes in words). The same ceremony again
    returns what it signed.
    """
    _require_person(actor)
    models = SecurityModel.objects.select_for_update(no_key=True)
    model = models.get(pk=ceremony.security_model_id)
    contact = _officer(model, actor)
    # Read under the lock that declaring also takes.
    ceremony = Ceremony.objects.select_for_update().get(pk=ceremony.pk)
    done = tuple(Signature.objects.filter(ceremony=ceremony).order_by("id"))
    if done:
        return Signed(done, confirmation_url(model, done[-1]))
    if ceremony.declared_at is None or not {"password"} < set(proofs) & PROVES:
        raise refusal("incomplete", _("Certify first, then prove."))
    now = offer(signable, access=actor)
    if now.blockers:
        raise Refused("blocked", now.blockers)
    if now.hash != ceremony.read_hash:
        raise Refused("changed", _changes(now, ceremony))
    signatures = _write(actor, now, ceremony, contact, proofs, user_agent)
    signable.complete(model, actor, now.content, signatures)
    _tell(actor, now, signatures)
    return Signed(signatures, confirmation_url(model, signatures[-1]))


def confirmation_url(model: SecurityModel, signature: Signature) -> str:
    """The address of the confirmation, which can be opened again."""
    return f"/t/{model.trade_account_id}/m/{model.pk}/agreements/{signature.pk}/done"


def _officer(model: SecurityModel, actor: Access) -> Contact:
    """The signer's contact row, locked: the right is read here, not taken from the request (A2).

    The membership is not locked: ending one also locks the model before the contact is removed. So
    either this signature came first or the contact is gone.
    """
    contact = (
        Contact.objects.select_for_update(of=("self",), no_key=True)
        .select_related("membership")
        .filter(
            security_model=model,
            membership__user_id=actor.user_id,
            membership__state=MembershipState.ACTIVE,
            role=ContactRole.OFFICER,
        )
        .first()
    )
    if contact is None:
        words = _("You are no longer a Company Officer of this account. Nothing was signed.")
        raise refusal("not_officer", words)
    return contact


def _changes(now: Offer, ceremony: Ceremony) -> list[Problem]:
    words = _("This changed since you read it. Nothing was signed. Read it again, then sign.")
    listed = now.signable.changes(ceremony.content, now.content)
    if now.content == ceremony.content:
        # The signature binds content and texts, so a text was changed.
        listed = [Change(_("An agreement has a new version of its text."))]
    told = [Problem("change", change.words, url=change.place) for change in listed]
    return [Problem("changed", words), *told]


def _write(
    actor: Access,
    now: Offer,
    ceremony: Ceremony,
    contact: Contact,
    proofs: Sequence[str],
    user_agent: str,
) -> tuple[Signature, ...]:
    """One Signature for each text and one for the content, with one copy of record for the
    ceremony.
    """
    user = actor.user
    about: dict[str, Any] = {
        "ceremony": ceremony,
        "signer": user,
        "signer_name": user.name,
        "typed_name": ceremony.typed_name,
        "signer_email": user.email,
        "signer_title": user.title,
        "signer_role": contact.role,
        "certification": str(now.signable.certification),
        "electronic_business": str(ELECTRONIC_BUSINESS),
        "proofs": [{"kind": code, "at": clock.now().isoformat()} for code in proofs],
        "signed_at": clock.now(),
        "signed_on": clock.today(),
        "ip": actor.ip or None,
        "user_agent": user_agent[:300],
        "request_id": actor.request_id,
    }
    about["copy_of_record"] = _copy_of_record(now, about)
    texts = [_sign_text(text, now.model, about) for text in now.texts]
    content = Signature.objects.create(
        **about,
        kind=now.signable.kind,
        security_model=now.model,
        subject_kind=now.signable.kind,
        subject_id=ceremony.pk,
        title=now.title,
        content=canonical(now.content),
        content_hash=content_hash(now.content),
        revokes=now.signable.revokes(now.model),
    )
    return (*texts, content)


def _sign_text(text: AgreementText, model: SecurityModel, about: dict[str, Any]) -> Signature:
    """Sign one text; the consent belongs to the person and to no model (A1)."""
    return Signature.objects.create(
        **about,
        kind=text.kind,
        text=text,
        security_model=None if text.kind == AgreementKind.CONSENT else model,
        content=text.body,
        content_hash=text.sha256,
    )


def _copy_title(title: str, reference: str, signed_at: dt.datetime) -> str:
    """The title that distinguishes the copies of an account: what was signed, for which account,
    and when.
    """
    words = _("Copy of record: %(title)s, %(reference)s, %(day)s")
    day = clock.program_date(signed_at).isoformat()
    return words % {"title": title, "reference": reference, "day": day}


def _copy_of_record(now: Offer, about: dict[str, Any]) -> Rendering:
    """The copy that can always be read (A5): everything shown, by whom, when, with its hashes."""
    names = ("signer_name", "signer_title", "signer_email", "signer_role", "typed_name")
    return request_rendering(
        kind="copy_of_record",
        title=_copy_title(now.title, now.model.reference, about["signed_at"]),
        scope=model_scope(now.model.pk),
        content={
            "title": now.title,
            "account": now.model.trade_account.name,
            "reference": now.model.reference,
            "signable": now.signable.kind,
            "texts": [
                {
                    "title": text.title,
                    "version": text.version,
                    "sha256": text.sha256,
                    "body": text.body,
                }
                for text in now.texts
            ],
            "template": now.signable.template,
            "content": now.content,
            "content_hash": content_hash(now.content),
            "hash": now.hash,
            "ceremony": str(about["ceremony"].pk),
            "certification": about["certification"],
            "electronic_business": about["electronic_business"],
            "signed_at": about["signed_at"].isoformat(),
            "ip": about["ip"] or "",
            "proofs": about["proofs"],
            **{name: about[name] for name in names},
        },
    )


def _tell(actor: Access, now: Offer, signatures: Sequence[Signature]) -> None:
    """Record each signature, and email everyone once about the ceremony (A5)."""
    scope = model_scope(now.model.pk)
    for signature in signatures:
        record(
            "agreements.signed",
            actor=actor,
            scope=scope,
            subject=("signature", signature.pk),
            title=signature.name,
            hash=signature.content_hash,
        )
    notify(
        "agreement.signed",
        scope=scope,
        to=[Recipient(actor.user.email, actor.name, actor.user_id, actor.user.language)],
        about=now.model,
        url=confirmation_url(now.model, signatures[-1]),
        account=now.model.trade_account.name,
        agreement=now.title,
        signer=actor.name,
        reference=now.signable.receipt(signatures[-1]) or now.model.reference,
    )
