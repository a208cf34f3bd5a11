"""What an Officer signs in SVI: the agreement, and its revocation (SVI1, SVI2, A4, A5).

Registered with ``agreements.providers.signables``.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agreements.models import Signature
from agreements.providers.signables import Change, Signable
from agreements.states import AgreementKind
from core.access import Access
from core.errors import Problem
from security_models.models import SecurityModel
from security_models.selectors import dated_types
from svi import page_links
from svi.selectors.participation import consent_of, participation
from svi.selectors.relations import numbers_of
from svi.services import consent as services

AGREEMENT, REVOCATION = "svi", "svi_revocation"


def _consents(model: SecurityModel) -> bool:
    return participation(model).consents


def _next(model: SecurityModel) -> dict[str, Any]:
    return {
        "title": _("Go on in SVI"),
        "url": page_links.agreement_of(model),
        "action": _("Open SVI"),
    }


# --- the agreement --------------------------------------------------------------------------------


def _shared(model: SecurityModel) -> dict[str, Any]:
    """Whose status is shared: the company, the account and its business types."""
    rows = dated_types(model.pk)
    return {
        "company": model.trade_account.name,
        "reference": model.reference,
        "types": [
            {"name": one.business_type.name, "account_number": one.account_number} for one in rows
        ],
    }


def _agreement_blockers(model: SecurityModel, access: Access) -> list[Problem]:
    if _consents(model):
        words = _("The SVI Agreement of this account is signed.")
        return [Problem("signed", words, url=page_links.agreement_of(model))]
    if not participation(model).is_certified:
        words = _("Only accounts that are certified or above take part in SVI.")
        return [Problem("not_certified", words)]
    return []


def _agreement_changes(before: dict[str, Any], after: dict[str, Any]) -> list[Change]:
    if before == after:
        return []
    return [Change(_("The name of the company, or its business types, changed."), "#content")]


def _agree(
    model: SecurityModel, access: Access, content: dict[str, Any], signatures: Sequence[Signature]
) -> str:
    services.sign_consent(actor=access, model=model, signature=signatures[-1])
    return page_links.agreement_of(model)


SVI_AGREEMENT = Signable(
    kind=AGREEMENT,
    title=lambda _model: _("SVI Agreement"),
    button=gettext_lazy("Sign the SVI Agreement"),
    certification=gettext_lazy(
        "I certify that I am a Company Officer of this company and that it agrees to share its "
        "name and its status as described above."
    ),
    template="svi/agreement_to_sign.html",
    agreements=lambda _model: [AgreementKind.SVI],
    content=_shared,
    blockers=_agreement_blockers,
    changes=_agreement_changes,
    complete=_agree,
    stands=_consents,
    next_step=_next,
)

# --- its revocation -------------------------------------------------------------------------------


def _ending(model: SecurityModel) -> dict[str, Any]:
    """What ends: exactly this is signed, and exactly this ends (SVI2)."""
    numbers = numbers_of(model)
    return {
        "company": model.trade_account.name,
        "reference": model.reference,
        "see_status": numbers.see_status,
        "are_seen": numbers.are_seen,
        "entries": numbers.total,
        "proofs": numbers.proofs,
    }


def _revocation_blockers(model: SecurityModel, access: Access) -> list[Problem]:
    if _consents(model):
        return []
    words = _("The SVI Agreement of this account is not in force.")
    return [Problem("not_signed", words, url=page_links.agreement_of(model))]


def _revocation_changes(before: dict[str, Any], after: dict[str, Any]) -> list[Change]:
    if before == after:
        return []
    words = _("Companies or proofs were added to or removed from your lists.")
    return [Change(words, "#content")]


def _revoke(
    model: SecurityModel, access: Access, content: dict[str, Any], signatures: Sequence[Signature]
) -> str:
    services.revoke_consent(actor=access, model=model, signature=signatures[-1])
    return page_links.agreement_of(model)


def _taken_back(model: SecurityModel) -> Signature | None:
    consent = consent_of(model)
    return consent.signature if consent is not None else None


SVI_REVOCATION = Signable(
    kind=REVOCATION,
    title=lambda _model: _("revocation of the SVI Agreement"),
    button=gettext_lazy("Revoke the SVI Agreement"),
    certification=gettext_lazy(
        "I certify that I am a Company Officer of this company and that it revokes its SVI "
        "Agreement. I understand that both lists are emptied and that this can't be undone."
    ),
    template="svi/revocation_to_sign.html",
    agreements=lambda _model: [],
    content=_ending,
    blockers=_revocation_blockers,
    changes=_revocation_changes,
    complete=_revoke,
    stands=lambda model: not _consents(model),
    revokes=_taken_back,
    next_step=_next,
)
