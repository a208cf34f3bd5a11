"""The list of proofs of status that a company gave to outsiders."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy

from core import search
from core.days import moment
from core.listing import Column, Filter, Listing
from security_models.models import SecurityModel
from security_models.presentation.account_words import account_choices
from svi.states import ProofState


def proof_listing(accounts: Sequence[SecurityModel]) -> Listing:
    """The proofs of these accounts, newest first."""
    references = {one.pk: one.reference for one in accounts}
    return Listing(
        columns=[
            Column("recipient", gettext_lazy("For"), lambda row: row.recipient, ["recipient"]),
            Column("made", gettext_lazy("Made"), lambda row: moment(row.made_at), ["made_at"]),
            Column("until", gettext_lazy("Valid until"), lambda row: row.until, ["until"]),
            Column("state", gettext_lazy("State"), _state, ["state", "-made_at"]),
            Column(
                "opened",
                gettext_lazy("Times opened"),
                lambda row: row.times_opened,
                ["times_opened"],
                numeric=True,
            ),
        ],
        beneath=[
            Column("reference", gettext_lazy("Reference"), lambda row: row.reference),
            Column("by", gettext_lazy("Made by"), lambda row: row.made_by_name),
            Column("email", gettext_lazy("Email address"), lambda row: row.email),
            Column("sent", gettext_lazy("Emailed"), lambda row: _when(row.sent_at)),
            Column("last", gettext_lazy("Last opened"), lambda row: _when(row.opened_at)),
            Column("revoked", gettext_lazy("Revoked"), lambda row: _when(row.revoked_at)),
            Column(
                "account",
                gettext_lazy("Your account"),
                lambda row: references.get(row.security_model_id, ""),
            ),
        ],
        filters=[
            Filter("q", gettext_lazy("Name, email address or reference"), _by_text),
            Filter("state", gettext_lazy("State"), _by_state, lambda: ProofState.choices),
            *_account_filter(accounts),
        ],
        sort="-made",
    )


def _account_filter(accounts: Sequence[SecurityModel]) -> list[Filter]:
    if len(accounts) < 2:
        return []
    names = account_choices(accounts)
    return [Filter("account", gettext_lazy("Your account"), _by_account, lambda: names)]


def _state(row: Any) -> str:
    return str(ProofState(row.state).label)


def _when(at: Any) -> str:
    return moment(at) if at is not None else ""


def _by_text(rows: QuerySet[Any], text: str) -> QuerySet[Any]:
    for word in text.split():
        rows = rows.filter(Q(search.has(word, "recipient", "email", "reference", "made_by_name")))
    return rows


def _by_state(rows: QuerySet[Any], state: str) -> QuerySet[Any]:
    return rows.filter(state=state)


def _by_account(rows: QuerySet[Any], model_id: str) -> QuerySet[Any]:
    return rows.filter(security_model_id=model_id)
