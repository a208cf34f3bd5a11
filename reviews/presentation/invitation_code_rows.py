"""Rows of the list of invitation codes, in words."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from core import clock
from core.text import filled
from trade_accounts.countries import country_name


def code_state(row: Any) -> str:
    """Whether an invitation code can still be used."""
    if row.used_at is not None:
        account = row.used_by.trade_account.name if row.used_by else ""
        return filled(_("Used by %(account)s"), account=account)
    return _("Revoked") if row.revoked_at is not None else _("Open")


@dataclass(frozen=True)
class CodeLine:
    """One line of the list of codes; ``revoke_url`` is empty once a code is used or revoked."""

    code: str
    type: str
    country: str
    note: str
    issued: dt.date
    by: str
    state: str
    revoke_url: str


def code_rows(rows: Iterable[Any]) -> list[CodeLine]:
    """The lines of a page of the list of invitation codes."""
    return [
        CodeLine(
            code=row.code,
            type=row.business_type.name,
            country=country_name(row.country),
            note=row.note,
            issued=clock.program_date(row.issued_at),
            by=row.issued_by.name,
            state=code_state(row),
            revoke_url=""
            if row.used_at or row.revoked_at
            else reverse("reviews:revoke-code", args=[row.pk]),
        )
        for row in rows
    ]
