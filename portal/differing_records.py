"""Names records that differ: which kind of record, and of which partner."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from audit.models import Difference, ScopeKind, What
from audit.selectors import Found
from audit.selectors.differences import scopes
from core.ids import parse_id
from security_models.models import SecurityModel
from trade_accounts.models import TradeAccount

#: What a row of each table is, for readers who never saw the table.
KINDS = {
    "audit_event": _("Event of a history"),
    "audit_statuschange": _("Change of status"),
    "audit_seal": _("Seal of a record"),
    "audit_anchor": _("Signed statement of a day"),
    "files_storedfile": _("Stored file"),
    "files_rendering": _("Document made by the portal"),
    "security_models_businesstypeaccount": _("Business type with its number and dates"),
    "security_models_supportingpaper": _("Supporting paper"),
    "security_models_staffassignment": _("Assignment of a specialist"),
    "security_models_vetting": _("Vetting decision"),
    "documents_documentversion": _("Version of a document"),
    "documents_publicversion": _("Version of a public document"),
    "agreements_agreementtext": _("Text of an agreement"),
    "agreements_ceremony": _("Signing ceremony"),
    "agreements_signature": _("Signature"),
    "security_profile_evidencelink": _("Link to evidence"),
    "security_profile_submission": _("Submission"),
    "security_profile_submissionitem": _("Submitted answer"),
    "security_profile_criteriondecision": _("Decision about an answer"),
    "security_profile_responseversion": _("Approved answer"),
    "security_profile_annualreview": _("Annual review"),
    "messages_app_message": _("Message"),
    "messages_app_messagefile": _("File of a message"),
    "messages_app_internalnote": _("Internal note of staff"),
    "change_requests_changeproof": _("Proof of a change request"),
    "operations_tradeaccountrequest": _("Request to change trade accounts"),
    "operations_recommendation": _("Recommendation of a specialist"),
    "svi_statusproof": _("Proof of a status for an outsider"),
}


@dataclass(frozen=True)
class Partner:
    """The partner that owns a record; without ``url`` there is no page about them yet."""

    company: str
    reference: str = ""
    url: str = ""

    def __str__(self) -> str:
        return f"{self.company}, {self.reference}" if self.reference else self.company


@dataclass(frozen=True)
class Named:
    """A record that differs, in words."""

    kind: Any
    partner: Partner | None

    def __str__(self) -> str:
        return f"{self.kind}, {self.partner}" if self.partner else str(self.kind)


@dataclass(frozen=True)
class Line:
    """A difference on the page, with the words for its record."""

    one: Difference
    named: Named


def named(found: Collection[Found]) -> dict[Found, Named]:
    """The words for each record; a record of a person or of the program has no partner."""
    of_scope = scopes(found)
    partners = _partners(of_scope.values())
    return {
        one: Named(KINDS.get(one.of_table, _("Record")), partners.get(of_scope[one]))
        for one in found
    }


def lines(differing: Iterable[Difference]) -> list[Line]:
    """The lines of the page."""
    found = {one: Found(one.of_table, one.row_id, What(one.what)) for one in differing}
    words = named(list(dict.fromkeys(found.values())))
    return [Line(one, words[same]) for one, same in found.items()]


def _partners(given: Iterable[str]) -> dict[str, Partner]:
    """The partner of each of these chains, in two statements."""
    given = set(given)
    accounts = _ids(given, ScopeKind.TRADE_ACCOUNT)
    models = SecurityModel.objects.select_related("trade_account")
    partners = {
        f"{ScopeKind.TRADE_ACCOUNT}:{one.pk}": Partner(one.name)
        for one in TradeAccount.objects.filter(pk__in=accounts)
    }
    for one in models.filter(pk__in=_ids(given, ScopeKind.SECURITY_MODEL)):
        partners[f"{ScopeKind.SECURITY_MODEL}:{one.pk}"] = Partner(
            one.trade_account.name,
            one.reference,
            reverse("reviews:partner", args=[one.pk]),
        )
    return partners


def _ids(given: Iterable[str], kind: ScopeKind) -> list[uuid.UUID]:
    """The ids of the owners of one kind. A seal that was forged may say anything."""
    start = f"{kind}:"
    ids = (parse_id(one.removeprefix(start)) for one in given if one.startswith(start))
    return [one for one in ids if one]
