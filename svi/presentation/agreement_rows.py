"""The SVI Agreements of a company as rows of a page (SVI1, SVI2)."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from core.links import path_to
from security_models.models import SecurityModel
from security_models.selectors.contacts import officers_of_each
from svi.facts.participation import Participation
from svi.models import Consent
from svi.selectors.participation import consents_of, participations
from svi.selectors.relations import Numbers, numbers_of_each
from svi.states import ConsentStatus


@dataclass(frozen=True)
class AgreementRow:
    """One account: its consent, what depends on it, and what this reader can do.

    The addresses are empty if this reader, or this account, cannot sign now.
    """

    model: SecurityModel
    consent: Consent | None
    participation: Participation
    numbers: Numbers
    officers: tuple[str, ...]
    may_sign: bool
    sign_url: str = ""
    revoke_url: str = ""

    @property
    def is_signed(self) -> bool:
        """Whether the agreement is in force."""
        return self.consent is not None and self.consent.status == ConsentStatus.SIGNED


def agreement_rows(accounts: Sequence[SecurityModel], reader_id: uuid.UUID) -> list[AgreementRow]:
    """One row for each account; only its Officers sign (A2)."""
    consents, taking_part = consents_of(accounts), participations(accounts)
    numbers, officers = numbers_of_each(accounts), officers_of_each(accounts)
    rows = []
    for one in accounts:
        consent, participation = consents.get(one.pk), taking_part[one.pk]
        signing = [contact.membership for contact in officers.get(one.pk, ())]
        signs = reader_id in {membership.user_id for membership in signing}
        can_sign = signs and participation.is_certified and not participation.consents
        rows.append(
            AgreementRow(
                model=one,
                consent=consent,
                participation=participation,
                numbers=numbers.get(one.pk, Numbers()),
                officers=tuple(sorted(membership.name for membership in signing)),
                may_sign=signs,
                sign_url=_sign_url(one, "svi") if can_sign else "",
                revoke_url=(
                    _sign_url(one, "svi_revocation") if signs and participation.consents else ""
                ),
            )
        )
    return rows


def _sign_url(model: SecurityModel, kind: str) -> str:
    return path_to("agreements:read", trade_id=model.trade_account_id, model_id=model.pk, kind=kind)
