"""Many addresses and many C-TPAT accounts on one page: which belongs where (S4, R6)."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from core.web import PortalRequest, requires
from security_models import services
from security_models.facts.model_facts import Facts
from security_models.forms.address_matrix import MatrixForm
from security_models.models import ModelAddress, SecurityModel
from security_models.policies import P
from security_models.selectors import entered, facts_for
from security_models.selectors.addresses import chosen_of_each, seen_as
from trade_accounts import selectors
from trade_accounts.models import Address
from trade_accounts.policies import P as AccountP


@dataclass(frozen=True)
class Column:
    """One C-TPAT account of the table; without a form it can only be read."""

    model: SecurityModel
    chosen: list[ModelAddress]
    form: MatrixForm | None

    def cell(self, address: Address, place: int) -> Any:
        """The checkbox of an address, or whether it is chosen where that can only be read."""
        if self.form is not None:
            return self.form["secondary"][place]
        return any(one.address_id == address.pk and one.is_secondary for one in self.chosen)

    def named(self, role: str) -> str:
        """The Primary or the Mailing address in words; empty for none."""
        found = [one.address for one in self.chosen if getattr(one, f"is_{role}")]
        return (found[0].name or str(found[0])) if found else ""

    @property
    def primary(self) -> str:
        """The Primary address in words."""
        return self.named("primary")

    @property
    def mailing(self) -> str:
        """The Mailing address in words."""
        return self.named("mailing")


@require_http_methods(["GET", "POST"])
@requires(AccountP.VIEW)
def address_matrix(request: PortalRequest, trade_id: uuid.UUID) -> HttpResponse:
    """Choose the addresses of every C-TPAT account that the reader may change; others are shown.

    Each account is saved for itself: one that someone else changed meanwhile is shown again, with
    what is saved now, and only that one.
    """
    known = list(selectors.addresses_of(request.access.trade_account))
    facts = facts_for(request.access, trade_id)
    readable = [one for one in facts if entered(request.access, one.model).has(P.VIEW)]
    columns = _columns(request, known, readable)
    if request.method == "POST":
        saved = sum(_save(request, one) for one in columns)
        if saved:
            words = ngettext(
                "The addresses of %(n)s C-TPAT account are saved.",
                "The addresses of %(n)s C-TPAT accounts are saved.",
                saved,
            )
            messages.success(request, words % {"n": saved})
        if not any(one.form is not None and one.form.errors for one in _touched(columns)):
            return redirect(request.path)
    forms = [one.form for one in _touched(columns)] if request.method == "POST" else []
    status = max((one.status for one in forms if one is not None), default=200)
    context = {
        "account": request.access.trade_account,
        "columns": columns,
        "rows": [
            (one, [(column, column.cell(one, place)) for column in columns])
            for place, one in enumerate(known)
        ],
        "hidden": [one.model.reference for one in facts if one not in readable],
        "forms": [one for one in forms if one is not None],
        "may_save": any(one.form is not None for one in columns),
        "page_code": "T-15",
    }
    return render(request, "security_models/address_matrix.html", context, status=status)


def _columns(request: PortalRequest, known: list[Address], facts: list[Facts]) -> list[Column]:
    chosen = chosen_of_each([one.model for one in facts])
    columns = []
    for one in facts:
        now = chosen.get(one.model.pk, [])
        may = one.editable and entered(request.access, one.model).has(P.EDIT) and bool(known)
        form = _form(request, one.model, known, now) if may else None
        columns.append(Column(one.model, now, form))
    return columns


def _form(
    request: PortalRequest, model: SecurityModel, known: list[Address], now: list[ModelAddress]
) -> MatrixForm:
    initial = {
        "seen": seen_as(now),
        "primary": next((str(one.address_id) for one in now if one.is_primary), ""),
        "mailing": next((str(one.address_id) for one in now if one.is_mailing), ""),
        "secondary": [str(one.address_id) for one in now if one.is_secondary],
    }
    return MatrixForm.of(request, initial, prefix=model.pk.hex, addresses=known, mark=seen_as)


def _touched(columns: list[Column]) -> list[Column]:
    return [one for one in columns if one.form is not None and not one.form.is_untouched]


def _save(request: PortalRequest, column: Column) -> bool:
    """Save one account if its choice was changed; whether that was done."""
    form = column.form
    if form is None or form.is_untouched:
        return False
    access = entered(request.access, column.model)
    saved = form.run(lambda data: services.save_addresses(actor=access, model=column.model, **data))
    return saved is not None
